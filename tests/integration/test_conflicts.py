"""A case that names somebody does not exist for them and those below, until others decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import notices, redress, registry, staff, triage
from feedback_service.domain.cases import Action, ActionNotAllowed, Actor, Lane
from feedback_service.models import Case, Certainty, Conflict, Notice, Role, Staff, Unit
from feedback_service.redress import Act, conflicts, deciding, desk_reading, may_see
from feedback_service.redress.deciding import NoSuchConflict, ReasonMissing
from feedback_service.staff import Viewer
from tests.desk_world import Colleague, DeskWorld

pytestmark = pytest.mark.servers

REASON = "The payroll has one person of that name"


class Office:
    """The Registration Bureau with two desks, central triage, an integrity desk: all have people.

    boss > head > amina and juma at NRB-R; zawadi leads NRB-2, where kevin works.
    """

    def __init__(self, world: DeskWorld) -> None:
        self.world, self.rt = world, world.rt
        self.people: dict[str, Colleague] = {}
        hire = self.hire
        hire("boss", Role.SUPERVISOR, "NRB", name="Rose Muthoni")
        hire("head", Role.SUPERVISOR, "NRB", unit_id="NRB-R", name="Peter Njoroge", above="boss")
        hire("amina", Role.OFFICER, "NRB", unit_id="NRB-R", name="Amina Barasa", above="head")
        hire("juma", Role.OFFICER, "NRB", unit_id="NRB-R", name="Juma Otieno", above="head")
        hire("zawadi", Role.SUPERVISOR, "NRB", unit_id="NRB-2", name="Zawadi Chebet", above="boss")
        hire("kevin", Role.OFFICER, "NRB", unit_id="NRB-2", name="Kevin Mutua")  # led by zawadi
        hire("central", Role.OFFICER, "CENTRAL", unit_id="CENTRAL-T", name="Central Person")
        hire("integrity", Role.INTEGRITY, "EACC", unit_id="EACC-I", name="Integrity Person")
        hire("auditor", Role.AUDITOR, None, name="Audit Wafula")

    def hire(self, key: str, role: Role, body: str | None, above: str = "", **more: Any) -> None:
        boss = self.people[above].id if above else None
        self.people[key] = self.world.staff(role, body, supervisor_id=boss, **more)

    def viewer(self, key: str) -> Viewer:
        with self.rt.transaction() as session:
            account = session.get_one(Staff, self.people[key].id)
            return staff.viewer_for(session, account, self.rt.now())

    def sees(self, key: str, case: Case) -> bool:
        with self.rt.transaction() as session:
            found = sa.select(Case.id).where(Case.id == case.id, may_see(self.viewer(key)))
            return session.scalar(found) is not None

    def blind(self, case: Case) -> set[str]:
        """Who of those who work at the Bureau does not see the case, and the auditor."""
        wanted = ("boss", "head", "amina", "juma", "zawadi", "kevin", "auditor")
        return {key for key in wanted if not self.sees(key, case)}

    def look(self, case: Case, text: str = "") -> Case:
        with self.rt.transaction() as session:
            row = session.get_one(Case, case.id, with_for_update=True)
            conflicts.look(self.rt, session, row, text or row.text)
            return row

    def mark(self, case: Case, named: str, by: str | None = None) -> Case:
        with self.rt.transaction() as session:
            row = session.get_one(Case, case.id, with_for_update=True)
            how = conflicts.BY_OFFICER if by else conflicts.BY_CITIZEN
            marker = self.people[by].id if by else None
            conflicts.mark(self.rt, session, row, self.people[named].id, how, marker)
            return row

    def asked(self, key: str) -> list[Any]:
        with self.rt.transaction() as session:
            return deciding.waiting(session, self.viewer(key))

    def decide(self, key: str, conflict: Any, *, stands: bool, whole: bool = False) -> Case:
        with self.rt.transaction() as session:
            return deciding.decide(
                self.rt, session, self.viewer(key), conflict, REASON, stands=stands,
                whole_office=whole,
            )  # fmt: skip


@pytest.fixture
def bureau(world: DeskWorld) -> Office:
    return Office(world)


@pytest.fixture
def all_of(rt: Any) -> Any:
    """Every row of a table; the world is small."""

    def found(table: Any) -> list[Any]:
        with rt.transaction() as session:
            return list(session.scalars(sa.select(table)))

    return found


@pytest.fixture
def one(all_of: Any) -> Any:
    """The only name of the only case."""
    return lambda: all_of(Conflict)[0]


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
        session.add(_row(case, bureau.people[named]))
    assert bureau.blind(case) == BELOW[named]


def _row(case: Case, who: Colleague, certainty: Certainty = Certainty.NAMED) -> Conflict:
    return Conflict(
        case_id=case.id, staff_id=who.id, certainty=certainty, how="officer", at=case.received_at
    )


def test_a_likely_name_counts_and_a_cleared_one_does_not(bureau: Office) -> None:
    for certainty, blind in ((Certainty.LIKELY, {"amina"}), (Certainty.CLEARED, set())):
        case = bureau.world.case()
        with bureau.rt.transaction() as session:
            session.add(_row(case, bureau.people["amina"], certainty))
        assert bureau.blind(case) == blind, certainty


def test_whoever_stands_in_for_the_one_named_is_below_them_meanwhile(bureau: Office) -> None:
    case = bureau.world.case()
    with bureau.rt.transaction() as session:
        staff.name_deputy(
            session, bureau.people["amina"].id, bureau.people["kevin"].email,
            bureau.rt.now() + timedelta(days=4000), bureau.rt.now(),
        )  # fmt: skip
        session.add(_row(case, bureau.people["amina"]))
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
        session.add(_row(case, bureau.people["head"]))
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


def test_looking_again_finds_nothing_new(bureau: Office, all_of: Any) -> None:
    case = bureau.world.case("Amina Barasa told me to go away")
    bureau.look(case)
    bureau.look(case)
    assert len(all_of(Conflict)) == 1


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


DECIDES = {
    "amina": {"boss": False, "head": False, "juma": False, "zawadi": True, "kevin": False,
              "amina": False, "central": True, "integrity": False, "auditor": False},
    "zawadi": {"boss": False, "head": True, "amina": False, "juma": False, "zawadi": False,
               "kevin": False, "central": True, "integrity": False, "auditor": False},
}  # fmt: skip


@pytest.mark.parametrize("named", DECIDES)
def test_only_somebody_outside_the_unit_decides(bureau: Office, named: str, one: Any) -> None:
    bureau.mark(bureau.world.case(), named)
    for key, may in DECIDES[named].items():
        assert bool(bureau.asked(key)) == may, key
        if not may:
            with pytest.raises(NoSuchConflict):
                bureau.decide(key, one().id, stands=False)


def test_integrity_officers_of_the_institution_decide_too(bureau: Office) -> None:
    bureau.hire("own", Role.INTEGRITY, "NRB", unit_id="NRB-2", name="Own Integrity")
    bureau.mark(bureau.world.case(), "amina")
    assert len(bureau.asked("own")) == 1


def test_nobody_clears_what_they_marked_themselves(bureau: Office, one: Any) -> None:
    bureau.mark(bureau.world.case(), "amina", by="zawadi")
    assert bureau.asked("zawadi") == []
    assert len(bureau.asked("central")) == 1


def test_a_name_cleared_gives_the_case_back(bureau: Office, one: Any) -> None:
    case = bureau.look(bureau.world.case("Amina Barasa told me to go away"))
    bureau.decide("zawadi", one().id, stands=False)
    assert bureau.blind(case) == set()
    cleared = one()
    assert (cleared.certainty, cleared.reason) == (Certainty.CLEARED, REASON)
    assert bureau.asked("central") == []
    bureau.look(case)  # the match is not made again against a person's word
    assert bureau.blind(case) == set()


def test_a_name_that_stands_stays_hidden(bureau: Office, one: Any) -> None:
    case = bureau.look(bureau.world.case("Amina Barasa told me to go away"))
    bureau.decide("zawadi", one().id, stands=True)
    assert bureau.blind(case) == {"amina"}
    assert bureau.asked("central") == []


def test_a_decision_needs_a_reason(bureau: Office, one: Any) -> None:
    bureau.mark(bureau.world.case(), "amina")
    with bureau.rt.transaction() as session, pytest.raises(ReasonMissing):
        deciding.decide(
            bureau.rt, session, bureau.viewer("central"), one().id, " no ", stands=False
        )


def test_central_triage_alone_hides_from_a_whole_office(bureau: Office, one: Any) -> None:
    case = bureau.world.case()
    bureau.mark(case, "amina")
    assert [q.whole_office for q in bureau.asked("zawadi")] == [False]
    bureau.decide("central", one().id, stands=True, whole=True)
    with bureau.rt.transaction() as session:
        now = session.get_one(Case, case.id)
    assert (now.lane, now.unit_id) == (Lane.HELD, "CENTRAL-T")
    bureau.hire("newcomer", Role.OFFICER, "NRB", unit_id="NRB-R", name="New Person")
    with bureau.rt.transaction() as session:
        row = session.get_one(Case, case.id)
        row.lane, row.unit_id, row.institution_id = Lane.OPEN, "NRB-2", "NRB"
    assert bureau.blind(case) == {"head", "amina", "juma"}
    assert not bureau.sees("newcomer", case)


def test_a_supervisor_elsewhere_who_asks_for_a_whole_office_gets_one_person(
    bureau: Office, one: Any
) -> None:
    case = bureau.world.case()
    bureau.mark(case, "amina")
    bureau.decide("zawadi", one().id, stands=True, whole=True)
    assert bureau.blind(case) == {"amina"}


def test_whoever_is_named_holds_the_case_no_more_and_reads_no_notice(
    bureau: Office, all_of: Any
) -> None:
    case, rt = bureau.world.case(), bureau.rt
    amina, head = bureau.people["amina"].id, bureau.people["head"].id
    with rt.transaction() as session:
        session.get_one(Case, case.id).assigned_to_id = amina
        notices.post(session, "late:1", "late", [amina, head], rt.now(), case_id=case.id)
    bureau.mark(case, "amina", by="head")
    assert [notice.staff_id for notice in all_of(Notice)] == [head]
    with rt.transaction() as session:
        now = session.get_one(Case, case.id)
        assert now.assigned_to_id is None
        now.assigned_to_id = amina  # whatever gave it back to her
        assert notices.whose_case(session, now) == [head]


def test_no_notice_goes_to_a_supervisor_who_is_named(bureau: Office) -> None:
    case = bureau.world.case()
    with bureau.rt.transaction() as session:
        session.add(_row(case, bureau.people["head"]))
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
