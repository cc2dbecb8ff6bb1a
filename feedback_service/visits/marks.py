"""By what a visit is known again: the feeder's own id is kept as a keyed hash only, since some feed
a phone or identity number as theirs."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.identity import KeyRing
from feedback_service.models import Visit
from feedback_service.runtime import Runtime

_LENGTH = 32


def marks_of(rt: Runtime, sources: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The mark of each source under every key there is, the newest first: that one is kept."""
    rings = [KeyRing([key]) for key in rt.settings.phone_keys]
    return {source: tuple(_mark(ring, source) for ring in rings) for source in sources}


def taken_before(session: Session, marks: dict[str, tuple[str, ...]]) -> set[str]:
    """Sources whose visit was taken while an older key was the newest."""
    older = {mark: source for source, of in marks.items() for mark in of[1:]}
    if not older:
        return set()
    known = session.scalars(sa.select(Visit.source).where(Visit.source.in_(older)))
    return {older[mark] for mark in known}


def _mark(ring: KeyRing, source: str) -> str:
    institution, _, _ = source.partition("/")
    return f"{institution}/{ring.lookup(f'visit {source}').hex()[:_LENGTH]}"
