"""Sealed numbers: no row tells one, only the key finds and opens them, one person is one row."""

import base64
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from feedback_service import identity
from feedback_service.identity import KeyRing, NoKey
from feedback_service.models import Base, Citizen, Stop
from tests.handset import ME, OTHER, Handset, arrived, sms, whatsapp

OLD, NEW, STRANGE = b"o" * 32, b"n" * 32, b"s" * 32
AT, WHATSAPP = "africastalking-sms", "twilio-whatsapp"


@pytest.fixture
def ring(rt):
    return KeyRing(rt.settings.phone_keys)


@pytest.fixture
def add(rt, ring):
    def found(address=ME, language=None):
        with rt.transaction() as session:
            return identity.find_or_add(session, ring, address, rt.now(), language)

    return found


def test_an_address_opens_only_with_its_key():
    ring = KeyRing([OLD])
    lookup = ring.lookup(ME)
    sealed = ring.seal(ME, lookup)
    assert ring.unseal(sealed, lookup) == ME
    assert KeyRing([NEW, OLD]).unseal(sealed, lookup) == ME
    with pytest.raises(NoKey, match="PHONE_KEYS"):
        KeyRing([STRANGE]).unseal(sealed, lookup)


def test_the_same_address_is_sealed_differently_and_found_alike():
    ring = KeyRing([OLD])
    lookup = ring.lookup(ME)
    assert ring.seal(ME, lookup) != ring.seal(ME, lookup)
    assert ring.lookup(ME) == lookup != ring.lookup(OTHER)
    assert KeyRing([NEW]).lookup(ME) != lookup


def test_a_sealed_address_cannot_be_moved_to_another_row():
    ring = KeyRing([OLD])
    with pytest.raises(NoKey, match="was changed"):
        ring.unseal(ring.seal(ME, ring.lookup(ME)), ring.lookup(OTHER))


@pytest.mark.parametrize("place", [0, 5, 20, -1])
def test_a_changed_seal_does_not_open(place):
    ring = KeyRing([OLD])
    lookup = ring.lookup(ME)
    sealed = bytearray(ring.seal(ME, lookup))
    sealed[place] ^= 1
    with pytest.raises(NoKey):
        ring.unseal(bytes(sealed), lookup)


def test_lookup_and_seal_use_different_keys():
    """One derived key for both would let whoever learns the one undo the other."""
    ring = KeyRing([OLD])
    assert OLD not in (ring.lookup(ME), ring.seal(ME, ring.lookup(ME))[:32])
    assert ring.lookup(ME) not in ring.seal(ME, ring.lookup(ME))


def test_a_citizen_is_one_row_however_often_heard_of(add, rt):
    assert len({add().id for _ in range(3)}) == 1
    assert add(OTHER).id != add().id
    with ThreadPoolExecutor(8) as many:
        assert len({c.id for c in many.map(lambda _: add("+254700000009"), range(8))}) == 1


def test_a_new_key_in_front_loses_nobody(add, rt):
    known = add()
    newer = KeyRing([NEW, *rt.settings.phone_keys])
    with rt.transaction() as session:
        assert identity.find_or_add(session, newer, ME, rt.now()).id == known.id
        added = identity.find_or_add(session, newer, OTHER, rt.now())
    assert newer.unseal(known.sealed, known.lookup) == ME
    assert KeyRing([NEW]).unseal(added.sealed, added.lookup) == OTHER


@pytest.mark.parametrize(("address", "kind"), [(ME, "phone"), ("whatsapp:KE.1a2b", "whatsapp")])
def test_a_citizen_is_of_the_kind_of_its_address(address, kind, add):
    assert add(address).kind == kind


def test_a_stop_is_of_one_channel_and_said_twice_is_said_once(add, rt):
    citizen = add()
    with rt.transaction() as session:
        for _ in range(2):
            identity.stop(session, citizen.id, AT, rt.now())
        assert identity.has_stopped(session, citizen.id, AT)
        assert not identity.has_stopped(session, citizen.id, WHATSAPP)
        assert len(session.scalars(sa.select(Stop)).all()) == 1
        identity.start_again(session, citizen.id, WHATSAPP)
        assert identity.has_stopped(session, citizen.id, AT)
        identity.start_again(session, citizen.id, AT)
        assert not identity.has_stopped(session, citizen.id, AT)


@pytest.mark.usefixtures("loaded_rt")
def test_no_table_tells_a_number_or_a_name(client, loaded_rt, redis):
    """After a rating, two complaints, a stop and their messages, the whole database is searched."""
    phone = Handset(client)
    phone.dial()
    phone.keys("1", "1003", "2", "2", "1", "1", "1")
    sms(client, "No water in Kisumu for a week")
    whatsapp(client, "No light in Kisumu for a week", ProfileName="Wanjiru Kamau")
    arrived(loaded_rt)
    sms(client, "STOP")
    arrived(loaded_rt)
    digits = ME.removeprefix("+254")
    found = []
    with loaded_rt.transaction() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(sa.select(table)):
                said = " ".join(
                    bytes(cell).decode("latin-1") if isinstance(cell, bytes) else str(cell)
                    for cell in row
                )
                if digits in said or "Wanjiru" in said:
                    found.append(table.name)
        assert session.scalar(sa.select(sa.func.count()).select_from(Citizen)) == 1
    assert found == []
    talks = [redis.get(key).decode() for key in redis.scan_iter("ussd:*")]
    assert talks
    assert [talk for talk in talks if digits in talk] == []
    assert [key for key in redis.scan_iter("ussd:*") if digits.encode() in key] == []


def test_the_key_ring_of_the_service_is_the_one_of_its_settings(rt, ring, add):
    citizen = add()
    assert base64.b64encode(rt.settings.phone_keys[0]).decode() not in repr(rt.settings)
    assert ring.unseal(citizen.sealed, citizen.lookup) == ME
