"""A case that names somebody does not exist for them and those below, until others decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import notices, redress, registry, staff, triage
from feedback_service.domain.cases import Action, ActionNotAllowed, Actor, Lane
from feedback_service.models import Case, Certainty, Conflict, Notice, Staff, Unit
from feedback_service.redress import Act, conflicts, desk_reading, may_see
from tests.integration.bureau import Office, row_of

pytestmark = pytest.mark.servers


BELOW = {
    "amina": {"amina"},
    "head": {"head", "amina", "juma"},
    "boss": {"boss", "head", "amina", "juma", "zawadi", "kevin"},
    "zawadi": {"zawadi", "kevin"},  # kevin has no supervisor of his own: his unit's is above him
    "kevin": {"kevin"},
    "auditor": {"auditor"},
}


@pytest.mark.parametrize("named", BELOW)
def test_a_case_is_not_there_for_whom_it_names_and_those_below(bureau: Office, named: str) -> None:
    case = bureau.world.case()
    assert bureau.blind(case) == set()
    with bureau.rt.transaction() as session:
        session.add(row_of(case, bureau.people[named]))
    assert bureau.blind(case) == BELOW[named]


def test_a_likely_name_counts_and_a_cleared_one_does_not(bureau: Office) -> None:
    for certainty, blind in ((Certainty.LIKELY, {"amina"}), (Certainty.CLEARED, set())):
        case = bureau.world.case()
        with bureau.rt.transaction() as session:
            session.add(row_of(case, bureau.people["amina"], certainty))
        assert bureau.blind(case) == blind, certainty


def test_whoever_stands_in_for_the_one_named_is_below_them_meanwhile(bureau: Office) -> None:
    case = bureau.world.case()
    with bureau.rt.transaction() as session:
        staff.name_deputy(
            session, bureau.people["amina"].id, bureau.people["kevin"].email,
            bureau.rt.now() + timedelta(days=4000), bureau.rt.now(),
        )  # fmt: skip
        session.add(row_of(case, bureau.people["amina"]))
    assert bureau.blind(case) == {"amina", "kevin"}
    with bureau.rt.transaction() as session:
        session.get_one(Staff, bureau.people["amina"].id).deputy_until = None
        session.get_one(Staff, bureau.people["amina"].id).deputy_id = None
    assert bureau.blind(case) == {"amina"}


def test_supervisors_in_a_ring_end_the_question(bureau: Office) -> None:
    """A slip in the accounts must not hang every page."""
    with bureau.rt.transaction() as session:
        session.get_one(Staff, bureau.people["boss"].id).supervisor_id = bureau.people["amina"].id
        case = bureau.world.case()
        session.add(row_of(case, bureau.people["head"]))
    assert {"head", "amina", "juma", "boss"} <= bureau.blind(case)


WORDS = [
    ("the name in full", "Amina Barasa told me to go away", {"amina"}),
    ("in another order", "That Barasa, Amina, told me to go away", {"amina"}),
    ("one name with a title", "Officer Barasa told me to go away", {"amina"}),
    ("in Kiswahili", "Karani anaitwa Amina alinifukuza kwa dirisha", {"amina"}),
    ("at a counter", "Otieno wa counter 4 hataki kunihudumia", {"juma"}),
    ("misspelt", "The clerk Barassa told me to go away", {"amina"}),
    ("the head", "Bwana Njoroge alisema hatanisaidia", {"head", "amina", "juma"}),
    ("two people", "Amina Barasa and Juma Otieno laughed at me", {"amina", "juma"}),
    ("the citizen's own name", "My name is Amina Barasa and my ID is late", set()),
    ("a name alone", "Otieno went with me, the ID is still late", set()),
    ("nobody", "My ID card is late", set()),
]


@pytest.mark.parametrize(("text", "blind"), [row[1:] for row in WORDS], ids=[r[0] for r in WORDS])
def test_names_in_the_words_hide_the_case_from_them(
    bureau: Office, text: str, blind: set[str]
) -> None:
    case = bureau.look(bureau.world.case(text))
    if blind >= {"head"}:  # all of NRB-R: central triage reads it first
        assert (case.lane, case.unit_id) == (Lane.HELD, "CENTRAL-T")
        assert bureau.sees("central", case)
        return
    assert bureau.blind(case) == blind
    assert (case.lane, case.unit_id) == (Lane.OPEN, "NRB-R")


def test_looking_again_finds_nothing_new(bureau: Office) -> None:
    case = bureau.world.case("Amina Barasa told me to go away")
    bureau.look(case)
    bureau.look(case)
    assert len(bureau.all_of(Conflict)) == 1


def test_a_false_name_cannot_blind_a_desk(bureau: Office) -> None:
    """All of NRB-R is below its head: central triage has the case, and its people see it."""
    case = bureau.look(bureau.world.case("Madam Njoroge, Peter, is useless"))
    assert (case.lane, case.unit_id, case.destination_unit_id) == (
        Lane.HELD, "CENTRAL-T", "NRB-R",
    )  # fmt: skip
    assert bureau.sees("central", case)
    assert bureau.blind(case) >= {"head", "amina", "juma", "zawadi"}  # held: nobody at the Bureau


def test_an_officer_whom_no_account_matches_goes_to_central_triage(bureau: Office) -> None:
    case = bureau.look(bureau.world.case("Officer Simiyu told me to go away"))
    assert (case.lane, case.unit_id) == (Lane.HELD, "CENTRAL-T")


def test_the_desk_itself_complained_of_goes_to_central_triage(bureau: Office) -> None:
    case = bureau.look(bureau.world.case("The complaints desk threw my letter away"))
    assert (case.lane, case.unit_id) == (Lane.HELD, "CENTRAL-T")
    (asked,) = bureau.asked("central")
    assert (asked.person, asked.unit_id) == ("", "NRB-R")
    assert bureau.asked("zawadi") == bureau.asked("integrity") == []


def test_whoever_is_named_holds_the_case_no_more_and_reads_no_notice(bureau: Office) -> None:
    case, rt = bureau.world.case(), bureau.rt
    amina, head = bureau.people["amina"].id, bureau.people["head"].id
    with rt.transaction() as session:
        session.get_one(Case, case.id).assigned_to_id = amina
        notices.post(session, "late:1", "late", [amina, head], rt.now(), case_id=case.id)
    bureau.mark(case, "amina", by="head")
    assert [notice.staff_id for notice in bureau.all_of(Notice)] == [head]
    with rt.transaction() as session:
        now = session.get_one(Case, case.id)
        assert now.assigned_to_id is None
        now.assigned_to_id = amina  # whatever gave it back to her
        assert notices.whose_case(session, now) == [head]


def test_no_notice_goes_to_a_supervisor_who_is_named(bureau: Office) -> None:
    case = bureau.world.case()
    with bureau.rt.transaction() as session:
        session.add(row_of(case, bureau.people["head"]))
        session.flush()
        told = notices.supervisors_of(session, session.get_one(Case, case.id))
    assert told
    assert bureau.people["head"].id not in told


def test_a_case_whose_last_reader_leaves_goes_to_central_triage(bureau: Office) -> None:
    case, rt = bureau.world.case(), bureau.rt
    bureau.mark(case, "amina")
    assert conflicts.free_blocked_cases(rt) == 0
    with rt.transaction() as session:
        for key in ("head", "juma"):
            session.get_one(Staff, bureau.people[key].id).disabled_at = rt.now()
    assert conflicts.free_blocked_cases(rt) == 1
    assert bureau.sees("central", case)
    assert conflicts.free_blocked_cases(rt) == 0


def test_where_central_triage_itself_is_named_an_integrity_desk_has_it(bureau: Office) -> None:
    case = bureau.world.case("It is not clear what they wanted", lane=Lane.HELD)
    now = bureau.mark(case, "central")
    assert (now.unit_id, now.lane) == ("EACC-I", Lane.CONFIDENTIAL)
    assert bureau.sees("integrity", case)
    assert not bureau.sees("central", case)


def test_nobody_is_handed_a_case_that_names_them(bureau: Office) -> None:
    case = bureau.world.case()
    bureau.mark(case, "amina", by="juma")
    amina, juma = bureau.people["amina"].id, bureau.people["juma"].id
    hand = Act(Action.ASSIGN, Actor.SUPERVISOR, assignee_id=amina)
    with pytest.raises(ActionNotAllowed):
        redress.act(bureau.rt, case.id, hand)
    redress.act(bureau.rt, case.id, replace(hand, assignee_id=juma))
    with bureau.rt.transaction() as session:
        row = session.get_one(Case, case.id)
        offered = desk_reading.colleagues(session, bureau.viewer("head"), row)
    assert juma in offered
    assert amina not in offered


def test_a_case_sent_back_to_those_it_names_returns_to_central_triage(bureau: Office) -> None:
    case = bureau.mark(bureau.world.case(), "head")
    assert case.unit_id == "CENTRAL-T"
    redress.act(bureau.rt, case.id, Act(Action.CLEAR, Actor.TRIAGE, unit_id="NRB-R"))
    assert conflicts.free_blocked_cases(bureau.rt) == 1
    assert bureau.sees("central", case)


def test_what_goes_on_with_a_closed_case_names_the_same_people(bureau: Office) -> None:
    old, rt = bureau.mark(bureau.world.case(), "amina", by="juma"), bureau.rt
    new = bureau.world.case("It happened again", previous_id=old.id, unread=True)
    triage.drain(rt)
    assert bureau.blind(new) == {"amina"}


CHOSEN = [
    ("nothing set", {}, "NRB", "EACC-I"),
    ("EACC is accused", {}, "EACC", "CENTRAL-T"),  # this small country has no Ombudsman
    ("its own integrity office", {"NRB": "NRB-I"}, "NRB", "NRB-I"),
    ("another institution's", {"NRB": "NRB-I"}, "DIS", "EACC-I"),
    ("one for all", {"*": "NRB-I"}, "DIS", "NRB-I"),
    ("no such desk", {"NRB": "NOWHERE"}, "NRB", "EACC-I"),
    ("a desk of the accused that is no integrity desk", {"NRB": "NRB-R"}, "NRB", "EACC-I"),
]


@pytest.mark.parametrize(
    ("chosen", "accused", "desk"), [row[1:] for row in CHOSEN], ids=[row[0] for row in CHOSEN]
)
def test_bribery_passes_the_accused_to_the_desk_that_is_set(
    bureau: Office, chosen: dict[str, str], accused: str, desk: str
) -> None:
    with bureau.rt.transaction() as session:
        session.add(
            Unit(id="NRB-I", institution_id="NRB", name_en="I", name_sw="I", kind="integrity")
        )
    rt = replace(bureau.rt, settings=replace(bureau.rt.settings, integrity_desks=chosen), kept={})
    assert registry.integrity_unit(rt, accused).id == desk


def test_the_clause_is_one_look_up_by_index(bureau: Office, engine: Any) -> None:
    viewer = bureau.viewer("amina")
    statement = sa.select(sa.func.count()).select_from(Case).where(may_see(viewer))
    with engine.connect() as connection:
        connection.execute(sa.text("set enable_seqscan = off"))
        compiled = statement.compile(engine, compile_kwargs={"literal_binds": True})
        plan = "\n".join(connection.scalars(sa.text(f"explain {compiled}")))
    assert "ix_conflicts_staff" in plan
    assert "ix_conflicts_unit" in plan
    assert plan.count("SubPlan") >= 1
    assert "hashed SubPlan" in plan  # made once, not once a case
