"""Cases that somebody filed for a citizen: whose voice counts as the citizen's, and whom they name.

The helper, and whoever works for an office, never speaks the citizen's verdict: not by a telephone
of the staff, and not by one telephone for many slips.
"""

import logging
from datetime import timedelta

import sqlalchemy as sa
from redis.exceptions import RedisError
from sqlalchemy.orm import Session

from analytics.triage import naming
from feedback_service.domain.cases import Action, ActionNotAllowed, Actor
from feedback_service.domain.quiet import is_easy
from feedback_service.identity import KeyRing
from feedback_service.models import Case, StaffPhone
from feedback_service.redress import conflicts, history
from feedback_service.redress.changes import Act
from feedback_service.redress.quiet import set_secret
from feedback_service.runtime import Runtime

logger = logging.getLogger(__name__)

MOST_SLIPS = 3
"""Assisted cases that one telephone may confirm: a family's, not an office's."""
WITHIN = timedelta(days=90)
_NAMED = "An officer was named whom no account matches: central triage reads it first"
_WHOM = "The citizen complains of"


class NotTheirVoice(ActionNotAllowed):
    """The yes came by a telephone that does not speak for the citizen."""


def check(rt: Runtime, session: Session, case: Case, what: Act) -> None:
    """Raises NotTheirVoice when the yes to an assisted case is not the citizen's own."""
    by_citizen = what.action is Action.CONFIRM and what.actor is Actor.CITIZEN
    if not by_citizen or case.registered_by_id is None:
        return
    if is_staff_phone(session, what.voice):
        raise NotTheirVoice(
            "voice is a telephone of the staff: the citizen confirms from a phone of their own"
        )
    if not _may_speak_for(rt, case, what.voice):
        raise NotTheirVoice(
            f"voice has confirmed {MOST_SLIPS} cases of others: each citizen confirms their own"
        )


def is_staff_phone(session: Session, lookup: bytes) -> bool:
    """Whether an institution has said that one of its staff holds this telephone."""
    found = sa.select(StaffPhone.lookup).where(StaffPhone.lookup == lookup).limit(1)
    return bool(lookup) and session.scalar(found) is not None


def names(rt: Runtime, session: Session, case: Case, named: str) -> None:
    """The citizen says whom they complain of: it does not exist for that person from now on.

    A name that no account has takes the case to central triage, which reads it first.
    """
    people = naming.staff_named(named, conflicts.could_be_named(session, case))
    for staff_id in people:
        conflicts.mark(rt, session, case, staff_id, conflicts.BY_CITIZEN)
    if not people:
        conflicts.hold(rt, session, case, _NAMED)
        told = {"text": f"{_WHOM}: {named}"}
        history.add(session, case, Action.NOTE, Actor.TRIAGE, rt.now(), told)


def goes_on(rt: Runtime, session: Session, case: Case, follows: Case) -> None:
    """What goes on with a case filed for a citizen opens by the digits of the first slip."""
    if case.registered_by_id is None:
        return
    follows.registered_by_id = case.registered_by_id
    if case.secret_hash is not None:
        first = case
        while first.previous_id:
            first = session.get_one(Case, first.previous_id)
        set_secret(rt, session, follows, slip_secret(rt, first))


def _may_speak_for(rt: Runtime, case: Case, voice: bytes) -> bool:
    """Count this case among those the telephone has spoken for; the same one again is no more."""
    spoken_for = f"slips:{voice.hex()}"
    try:
        with rt.redis.pipeline(transaction=False) as pipe:
            pipe.sadd(spoken_for, case.reference)
            pipe.expire(spoken_for, WITHIN, nx=True)
            pipe.scard(spoken_for)
            added, _, many = pipe.execute()
        if not added or int(many) <= MOST_SLIPS:
            return True
        rt.redis.srem(spoken_for, case.reference)
    except RedisError as error:
        logger.warning("slips of a telephone cannot be counted: %s", type(error).__name__)
    return False


def slip_secret(rt: Runtime, case: Case) -> str:
    """Four digits for a slip, always the same of a case: with them any phone opens it.

    Made of the reference and the service's key, so that a slip can be printed again on its day and
    the digits are kept nowhere.
    """
    ring = KeyRing(rt.settings.phone_keys)
    for again in range(100):
        number = int.from_bytes(ring.lookup(f"slip:{case.reference}:{again}")[:8], "big")
        if not is_easy(digits := f"{number % 10_000:04}"):
            return digits
    raise RuntimeError("a hundred easy secrets in a row: the key is no key")
