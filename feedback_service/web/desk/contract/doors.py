"""Who comes to which institution's contract and return, and which span an address asks for."""

from collections.abc import Mapping

import sqlalchemy as sa
from flask import abort, request
from sqlalchemy.orm import Session

from analytics.contract import NotASpan, Span
from feedback_service import contracts
from feedback_service.domain.periods import Period
from feedback_service.models import Institution, Role
from feedback_service.staff import Viewer
from feedback_service.web.access import viewer
from feedback_service.web.desk.frame import CONTRACT_READERS, Choice, runtime
from feedback_service.web.desk.oversight import watched

WRITERS = (Role.PERFORMANCE,)
DECIDERS = (Role.ANALYST, Role.OVERSIGHT)
READERS = CONTRACT_READERS
OVER_ALL = (Role.ANALYST, Role.OVERSIGHT, Role.AUDITOR)

REFUSED: Mapping[str, str] = {
    "part": "contract_part", "words": "contract_words", "many": "contract_many",
    "file": "contract_file", "own": "contract_own", "decided": "contract_decided",
    "reason": "contract_reason", "criterion": "contract_criterion", "name": "contract_name",
    "direction": "contract_direction", "number": "contract_number", "weight": "contract_weight",
    "row": "contract_row", "formula": "contract_formula", "decimals": "contract_decimals",
    "unit": "contract_unit", "indicator": "contract_indicator", "there": "contract_there",
    "many_units": "contract_many_units", "why": "contract_why", "asked": "contract_asked",
    "frozen": "contract_frozen",
    "day": "return_day", "sent": "return_sent",
    "unsent": "return_unsent", "score": "return_score", "certificate": "return_certificate",
}  # fmt: skip
"""The key of flash.* by why an entry is not taken."""
NO_FILE: Mapping[str, str] = {
    "type": "file_type", "size": "file_size", "damaged": "file_damaged",
}  # fmt: skip
"""The same by why a file is not kept."""


def body(db: Session, institution: str, *, writing: bool = False) -> Institution:
    """The institution, if the viewer may come to its contract; 404 else.

    writing: only its own performance officer.
    """
    who = viewer()
    try:
        found = contracts.institution_of(db, institution)
    except contracts.NoSuchInstitution:
        abort(404)
    own = who.institution_id == institution
    if writing and not (own and who.has(*WRITERS)):
        abort(404)
    if not (own and who.has(*WRITERS, Role.SUPERVISOR)) and institution not in overseen(db, who):
        abort(404)
    return found


def own_only(who: Viewer) -> bool:
    """Whether the viewer comes to one institution's contract and to no list."""
    return not who.has(*OVER_ALL)


def span_asked(default: str = "") -> Span:
    """The span of the address or the form; without one, the quarter of today."""
    asked = request.values.get("period", "") or default
    try:
        return Span.parse(asked.replace("-", "/", 1) if "/" not in asked else asked) if asked else (
            Span.parse(Period.containing(runtime().now()).label)
        )  # fmt: skip
    except NotASpan:
        abort(404)


def in_address(span: Span) -> str:
    """As one part of an address: a hyphen stands for the slash."""
    return span.label.replace("/", "-")


def spans(span: Span) -> list[Choice]:
    """Those to choose from: of the same financial year, and the years before and after whole."""
    before, after = (Span.parse(Period(span.year + by).label) for by in (-1, 1))
    return [Choice(in_address(one), one.label)
            for one in (before, *Span.all_of(span.year), after)]  # fmt: skip


def overseen(db: Session, who: Viewer) -> set[str]:
    """The institutions whose contracts the viewer reads beside the own one."""
    found = sa.select(Institution.id)
    if not who.has(Role.ANALYST, Role.AUDITOR):
        found = found.where(watched(who) if who.has(Role.OVERSIGHT) else sa.false())
    return set(db.scalars(found))
