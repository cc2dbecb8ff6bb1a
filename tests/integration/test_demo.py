"""The demo: a marked quarter with whole lives, that reaches no phone and comes only once."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from feedback_service import demo, outbox, redress
from feedback_service.cli import main
from feedback_service.demo.texts import answers, sentences
from feedback_service.domain import chain, gsm7
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import OPEN, Action, Actor, Lane, Outcome
from feedback_service.domain.periods import Period
from feedback_service.domain.phones import normalise
from feedback_service.domain.ratings import Sample
from feedback_service.identity import KeyRing
from feedback_service.models import (
    Case,
    CaseEvent,
    Category,
    Citizen,
    Compliment,
    EmergingLook,
    Message,
    MessageState,
    Rating,
    Service,
)
from feedback_service.redress import Act, history
from feedback_service.scoring import survey
from feedback_service.scoring.frozen import histories as frozen
from feedback_service.scoring.frozen.gathering import fact_of
from feedback_service.visits import publishing
from tests.conftest import DEMO_DAY, DEMO_SIZE, SECRETS

pytestmark = pytest.mark.timeout(300)


def quiet(*_):
    """Somebody who does not watch the progress."""


@pytest.fixture
def loaded(rt, own_registry, clock):
    clock.set(DEMO_DAY)
    return rt


def all_of(rt, model):
    with rt.transaction() as session:
        return session.scalars(sa.select(model)).all()


def openly(ratings):
    """Those that whoever wished to gave: the survey's come on top."""
    return [rating for rating in ratings if rating.sample is Sample.OPEN]


def test_it_makes_as_many_as_were_asked_for(demo_rt):
    made = {"ratings": len(openly(all_of(demo_rt, Rating))), "cases": len(all_of(demo_rt, Case))}
    assert made == DEMO_SIZE


def test_everything_is_marked_as_simulated(demo_rt):
    assert all(rating.simulated for rating in all_of(demo_rt, Rating))
    assert all(case.simulated for case in all_of(demo_rt, Case))
    assert len(praise := all_of(demo_rt, Compliment)) == DEMO_SIZE["ratings"] // 20
    assert all(one.simulated for one in praise)


def test_some_bodies_are_surveyed_and_every_visit_is_accounted_for(demo_rt):
    period = Period.containing(DEMO_DAY).previous()
    with demo_rt.transaction() as session:
        found = survey.surveys(session, period, DEMO_DAY)
        drawn = publishing.published(session, period, DEMO_DAY)
    assert len(found) >= 2
    assert all(one.simulated and one.funnel.adds_up for one in found.values())
    assert all(one.funnel.answered > 10 for one in found.values())
    assert {draw.simulated for draw in drawn} == {True}
    ratings = [r for r in all_of(demo_rt, Rating) if r.sample is Sample.VERIFIED]
    assert all(rating.visit_id and rating.answer_order for rating in ratings)


def test_it_lies_in_the_last_full_quarter_and_this_one(demo_rt):
    start, now = datetime(2026, 1, 1, tzinfo=NAIROBI), demo_rt.now()
    moments = [r.given_at for r in all_of(demo_rt, Rating)]
    moments += [c.received_at for c in all_of(demo_rt, Case)]
    moments += [e.at for e in all_of(demo_rt, CaseEvent)]
    assert all(start <= moment <= now for moment in moments)
    quarter = datetime(2026, 4, 1, tzinfo=NAIROBI)
    assert min(moments) < quarter - timedelta(days=60)
    assert max(moments) > now - timedelta(days=5)


def test_every_county_and_a_dozen_institutions_are_spoken_of_in_both_languages(demo_rt):
    ratings = all_of(demo_rt, Rating)
    assert {rating.county_code for rating in ratings} == set(range(1, 48))
    assert len({rating.institution_id for rating in ratings}) >= 12
    assert {rating.language for rating in ratings} == {"en", "sw"}
    assert None not in {rating.institution_id for rating in ratings}
    cases = all_of(demo_rt, Case)
    assert len({case.institution_id for case in cases}) >= 12
    assert {case.language for case in cases} == {"en", "sw"}


def test_cases_end_in_every_way_and_some_do_not_end(demo_rt):
    outcomes = Counter(case.outcome for case in all_of(demo_rt, Case))
    wanted = {
        Outcome.CONFIRMED, Outcome.DISPUTED, Outcome.CLOSED_UNCONFIRMED, Outcome.WITHDRAWN,
        Outcome.NOT_UPHELD, None,
    }  # fmt: skip
    assert wanted <= set(outcomes)
    late = [case for case in all_of(demo_rt, Case) if case.level]
    assert late
    assert any(case.status in OPEN and case.due_at < demo_rt.now() for case in late)
    assert any(case.lane is Lane.CONFIDENTIAL and case.quiet for case in all_of(demo_rt, Case))


def test_each_history_is_an_unbroken_chain_in_the_order_of_time(demo_rt):
    with demo_rt.transaction() as session:
        for case in session.scalars(sa.select(Case)):
            events = history.events(session, case)
            chain.verify(str(case.id), [history.as_link(event) for event in events])
            moments = [event.at for event in events]
            assert moments == sorted(moments)
            assert events[0].action is Action.RECEIVE
            again = {case.id} if any(e.action is Action.REOPEN for e in events) else ()
            frozen.check(str(case.id), fact_of(case, again), events, 0)


def test_late_cases_climbed_every_rung_when_they_earned_it(demo_rt):
    with demo_rt.transaction() as session:
        raised = sa.select(CaseEvent).where(CaseEvent.action == Action.ESCALATE)
        climbed = session.scalars(raised).all()
        assert climbed
        for event in climbed:
            assert event.actor is Actor.CLOCK
            assert event.at > session.get_one(Case, event.case_id).due_at


def test_no_message_leaves_neither_then_nor_later(loaded, clock):
    demo.fill(loaded, 7, quiet, ratings=10, cases=20)
    messages = all_of(loaded, Message)
    assert messages
    assert {message.state for message in messages} == {MessageState.DELIVERED}
    assert all(message.created_at < message.delivered_at for message in messages)
    assert outbox.drain(loaded) == 0
    clock.forward(days=40)
    assert redress.raise_late_cases(loaded) > 0
    case = next(c for c in all_of(loaded, Case) if c.status in OPEN and not c.quiet)
    act = Act(Action.NOTE, Actor.OFFICER, "a note", category=Category.DELAY)
    redress.act(loaded, case.id, act)
    redress.act(loaded, case.id, Act(Action.RESOLVE, Actor.OFFICER, "It is done."))
    assert outbox.drain(loaded) == 0
    assert len(all_of(loaded, Message)) == len(messages)


def test_the_same_seed_gives_the_same_figures_and_another_others(loaded, redis, engine):
    def story(seed):
        demo.fill(loaded, seed, quiet, ratings=100, cases=8)
        scores = [(r.source, r.score, r.given_at) for r in all_of(loaded, Rating)]
        cases = [(c.source, c.received_at, c.due_at, c.status) for c in all_of(loaded, Case)]
        with loaded.transaction() as session:
            for table in ("messages", "case_events", "cases", "ratings"):
                session.execute(sa.text("set local session_replication_role = replica"))
                session.execute(sa.text(f"delete from {table}"))
        return sorted(scores), sorted(cases)

    first = story(1)
    assert story(1) == first
    assert story(2) != first


def test_a_second_time_changes_nothing(demo_rt, clock):
    before = [sorted(str(row.id) for row in all_of(demo_rt, model)) for model in (Rating, Case)]
    events = len(all_of(demo_rt, CaseEvent))
    clock.forward(days=3)
    made = demo.fill(demo_rt, 7, quiet, **DEMO_SIZE)
    assert (made.ratings, made.cases) == (0, 0)
    after = [sorted(str(row.id) for row in all_of(demo_rt, model)) for model in (Rating, Case)]
    assert (after, len(all_of(demo_rt, CaseEvent))) == (before, events)


def test_it_refuses_a_service_with_real_cases_unless_forced(loaded):
    keys = {**loaded.settings.raw, "AT_USERNAME": "huduma", "AT_API_KEY": "key"}
    loaded = replace(loaded, settings=replace(loaded.settings, raw=keys))
    with loaded.transaction() as session:
        complaint = redress.Complaint(
            "real:1", "africastalking-ussd", "en", "late", None, "kra-pin"
        )
        redress.open_case(loaded, session, complaint)
    with pytest.raises(demo.NotEmpty):
        demo.fill(loaded, 7, quiet, ratings=10, cases=2)
    assert all_of(loaded, Rating) == []
    made = demo.fill(loaded, 7, quiet, ratings=10, cases=2, force=True)
    assert (made.ratings, made.cases) == (10, 2)


def test_cases_of_a_practice_phone_are_no_hindrance(loaded):
    with loaded.transaction() as session:
        complaint = redress.Complaint(
            "practice:1", "africastalking-ussd", "en", "late", None, "kra-pin"
        )
        redress.open_case(loaded, session, complaint)
    made = demo.fill(loaded, 7, quiet, ratings=10, cases=2)
    assert (made.ratings, made.cases) == (10, 2)


def test_it_needs_a_registry(rt):
    with pytest.raises(demo.NothingLoaded):
        demo.fill(rt, 7, quiet, ratings=10, cases=2)


def test_its_citizens_are_sealed_and_from_one_block_of_numbers(demo_rt):
    ring = KeyRing(demo_rt.settings.phone_keys)
    citizens = all_of(demo_rt, Citizen)
    assert len(citizens) == 1000
    numbers = {ring.unseal(citizen.sealed, citizen.lookup) for citizen in citizens}
    assert min(numbers) == "+254100000000"
    assert max(numbers) == "+254100000999"
    assert all(normalise(number) == number for number in numbers)
    assert not any(b"100000" in citizen.sealed for citizen in citizens)


def test_progress_is_told_to_the_end(loaded):
    told = []
    demo.fill(loaded, 7, lambda *step: told.append(step), ratings=20, cases=4)
    assert told == [("ratings", 20, 20), *(("cases", n, 4) for n in (1, 2, 3, 4))]


def test_sentences_are_sixty_or_more_in_three_tongues_about_services_we_know(loaded):
    assert len({one.text for one in sentences()}) >= 60
    assert {one.language for one in sentences()} == {"en", "sw", "sheng"}
    with loaded.transaction() as session:
        known = set(session.scalars(sa.select(Service.id)))
    assert {one.service for one in sentences()} <= known
    assert {one.category for one in sentences()} == set(Category)


def test_answers_fit_an_sms_in_both_languages():
    for (kind, language), texts in answers().items():
        assert language in ("en", "sw")
        for text in texts:
            assert gsm7.septets(text) is not None, (kind, text)
            assert len(text) <= 160


def test_the_command_says_what_it_made_and_the_second_time_that_it_was_there(
    loaded, monkeypatch, capsys, database_url, redis_url
):
    for name, value in {**SECRETS, "DATABASE_URL": database_url, "REDIS_URL": redis_url}.items():
        monkeypatch.setenv(name, value)
    words = ["demo", "--ratings", "2000", "--cases", "10"]
    assert main([*words, "--seed", "3"]) == 0
    said = capsys.readouterr().out
    assert said.splitlines()[:3] == [
        "ratings  1,000 of 2,000", "ratings  2,000 of 2,000", "cases        3 of 10",
    ]  # fmt: skip
    assert "2,000 ratings and 10 cases, all marked simulated" in said
    assert main(words) == 0
    assert "nothing changed" in capsys.readouterr().out


def test_problems_that_rise_have_been_looked_for(demo_rt):
    [look] = all_of(demo_rt, EmergingLook)
    assert look.cases > 0
