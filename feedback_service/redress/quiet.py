"""Quiet cases: no message, absent from lists, opened by reference and four digits from any phone.

The digits are kept as a keyed hash under PHONE_KEYS, compared in constant time, and few wrong ones
are heard: five from one person and thirty for one case a day.  What is not opened gets one answer,
whether the case, its secret or the tries are missing.
"""

import hmac
import logging

from redis.exceptions import RedisError
from sqlalchemy.orm import Session

from feedback_service import outbox
from feedback_service.domain.cases import Lane
from feedback_service.domain.quiet import QUIET_SECTORS, BadSecret, read_secret
from feedback_service.domain.references import read_reference
from feedback_service.identity import KeyRing
from feedback_service.models import Case, Citizen, Institution, Service
from feedback_service.redress.reading import case_by_reference
from feedback_service.runtime import Runtime

__all__ = ["BadSecret", "hush", "open_quiet", "quiet_by_default", "set_secret", "unhush"]

logger = logging.getLogger(__name__)

MOST_WRONG_BY_PERSON, MOST_WRONG_FOR_CASE = 5, 30
TRIES_KEPT_FOR = 24 * 3600
"""Seconds after the first try in which wrong ones are counted together."""
HUSHED = "the case became quiet"
"""Why a message that waited was taken back."""


def quiet_by_default(
    session: Session, service_id: str | None, institution_id: str | None, lane: Lane
) -> bool:
    """Whether a case is quiet until its citizen says otherwise."""
    if lane is Lane.CONFIDENTIAL:
        return True
    service = session.get(Service, service_id) if service_id else None
    if service:
        return service.sector in QUIET_SECTORS
    institution = session.get(Institution, institution_id) if institution_id else None
    return institution is not None and institution.sector in QUIET_SECTORS


def hush(rt: Runtime, session: Session, case: Case) -> None:
    """No more messages of this case; those that wait are taken back."""
    case.quiet = True
    outbox.take_back(session, case.id, HUSHED)


def unhush(rt: Runtime, session: Session, case: Case) -> None:
    """Messages again, those that wait for the citizen's choice at once."""
    case.quiet = False
    outbox.release(session, case.id, rt.now())


def set_secret(rt: Runtime, session: Session, case: Case, digits: str) -> None:
    """Keep the four digits that open this case; raises BadSecret when they are not four."""
    case.secret_hash = _hash(rt.settings.phone_keys[0], case.reference, read_secret(digits))


def open_quiet(
    rt: Runtime, session: Session, person: bytes, reference: str, digits: str
) -> Case | None:
    """The case that the reference and its secret open, on any phone; None for everything else.

    `person` is the caller's lookup.  None too when too many wrong ones were tried, or when nobody
    can count them (Redis away).
    """
    wanted = read_reference(reference) or ""
    case = case_by_reference(session, wanted)
    right = _is_right(rt, case, wanted, digits)
    owner = session.get(Citizen, case.citizen_id) if case and case.citizen_id else None
    own = owner is not None and owner.lookup == person
    if not _may_try(rt, person, wanted, own=own):
        return None
    if not right:
        return None
    _forgive(rt, person, wanted)
    return case


def _is_right(rt: Runtime, case: Case | None, reference: str, digits: str) -> bool:
    """Compared with every key's hash, found or not, so that time tells nothing."""
    kept = case.secret_hash if case else None
    hashes = [_hash(key, reference, digits) for key in rt.settings.phone_keys]
    same = [hmac.compare_digest(kept or b"\0" * 32, each) for each in hashes]
    return kept is not None and any(same)


def _hash(key: bytes, reference: str, digits: str) -> bytes:
    return KeyRing((key,)).lookup(f"secret:{reference}:{digits}")


def _may_try(rt: Runtime, person: bytes, reference: str, *, own: bool) -> bool:
    """Count this try first, so that many at once are not more than one after the other.

    Strangers' tries must not lock out whoever filed the case: their own phone keeps its own five.
    """
    by_person, for_case = _counters(person, reference)
    try:
        with rt.redis.pipeline(transaction=False) as pipe:
            for counter in (by_person, for_case):
                pipe.set(counter, 0, ex=TRIES_KEPT_FOR, nx=True)
                pipe.incr(counter)
            _, mine, _, all_of_them = pipe.execute()
    except RedisError as error:
        logger.warning("tries of secrets cannot be counted: %s", type(error).__name__)
        return False
    return mine <= MOST_WRONG_BY_PERSON and (own or all_of_them <= MOST_WRONG_FOR_CASE)


def _forgive(rt: Runtime, person: bytes, reference: str) -> None:
    """A right one was no wrong one."""
    try:
        with rt.redis.pipeline(transaction=False) as pipe:
            for counter in _counters(person, reference):
                pipe.decr(counter)
            pipe.execute()
    except RedisError as error:
        logger.warning("a try of a secret stays counted: %s", type(error).__name__)


def _counters(person: bytes, reference: str) -> tuple[str, str]:
    return f"secret:person:{person.hex()}", f"secret:case:{reference}"
