"""A call that dropped is gone on with by SMS: the same rows at the end, nothing asked twice."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from redis.exceptions import ConnectionError

from feedback_service import identity
from feedback_service.conversations import engine
from feedback_service.conversations.flow_message import BY_MESSAGE
from feedback_service.conversations.flow_resume import is_worth_asking
from feedback_service.intake import go_on_by_sms
from feedback_service.intake.dropped import RESUME, SMS
from feedback_service.intake.talks import BY_SMS
from feedback_service.models import Case, Citizen, Message, MessageState, Rating, Talk
from feedback_service.schedule import DUTIES, tick
from tests.handset import ME, OTHER, Handset
from tests.talking import Keypad
from tests.texting import Texting

pytestmark = pytest.mark.usefixtures("loaded_rt")

RATE = ["1", "1003", "2", "2", "1", "2", "500", "1"]
COUNTY = ["1", "1101", "2", "4", "nairobi", "1", "1", "2"]
REPORT = ["1", "1003", "3", "1", "They said come tomorrow"]


def drop(client, clock, keys, number=ME):
    """A call that the network loses after these keys; the minutes go by."""
    phone = Handset(client, number)
    phone.dial()
    screen = phone.keys(*keys)
    clock.forward(minutes=5)
    return screen.removeprefix("CON ")


def answers(all_of):
    """What a rating says, without what chance and the way it came put in."""
    return [
        (r.service_id, r.institution_id, r.county_code, r.score, r.on_time, r.paid_more,
         r.paid_extra_kes, r.courteous, r.complete, r.language) for r in all_of(Rating)
    ]  # fmt: skip


def resumed(all_of):
    return [message for message in all_of(Message) if message.wording == RESUME]


WHOLE = {
    "rating": (RATE, [("passport", "DIS", None, 4, True, True, 500, True, True, "en")]),
    "county": (COUNTY, [("driving", "CG-047", 47, 2, True, False, None, False, True, "en")]),
}


@pytest.mark.parametrize("journey", WHOLE)
@pytest.mark.parametrize("after", range(2, 8))
def test_drop_after_any_key_and_go_on_by_sms(journey, after, client, loaded_rt, clock, all_of):
    keys, _ = WHOLE[journey]
    undropped = Handset(client, OTHER)
    undropped.dial()
    undropped.keys(*keys)
    whole = answers(all_of)
    screen = drop(client, clock, keys[:after])
    go_on_by_sms(loaded_rt)
    (asked,) = resumed(all_of)
    assert asked.text.split("\n")[1] == screen.split("\n")[0]
    phone = Texting(loaded_rt, SMS)
    phone.says(*keys[after:])
    assert answers(all_of) == whole * 2
    assert all_of(Talk) == []
    assert not phone.last().expects_reply


def test_a_report_goes_on_by_sms_and_opens_one_case(client, loaded_rt, clock, all_of):
    drop(client, clock, REPORT[:-1])
    go_on_by_sms(loaded_rt)
    Texting(loaded_rt, SMS).say("They said come tomorrow, every day for a month")
    (case,) = all_of(Case)
    assert (case.text, case.service_id) == (
        "They said come tomorrow, every day for a month", "passport",
    )  # fmt: skip


def test_the_sms_speaks_the_language_of_the_call(client, loaded_rt, clock, all_of):
    screen = drop(client, clock, ["2", *RATE[1:4]])
    go_on_by_sms(loaded_rt)
    (asked,) = resumed(all_of)
    assert asked.language == "sw"
    assert asked.text.startswith("Simu ilikatika?")
    assert screen.split("\n")[0] in asked.text


def test_a_call_that_drops_as_its_caller_writes_holds_nobody_up(client, loaded_rt, clock, all_of):
    drop(client, clock, RATE[:4])
    phone = Texting(loaded_rt, SMS)
    with ThreadPoolExecutor(2) as both:
        done = [both.submit(go_on_by_sms, loaded_rt), both.submit(phone.say, "MENU")]
        for each in done:
            each.result(timeout=60)
    assert len(all_of(Talk)) == 1


# --- Who is written to --------------------------------------------------------------------------


def test_a_call_still_going_on_is_left_alone(client, loaded_rt, clock, all_of):
    phone = Handset(client)
    phone.dial()
    phone.keys(*RATE[:4])
    clock.forward(minutes=3)
    go_on_by_sms(loaded_rt)
    assert all_of(Message) == []


@pytest.mark.parametrize("keys", [[], ["1"], ["1", "2"], ["1", "4", "1"], RATE, REPORT])
def test_nobody_is_written_to_who_left_nothing_unfinished(keys, client, loaded_rt, clock, all_of):
    drop(client, clock, keys)
    go_on_by_sms(loaded_rt)
    assert resumed(all_of) == []


FINISHED = {
    "a rating, heard at its score": (RATE, 2),
    "a rating, heard at its first promise": (RATE, 4),
    "a rating, heard at its last promise": (RATE, 7),
    "a report, heard at its kind": (REPORT, 3),
    "a report, heard at its words": (REPORT, 4),
}


@pytest.mark.parametrize(("keys", "heard"), FINISHED.values(), ids=FINISHED)
def test_a_late_copy_of_a_finished_session_asks_nobody_to_go_on(
    keys, heard, client, loaded_rt, clock, redis, all_of
):
    """Redis was lost: all that is known of the session is an earlier call, come once more."""
    phone = Handset(client)
    phone.dial()
    phone.keys(*keys)
    redis.flushdb()
    phone.send("*".join(keys[:heard]))
    clock.forward(minutes=5)
    go_on_by_sms(loaded_rt)
    assert resumed(all_of) == []


def test_a_late_copy_of_an_unfinished_session_asks_to_go_on(
    client, loaded_rt, clock, redis, all_of
):
    phone = Handset(client)
    phone.dial()
    phone.keys(*RATE[:6])
    redis.flushdb()
    phone.send("*".join(RATE[:4]))
    clock.forward(minutes=5)
    go_on_by_sms(loaded_rt)
    Texting(loaded_rt, SMS).says(*RATE[4:])
    assert answers(all_of) == [("passport", "DIS", None, 4, True, True, 500, True, True, "en")]


def test_one_sms_however_often_the_clock_looks(client, loaded_rt, clock, all_of):
    drop(client, clock, RATE[:4])
    for _ in range(3):
        go_on_by_sms(loaded_rt)
        clock.forward(seconds=30)
    assert len(resumed(all_of)) == 1


def test_one_sms_a_day_to_whoever_drops_often(client, loaded_rt, clock, all_of):
    for number in range(4):
        drop(client, clock, ["1", "1003", "2", "2"] if number == 0 else ["2", "1003", "2", "2"])
        go_on_by_sms(loaded_rt)
        clock.forward(hours=11)
    assert len(resumed(all_of)) == 2


def test_who_said_stop_is_not_written_to(client, loaded_rt, clock, all_of):
    drop(client, clock, RATE[:4])
    (citizen,) = all_of(Citizen)
    with loaded_rt.transaction() as session:
        identity.stop(session, citizen.id, SMS, loaded_rt.now())
    go_on_by_sms(loaded_rt)
    assert resumed(all_of) == []
    assert all_of(Talk) == [], "a question that nobody heard would claim their next words"


def test_what_dropped_hours_ago_is_let_rest(client, loaded_rt, clock, all_of):
    drop(client, clock, RATE[:4])
    clock.forward(hours=3)
    go_on_by_sms(loaded_rt)
    assert resumed(all_of) == []


def test_somebody_who_is_talking_by_sms_is_not_interrupted(client, loaded_rt, clock, all_of):
    phone = Texting(loaded_rt, SMS)
    drop(client, clock, RATE[:4])
    phone.says("MENU", "2")
    go_on_by_sms(loaded_rt)
    assert resumed(all_of) == []
    phone.say("1003")
    assert phone.understood


def test_the_sms_asks_and_says_why_it_came(client, loaded_rt, clock, all_of):
    drop(client, clock, RATE[:4])
    go_on_by_sms(loaded_rt)
    (asked,) = resumed(all_of)
    assert asked.expects_reply
    assert asked.text.startswith("Call dropped? Reply to this SMS to go on here, or dial again:\n")


# --- One way or the other -----------------------------------------------------------------------


def test_whoever_redials_is_not_asked_again_by_sms(client, loaded_rt, clock, all_of):
    drop(client, clock, RATE[:4])
    go_on_by_sms(loaded_rt)
    clock.forward(seconds=1)
    again = Handset(client)
    again.dial()
    again.keys("1")
    again.keys(*RATE[4:])
    phone = Texting(loaded_rt, SMS)
    phone.say("2")
    assert not phone.understood
    assert all_of(Talk) == []
    assert len(all_of(Rating)) == 1
    assert all_of(Rating)[0].complete


def test_a_question_still_waiting_is_taken_back_from_who_has_redialled(
    client, loaded_rt, clock, all_of
):
    drop(client, clock, RATE[:4])
    go_on_by_sms(loaded_rt)
    clock.forward(seconds=1)
    Handset(client).dial()
    go_on_by_sms(loaded_rt)
    assert [message.state for message in resumed(all_of)] == [MessageState.FAILED]


def test_whoever_went_on_by_sms_starts_at_the_menu_when_dialling(client, loaded_rt, clock, all_of):
    drop(client, clock, RATE[:4])
    go_on_by_sms(loaded_rt)
    Texting(loaded_rt, SMS).says(*RATE[4:])
    assert Handset(client).dial().startswith("CON Huduma Feedback")
    assert [rating.complete for rating in all_of(Rating)] == [True]


def test_late_calls_of_a_session_gone_on_with_change_nothing(client, loaded_rt, clock, all_of):
    phone = Handset(client)
    phone.dial()
    phone.keys(*RATE[:4])
    clock.forward(minutes=5)
    go_on_by_sms(loaded_rt)
    Texting(loaded_rt, SMS).says("1", "1")
    before = answers(all_of)
    phone.keys("2", "2")
    assert answers(all_of) == before


# --- The clock ----------------------------------------------------------------------------------


def test_the_clock_looks_for_dropped_calls(client, loaded_rt, clock, all_of):
    drop(client, clock, RATE[:4])
    tick(loaded_rt, {})
    assert len(resumed(all_of)) == 1
    assert {"dropped", "talks"} <= DUTIES.keys()


def test_the_clock_ticks_on_while_redis_is_away(loaded_rt, caplog):
    class Away:
        def dropped(self, before, limit):
            raise ConnectionError("away")

    tick(replace(loaded_rt, conversations=Away()), {})
    assert "duty dropped failed" in caplog.text


def test_every_question_a_call_may_drop_at_can_be_put_by_sms():
    """What is worth asking has words for an SMS and answers that it understands."""
    for language, first in (("en", "1"), ("sw", "2")):
        for keys in (RATE, COUNTY, REPORT):
            phone = Keypad("")
            for number, key in enumerate(keys):
                phone.keys(first if number == 0 else key)
                if is_worth_asking(phone.at, phone.catalogue):
                    seen = engine.show(BY_MESSAGE, phone.at, phone.catalogue, "", BY_SMS)
                    assert not seen.ends
                    assert phone.at.language == language
