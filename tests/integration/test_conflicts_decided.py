"""Who decides whether a name stands, and what each decision does to the case."""

from __future__ import annotations

import pytest

from feedback_service.domain.cases import Lane
from feedback_service.models import Case, Certainty, Role
from feedback_service.redress import deciding
from feedback_service.redress.deciding import NoSuchConflict, ReasonMissing
from tests.integration.bureau import REASON, Office

pytestmark = pytest.mark.servers


DECIDES = {
    "amina": {"boss": False, "head": False, "juma": False, "zawadi": True, "kevin": False,
              "amina": False, "central": True, "integrity": False, "auditor": False},
    "zawadi": {"boss": False, "head": True, "amina": False, "juma": False, "zawadi": False,
               "kevin": False, "central": True, "integrity": False, "auditor": False},
}  # fmt: skip


@pytest.mark.parametrize("named", DECIDES)
def test_only_somebody_outside_the_unit_decides(bureau: Office, named: str) -> None:
    bureau.mark(bureau.world.case(), named)
    for key, may in DECIDES[named].items():
        assert bool(bureau.asked(key)) == may, key
        if not may:
            with pytest.raises(NoSuchConflict):
                bureau.decide(key, bureau.one().id, stands=False)


def test_integrity_officers_of_the_institution_decide_too(bureau: Office) -> None:
    bureau.hire("own", Role.INTEGRITY, "NRB", unit_id="NRB-2", name="Own Integrity")
    bureau.mark(bureau.world.case(), "amina")
    assert len(bureau.asked("own")) == 1


def test_nobody_clears_what_they_marked_themselves(bureau: Office) -> None:
    bureau.mark(bureau.world.case(), "amina", by="zawadi")
    assert bureau.asked("zawadi") == []
    assert len(bureau.asked("central")) == 1


def test_a_name_cleared_gives_the_case_back(bureau: Office) -> None:
    case = bureau.look(bureau.world.case("Amina Barasa told me to go away"))
    bureau.decide("zawadi", bureau.one().id, stands=False)
    assert bureau.blind(case) == set()
    cleared = bureau.one()
    assert (cleared.certainty, cleared.reason) == (Certainty.CLEARED, REASON)
    assert bureau.asked("central") == []
    bureau.look(case)  # the match is not made again against a person's word
    assert bureau.blind(case) == set()


def test_a_name_that_stands_stays_hidden(bureau: Office) -> None:
    case = bureau.look(bureau.world.case("Amina Barasa told me to go away"))
    bureau.decide("zawadi", bureau.one().id, stands=True)
    assert bureau.blind(case) == {"amina"}
    assert bureau.asked("central") == []


def test_a_decision_needs_a_reason(bureau: Office) -> None:
    bureau.mark(bureau.world.case(), "amina")
    with bureau.rt.transaction() as session, pytest.raises(ReasonMissing):
        deciding.decide(
            bureau.rt, session, bureau.viewer("central"), bureau.one().id, " no ", stands=False
        )


def test_central_triage_alone_hides_from_a_whole_office(bureau: Office) -> None:
    case = bureau.world.case()
    bureau.mark(case, "amina")
    assert [q.whole_office for q in bureau.asked("zawadi")] == [False]
    bureau.decide("central", bureau.one().id, stands=True, whole=True)
    with bureau.rt.transaction() as session:
        now = session.get_one(Case, case.id)
    assert (now.lane, now.unit_id) == (Lane.HELD, "CENTRAL-T")
    bureau.hire("newcomer", Role.OFFICER, "NRB", unit_id="NRB-R", name="New Person")
    with bureau.rt.transaction() as session:
        row = session.get_one(Case, case.id)
        row.lane, row.unit_id, row.institution_id = Lane.OPEN, "NRB-2", "NRB"
    assert bureau.blind(case) == {"head", "amina", "juma"}
    assert not bureau.sees("newcomer", case)


def test_a_supervisor_elsewhere_who_asks_for_a_whole_office_gets_one_person(bureau: Office) -> None:
    case = bureau.world.case()
    bureau.mark(case, "amina")
    bureau.decide("zawadi", bureau.one().id, stands=True, whole=True)
    assert bureau.blind(case) == {"amina"}
