"""Words that name a bribe reach people who clear them first, also when they come after the case."""

import pytest
import sqlalchemy as sa

from feedback_service import redress, registry
from feedback_service.domain import clocks
from feedback_service.domain.cases import Action, ActionNotAllowed, Actor, CaseStatus, Lane
from feedback_service.models import Case, Role
from feedback_service.redress import Act, may_see
from feedback_service.staff import Viewer
from tests.handset import Handset, sms, spoken

pytestmark = pytest.mark.usefixtures("loaded_rt")

BRIBE = "The officer asked me for a bribe of 2000 shillings"
PLAIN = "It is the blue form"


@pytest.fixture
def now_of(loaded_rt):
    def read(case):
        with loaded_rt.transaction() as session:
            return session.get_one(Case, case.id)

    return read


@pytest.fixture
def seen_by(loaded_rt):
    """Whether an officer of an institution sees the case."""

    def sees(institution, case):
        who = Viewer(case.id, "A", frozenset({Role.OFFICER}), institution, None, None, "en")
        with loaded_rt.transaction() as session:
            found = sa.select(Case.id).where(Case.id == case.id, may_see(who))
            return session.scalar(found) is not None

    return sees


def test_added_words_that_name_a_bribe_take_the_case_from_its_office(client, case, seen_by):
    assert seen_by("DIS", case)
    sms(client, f"{case.reference} {BRIBE}")
    assert not seen_by("DIS", case)
    assert seen_by("CENTRAL", case)


def test_who_dials_words_to_be_cleared_is_told_who_reads_them_first(dial, all_of):
    _, screen = dial("1", "1003", "3", "1", BRIBE, "1")
    (case,) = all_of(Case)
    assert case.lane is Lane.HELD
    assert screen.startswith(f"END Case {spoken(case.reference)}. Our central desk reads it first")
    assert "bribe" not in screen


def test_added_words_that_are_clear_leave_the_case_where_it_is(client, case, seen_by, now_of):
    sms(client, f"{case.reference} {PLAIN}")
    assert seen_by("DIS", case)
    assert now_of(case).lane is Lane.OPEN


def test_words_added_on_the_menu_are_cleared_too(client, case, seen_by, now_of):
    handset = Handset(client)
    handset.dial()
    assert spoken(case.reference) in handset.keys("5")
    handset.keys("1", "1", BRIBE)
    assert not seen_by("DIS", case)
    assert now_of(case).lane is Lane.HELD


def test_the_clock_is_charged_to_who_holds_it_meanwhile(client, case, loaded_rt, clock, now_of):
    holder = now_of(case).unit_id
    sms(client, f"{case.reference} {BRIBE}")
    clock.forward(hours=2)
    redress.act(loaded_rt, case.id, Act(Action.CLEAR, Actor.TRIAGE, unit_id=holder))
    with loaded_rt.transaction() as session:
        moments = redress.history.moments(session, session.get_one(Case, case.id))
        held = clocks.custody(moments, registry.calendar(loaded_rt, session), clock())
    assert "CENTRAL-T" in [stretch.holder for stretch in held]
    assert (now_of(case).unit_id, now_of(case).lane) == (holder, Lane.OPEN)


def test_no_figure_of_the_accused_counts_what_is_held(client, all_of, loaded_rt, now_of):
    sms(client, f"Immigration passport office. {BRIBE}")
    (case,) = all_of(Case)
    assert (case.lane, case.institution_id) == (Lane.HELD, "CENTRAL")
    redress.act(loaded_rt, case.id, Act(Action.CLEAR, Actor.TRIAGE))
    assert (now_of(case).lane, now_of(case).institution_id) == (Lane.OPEN, "DIS")


def test_an_answered_case_that_is_held_can_be_cleared(client, case, office, loaded_rt, now_of):
    holder = case.unit_id
    office(case, Action.RESOLVE)
    sms(client, f"{case.reference} {BRIBE}")
    assert (now_of(case).lane, now_of(case).status) == (Lane.HELD, CaseStatus.RESOLVED)
    redress.act(loaded_rt, case.id, Act(Action.CLEAR, Actor.TRIAGE, unit_id=holder))
    assert (now_of(case).lane, now_of(case).status) == (Lane.OPEN, CaseStatus.RESOLVED)


def test_a_confidential_case_is_never_cleared_to_a_desk(complain, loaded_rt, now_of):
    case = complain(lane=Lane.CONFIDENTIAL, quiet=True)
    with pytest.raises(ActionNotAllowed):
        redress.act(loaded_rt, case.id, Act(Action.CLEAR, Actor.TRIAGE, unit_id="DIS-R"))
    assert now_of(case).lane is Lane.CONFIDENTIAL
