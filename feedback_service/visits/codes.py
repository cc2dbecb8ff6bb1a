"""One-time codes: made by the sheet, looked up when somebody types one, spent on one rating.

A code that is wrong costs its typer one of ten tries a day; none of the answers tells more than
used, expired or unknown, and each leads on to the ordinary menu.
"""

import logging
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from redis.exceptions import RedisError
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback_service import audit, registry
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.visit_codes import is_code, new_code
from feedback_service.models import CodeSheet, VisitCode
from feedback_service.runtime import Runtime

logger = logging.getLogger(__name__)

MOST_CODES = 500
"""Codes of one sheet: some twenty printed pages."""
LASTS = timedelta(days=90)
MOST_TRIES = 10
"""Wrong codes that one number may type in a day; then even a good one is not looked up."""
_A_DAY = 86_400
GOOD, USED, EXPIRED, UNKNOWN, TRIES = "good", "used", "expired", "unknown", "tries"


class BadSheet(ValueError):
    """The sheet cannot be made; `key` names the field, the message says what to do."""

    def __init__(self, key: str, remedy: str) -> None:
        super().__init__(f"{key}: {remedy}")
        self.key = key


@dataclass(frozen=True)
class Found:
    """What a code stands for: its state, and the rating it opens where it is good."""

    state: str
    service: str = ""
    place: str = ""
    county: str = ""


def make(
    rt: Runtime, session: Session, service: str, place: str | None, count: int,
    by_id: uuid.UUID | None, *, of: str | None = None, county: int | None = None,
    simulated: bool = False,
) -> CodeSheet:  # fmt: skip
    """A sheet of new codes for a service at a place.  Where it is given, the institution `of`,
    must owe it there.  Raises BadSheet."""
    known = registry.catalogue(rt)
    card = known.services.get(service)
    if card is None or card.ended:
        raise BadSheet("service", "choose a service that is given")
    if place is not None and place not in known.places:
        raise BadSheet("place", "choose a place of the list")
    if not 1 <= count <= MOST_CODES:
        raise BadSheet("codes", f"write a number from 1 to {MOST_CODES}")
    county = known.places[place].county if place else county
    owner = registry.owner_of(rt, service, county)
    if of is not None and owner != of:
        raise BadSheet("place", f"choose a place where {of} gives the service")
    sheet = CodeSheet(
        institution_id=owner, service_id=service,
        service_point_id=place, county_code=county, codes=count, made_by_id=by_id,
        expires_on=(rt.now() + LASTS).astimezone(NAIROBI).date(), made_at=rt.now(),
        simulated=simulated,
    )  # fmt: skip
    session.add(sheet)
    session.flush()  # The codes point at the sheet.
    _draw(session, sheet)
    told = {"service": service, "place": place, "codes": count}
    audit.note(session, "codes.make", str(sheet.id), rt.now(), by_id, told)
    return sheet


def codes_of(session: Session, sheet: CodeSheet) -> Sequence[str]:
    """In the order they are printed."""
    found = sa.select(VisitCode.code).where(VisitCode.sheet_id == sheet.id)
    return session.scalars(found.order_by(VisitCode.position)).all()


_FIND = sa.text("""
select jsonb_build_array(sheet.service_id, sheet.service_point_id, sheet.county_code,
  to_char(sheet.expires_on, 'YYYY-MM-DD'), code.rating_source)
from visit_codes as code join code_sheets as sheet on sheet.id = code.sheet_id
where code.code = :code
""")
# A rating that was taken back from one code and given by another leaves the first one unspent.
_RELEASE = sa.text("""
update visit_codes set used_at = null, rating_source = null
where rating_source = :source and code <> :code
""")
_SPEND = sa.text("""
update visit_codes set used_at = :at, rating_source = :source
from code_sheets as sheet
where code = :code and rating_source is null and sheet.id = sheet_id
  and sheet.service_id = :service
""")


def look_up(rt: Runtime, code: str, person: str, rating_source: str) -> Found:
    """What a typed code stands for.

    person: who types, by keyed hash.  rating_source: the rating it would be spent on; a code that
    was spent on this very one is still good, so that the same history gives the same screens.
    """
    if _tries(rt, person) >= MOST_TRIES:
        return Found(TRIES)
    row = rt.at_once(_FIND, {"code": code}) if is_code(code) else None
    if row is None:
        _tried(rt, person)
        return Found(UNKNOWN)
    service, place, county, expires_on, spent_on = row
    if spent_on not in (None, rating_source):
        return Found(USED)
    known = registry.catalogue(rt).services.get(service)
    over = date.fromisoformat(expires_on) < rt.now().astimezone(NAIROBI).date()
    if over or known is None or known.ended:
        return Found(EXPIRED)
    return Found(GOOD, service, place or "", str(county or ""))


def spend(rt: Runtime, code: str, service: str, rating_source: str) -> None:
    """The code has given its rating.  Of two who typed one code at once the first one spends it;
    the other's rating stands without a code, as any from the menu does."""
    row = {"code": code, "source": rating_source, "service": service, "at": rt.now()}
    rt.at_once(_RELEASE, row)
    rt.at_once(_SPEND, row)


def _draw(session: Session, sheet: CodeSheet) -> None:
    """New codes until there are enough: one that is taken already is drawn again."""
    position = 0
    while position < sheet.codes:
        drawn = [
            {"code": new_code(secrets.randbelow), "sheet_id": sheet.id, "position": place}
            for place in range(position + 1, sheet.codes + 1)
        ]
        made = insert(VisitCode).values(drawn).on_conflict_do_nothing()
        position += len(session.scalars(made.returning(VisitCode.code)).all())


def _tries(rt: Runtime, person: str) -> int:
    try:
        return int(rt.redis.get(f"code-tries:{person}") or 0)
    except RedisError as error:
        logger.warning("code tries not read (%s)", type(error).__name__)
        return 0


def _tried(rt: Runtime, person: str) -> None:
    key = f"code-tries:{person}"
    try:
        rt.redis.incr(key)
        rt.redis.expire(key, _A_DAY, nx=True)
    except RedisError as error:
        logger.warning("code try not counted (%s)", type(error).__name__)
