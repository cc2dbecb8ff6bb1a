"""A case's history is added to, by anybody, and changed by nobody; words may leave it, and leave
a digest that keeps the chain whole."""

import json

import pytest
import sqlalchemy as sa

from feedback_service.domain import chain
from feedback_service.domain.cases import Action, Actor
from feedback_service.models import Case, CaseEvent
from feedback_service.redress import Act, act, history

SLIPS = {
    "another actor": "update case_events set actor = 'officer'",
    "gone": "delete from case_events",
    "other words": """update case_events set data = data || '{"text": "All is well"}'""",
    "words gone without a trace": "update case_events set data = data - 'text'",
    "words gone, salt kept": """update case_events
        set data = (data - 'text') || '{"erased": "x"}'""",
    "another digest": """update case_events set data = (data - 'text' - 'salt')
        || '{"erased": "sha256:00"}'""",
    "called whole": """update case_events set data = (data - 'text' - 'salt')
        || '{"erased": "whole"}'""",
    "a moment besides": """update case_events set at = at + interval '1 second',
        data = (data - 'text' - 'salt') || jsonb_build_object('erased', 'sha256:' || encode(sha256(
        convert_to((data->>'salt') || (data->>'text'), 'UTF8')), 'hex')) where data ? 'text'""",
}


@pytest.fixture
def lived(loaded_rt, case):
    """A case in which citizen and office have said something."""
    act(loaded_rt, case.id, Act(Action.NOTE, Actor.OFFICER, "I asked the registry."))
    act(loaded_rt, case.id, Act(Action.ANSWER, Actor.CITIZEN, "Naitwa Otieno, I wait."))
    return case


def links(rt, case):
    with rt.transaction() as session:
        return [history.as_link(e) for e in history.events(session, session.get_one(Case, case.id))]


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS.keys())
def test_the_database_itself_refuses_to_change_a_line(slip, loaded_rt, lived):
    with (
        pytest.raises(sa.exc.DBAPIError, match="added, never changed"),
        loaded_rt.engine.begin() as connection,
    ):
        connection.execute(sa.text(slip))


def test_words_leave_and_the_chain_stays_whole(loaded_rt, lived):
    before = links(loaded_rt, lived)
    with loaded_rt.transaction() as session:
        history.take_words(session, CaseEvent.case_id == lived.id)
    after = links(loaded_rt, lived)
    assert after == before
    chain.verify(str(lived.id), after, head=before[-1].hash)
    with loaded_rt.transaction() as session:
        kept = [event.data for event in history.events(session, session.get_one(Case, lived.id))]
    assert "Otieno" not in json.dumps(kept)
    assert "salt" not in json.dumps(kept)
    assert [data["erased"][:7] for data in kept if "erased" in data] == ["sha256:", "sha256:"]


def test_words_taken_twice_are_taken_once(loaded_rt, lived):
    with loaded_rt.transaction() as session:
        assert history.take_words(session, CaseEvent.case_id == lived.id) == 2
        assert history.take_words(session, CaseEvent.case_id == lived.id) == 0


def test_two_who_say_the_same_leave_different_digests():
    one, other = (chain.salted({"text": "Come on Friday"}, salt) for salt in ("a", "b"))
    assert chain.sealed_of(one) != chain.sealed_of(other)
    assert "salt" not in chain.sealed_of(one)
    assert chain.sealed_of(chain.without_words(one)) == chain.sealed_of(one)


def test_words_sealed_before_there_were_salts_leave_a_stone(loaded_rt, lived):
    """Their event cannot be computed again; those before and after it still can."""
    with loaded_rt.transaction() as session:
        case = session.get_one(Case, lived.id, with_for_update=True)
        last = history.events(session, case)[-1]
        data = {"text": "Said in the old way"}
        link = chain.next_link(
            str(case.id), history.as_link(last), "note", "officer", loaded_rt.now(), data
        )
        session.add(
            CaseEvent(
                case_id=case.id, number=link.number, action=Action.NOTE, actor=Actor.OFFICER,
                at=link.at, data=data, previous=link.previous, hash=link.hash,
            )
        )  # fmt: skip
    act(loaded_rt, lived.id, Act(Action.NOTE, Actor.OFFICER, "And after it."))
    chain.verify(str(lived.id), links(loaded_rt, lived))
    with loaded_rt.transaction() as session:
        assert history.take_words(session, CaseEvent.case_id == lived.id) == 4
    after = links(loaded_rt, lived)
    chain.verify(str(lived.id), after)
    assert [link.taken for link in after].count(True) == 1
