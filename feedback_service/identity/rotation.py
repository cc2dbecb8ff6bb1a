"""A new key for everything that is sealed, while the service runs; which key still holds what.

Each value is swapped only for the one that was read: whoever changes a row meanwhile wins.  What is
done stays done, so that a run which was killed is simply started again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from feedback_service import audit
from feedback_service.domain.cases import CaseStatus
from feedback_service.identity.keys import ENVELOPE, KEY_ID, KeyRing, NoKey, key_id
from feedback_service.models import (
    Alias,
    AttachmentContent,
    Case,
    Citizen,
    ContractFileContent,
    Staff,
    StaffPhone,
)
from feedback_service.runtime import Runtime

BATCH = 500
Swap: TypeAlias = tuple[Any, ...]
"""The key of a row, its value as it was read, and the new value of each column."""


class StillUsed(Exception):
    """The key holds or finds something: the message says what, and what to do first."""


@dataclass(frozen=True)
class Store:
    """One column of sealed values: its row's key, what the value is bound to, how many at once."""

    name: str
    key: InstrumentedAttribute[Any]
    sealed: InstrumentedAttribute[Any]
    bound: InstrumentedAttribute[Any]
    is_address: bool
    at_once: int = BATCH


STORES = (
    Store("citizens", Citizen.id, Citizen.sealed, Citizen.lookup, True),
    Store("aliases", Alias.lookup, Alias.sealed, Alias.lookup, True),
    Store("second factors", Staff.id, Staff.totp_sealed, Staff.id, False),
    Store(
        "attachments", AttachmentContent.attachment_id, AttachmentContent.sealed,
        AttachmentContent.attachment_id, False, 10,
    ),
    Store(
        "contract files", ContractFileContent.file_id, ContractFileContent.sealed,
        ContractFileContent.file_id, False, 10,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Progress:
    """How many values of a store were sealed anew so far, how many no key opens."""

    store: str
    done: int
    shut: int


def held_by(session: Session) -> Mapping[str, Mapping[str, int]]:
    """By store: how many values each key holds, by the key's id in hexadecimals."""
    return {
        store.name: {
            bytes(named).hex(): count
            for named, count in session.execute(
                sa.select(named(store.sealed), sa.func.count())
                .where(sa.func.length(store.sealed) > 0)
                .group_by(sa.literal_column("1"))
            )
        }
        for store in STORES
    }


def rotate(rt: Runtime, say: Callable[[Progress], None] = lambda _: None) -> dict[str, Progress]:
    """Seal everything with the newest key; returns the last progress of each store."""
    ring, ended = KeyRing(rt.settings.phone_keys), {}
    for store in STORES:
        for progress in _rotate(rt, ring, store):
            ended[store.name] = progress
            say(progress)
    with rt.transaction() as session:
        done = {name: one.done for name, one in ended.items() if one.done}
        newest = key_id(ring.keys[0]).hex()
        audit.note(session, "keys.rotate", newest, rt.now(), None, done)
    return ended


def retire(rt: Runtime, named: str, *, even_quiet: bool = False) -> None:
    """Say that a key may leave PHONE_KEYS, or raise StillUsed.

    named: the key's id in hexadecimals.  even_quiet: although open quiet cases whose digits were
    set under it can then be opened by nobody but their own phone.
    """
    ids = [key_id(key).hex() for key in rt.settings.phone_keys]
    if named not in ids:
        raise StillUsed(f"{named} is none of PHONE_KEYS, which are {', '.join(ids)}")
    if named == ids[0]:
        raise StillUsed(f"{named} is the newest, and seals: put a new key before it first")
    with rt.transaction() as session:
        for store, keys in held_by(session).items():
            if held := keys.get(named):
                raise StillUsed(f"{named} still holds {held} {store}: run `feedback keys rotate`")
        if named == ids[-1] and _finds(session, KeyRing(rt.settings.phone_keys)):
            raise StillUsed(
                f"{named} is the oldest, and finds people by their numbers: stop the service, run "
                "`feedback keys rehash --service-is-stopped`, then leave it out"
            )
        if not even_quiet and (quiet := _quiet_under(session, bytes.fromhex(named))):
            raise StillUsed(
                f"{quiet} open quiet cases may have their four digits under {named}: wait until "
                "they are closed, or say --even-quiet"
            )
        audit.note(session, "keys.retire", named, rt.now(), None, {})


def rehash(rt: Runtime, say: Callable[[Progress], None] = lambda _: None) -> dict[str, int]:
    """Have the newest key alone find everybody; only while nothing else runs, and again if killed.

    Returns how many of each were done.  Phones of staff are known by their hash alone: they are
    taken away, to be loaded anew.
    """
    ring, done = KeyRing(rt.settings.phone_keys), {}
    for store in STORES[:2]:
        count = shut = 0
        for rows in _pages(rt, store, sa.true()):
            swaps: list[Swap] = []
            for key, sealed, bound in rows:
                try:
                    anew = _found_anew(ring, sealed, bound)
                except NoKey:
                    shut += 1
                    continue
                if anew:
                    swaps.append((key, sealed, *anew))
            with rt.transaction() as session:
                count += _swap(session, store, swaps, (store.sealed.key, "lookup"))
            say(Progress(store.name, count, shut))
        done[store.name] = count
    with rt.transaction() as session:
        gone = session.execute(sa.delete(StaffPhone).returning(StaffPhone.lookup)).all()
        done["staff phones to load again"] = len(gone)
        newest = key_id(ring.keys[0]).hex()
        audit.note(session, "keys.rehash", newest, rt.now(), None, done)
    return done


def _rotate(rt: Runtime, ring: KeyRing, store: Store) -> Iterator[Progress]:
    done = shut = 0
    newest = ENVELOPE + key_id(ring.keys[0])
    old = sa.func.substring(store.sealed, 1, len(newest)) != newest
    for rows in _pages(rt, store, old):
        swaps: list[Swap] = []
        for key, sealed, bound in rows:
            try:
                anew = ring.reseal(sealed, _bytes(bound), is_address=store.is_address)
            except NoKey:
                shut += 1
            else:
                swaps.append((key, sealed, anew))
        with rt.transaction() as session:
            done += _swap(session, store, swaps, (store.sealed.key,))
        yield Progress(store.name, done, shut)


def _pages(
    rt: Runtime, store: Store, which: sa.ColumnElement[bool]
) -> Iterator[list[tuple[Any, bytes, Any]]]:
    """Rows by their key, a page at a time, each page read in a transaction of its own."""
    last = None
    while True:
        page = sa.select(store.key, store.sealed, store.bound).where(
            sa.func.length(store.sealed) > 0, which
        )
        if last is not None:
            page = page.where(store.key > last)
        with rt.transaction() as session:
            found = session.execute(page.order_by(store.key).limit(store.at_once))
            rows = [(row[0], bytes(row[1]), row[2]) for row in found]
        if not rows:
            return
        yield rows
        last = rows[-1][0]


def _swap(session: Session, store: Store, swaps: Sequence[Swap], columns: tuple[str, ...]) -> int:
    """Change each row unless somebody else has; how many were changed, in one statement."""
    if not swaps:
        return 0
    key, table = store.key.key, store.sealed.class_.__tablename__
    named = [f"n{number}" for number in range(len(columns))]
    kind = "bytea" if store.key.type.python_type is bytes else "uuid"
    arrays = [f"cast(:keys as {kind}[])", "cast(:olds as bytea[])"]
    arrays += [f"cast(:{name} as bytea[])" for name in named]
    put = ", ".join(f"{c} = anew.{name}" for c, name in zip(columns, named, strict=True))
    statement = sa.text(
        f"update {table} t set {put} from unnest({', '.join(arrays)})"
        f" as anew(key, old, {', '.join(named)})"
        f" where t.{key} = anew.key and t.{store.sealed.key} = anew.old returning 1"
    )
    keys, olds, *news = (list(column) for column in zip(*swaps, strict=True))
    values = {"keys": keys, "olds": olds, **dict(zip(named, news, strict=True))}
    return len(session.execute(statement, values).all())


def _found_anew(ring: KeyRing, sealed: bytes, bound: bytes) -> tuple[bytes, bytes] | None:
    """The seal and the lookup by the newest key; None for who is found by it already."""
    address, newest = ring.unseal(sealed, bound), KeyRing(ring.keys[:1])
    lookup = newest.lookup(address)
    return None if lookup == bound else (newest.seal(address, lookup), lookup)


def _finds(session: Session, ring: KeyRing) -> bool:
    """Whether the first or the last address of a store is found by the oldest key: each store is
    gone through in the order of its key, and may have been left half-way."""
    for store in STORES[:2]:
        kept = sa.select(store.sealed, store.bound).where(sa.func.length(store.sealed) > 0)
        for order in (store.key.asc(), store.key.desc()):
            one = session.execute(kept.order_by(order).limit(1)).one_or_none()
            if one and ring.lookup(ring.unseal(*one)) == one[1]:
                return True
    return False


def _quiet_under(session: Session, named: bytes) -> int:
    """Open quiet cases whose digits stand under this key, or under one that is not named."""
    unnamed = sa.func.length(Case.secret_hash) == 32
    under = sa.func.substring(Case.secret_hash, 1, KEY_ID) == named
    found = sa.select(sa.func.count()).where(
        Case.secret_hash.is_not(None), Case.status != CaseStatus.CLOSED, sa.or_(unnamed, under)
    )
    return session.scalar(found) or 0


def named(sealed: InstrumentedAttribute[Any]) -> sa.ColumnElement[Any]:
    """The id of the key that holds a value, in an envelope or without one."""
    start = len(ENVELOPE)
    enveloped = sa.func.substring(sealed, 1, start) == ENVELOPE
    return sa.case(
        (enveloped, sa.func.substring(sealed, start + 1, KEY_ID)),
        else_=sa.func.substring(sealed, 1, KEY_ID),
    )


def _bytes(bound: Any) -> bytes:
    return bound if isinstance(bound, bytes) else bytes(bound.bytes)
