"""What the contracts of an aggregate's bodies say, as it is signed beside their figures: the number
of each one's own sheet, and none that rests on a figure kept back from the public."""

from collections.abc import Collection

from analytics.contract import Span
from feedback_service import contracts, scoring
from feedback_service.domain.periods import Period
from feedback_service.government import Signatory
from feedback_service.runtime import Runtime
from feedback_service.scoring.frozen import keeping


def of_members(rt: Runtime, period: Period, signatory: Signatory) -> dict[str, dict[str, str]]:
    """By body with a contract: charter and complaints in percent, and what it owes.  Complaints
    only once the period is frozen: before that the exact share moves with each case."""
    told = _told(rt, period, signatory.members)
    with rt.transaction() as db:
        found = contracts.owed(rt, db, Span.parse(period.label), told)
    return {
        one.institution.id: {
            "charter": "" if one.charter is None else f"{one.charter:.1f}",
            "complaints": "" if one.complaints is None else f"{one.complaints:.1f}",
            "owes": str(one.evidence + one.unsaid + bool(one.weight)),
        }
        for one in found
    }


def _told(rt: Runtime, period: Period, members: Collection[str]) -> dict[str, set[str]]:
    """The figures of each body that the public reads of a closed period; none of an open one."""
    if not keeping.is_frozen(rt, period):
        return {key: set() for key in members}
    cards = scoring.edition(rt, period).cards
    return {
        key: {name for name, figure in cards[key].figures.items() if figure.shown}
        if key in cards else set()
        for key in members
    }  # fmt: skip
