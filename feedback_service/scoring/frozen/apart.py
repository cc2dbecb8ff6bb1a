"""Who stands far enough from an institution to read its records one by one, to answer what it
contests, or to set a score beside its figures."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.models import Institution

OVER_NOBODY = frozenset({"owner", "independent office", "constitutional commission"})
"""Types of institutions that run no other one."""


def stands_apart(session: Session, institution: str, works_for: str | None) -> bool:
    """Whether somebody of `works_for` (None: of no institution) is of neither the institution nor a
    body that may be above or beside it.

    The registry does not say which ministry a body is under: every body of its sector is too near.
    """
    if works_for is None:
        return True
    if works_for == institution:
        return False
    found = sa.select(Institution.id, Institution.sector, Institution.type).where(
        Institution.id.in_((institution, works_for))
    )
    known = {row.id: row for row in session.execute(found)}
    mine, theirs = known.get(works_for), known.get(institution)
    if mine is None or theirs is None:
        return False
    return mine.type in OVER_NOBODY or mine.sector != theirs.sector
