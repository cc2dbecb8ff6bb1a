"""After the answer, as stories with the clock moved: asked, asked again, closed; the last word."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import identity, redress
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import VERDICT_AFTER, Action, Actor, CaseStatus, Lane, Outcome
from feedback_service.domain.closing import ENOUGH, SILENCE, UNASKED, Step
from feedback_service.models import Case, CaseEvent, Citizen, Message, MessageState
from feedback_service.redress import Act, citizen_says, closing
from tests.desk_world import Statements
from tests.handset import ME, OTHER, Handset, arrived, events, sms, spoken, whatsapp

pytestmark = pytest.mark.usefixtures("loaded_rt")

SMS, WHATSAPP = "africastalking-sms", "twilio-whatsapp"
DELIVERED, FAILED, SENT = MessageState.DELIVERED, MessageState.FAILED, MessageState.SENT


@pytest.fixture
def now_of(loaded_rt: Any) -> Callable[[Case], Case]:
    def read(case: Case) -> Case:
        with loaded_rt.transaction() as session:
            found: Case = session.get_one(Case, case.id)
            return found

    return read


@pytest.fixture
def questions(loaded_rt: Any) -> Callable[[Case], list[Message]]:
    """The questions of a case in their order."""

    def read(case: Case) -> list[Message]:
        asked = (
            sa.select(Message)
            .where(Message.case_id == case.id, Message.wording.startswith("sms-confirm"))
            .where(Message.wording != "sms-confirmed")
        )
        with loaded_rt.transaction() as session:
            return list(session.scalars(asked.order_by(Message.created_at)))

    return read


@pytest.fixture
def become(loaded_rt: Any, clock: Any) -> Callable[..., None]:
    """What becomes of all messages that wait."""

    def settle(state: MessageState) -> None:
        at = clock() if state is DELIVERED else None
        waiting = sa.update(Message).where(Message.state == MessageState.QUEUED)
        with loaded_rt.transaction() as session:
            session.execute(waiting.values(state=state, sent_at=clock(), delivered_at=at))

    return settle


@pytest.fixture
def pass_days(loaded_rt: Any, clock: Any, become: Any) -> Callable[..., None]:
    """Days go by, the duty looks when it has to, and messages fare as they are told to."""

    def going_on(days: float, *fates: MessageState) -> None:
        left, until = list(fates), clock() + timedelta(days=days)
        while True:
            with loaded_rt.transaction() as session:
                due = session.scalar(sa.select(sa.func.min(Case.ask_after)))
            if due is None or due > until:
                break
            clock.set(max(due, clock()))
            if redress.follow_answers(loaded_rt).asked:
                become(left.pop(0) if left else DELIVERED)
        clock.set(until)

    return going_on


def last(all_of: Any, action: Action) -> CaseEvent:
    found: CaseEvent = max(
        (e for e in all_of(CaseEvent) if e.action is action), key=lambda event: event.at
    )
    return found


# --- Asked, and asked again ---------------------------------------------------------------------


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
    assert len(questions(case)) == 1


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


# --- Once, whoever does it ----------------------------------------------------------------------


def test_two_clocks_at_once_ask_each_citizen_once(
    complain: Any, office: Any, loaded_rt: Any, clock: Any, all_of: Any
) -> None:
    cases = [complain(number=f"+2547123456{n:02}") for n in range(9)]
    for case in cases:
        office(case, Action.RESOLVE)
    clock.forward(days=3)
    with ThreadPoolExecutor(3) as pool:
        runs = [pool.submit(redress.follow_answers, loaded_rt, 2) for _ in range(3)]
        assert sum(run.result().asked for run in runs) <= 9
    redress.follow_answers(loaded_rt)
    asked = [m for m in all_of(Message) if m.wording == "sms-confirm"]
    assert len(asked) == len({m.case_id for m in asked}) == 9


class Killed(Exception):
    """The clock's process dies here."""


def _killed_while_following(rt: Any, case: Case) -> None:
    with rt.transaction() as session:
        assert closing.follow(rt, session, session.get_one(Case, case.id)) is not Step.WAIT
        session.flush()
        raise Killed


@pytest.mark.parametrize("fates", [(), (DELIVERED,), (DELIVERED, DELIVERED)])
def test_a_clock_killed_before_its_commit_leaves_nothing_behind(
    fates: Any, complain: Any, office: Any, loaded_rt: Any, clock: Any, become: Any, now_of: Any,
    questions: Any,
) -> None:  # fmt: skip
    case = complain()
    office(case, Action.RESOLVE)
    for fate in fates:
        clock.set(now_of(case).ask_after)
        redress.follow_answers(loaded_rt)
        become(fate)
    if len(fates) == ENOUGH:  # three days on it is seen that both have come
        clock.set(now_of(case).ask_after)
        redress.follow_answers(loaded_rt)
    clock.set(now_of(case).ask_after)
    with pytest.raises(Killed):
        _killed_while_following(loaded_rt, case)
    assert len(questions(case)) == len(fates)
    runs = [redress.follow_answers(loaded_rt) for _ in range(3)]
    assert [run.asked + run.closed for run in runs] == [1, 0, 0]
    assert len(questions(case)) == min(len(fates) + 1, 2)
    assert (now_of(case).status is CaseStatus.CLOSED) is (len(fates) == 2)


# --- The last word ------------------------------------------------------------------------------


def says(rt: Any, case: Case, action: Action, source: str = "s:1", text: str = "") -> Case:
    """The citizen's own word, by SMS; the case it went to."""
    said = citizen_says(rt, case.id, Act(action, Actor.CITIZEN, text, source=source, channel=SMS))
    assert said is not None
    return said


LAST_WORDS = {
    "yes": (["confirm"], Outcome.CONFIRMED),
    "no": (["dispute"], Outcome.DISPUTED),
    "yes, then no": (["confirm", "dispute"], Outcome.DISPUTED),
    "yes, no, and yes to the second answer": (
        ["confirm", "dispute", "resolve", "confirm"], Outcome.CONFIRMED,
    ),
    "silence, then yes": (["expire", "confirm"], Outcome.CONFIRMED),
    "silence, then no": (["expire", "dispute"], Outcome.DISPUTED),
}  # fmt: skip


@pytest.mark.parametrize(("words", "outcome"), LAST_WORDS.values(), ids=LAST_WORDS.keys())
def test_the_last_word_counts(
    words: list[str], outcome: Outcome, complain: Any, office: Any, loaded_rt: Any, now_of: Any
) -> None:
    case = complain()
    office(case, Action.RESOLVE)
    for number, word in enumerate(words):
        if word == "expire":
            office(case, Action.EXPIRE, actor=Actor.CLOCK)
        elif word == "resolve":
            office(case, Action.RESOLVE)
        else:
            says(loaded_rt, case, Action(word), f"s:{number}")
    assert now_of(case).outcome is outcome


@pytest.fixture
def closed(complain: Any, office: Any, loaded_rt: Any, clock: Any) -> Callable[..., Case]:
    """A case that its citizen said was solved, so many days ago."""

    def made(days: float, **fields: Any) -> Case:
        case: Case = complain("No passport since May", **fields)
        office(case, Action.RESOLVE)
        says(loaded_rt, case, Action.CONFIRM, "s:0")
        clock.forward(days=days)
        return case

    return made


@pytest.mark.parametrize("days", [0, 29, 30])
def test_inside_thirty_days_not_solved_reopens_the_case_and_counts_against(
    days: int, closed: Any, loaded_rt: Any, now_of: Any
) -> None:
    case = closed(days)
    assert says(loaded_rt, case, Action.DISPUTE).id == case.id
    row = now_of(case)
    assert (row.status, row.outcome, row.disputes) == (
        CaseStatus.ACKNOWLEDGED, Outcome.DISPUTED, 1,
    )  # fmt: skip
    assert (row.resolved_at, row.closed_at) == (None, None)


TOLD = "It is broken again since Monday"
LATE = {
    "not solved": (Action.DISPUTE, "", "No passport since May"),
    "not solved, with words": (Action.DISPUTE, TOLD, TOLD),
    "a sentence": (Action.ANSWER, TOLD, TOLD),
}


@pytest.mark.parametrize(("action", "words", "text"), LATE.values(), ids=LATE.keys())
def test_after_thirty_days_a_linked_case_goes_on(
    action: Action, words: str, text: str, closed: Any, loaded_rt: Any, now_of: Any, all_of: Any
) -> None:
    case = closed(31)
    for _ in range(3):
        follows = says(loaded_rt, case, action, "s:1", words)
    assert (follows.previous_id, follows.text, follows.status) == (
        case.id, text, CaseStatus.RECEIVED,
    )  # fmt: skip
    assert (follows.citizen_id, follows.service_id) == (case.citizen_id, "passport")
    assert len(all_of(Case)) == 2
    before = now_of(case)
    assert (before.status, before.outcome) == (CaseStatus.CLOSED, Outcome.CONFIRMED)
    assert last(all_of, Action.ANSWER).data["next"] == follows.reference
    (told,) = [said for said in arrived(loaded_rt) if spoken(follows.reference) in said]
    assert told.startswith(f"Case {spoken(case.reference)} is closed for good")


def test_what_is_said_later_joins_the_case_that_follows(
    closed: Any, office: Any, loaded_rt: Any, now_of: Any, all_of: Any
) -> None:
    case = closed(31)
    follows = says(loaded_rt, case, Action.DISPUTE, "s:1")
    for number, action in enumerate((Action.ANSWER, Action.DISPUTE), start=2):
        assert says(loaded_rt, case, action, f"s:{number}", TOLD).id == follows.id
    assert now_of(follows).disputes == 0, "it was open: they were words"
    office(follows, Action.RESOLVE)
    assert says(loaded_rt, case, Action.DISPUTE, "s:9").id == follows.id
    assert (now_of(follows).disputes, len(all_of(Case))) == (1, 2)


def test_late_thanks_open_no_case(closed: Any, loaded_rt: Any, all_of: Any) -> None:
    case = closed(31)
    assert says(loaded_rt, case, Action.ANSWER, "s:1", "Asante sana").id == case.id
    assert len(all_of(Case)) == 1


def test_a_late_yes_changes_nothing(closed: Any, loaded_rt: Any, all_of: Any) -> None:
    case = closed(31)
    late = Act(Action.CONFIRM, Actor.CITIZEN, source="s:1", channel=SMS)
    assert citizen_says(loaded_rt, case.id, late) is None
    assert len(all_of(Case)) == 1


def test_two_messages_at_once_open_one_case(closed: Any, loaded_rt: Any, all_of: Any) -> None:
    case = closed(31)
    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(says, loaded_rt, case, Action.DISPUTE, f"n:{n}") for n in range(4)]
        assert len({one.result().id for one in sent}) == 1
    assert len(all_of(Case)) == 2


def test_a_quiet_case_is_followed_by_a_quiet_one(closed: Any, loaded_rt: Any, now_of: Any) -> None:
    case = closed(31, quiet=True)
    said = arrived(loaded_rt)
    follows = says(loaded_rt, case, Action.DISPUTE)
    assert now_of(follows).quiet
    assert arrived(loaded_rt) == said


def test_it_goes_on_with_the_desk_that_had_it(
    complain: Any, office: Any, loaded_rt: Any, clock: Any, now_of: Any
) -> None:
    case = complain()
    office(case, Action.TRANSFER, "Yours", unit_id="KRA-R")
    office(case, Action.RESOLVE)
    says(loaded_rt, case, Action.CONFIRM, "s:0")
    clock.forward(days=31)
    follows = says(loaded_rt, case, Action.DISPUTE)
    assert (follows.unit_id, follows.institution_id) == ("KRA-R", "KRA")


def test_a_confidential_one_stays_with_its_integrity_desk(
    complain: Any, office: Any, loaded_rt: Any, clock: Any
) -> None:
    """The accused of a case that came to the Ombudsman's desk is the other one."""
    case = complain(lane=Lane.CONFIDENTIAL, quiet=True, institution_id="EACC", service_id=None)
    office(case, Action.RESOLVE)
    says(loaded_rt, case, Action.CONFIRM, "s:0")
    clock.forward(days=31)
    follows = says(loaded_rt, case, Action.DISPUTE)
    assert (follows.unit_id, follows.lane, follows.quiet) == ("CAJ-I", Lane.CONFIDENTIAL, True)


def test_words_that_nobody_cleared_are_held(closed: Any, loaded_rt: Any) -> None:
    late = Act(
        Action.DISPUTE, Actor.CITIZEN, "He asked me for a bribe", source="s:1", channel=SMS,
        held=True,
    )  # fmt: skip
    follows = citizen_says(loaded_rt, closed(31).id, late)
    assert follows
    assert (follows.lane, follows.destination_unit_id) == (Lane.HELD, "DIS-R")


def test_by_dialling_the_new_number_is_shown(
    client: Any, closed: Any, all_of: Any, loaded_rt: Any
) -> None:
    case = closed(31)
    phone = Handset(client)
    phone.dial()
    phone.keys("1")  # English
    screen = phone.keys("5", "1")
    key = next(line[0] for line in screen.splitlines() if line.endswith("Not solved"))
    end = phone.keys(key)
    (follows,) = [one for one in all_of(Case) if one.previous_id == case.id]
    assert end.startswith(f"END {spoken(follows.reference)} goes on with it")
    again = phone.send(phone.text)
    assert (again, len(all_of(Case))) == (end, 2)


def test_by_sms_the_number_of_a_quiet_one_comes_back_and_nothing_else(
    client: Any, closed: Any, all_of: Any, loaded_rt: Any
) -> None:
    case = closed(31, quiet=True)
    sms(client, f"{spoken(case.reference)} NO")
    (follows,) = [one for one in all_of(Case) if one.previous_id == case.id]
    told = arrived(loaded_rt)[-1]
    assert told.startswith(f"{spoken(follows.reference)} received")
    assert "messages" in told


def test_by_sms_the_new_number_comes_back(
    client: Any, closed: Any, loaded_rt: Any, all_of: Any
) -> None:
    case = closed(31)
    sms(client, f"{spoken(case.reference)} NO")
    (follows,) = [one for one in all_of(Case) if one.previous_id == case.id]
    told = arrived(loaded_rt)[-1]
    assert told.startswith(f"Case {spoken(case.reference)} is closed for good: ")
    assert f"{spoken(follows.reference)} goes on with it" in told


# --- Withdrawn ----------------------------------------------------------------------------------

ASKED = [Action.ASK]
WITHDRAWALS = {
    "by nobody's doing": ([], 0, False, Outcome.WITHDRAWN),
    "after an acknowledgement": ([Action.ACKNOWLEDGE], 0, False, Outcome.WITHDRAWN),
    "after a question": (ASKED, 0, False, Outcome.CLOSED_UNCONFIRMED),
    "six days after it": (ASKED, 6, False, Outcome.CLOSED_UNCONFIRMED),
    "eight days after it": (ASKED, 8, False, Outcome.WITHDRAWN),
    "after an answer that was disputed": (
        [Action.RESOLVE, Action.DISPUTE], 0, False, Outcome.CLOSED_UNCONFIRMED,
    ),
    "from another telephone": ([], 0, True, Outcome.CLOSED_UNCONFIRMED),
}  # fmt: skip


@pytest.mark.parametrize(
    ("before", "days", "elsewhere", "outcome"), WITHDRAWALS.values(), ids=WITHDRAWALS.keys()
)
def test_a_withdrawal_counts_when_nobody_asked_for_it(
    before: list[Action], days: float, elsewhere: bool, outcome: Outcome, complain: Any,
    office: Any, loaded_rt: Any, clock: Any, now_of: Any, all_of: Any,
) -> None:  # fmt: skip
    case = complain()
    for action in before:
        actor = Actor.CITIZEN if action is Action.DISPUTE else Actor.OFFICER
        office(case, action, actor=actor)
    clock.forward(days=days)
    what = Act(Action.WITHDRAW, Actor.CITIZEN, source="s:1", channel=SMS, elsewhere=elsewhere)
    assert citizen_says(loaded_rt, case.id, what)
    assert (now_of(case).status, now_of(case).outcome) == (CaseStatus.CLOSED, outcome)
    kept = last(all_of, Action.WITHDRAW).data
    assert kept["prompted"] is (outcome is not Outcome.WITHDRAWN)


def test_another_phone_that_knows_the_secret_withdraws_nothing_for_good(
    client: Any, complain: Any, now_of: Any, loaded_rt: Any, all_of: Any
) -> None:
    case = complain(quiet=True)
    with loaded_rt.transaction() as session:
        redress.set_secret(loaded_rt, session, session.get_one(Case, case.id), "4821")
    sms(client, f"{case.reference} 4821 WITHDRAW", OTHER)
    assert (now_of(case).status, now_of(case).outcome) == (
        CaseStatus.CLOSED, Outcome.CLOSED_UNCONFIRMED,
    )  # fmt: skip
    assert last(all_of, Action.WITHDRAW).data["elsewhere"] is True


def test_who_withdrew_reads_that_they_did(
    client: Any, complain: Any, office: Any, loaded_rt: Any, now_of: Any
) -> None:
    case = complain()
    office(case, Action.ASK, "Do you still need it?")
    sms(client, f"{case.reference} WITHDRAW")
    assert now_of(case).outcome is Outcome.CLOSED_UNCONFIRMED
    sms(client, case.reference)
    assert arrived(loaded_rt)[-1].endswith("You withdrew it.")


def test_who_is_not_upheld_is_asked_whether_they_accept(
    complain: Any, office: Any, pass_days: Any, questions: Any
) -> None:
    case = complain()
    office(case, Action.REJECT, "No fee was due")
    pass_days(8)
    assert {message.wording for message in questions(case)} == {"sms-confirm-accept"}
    assert "Do you accept that?" in questions(case)[0].text


def test_asking_takes_the_same_few_statements_however_many_are_due(
    complain: Any, office: Any, loaded_rt: Any, clock: Any
) -> None:
    for n in range(12):
        office(complain(number=f"+2547123456{n:02}"), Action.RESOLVE)
    clock.forward(days=3)
    with Statements(loaded_rt.engine) as sent:
        assert redress.follow_answers(loaded_rt).asked == 12
    assert len(sent) / 12 <= 12
