"""After the answer, with the clock moved: the citizen is asked, asked again, and it is closed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import identity, redress
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import VERDICT_AFTER, Action, Actor, CaseStatus, Outcome
from feedback_service.domain.closing import SILENCE, UNASKED
from feedback_service.models import Citizen, Message, MessageState
from feedback_service.redress import Act, citizen_says
from tests.handset import ME, arrived, events, sms, whatsapp
from tests.integration.citizens_words import SMS, WHATSAPP, last, says

pytestmark = pytest.mark.usefixtures("loaded_rt")

DELIVERED, FAILED, SENT = MessageState.DELIVERED, MessageState.FAILED, MessageState.SENT


def test_it_is_asked_a_day_or_more_after_the_answer_at_an_hour_of_the_survey(
    complain: Any, office: Any, loaded_rt: Any, clock: Any, now_of: Any, questions: Any
) -> None:
    case = complain()
    office(case, Action.RESOLVE)
    answered, ask_after = loaded_rt.now(), now_of(case).ask_after
    assert ask_after - answered >= VERDICT_AFTER
    assert 8 <= ask_after.astimezone(NAIROBI).hour < 18
    clock.set(ask_after - timedelta(minutes=1))
    assert redress.follow_answers(loaded_rt).asked == 0
    clock.set(ask_after)
    assert [redress.follow_answers(loaded_rt).asked for _ in range(3)] == [1, 0, 0]
    assert len([said for said in arrived(loaded_rt) if "says it is solved. Is it?" in said]) == 1
    assert (len(questions(case)), now_of(case).asked) == (1, 1)


STORIES = {
    "two questions come, and no word": ((DELIVERED, DELIVERED), Outcome.CLOSED_UNCONFIRMED, 2, 2),
    "one is lost, two come": ((FAILED, DELIVERED, DELIVERED), Outcome.CLOSED_UNCONFIRMED, 3, 2),
    "one comes": ((DELIVERED, FAILED, FAILED), Outcome.UNREACHED, 3, 1),
    "none comes": ((FAILED, FAILED, FAILED), Outcome.UNREACHED, 3, 0),
    "no network says": ((SENT, SENT, SENT), Outcome.UNREACHED, 3, 0),
}


@pytest.mark.parametrize(
    ("fates", "outcome", "asked", "delivered"), STORIES.values(), ids=STORIES.keys()
)
def test_silence_counts_after_two_questions_that_came(
    fates: Any, outcome: Outcome, asked: int, delivered: int, complain: Any, office: Any,
    become: Any, pass_days: Any, now_of: Any, questions: Any, all_of: Any,
) -> None:  # fmt: skip
    case = complain()
    office(case, Action.RESOLVE)
    become(DELIVERED)
    pass_days(30, *fates)
    assert (now_of(case).status, now_of(case).outcome) == (CaseStatus.CLOSED, outcome)
    assert (len(questions(case)), now_of(case).ask_after) == (asked, None)
    closed = last(all_of, Action.EXPIRE)
    told = (closed.data["asked"], closed.data["delivered"], closed.data["reached"])
    assert told == (asked, delivered, outcome is Outcome.CLOSED_UNCONFIRMED)
    assert events(all_of).count(Action.EXPIRE) == 1
    came = [message.delivered_at for message in questions(case) if message.delivered_at]
    assert all(closed.at - at >= SILENCE for at in came)


def test_the_second_question_goes_by_the_other_channel_where_there_is_one(
    client: Any, complain: Any, office: Any, become: Any, pass_days: Any, questions: Any
) -> None:
    whatsapp(client, "HELP", ME)
    case = complain(channel=SMS)
    office(case, Action.RESOLVE)
    pass_days(8, DELIVERED, DELIVERED)
    assert [message.channel for message in questions(case)] == [SMS, WHATSAPP]


def test_who_stopped_one_channel_is_asked_by_the_other(
    client: Any, complain: Any, office: Any, pass_days: Any, questions: Any
) -> None:
    whatsapp(client, "HELP", ME)
    case = complain(channel=SMS)
    office(case, Action.RESOLVE)
    sms(client, "STOP")
    pass_days(8, DELIVERED, DELIVERED)
    assert [message.channel for message in questions(case)] == [WHATSAPP, WHATSAPP]


def test_a_second_answer_is_asked_about_anew(
    complain: Any, office: Any, loaded_rt: Any, pass_days: Any, questions: Any, now_of: Any
) -> None:
    case = complain()
    office(case, Action.RESOLVE)
    pass_days(3)
    citizen_says(loaded_rt, case.id, Act(Action.DISPUTE, Actor.CITIZEN, source="s:1", channel=SMS))
    office(case, Action.RESOLVE, "Now it is ready")
    assert now_of(case).asked == 0
    pass_days(3)
    assert (len(questions(case)), now_of(case).asked) == (2, 1)


UNASKABLE = {
    "nobody's": ({"number": ""}, None, "no-citizen"),
    "quiet": ({"quiet": True}, None, "quiet"),
    "stopped": ({}, "STOP", "not-reachable"),
}


@pytest.mark.parametrize(("fields", "word", "because"), UNASKABLE.values(), ids=UNASKABLE.keys())
def test_who_cannot_be_asked_is_unreached_after_thirty_days(
    fields: Any, word: str | None, because: str, client: Any, complain: Any, office: Any,
    pass_days: Any, now_of: Any, questions: Any, all_of: Any,
) -> None:  # fmt: skip
    case = complain(**fields)
    office(case, Action.RESOLVE)
    answered = now_of(case).resolved_at
    if word:
        sms(client, word)
    pass_days(UNASKED.days - 1)
    assert now_of(case).status is CaseStatus.RESOLVED, "they may still look for themselves"
    pass_days(1.1)
    assert (now_of(case).status, now_of(case).outcome) == (CaseStatus.CLOSED, Outcome.UNREACHED)
    assert (questions(case), last(all_of, Action.EXPIRE).data["because"]) == ([], because)
    assert now_of(case).closed_at - answered >= UNASKED


def test_who_comes_back_is_asked_after_all(
    client: Any, complain: Any, office: Any, pass_days: Any, questions: Any
) -> None:
    case = complain()
    office(case, Action.RESOLVE)
    sms(client, "STOP")
    pass_days(5)
    assert questions(case) == []
    sms(client, "START")
    pass_days(5)
    assert questions(case)


def test_a_number_that_fell_silent_is_asked_nothing(
    complain: Any, office: Any, loaded_rt: Any, pass_days: Any, questions: Any, clock: Any
) -> None:
    case = complain()
    with loaded_rt.transaction() as session:
        session.execute(sa.update(Citizen).values(heard_at=clock() - identity.RECYCLED_AFTER))
    office(case, Action.RESOLVE)
    pass_days(5)
    assert questions(case) == []


@pytest.mark.parametrize(
    ("word", "hours", "asked"),
    [("dispute", 1, []), ("confirm", 25, []), ("confirm", 23, ["sms-confirm-early"])],
)
def test_who_has_spoken_is_not_asked_but_for_a_yes_on_the_day_of_the_answer(
    word: str, hours: int, asked: list[str], complain: Any, office: Any, loaded_rt: Any,
    clock: Any, pass_days: Any, questions: Any, now_of: Any,
) -> None:  # fmt: skip
    case = complain()
    office(case, Action.RESOLVE)
    clock.forward(hours=hours)
    says(loaded_rt, case, Action(word))
    pass_days(30)
    assert [message.wording for message in questions(case)] == asked
    assert now_of(case).outcome is (Outcome.CONFIRMED if word == "confirm" else Outcome.DISPUTED)


def test_a_yes_at_the_desk_is_taken_back_at_home(
    client: Any, complain: Any, office: Any, pass_days: Any, now_of: Any, questions: Any
) -> None:
    case = complain()
    office(case, Action.RESOLVE)
    sms(client, "YES")
    assert now_of(case).outcome is Outcome.CONFIRMED
    pass_days(3)
    (asked,) = questions(case)
    assert "Is it still?" in asked.text
    sms(client, "2")
    assert (now_of(case).status, now_of(case).outcome) == (
        CaseStatus.ACKNOWLEDGED, Outcome.DISPUTED,
    )  # fmt: skip


def test_the_first_yes_to_a_refusal_is_not_asked_again(
    complain: Any, office: Any, loaded_rt: Any, pass_days: Any, questions: Any
) -> None:
    case = complain()
    office(case, Action.REJECT, "No fee was due")
    says(loaded_rt, case, Action.CONFIRM)
    pass_days(5)
    assert questions(case) == []


def test_the_answer_to_the_question_is_the_verdict(
    client: Any, complain: Any, office: Any, pass_days: Any, now_of: Any
) -> None:
    case = complain()
    office(case, Action.RESOLVE)
    pass_days(3)
    sms(client, "2")
    assert now_of(case).status is CaseStatus.ACKNOWLEDGED


def test_a_late_receipt_counts(
    complain: Any, office: Any, loaded_rt: Any, pass_days: Any, questions: Any, now_of: Any
) -> None:
    """None of three questions is known to have come, until receipts come with the last hour."""
    case = complain()
    office(case, Action.RESOLVE)
    pass_days(11, SENT, SENT, SENT)
    assert len(questions(case)) == 3
    with loaded_rt.transaction() as session:
        asked = sa.update(Message).where(Message.key.contains(":-"))
        session.execute(asked.values(state=DELIVERED, delivered_at=loaded_rt.now()))
    pass_days(13)
    assert now_of(case).status is CaseStatus.RESOLVED
    pass_days(2)
    assert now_of(case).outcome is Outcome.CLOSED_UNCONFIRMED


def test_not_upheld_stays_not_upheld_in_silence(
    complain: Any, office: Any, pass_days: Any, now_of: Any
) -> None:
    case = complain()
    office(case, Action.REJECT, "No fee was due")
    pass_days(25)
    assert (now_of(case).status, now_of(case).outcome) == (CaseStatus.CLOSED, Outcome.NOT_UPHELD)


def test_who_is_not_upheld_is_asked_whether_they_accept(
    complain: Any, office: Any, pass_days: Any, questions: Any
) -> None:
    case = complain()
    office(case, Action.REJECT, "No fee was due")
    pass_days(8)
    assert {message.wording for message in questions(case)} == {"sms-confirm-accept"}
    assert "Do you accept that?" in questions(case)[0].text
