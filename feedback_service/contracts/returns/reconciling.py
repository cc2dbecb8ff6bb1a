"""Whether a return holds: its totals agree, it begins where the quarter before ended, what is open
now by the histories is what the register's columns say, and how it compares with the contract."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.contract import Counted, Span, Stage
from feedback_service.contracts import counting
from feedback_service.contracts.returns.register import Return, Seen, open_now, read
from feedback_service.domain.cases import CaseKind
from feedback_service.domain.periods import Period
from feedback_service.models import Case
from feedback_service.runtime import Runtime
from feedback_service.scoring.counting import bounds


@dataclass(frozen=True)
class Reconciled:
    """`agrees` and what it was found from.  Complaints of the contract's B3 (first due in the
    quarter) beside those of the return (in the register in the quarter): `both` are in each.

    before: open at the end of the quarter before; histories, columns: open cases now, read two
    ways.
    """

    totals_agree: bool
    carried: int
    before: int
    histories: int
    columns: int
    due: Counted
    on_return: int
    both: int

    @property
    def agrees(self) -> bool:
        begins = self.carried == self.before
        return self.totals_agree and begins and self.histories == self.columns


def reconciled(
    rt: Runtime, session: Session, found: Return, seen: Seen | None = None
) -> Reconciled:
    """Compare a return with the register and the contract's figures; `seen` as it was read."""
    now, institution = rt.now(), found.institution
    earlier = read(session, institution, found.period.previous(), now, seen)
    today = Period.containing(now)
    current = found if found.period == today else read(session, institution, today, now, seen)
    complaints = {line.case_id for line in found.lines if line.kind is CaseKind.COMPLAINT}
    span = Span((found.period,), Stage.QUARTER)
    due = counting.register(rt, session, institution, span).counted[counting.COMPLAINTS]
    # Invented records count only where there are no real ones at all, in each of the two.
    before = earlier.totals().open if earlier.simulated == found.simulated else 0
    return Reconciled(
        totals_agree=found.totals().agrees,
        carried=found.totals().carried,
        before=before,
        histories=current.totals().open,
        columns=open_now(session, institution, simulated=current.simulated, seen=seen),
        due=due,
        on_return=len(complaints),
        both=sum(case.id in complaints for case in _due(session, found, now)),
    )


def _due(session: Session, found: Return, now: object) -> list[Case]:
    start, end = bounds(found.period)
    wanted = sa.select(Case).where(
        Case.institution_id == found.institution, Case.first_due_at >= start,
        Case.first_due_at < end, Case.first_due_at <= now, Case.kind == CaseKind.COMPLAINT,
        Case.simulated == found.simulated,
    )  # fmt: skip
    return list(session.scalars(wanted))
