"""Who is behind an address: found or made, tied to a second one, let go when the number moves on.

| what a message shows | whose it is |
|---|---|
| a number, or a WhatsApp id, that we know | that person's |
| both, and only the id is known, of somebody without a number | theirs: they have shown it now |
| both, each known of another person | the number's: the id moves, and so does all that was said under it |
| both, the id known of somebody with another number | the number's: the id moves, nothing else |
| a number whose holder was silent too long, or whose WhatsApp account is a new one | somebody new's |
"""  # noqa: E501 - a table is read across

import os
import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from feedback_service.identity import joining
from feedback_service.identity.keys import KeyRing
from feedback_service.models import Alias, Citizen, Message, MessageState, Stop, new_id

RECYCLED_AFTER = timedelta(days=180)
"""Silence after which a number counts as somebody else's.  Kenyan operators take back a line after
some three to six months without use and sell it again after a rest: whoever writes then may be a
stranger.  Being sent messages is not being heard."""
ANOTHER_ACCOUNT_AFTER = timedelta(days=30)
"""Silence after which a new WhatsApp id on a number counts as a new holder: an id changes only with
the account, and no operator sells a number again within a month."""
HEARD_EVERY = timedelta(days=1)
"""How old `heard_at` may grow before it is written again: a row a day, not a row a message."""
GIVEN_UP = "the number was given up"
PHONE, WHATSAPP, MACHINE = "phone", "whatsapp", "machine"
SCHEME = "whatsapp:"
_HELD, _NEW = "citizens held", "citizens made"
"""What a session remembers of its own transaction."""


def find_or_add(
    session: Session, ring: KeyRing, address: str, now: datetime, language: str | None = None,
    alias: str = "", *, hold: bool = False,
) -> Citizen:  # fmt: skip
    """The citizen behind an address; made when first heard of.  Two at once make one.

    hold: their row is held until the transaction ends, so that what else comes from them waits.

    address: E.164, or "whatsapp:KE.…" where the number is hidden.  alias: the WhatsApp id that came
    beside a number ("KE.…", with or without its scheme): one signed call that shows both is the
    proof that they are one person's.
    """
    other = _named(alias) if alias else ""
    known = _holder(session, ring.lookup(other)) if other else None
    citizen = _holder(session, ring.lookup(address), hold=hold)
    if citizen is not None and _moved_on(session, ring, citizen, address, other, known, now):
        retire(session, citizen.id, now)
        citizen = None
    if citizen is None and known is not None and known.kind == WHATSAPP:
        citizen = _now_with_number(session, ring, known, address)
    if citizen is None:
        citizen = _add(session, ring, address, now, language, hold=hold)
    if hold:
        session.info.setdefault(_HELD, set()).add(citizen.id)
    if other:
        session.info.get(_NEW, set()).discard(citizen.id)
        _tie(session, ring, citizen, other, known, now)
    if citizen.heard_at is None or now - citizen.heard_at > HEARD_EVERY:
        citizen.heard_at = now
    return citizen


def holds(session: Session, citizen_id: uuid.UUID) -> bool:
    """Whether this transaction has read a person's row to hold it, or has made it."""
    return citizen_id in session.info.get(_HELD, ()) or is_new(session, citizen_id)


def is_new(session: Session, citizen_id: uuid.UUID) -> bool:
    """Whether this transaction has made the person: nothing of theirs can lie anywhere yet."""
    return citizen_id in session.info.get(_NEW, ())


def current(now: datetime) -> sa.ColumnElement[bool]:
    """That a row of `citizens` is still the holder of its address: for finding a person's cases.

    Only numbers are sold again; a WhatsApp id goes with its account.
    """
    last = sa.func.coalesce(Citizen.heard_at, Citizen.created_at)
    heard = sa.or_(Citizen.kind != PHONE, last > now - RECYCLED_AFTER)
    return sa.and_(Citizen.retired_at.is_(None), heard)


def is_current(citizen: Citizen, now: datetime) -> bool:
    """The same of one person at hand."""
    if citizen.retired_at is not None:
        return False
    return citizen.kind != PHONE or (citizen.heard_at or citizen.created_at) > now - RECYCLED_AFTER


def hear(session: Session, lookup: bytes, now: datetime) -> None:
    """Somebody has asked for their cases: the number is in use by whoever still holds it."""
    last = sa.func.coalesce(Citizen.heard_at, Citizen.created_at)
    heard = sa.update(Citizen).where(
        Citizen.lookup == lookup, current(now), last < now - HEARD_EVERY
    )
    session.execute(heard.values(heard_at=now).execution_options(synchronize_session=False))


def retire(session: Session, citizen_id: uuid.UUID, now: datetime) -> None:
    """Let go of a person's address: free for somebody new, and no message goes there for them.

    Their cases stay, open to whoever knows reference and secret.  Twice is once.
    """
    gone = (
        sa.update(Citizen)
        .where(Citizen.id == citizen_id, Citizen.retired_at.is_(None))
        .values(lookup=os.urandom(32), sealed=b"", retired_at=now)
    )
    session.execute(gone)
    session.execute(sa.delete(Alias).where(Alias.citizen_id == citizen_id))
    session.execute(
        sa.update(Message)
        .where(Message.citizen_id == citizen_id, Message.state == MessageState.QUEUED)
        .values(state=MessageState.FAILED, failure=GIVEN_UP)
    )


def has_stopped(session: Session, citizen_id: uuid.UUID, channel: str) -> bool:
    if is_new(session, citizen_id):
        return False
    return session.get(Stop, (citizen_id, channel)) is not None


def stop(session: Session, citizen_id: uuid.UUID, channel: str, now: datetime) -> None:
    """No more messages on this channel, at once; saying it twice changes nothing."""
    row = {"citizen_id": citizen_id, "channel": channel, "at": now}
    session.info.get(_NEW, set()).discard(citizen_id)
    session.execute(insert(Stop).values(row).on_conflict_do_nothing())


def start_again(session: Session, citizen_id: uuid.UUID, channel: str) -> None:
    session.execute(sa.delete(Stop).where(Stop.citizen_id == citizen_id, Stop.channel == channel))


def _named(alias: str) -> str:
    return alias if alias.startswith(SCHEME) else f"{SCHEME}{alias}"


_TIED = sa.select(Alias.citizen_id).where(Alias.lookup == sa.bindparam("lookup")).scalar_subquery()
_WHOSE = (
    sa.select(Citizen)
    .where(
        sa.or_(
            Citizen.lookup == sa.bindparam("lookup"),
            sa.and_(Citizen.id == _TIED, Citizen.retired_at.is_(None)),
        )
    )
    .order_by((Citizen.lookup == sa.bindparam("lookup")).desc())
    .limit(1)
    .execution_options(populate_existing=True)
)
"""Whose address this is, as the database says now, whatever the session has read before: the one
who has it for their own comes before the one it is tied to."""
_WHOSE_HELD = _WHOSE.with_for_update(key_share=True)


def _holder(session: Session, lookup: bytes, *, hold: bool = False) -> Citizen | None:
    whose = _WHOSE_HELD if hold else _WHOSE
    return session.scalars(whose, {"lookup": lookup}).one_or_none()


def _moved_on(
    session: Session, ring: KeyRing, citizen: Citizen, address: str, other: str,
    known: Citizen | None, now: datetime,
) -> bool:  # fmt: skip
    """Whether the number has another holder than the person we know it by."""
    if not address.startswith("+") or (known is not None and known.id == citizen.id):
        return False
    silent = now - (citizen.heard_at or citizen.created_at)
    if silent > RECYCLED_AFTER:
        return True
    return (
        bool(other)
        and silent > ANOTHER_ACCOUNT_AFTER
        and _has_account(session, ring, citizen, other)
    )


def _has_account(session: Session, ring: KeyRing, citizen: Citizen, other: str) -> bool:
    """Whether the person is known by another WhatsApp id of the same form as this one.

    A business that joins an enterprise sees new ids, in the longer form, of the same people.
    """
    tied = session.scalars(sa.select(Alias).where(Alias.citizen_id == citizen.id))
    forms = {_form(ring.unseal(alias.sealed, alias.lookup)) for alias in tied}
    return _form(other) in forms


def _form(name: str) -> int:
    return name.count(".")


def _now_with_number(
    session: Session, ring: KeyRing, known: Citizen, address: str
) -> Citizen | None:
    """The person known by a WhatsApp id alone, with the number they show now.

    None when somebody has just come by that number another way: then there are two to join.
    """
    lookup = ring.lookup(address)
    values = {"lookup": lookup, "sealed": ring.seal(address, lookup), "kind": PHONE}
    try:
        with session.begin_nested():
            session.execute(sa.update(Citizen).where(Citizen.id == known.id).values(values))
    except IntegrityError:
        return None
    session.refresh(known)
    return known


def _add(
    session: Session, ring: KeyRing, address: str, now: datetime, language: str | None, *,
    hold: bool,
) -> Citizen:  # fmt: skip
    lookup = ring.lookup(address)
    row = {
        "id": new_id(), "lookup": lookup, "sealed": ring.seal(address, lookup),
        "kind": _kind(address), "language": language,
        "created_at": now, "heard_at": now,
    }  # fmt: skip
    made = session.scalars(_MAKE, row).one_or_none()
    if made is not None:
        session.info.setdefault(_NEW, set()).add(made.id)
        return made
    found = _holder(session, lookup, hold=hold)
    if found is None:
        raise RuntimeError("a citizen vanished between two statements: write again")
    return found


_MAKE = insert(Citizen).on_conflict_do_nothing(index_elements=["lookup"]).returning(Citizen)


def _kind(address: str) -> str:
    """A person's number, a person without one, or what is nobody's: a bank's name."""
    if address.startswith("+"):
        return PHONE
    return WHATSAPP if address.startswith(SCHEME) else MACHINE


def _tie(
    session: Session, ring: KeyRing, citizen: Citizen, other: str, known: Citizen | None,
    now: datetime,
) -> None:  # fmt: skip
    """Have the WhatsApp id find this person; somebody known by it alone becomes this person."""
    if known is not None and known.id != citizen.id and known.kind == WHATSAPP:
        joining.join(session, known, citizen, now)
    lookup = ring.lookup(other)
    row = {
        "lookup": lookup, "citizen_id": citizen.id, "sealed": ring.seal(other, lookup),
        "created_at": now,
    }  # fmt: skip
    tied = insert(Alias).values(row)
    session.execute(
        tied.on_conflict_do_update(
            index_elements=["lookup"],
            set_={"citizen_id": citizen.id},
            where=Alias.citizen_id != citizen.id,
        )
    )
