"""Where a period's aggregates stand: drawn up, signed, returned or gone up, by whom, how late; each
reader sees the own ones and those that have come up to them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.evidence.plain import read
from feedback_service import scoring
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import Period
from feedback_service.government.aggregates import RETURNED, UNSIGNED, Aggregate, aggregate
from feedback_service.government.lines import Body, Signatory
from feedback_service.government.lines import signatories as signatories_of
from feedback_service.models import Institution, LineReturn, LineSheet
from feedback_service.runtime import Runtime
from feedback_service.scoring.frozen import keeping


class State(StrEnum):
    """Of an aggregate: nobody has signed it yet, signed, given back with a reason, gone up."""

    DRAWN_UP = "drawn up"
    SIGNED = "signed"
    RETURNED = "returned"
    GONE_UP = "gone up"


@dataclass(frozen=True)
class Status:
    """Where one signatory's aggregate stands.  `days_late` counts from its date to the day it went
    up, or to today; `back` are what was given back to the holder and waits for an answer."""

    signatory: Signatory
    state: State
    sheet: LineSheet | None
    back: tuple[LineReturn, ...]
    due: date
    days_late: int

    @property
    def signed(self) -> Aggregate | None:
        """The figures that were signed last."""
        return read(Aggregate, self.sheet.figures) if self.sheet else None

    @property
    def up(self) -> Aggregate | None:
        """The figures whoever stands above may see: those that went up and were not given back."""
        return self.signed if self.state is State.GONE_UP else None


def signatories(session: Session, period: Period) -> list[Signatory]:
    """Everybody who signs for the bodies that the registry had in the period."""
    rows = session.execute(
        sa.select(
            Institution.id, Institution.name, Institution.reporting_line, Institution.type,
            Institution.county_code,
        )
        .where(sa.or_(Institution.ended_on.is_(None), Institution.ended_on >= period.start))
        .order_by(Institution.name)
    )  # fmt: skip
    return signatories_of(Body(*row) for row in rows)


def standing(
    session: Session, period: Period, now: datetime, given: Iterable[Signatory]
) -> list[Status]:
    """Where each of these stands."""
    sheets = _sheets(session, period)
    backs = open_returns(session, period)
    today = now.astimezone(NAIROBI).date()
    return [_status(one, period, sheets, backs, today) for one in given]


def of_holder(given: Iterable[Signatory], line: str, holder: str) -> Signatory | None:
    """The signatory of that name."""
    return next((one for one in given if one.line.key == line and one.holder == holder), None)


def above(given: Iterable[Signatory], line: str, holder: str) -> list[Signatory]:
    """Those whose aggregates come up to the holder in this line; "" is the owner, in all lines."""
    return [one for one in given if one.to == holder and (not holder or one.line.key == line)]


def is_over(period: Period, now: datetime) -> bool:
    """Before that nothing is drawn up: figures that move with each rating would tell of one."""
    return now.astimezone(NAIROBI).date() > period.end


def drawn(
    rt: Runtime,
    period: Period,
    signatory: Signatory,
    contracts: Mapping[str, Mapping[str, str]],
) -> Aggregate:
    """The aggregate as it would be signed now, of what the public is told: among its readers are
    bodies that citizens have spoken of, and a figure of two cases is two citizens'.

    Counties' figures are those that the counties sent up.
    """
    found = scoring.edition(rt, period)
    frozen = keeping.is_frozen(rt, period)
    with rt.transaction() as session:
        out = left_out(session, period, rt.now(), signatory)
        below = _below(session, period, rt.now(), signatory)
    cards = {key: found.cards[key] for key in signatory.members if key in found.cards}
    made = aggregate(period.label, not frozen, cards, contracts, out)
    if not below:
        return made
    theirs = {body.institution: body for one in below for body in one.bodies}
    bodies = tuple(theirs.get(body.institution, body) for body in made.bodies)
    provisional = made.provisional or any(one.provisional for one in below)
    return Aggregate(made.period, provisional, bodies, made.left_out)


def left_out(
    session: Session, period: Period, now: datetime, signatory: Signatory
) -> dict[str, str]:
    """The members whose figures do not go up with the signatory's, by why."""
    if not signatory.whole:
        return {}
    given = signatories(session, period)
    out: dict[str, str] = {}
    for one in standing(session, period, now, above(given, signatory.line.key, signatory.holder)):
        if one.state is not State.GONE_UP:
            why = RETURNED if one.state is State.RETURNED else UNSIGNED
            out |= dict.fromkeys(one.signatory.members, why)
    for row in open_returns(session, period):
        theirs = row.institution_id in signatory.members and row.institution_id != signatory.holder
        if row.line == signatory.line.key and theirs:
            out[row.institution_id] = RETURNED
    return out


def open_returns(session: Session, period: Period) -> list[LineReturn]:
    """What was given back of a period and has no answer yet, the oldest first."""
    found = sa.select(LineReturn).where(
        LineReturn.period == period.label, LineReturn.answered_at.is_(None)
    )
    return list(session.scalars(found.order_by(LineReturn.at, LineReturn.id)))


def last_sheet(session: Session, period: str, signatory: Signatory) -> LineSheet | None:
    """What was signed last."""
    found = sa.select(LineSheet).where(
        LineSheet.period == period, LineSheet.line == signatory.line.key.value,
        LineSheet.holder_id == signatory.holder,
    )  # fmt: skip
    return session.scalars(found.order_by(LineSheet.number.desc()).limit(1)).one_or_none()


def _below(
    session: Session, period: Period, now: datetime, signatory: Signatory
) -> list[Aggregate]:
    if not signatory.whole:
        return []
    given = above(signatories(session, period), signatory.line.key, signatory.holder)
    return [one.up for one in standing(session, period, now, given) if one.up is not None]


def _sheets(session: Session, period: Period) -> dict[tuple[str, str], LineSheet]:
    found = session.scalars(
        sa.select(LineSheet).where(LineSheet.period == period.label).order_by(LineSheet.number)
    )
    return {(row.line, row.holder_id): row for row in found}


def _status(
    one: Signatory,
    period: Period,
    sheets: Mapping[tuple[str, str], LineSheet],
    backs: Iterable[LineReturn],
    today: date,
) -> Status:
    sheet = sheets.get((one.line.key, one.holder))
    back = tuple(
        row for row in backs if row.line == one.line.key and row.institution_id == one.holder
    )
    if back:
        state = State.RETURNED
    elif sheet is None:
        state = State.DRAWN_UP
    else:
        state = State.GONE_UP if sheet.sent_at else State.SIGNED
    went = sheet.sent_at if sheet and state is State.GONE_UP else None
    until = went.astimezone(NAIROBI).date() if went else today
    due = one.due(period)
    return Status(one, state, sheet, back, due, max(0, (until - due).days))
