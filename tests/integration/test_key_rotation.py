"""A new key for all that is sealed: under traffic, killed halfway, and what may be let go after."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import identity
from feedback_service.identity import KeyRing, NoKey, key_id, rotation
from feedback_service.identity.rotation import StillUsed
from feedback_service.models import (
    Alias,
    Attachment,
    AttachmentContent,
    AttachmentState,
    Case,
    Citizen,
    Role,
    Staff,
    StaffPhone,
    new_id,
)
from feedback_service.redress import open_quiet, set_secret
from tests.desk_world import PHONE, DeskWorld

pytestmark = pytest.mark.servers

NEW = b"n" * 32


def numbers(count: int) -> list[str]:
    return [f"+2547120{index:05}" for index in range(count)]


def with_keys(rt: Any, *keys: bytes) -> Any:
    return dataclasses.replace(rt, settings=dataclasses.replace(rt.settings, phone_keys=keys))


@pytest.fixture
def old(rt: Any) -> bytes:
    key: bytes = rt.settings.phone_keys[0]
    return key


@pytest.fixture
def both(rt: Any, old: bytes) -> Any:
    """The service after the new key was put in front."""
    return with_keys(rt, NEW, old)


@pytest.fixture
def sealed(rt: Any, world: DeskWorld, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Some of everything that is sealed, by the key there was; pages of four."""
    small = tuple(dataclasses.replace(store, at_once=4) for store in rotation.STORES)
    monkeypatch.setattr(rotation, "STORES", small)
    ring = KeyRing(rt.settings.phone_keys)
    person = world.staff(Role.AUDITOR, None)
    with rt.transaction() as session:
        for number in numbers(10):
            one = identity.find_or_add(session, ring, number, rt.now(), alias=f"KE.{number[1:]}")
        thing = Attachment(
            id=new_id(), source="m:1", citizen_id=one.id, channel="twilio-whatsapp", url="",
            told_type="image/png", state=AttachmentState.KEPT, not_before_at=rt.now(),
            created_at=rt.now(),
        )  # fmt: skip
        session.add(thing)
        session.flush()  # its content points at it
        content = ring.seal_bytes(b"picture", thing.id.bytes)
        session.add(AttachmentContent(attachment_id=thing.id, sealed=content))
        account = session.get_one(Staff, person.id)
        account.totp_sealed = ring.seal_bytes(b"secret", person.id.bytes)
    return thing.id, person.id


def found(rt: Any) -> list[str]:
    """Every number, opened with the keys that are set."""
    ring = KeyRing(rt.settings.phone_keys)
    with rt.transaction() as session:
        rows = session.scalars(sa.select(Citizen).order_by(Citizen.created_at, Citizen.id))
        return sorted(ring.unseal(row.sealed, row.lookup) for row in rows)


def test_rotated_all_opens_with_the_new_key_alone(both: Any, sealed: Any, old: bytes) -> None:
    thing, person = sealed
    rotation.rotate(both)
    only = KeyRing((NEW,))
    assert found(with_keys(both, NEW)) == numbers(10)
    with both.transaction() as session:
        aliases = session.scalars(sa.select(Alias)).all()
        assert {only.unseal(one.sealed, one.lookup)[:12] for one in aliases} == {"whatsapp:KE."}
        content = session.get_one(AttachmentContent, thing).sealed
        assert only.unseal_bytes(content, thing.bytes) == b"picture"
        secret = session.get_one(Staff, person).totp_sealed
        assert only.unseal_bytes(secret or b"", person.bytes) == b"secret"
        assert all(key_id(old).hex() not in keys for keys in rotation.held_by(session).values())
    with both.transaction() as session:  # found as before: the oldest key still finds
        again = identity.find_or_add(session, KeyRing((NEW, old)), numbers(1)[0], both.now())
        assert session.scalar(sa.select(sa.func.count()).select_from(Citizen)) == 10
        assert again.created_at == both.now()


class Killed(Exception):
    pass


def test_killed_halfway_it_goes_on_where_it_stood(both: Any, sealed: Any, old: bytes) -> None:
    def die(progress: rotation.Progress) -> None:
        if progress.done >= 4:
            raise Killed

    with pytest.raises(Killed):
        rotation.rotate(both, die)
    with both.transaction() as session:
        assert rotation.held_by(session)["citizens"] == {
            key_id(NEW).hex(): 4, key_id(old).hex(): 6,
        }  # fmt: skip
    assert found(both) == numbers(10)
    ended = rotation.rotate(both)
    assert ended["citizens"].done == 6
    assert found(with_keys(both, NEW)) == numbers(10)
    assert rotation.rotate(both) == {}


def test_who_changes_a_row_meanwhile_wins(both: Any, sealed: Any, old: bytes) -> None:
    ring, moved = KeyRing((NEW, old)), []

    def give_up(progress: rotation.Progress) -> None:
        if not moved:
            with both.transaction() as session:
                last = session.scalars(sa.select(Citizen).order_by(Citizen.id.desc())).first()
                identity.retire(session, last.id, both.now())
                identity.find_or_add(session, ring, "+254700000099", both.now())
                moved.append(last.id)

    rotation.rotate(both, give_up)
    with both.transaction() as session:
        assert session.get_one(Citizen, moved[0]).sealed == b""
    kept = with_keys(both, NEW)
    with kept.transaction() as session:
        rows = session.scalars(sa.select(Citizen).where(Citizen.retired_at.is_(None))).all()
    opened = {KeyRing((NEW,)).unseal(row.sealed, row.lookup) for row in rows}
    assert opened == {*numbers(9), "+254700000099"}


def test_what_no_key_opens_is_counted_and_stops_nothing(both: Any, sealed: Any) -> None:
    with both.transaction() as session:
        first = session.scalars(sa.select(Citizen).order_by(Citizen.id)).first()
        first.sealed = KeyRing((b"x" * 32,)).seal(PHONE, first.lookup)
    ended = rotation.rotate(both)
    assert (ended["citizens"].done, ended["citizens"].shut) == (9, 1)


def test_what_was_sealed_before_envelopes_opens_and_gets_one(both: Any, old: bytes) -> None:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from feedback_service.identity import keys

    ring = KeyRing((NEW, old))
    lookup, nonce = ring.lookup(PHONE), b"1" * 12
    cipher = AESGCM(keys._derive(old, b"seal"))
    plain = key_id(old) + nonce + cipher.encrypt(nonce, PHONE.encode(), lookup)
    with both.transaction() as session:
        session.add(
            Citizen(id=new_id(), lookup=lookup, sealed=plain, kind="phone", created_at=both.now())
        )
    assert found(both) == [PHONE]
    rotation.rotate(both)
    assert found(with_keys(both, NEW)) == [PHONE]


def test_a_key_that_holds_or_finds_anything_may_not_go(both: Any, sealed: Any, old: bytes) -> None:
    with pytest.raises(StillUsed, match="still holds 10 citizens"):
        rotation.retire(both, key_id(old).hex())
    with pytest.raises(StillUsed, match="is the newest"):
        rotation.retire(both, key_id(NEW).hex())
    with pytest.raises(StillUsed, match="none of PHONE_KEYS"):
        rotation.retire(both, "00000000")
    rotation.rotate(both)
    with pytest.raises(StillUsed, match="finds people"):
        rotation.retire(both, key_id(old).hex())


def test_rehashed_the_newest_key_finds_everybody(both: Any, sealed: Any, old: bytes) -> None:
    rotation.rotate(both)
    with both.transaction() as session:
        session.add(StaffPhone(institution_id="NRB", lookup=b"1" * 32, entered_at=both.now()))
    seen: list[int] = []

    def die(progress: rotation.Progress) -> None:
        seen.append(progress.done)
        if len(seen) == 2:
            raise Killed

    with pytest.raises(Killed):
        rotation.rehash(both, die)
    done = rotation.rehash(both)
    assert done == {"citizens": 2, "aliases": 10, "staff phones to load again": 1}
    rotation.retire(both, key_id(old).hex())
    kept = with_keys(both, NEW)
    assert found(kept) == numbers(10)
    with kept.transaction() as session:
        for number in numbers(10):
            identity.find_or_add(session, KeyRing((NEW,)), f"whatsapp:KE.{number[1:]}", kept.now())
            identity.find_or_add(session, KeyRing((NEW,)), number, kept.now())
        people = session.scalar(
            sa.select(sa.func.count()).select_from(Citizen).where(Citizen.kind == "phone")
        )
    assert people == 10


def test_a_key_that_still_finds_whatsapp_ids_may_not_go(
    both: Any, sealed: Any, monkeypatch: pytest.MonkeyPatch, old: bytes
) -> None:
    rotation.rotate(both)
    with monkeypatch.context() as killed:
        killed.setattr(rotation, "STORES", rotation.STORES[:1])
        rotation.rehash(both)
    with pytest.raises(StillUsed, match="finds people"):
        rotation.retire(both, key_id(old).hex())


def test_the_digits_of_open_quiet_cases_hold_a_key_back(
    rt: Any, both: Any, old: bytes, world: DeskWorld
) -> None:
    case = world.case(quiet=True, phone=None)
    with rt.transaction() as session:
        set_secret(rt, session, session.get_one(Case, case.id), "4827")
    middle = with_keys(rt, NEW, old, b"z" * 32)
    rotation.rotate(middle)
    with pytest.raises(StillUsed, match="1 open quiet cases"):
        rotation.retire(middle, key_id(old).hex())
    rotation.retire(middle, key_id(old).hex(), even_quiet=True)
    with both.transaction() as session:
        assert open_quiet(both, session, b"p" * 32, case.reference, "4827")
        assert not open_quiet(both, session, b"p" * 32, case.reference, "4828")


def test_an_envelope_cannot_be_moved_to_another_row() -> None:
    ring = KeyRing((NEW,))
    sealed = ring.seal_bytes(b"words", b"row one")
    with pytest.raises(NoKey, match="was changed"):
        ring.unseal_bytes(sealed, b"row two")
    with pytest.raises(NoKey, match="was changed"):
        ring.unseal(sealed, b"row one")
