"""The signed packs of frozen quarters, as they were made at the freeze."""

from sqlalchemy.orm import Session

from analytics.evidence.making import Edition
from feedback_service.domain.periods import Period
from feedback_service.models import FrozenPack, FrozenPeriod


class NoSuchPack(LookupError):
    """The period is not frozen, or had no such institution."""


def pack(session: Session, institution: str, period: Period, edition: Edition) -> bytes:
    """The zip file.  Raises NoSuchPack saying what to do."""
    found = session.get(FrozenPack, (period.label, institution, edition.value))
    if found is not None:
        return found.content
    if session.get(FrozenPeriod, period.label) is None:
        raise NoSuchPack(
            f"period is {period.label}, which is not frozen: `feedback freeze` closes it"
        )
    raise NoSuchPack(f"institution is {institution!r}, which {period.label} does not have")
