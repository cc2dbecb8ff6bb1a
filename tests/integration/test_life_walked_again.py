"""A case's life by dialling when Redis forgets it: the same keys mean the same case and choice, and
each word of the citizen stands once."""

import pytest

from feedback_service.domain.cases import Action
from feedback_service.identity import KeyRing
from feedback_service.models import Case
from tests.handset import ME, OTHER, Handset, spoken

pytestmark = pytest.mark.usefixtures("loaded_rt")

# what the office has done, the keys on the case's screen, what they do
LIVES = {
    "add": (None, ["1", "Still nothing"], Action.ANSWER),
    "withdraw": (None, ["2", "1"], Action.WITHDRAW),
    "confirm": (Action.RESOLVE, ["1"], Action.CONFIRM),
    "dispute": (Action.RESOLVE, ["2"], Action.DISPUTE),
    "accept": (Action.REJECT, ["1"], Action.CONFIRM),
    "read, then dispute": (Action.RESOLVE, ["3", "0", "2"], Action.DISPUTE),
}


@pytest.fixture
def done(loaded_rt):
    """What was done to a case, in its order."""

    def read(case):
        with loaded_rt.transaction() as session:
            return [event.action for event in session.get_one(Case, case.id).events]

    return read


@pytest.mark.parametrize(("before", "keys", "action"), LIVES.values(), ids=LIVES.keys())
def test_a_call_repeated_after_redis_was_lost_says_and_does_the_same(
    before, keys, action, client, complain, office, loaded_rt, done, clock
):
    cases = [complain("First"), complain("Second"), complain("Third")]
    if before:
        for case in cases:
            office(case, before, "Come on Friday")
    clock.forward(hours=1)
    known = KeyRing(loaded_rt.settings.phone_keys).lookup(ME)
    loaded_rt.conversations.remember_language(known.hex(), "en")
    phone = Handset(client)
    phone.dial()
    shown = phone.keys("5").split("\n2 ")[1][:9]
    screen = phone.keys("2", *keys)
    loaded_rt.redis.flushdb()
    assert phone.send(phone.text) == screen
    counts = {spoken(case.reference): done(case).count(action) for case in cases}
    assert counts == {spoken(c.reference): int(spoken(c.reference) == shown) for c in cases}


@pytest.mark.parametrize(("before", "keys", "action"), LIVES.values(), ids=LIVES.keys())
def test_so_does_a_quiet_case_opened_by_its_secret(
    before, keys, action, client, complain, office, loaded_rt, done
):
    from feedback_service import redress

    case = complain("They beat him", service_id="crime-report", quiet=True)
    with loaded_rt.transaction() as session:
        redress.set_secret(loaded_rt, session, session.get_one(Case, case.id), "4071")
    if before:
        office(case, before, "Come on Friday")
    phone = Handset(client, OTHER)
    phone.dial()
    screen = phone.keys("1", "5", case.reference, "4071", *keys)
    loaded_rt.redis.flushdb()
    assert phone.send(phone.text) == screen
    assert done(case).count(action) == 1
