"""Numbers that are hidden, shown, given up and sold again: what is one person's stays one person's,
and nobody inherits what is another's."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from feedback_service import identity, outbox
from feedback_service.identity import RECYCLED_AFTER, KeyRing
from feedback_service.identity.joining import FOLLOWS
from feedback_service.identity.people import ANOTHER_ACCOUNT_AFTER, HEARD_EVERY
from feedback_service.models import Alias, Base, Case, Citizen, Message, MessageState, Stop
from tests.handset import ME, OTHER, Handset

HIDDEN, ENTERPRISE = "whatsapp:KE.13491208655302741918", "whatsapp:KE.ENT.11815799212886844830"
LONGEST = "whatsapp:KE.ENT." + "a1" * 62
WA, AT = "twilio-whatsapp", "africastalking-sms"


@pytest.fixture
def ring(rt):
    return KeyRing(rt.settings.phone_keys)


@pytest.fixture
def hear(rt, ring):
    """Whoever is heard from at an address, with an alias or without."""

    def heard(address=ME, alias="", ring=ring):
        with rt.transaction() as session:
            return identity.find_or_add(session, ring, address, rt.now(), alias=alias)

    return heard


@pytest.fixture
def again(rt):
    """A citizen as the row stands now."""

    def row(citizen):
        with rt.transaction() as session:
            return session.get_one(Citizen, citizen.id)

    return row


def owner(rt, case):
    with rt.transaction() as session:
        return session.get_one(Case, case.id).citizen_id


# --- Hidden and shown -----------------------------------------------------------------------


@pytest.mark.parametrize("address", [HIDDEN, ENTERPRISE, LONGEST])
def test_who_hides_the_number_is_a_citizen(address, hear, ring):
    citizen = hear(address)
    assert (citizen.kind, hear(address).id) == ("whatsapp", citizen.id)
    assert ring.unseal(citizen.sealed, citizen.lookup) == address


@pytest.mark.parametrize("alias", [HIDDEN, HIDDEN.removeprefix("whatsapp:")])
def test_who_hides_the_number_later_is_the_same_person(alias, hear):
    shown = hear(ME, alias=alias)
    assert hear(HIDDEN).id == shown.id == hear(ME).id


def test_who_shows_the_number_later_is_the_same_person_and_reachable(hear, ring, again):
    hidden = hear(HIDDEN)
    shown = hear(ME, alias=HIDDEN)
    assert shown.id == hidden.id == hear(ME).id == hear(HIDDEN).id
    row = again(hidden)
    assert (row.kind, ring.unseal(row.sealed, row.lookup)) == ("phone", ME)


def test_two_that_one_call_proves_to_be_one_become_the_numbers_person(
    loaded_rt, hear, complain, again, ring
):
    rt = loaded_rt
    by_phone, by_whatsapp = complain(number=ME), complain(number=HIDDEN)
    assert by_phone.citizen_id != by_whatsapp.citizen_id
    hear(ME, alias=HIDDEN)
    assert owner(rt, by_phone) == owner(rt, by_whatsapp) == by_phone.citizen_id
    assert hear(HIDDEN).id == by_phone.citizen_id
    with rt.transaction() as session:
        gone = session.get_one(Citizen, by_whatsapp.citizen_id)
        said = session.scalars(sa.select(Message)).all()
    assert (gone.sealed, bool(gone.retired_at)) == (b"", True)
    assert {message.citizen_id for message in said} == {by_phone.citizen_id}


def test_a_stop_said_under_the_hidden_name_holds_for_the_person(rt, hear):
    hidden, shown = hear(HIDDEN), hear(ME)
    with rt.transaction() as session:
        for citizen in (hidden, shown):
            identity.stop(session, citizen.id, AT, rt.now())
        identity.stop(session, hidden.id, WA, rt.now())
    hear(ME, alias=HIDDEN)
    with rt.transaction() as session:
        stops = {(stop.citizen_id, stop.channel) for stop in session.scalars(sa.select(Stop))}
    assert stops == {(shown.id, AT), (shown.id, WA)}


def test_no_table_of_a_persons_things_is_left_behind_when_two_become_one():
    own = {table.__tablename__ for table in FOLLOWS} | {"stops", "talks"}
    pointing = {
        table.name
        for table in Base.metadata.sorted_tables
        if any(key.column.table.name == "citizens" for key in table.foreign_keys)
    }
    assert pointing == own


def test_two_persons_with_a_number_each_are_never_joined(loaded_rt, hear, complain):
    mine, theirs = complain(number=ME), complain(number=OTHER)
    hear(ME, alias=HIDDEN)
    hear(OTHER, alias=HIDDEN)  # the account has moved to another number
    assert owner(loaded_rt, mine) != owner(loaded_rt, theirs) == hear(HIDDEN).id


def test_a_number_alone_or_a_name_alone_proves_nothing(loaded_rt, hear, complain):
    by_phone, by_whatsapp = complain(number=ME), complain(number=HIDDEN)
    hear(ME)
    hear(HIDDEN)
    assert owner(loaded_rt, by_phone) != owner(loaded_rt, by_whatsapp)


def test_the_same_call_again_changes_nothing(rt, hear):
    hear(HIDDEN)
    first = hear(ME, alias=HIDDEN)
    with ThreadPoolExecutor(6) as many:
        ids = {c.id for c in many.map(lambda _: hear(ME, alias=HIDDEN), range(12))}
    assert ids == {first.id}
    with rt.transaction() as session:
        assert len(session.scalars(sa.select(Alias)).all()) == 1
        assert len(session.scalars(sa.select(Citizen)).all()) == 1


def test_two_first_calls_at_once_make_one_person(rt, hear):
    ways = [(ME, HIDDEN), (ME, ""), (ME, HIDDEN), (HIDDEN, "")] * 3
    with ThreadPoolExecutor(6) as many:
        list(many.map(lambda way: hear(*way), ways))
    hear(ME, HIDDEN)
    with rt.transaction() as session:
        live = session.scalars(sa.select(Citizen).where(Citizen.retired_at.is_(None))).all()
    assert [citizen.id for citizen in live] == [hear(HIDDEN).id]


def test_a_name_is_sealed_and_found_after_a_new_key(rt, hear, ring):
    shown = hear(ME, alias=HIDDEN)
    newer = KeyRing([b"n" * 32, *rt.settings.phone_keys])
    assert hear(HIDDEN, ring=newer).id == shown.id
    with rt.transaction() as session:
        alias = session.scalars(sa.select(Alias)).one()
    assert b"KE." not in alias.sealed + alias.lookup
    assert newer.unseal(alias.sealed, alias.lookup) == HIDDEN


# --- Given up and sold again ----------------------------------------------------------------


def test_a_number_silent_for_long_is_somebody_elses(loaded_rt, clock, hear, complain, again):
    case = complain(number=ME)
    clock.forward(days=RECYCLED_AFTER.days + 1)
    stranger = hear(ME)
    assert stranger.id != case.citizen_id == owner(loaded_rt, case)
    old = again(Citizen(id=case.citizen_id))
    assert (old.sealed, old.retired_at) == (b"", clock())
    assert stranger.language is None
    assert stranger.noticed_at is None


def test_a_number_that_is_used_stays_its_holders(clock, hear):
    first = hear(ME)
    for _ in range(4):
        clock.forward(days=RECYCLED_AFTER.days - 1)
        assert hear(ME).id == first.id


def test_being_written_to_is_not_being_heard(loaded_rt, clock, hear, complain, office):
    from feedback_service.domain.cases import Action

    case = complain(number=ME)
    clock.forward(days=RECYCLED_AFTER.days - 1)
    office(case, Action.RESOLVE)
    outbox.drain(loaded_rt)
    clock.forward(days=2)
    assert hear(ME).id != case.citizen_id


def test_when_somebody_was_heard_is_written_once_a_day(clock, hear, again):
    citizen, began = hear(ME), clock()
    clock.forward(hours=1)
    hear(ME)
    assert again(citizen).heard_at == began
    clock.forward(seconds=HEARD_EVERY.total_seconds())
    hear(ME)
    assert again(citizen).heard_at == clock()


def test_an_account_that_stayed_the_same_vouches_for_its_number(clock, hear):
    first = hear(ME, alias=HIDDEN)
    clock.forward(days=400)
    assert hear(ME, alias=HIDDEN).id == first.id == hear(HIDDEN).id


def test_a_name_without_a_number_is_never_sold_again(clock, hear, rt):
    hidden = hear(HIDDEN)
    clock.forward(days=400)
    assert hear(HIDDEN).id == hidden.id


NEW_ACCOUNTS = [
    ("another account, after a month", ANOTHER_ACCOUNT_AFTER + timedelta(days=1), HIDDEN, True),
    ("another account, within a month", timedelta(days=20), HIDDEN, False),
    ("the same account in its longer name", timedelta(days=60), ENTERPRISE, False),
]


@pytest.mark.parametrize(
    ("silent", "alias", "moved"), [n[1:] for n in NEW_ACCOUNTS], ids=[n[0] for n in NEW_ACCOUNTS]
)
def test_a_new_account_on_a_silent_number_is_a_new_holder(silent, alias, moved, clock, hear):
    first = hear(ME, alias="KE.2222")
    clock.forward(seconds=silent.total_seconds())
    assert (hear(ME, alias=alias).id != first.id) is moved


def test_who_has_a_name_takes_a_number_that_was_given_up(clock, hear, again):
    old, hidden = hear(ME), hear(HIDDEN)
    clock.forward(days=200)
    assert hear(ME, alias=HIDDEN).id == hidden.id
    assert again(old).retired_at == clock()


@pytest.mark.parametrize(
    ("days", "retired", "kind", "found"),
    [(0, False, ME, True), (179, False, ME, True), (181, False, ME, False), (0, True, ME, False),
     (400, False, HIDDEN, True)],
)  # fmt: skip
def test_who_is_current(days, retired, kind, found, rt, clock, hear):
    citizen = hear(kind)
    clock.forward(days=days)
    with rt.transaction() as session:
        if retired:
            identity.retire(session, citizen.id, rt.now())
        mine = sa.select(Citizen.id).where(Citizen.id == citizen.id, identity.current(rt.now()))
        assert (session.scalar(mine) == citizen.id) is found


def test_a_retired_number_is_free_and_what_waited_for_it_fails(loaded_rt, hear, complain):
    rt, case = loaded_rt, complain(number=ME)
    with rt.transaction() as session:
        identity.retire(session, case.citizen_id, rt.now())
        identity.retire(session, case.citizen_id, rt.now())
    with rt.transaction() as session:
        said = session.scalars(sa.select(Message)).all()
    assert {(m.state, m.failure) for m in said} == {
        (MessageState.FAILED, "the number was given up")
    }
    assert outbox.drain(rt) == 0
    assert hear(ME).id != case.citizen_id


def test_many_at_once_after_the_silence_make_one_new_person(rt, clock, hear):
    old = hear(ME)
    clock.forward(days=200)
    with ThreadPoolExecutor(6) as many:
        ids = {c.id for c in many.map(lambda _: hear(ME), range(12))}
    assert len(ids) == 1
    assert old.id not in ids


RATED = [
    ("a month later", timedelta(days=30), True),
    ("after the silence", RECYCLED_AFTER + timedelta(days=1), False),
]


@pytest.mark.parametrize(("later", "heard"), [r[1:] for r in RATED], ids=[r[0] for r in RATED])
def test_a_rating_is_being_heard_but_revives_nobody(
    later, heard, loaded_rt, client, clock, hear, again
):
    citizen, began = hear(ME), clock()
    clock.forward(seconds=later.total_seconds())
    phone = Handset(client)
    phone.dial()
    phone.keys("1", "1003", "2", "2")
    assert again(citizen).heard_at == (clock() if heard else began)
    assert (hear(ME).id == citizen.id) is heard
