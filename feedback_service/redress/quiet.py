"""Quiet cases: no message, absent from lists, opened by reference and four digits from any phone.

The digits are kept as a keyed hash under PHONE_KEYS, compared in constant time, and few wrong ones
are heard: five from one person and thirty for one case a day, a repeated one once.  What is not
opened gets one answer, whether the case, its secret or the tries are missing.
"""

import hmac
import logging
from dataclasses import dataclass

import sqlalchemy as sa
from redis.exceptions import RedisError
from sqlalchemy.orm import Session

from feedback_service import identity, outbox
from feedback_service.domain.cases import Lane
from feedback_service.domain.quiet import QUIET_SECTORS, BadSecret, read_secret
from feedback_service.domain.references import read_reference
from feedback_service.identity import KeyRing, key_id
from feedback_service.models import Case, Citizen, Institution, Service
from feedback_service.redress.telling import first_words, tell
from feedback_service.runtime import Runtime

__all__ = [
    "BadSecret",
    "Found",
    "answer_openly",
    "hush",
    "look_up",
    "open_own",
    "open_quiet",
    "quiet_by_default",
    "set_secret",
    "unhush",
]

logger = logging.getLogger(__name__)

MOST_WRONG_BY_PERSON, MOST_WRONG_FOR_CASE = 5, 30
MOST_ASKED = 10
"""References of others that one person may ask for in a day, as by SMS."""
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


def answer_openly(rt: Runtime, session: Session, case: Case, *, more: bool = False) -> None:
    """The citizen, asked at filing, wants messages: the first leaves now, held back or not."""
    unhush(rt, session, case)
    tell(rt, session, case, first_words(session, case, more=more), 1)


@dataclass(frozen=True)
class Found:
    """What may be said of a reference that is not in the caller's list.

    `status` is one word, `unknown` for what does not exist, empty after ten questions a day;
    `wants_secret`: it is the caller's own quiet case, and has no secret yet.
    """

    status: str
    wants_secret: bool = False


def look_up(rt: Runtime, session: Session, person: bytes, reference: str) -> Found:
    """What anybody may hear of a reference; `person` is the caller's lookup."""
    case, own = _find(rt, session, person, reference)
    if case and own and _wants_secret(case):
        return Found(case.status.value, wants_secret=True)
    if not _may_ask(rt, person, reference):
        return Found("")
    return Found(case.status.value if case else "unknown")


def open_own(
    rt: Runtime, session: Session, person: bytes, reference: str, digits: str
) -> Case | None:
    """The caller's own quiet case that has no secret yet, and now has this one; else None."""
    case, own = _find(rt, session, person, reference)
    if case is None or not (own and _wants_secret(case)):
        return None
    session.refresh(case, with_for_update=True)
    if not _wants_secret(case):
        return None
    set_secret(rt, session, case, digits)
    return case


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
    case, own = _find(rt, session, person, reference)
    right = _is_right(rt, case, wanted, digits)
    if not _may_try(rt, person, wanted, digits, own=own) or not right:
        return None
    _forgive(rt, person, wanted, digits)
    return case


def _find(rt: Runtime, session: Session, person: bytes, reference: str) -> tuple[Case | None, bool]:
    """The case, and whether the person filed it and still has that number.

    One statement, found or not, so that time tells nothing.
    """
    filed = sa.and_(Citizen.lookup == person, identity.current(rt.now()))
    wanted = (
        sa.select(Case, sa.func.coalesce(filed, sa.false()))
        .outerjoin(Citizen, Citizen.id == Case.citizen_id)
        .where(Case.reference == (read_reference(reference) or ""))
    )
    found = session.execute(wanted).one_or_none()
    return (found[0], bool(found[1])) if found else (None, False)


def _wants_secret(case: Case) -> bool:
    return case.quiet and case.secret_hash is None


def _is_right(rt: Runtime, case: Case | None, reference: str, digits: str) -> bool:
    """Compared with every key's hash, found or not, so that time tells nothing."""
    kept = case.secret_hash if case else None
    hashes = [_hash(key, reference, digits) for key in rt.settings.phone_keys]
    # Kept before the key was named beside it, a hash has its 32 bytes alone.
    same = [hmac.compare_digest((kept or b"\0" * 36)[-32:], each[-32:]) for each in hashes]
    return kept is not None and any(same)


def _hash(key: bytes, reference: str, digits: str) -> bytes:
    """Which key, then its hash: nobody can make it anew under another key."""
    return key_id(key) + KeyRing((key,)).lookup(f"secret:{reference}:{digits}")


def _may_try(rt: Runtime, person: bytes, reference: str, digits: str, *, own: bool) -> bool:
    """Count this try first, so that many at once are not more than one after the other.

    The same digits again are the same try: a network that repeats a call locks nobody out, and who
    guesses learns nothing by it.  Strangers' tries must not lock out whoever filed the case: their
    own phone keeps its own five.
    """
    tries = _tries(rt, person, reference, digits)
    try:
        with rt.redis.pipeline(transaction=False) as pipe:
            for counter, tried in tries:
                pipe.sadd(counter, tried)
                pipe.expire(counter, TRIES_KEPT_FOR, nx=True)
                pipe.scard(counter)
            _, _, mine, _, _, all_of_them = pipe.execute()
    except RedisError as error:
        logger.warning("tries of secrets cannot be counted: %s", type(error).__name__)
        return False
    return mine <= MOST_WRONG_BY_PERSON and (own or all_of_them <= MOST_WRONG_FOR_CASE)


def _may_ask(rt: Runtime, person: bytes, reference: str) -> bool:
    """Count the cases asked about that are not in the caller's list: the same one again is no more.

    So a screen shown again costs nothing, and copies of a call at once are told the same.
    """
    asked_about = f"secret:asked:{person.hex()}"
    try:
        with rt.redis.pipeline(transaction=False) as pipe:
            pipe.sadd(asked_about, read_reference(reference) or reference)
            pipe.expire(asked_about, TRIES_KEPT_FOR, nx=True)
            pipe.scard(asked_about)
            _, _, asked = pipe.execute()
    except RedisError as error:
        logger.warning("questions about cases cannot be counted: %s", type(error).__name__)
        return False
    return int(asked) <= MOST_ASKED


def _forgive(rt: Runtime, person: bytes, reference: str, digits: str) -> None:
    """A right one was no wrong one."""
    try:
        with rt.redis.pipeline(transaction=False) as pipe:
            for counter, tried in _tries(rt, person, reference, digits):
                pipe.srem(counter, tried)
            pipe.execute()
    except RedisError as error:
        logger.warning("a try of a secret stays counted: %s", type(error).__name__)


def _tries(
    rt: Runtime, person: bytes, reference: str, digits: str
) -> tuple[tuple[str, bytes], tuple[str, bytes]]:
    """Where tries of the person and of the case are kept, and this one without its digits."""
    tried = KeyRing(rt.settings.phone_keys).lookup(f"try:{person.hex()}:{reference}:{digits}")
    return (f"secret:tried:{person.hex()}", tried), (f"secret:tried-for:{reference}", tried)
