"""Who sees which case: every role, from every relation to a case, in every lane, as one table."""

import itertools
import uuid

import pytest
import sqlalchemy as sa

from feedback_service.domain.cases import Lane
from feedback_service.models import Case, Role
from feedback_service.redress import Sight, may_see
from feedback_service.staff import UNIVERSAL_ROLES, Viewer

pytestmark = pytest.mark.usefixtures("loaded_rt")

# Where the viewer works, seen from a case about passports at the Huduma Centre Baringo.
RELATIONS = {
    "owner": ("DIS", None),  # Immigration answers for passports
    "owner, that centre": ("DIS", "BRC-001"),
    "owner, another centre": ("DIS", "BMT-001"),
    "host": ("HKS", None),  # who runs the centre
    "central": ("CENTRAL", None),
    "eacc": ("EACC", None),
    "stranger": ("KRA", None),
    "none": (None, None),
}
DESK = (Role.OFFICER, Role.SUPERVISOR, Role.PERFORMANCE)
SEEN = {
    (role, relation, lane)
    for role, (relation, lane) in itertools.product(
        DESK,
        [
            ("owner", Lane.OPEN), ("owner, that centre", Lane.OPEN), ("host", Lane.OPEN),
            ("central", Lane.HELD),
        ],
    )
} | {
    (Role.INTEGRITY, "eacc", Lane.CONFIDENTIAL),
    *((Role.AUDITOR, relation, lane) for relation in RELATIONS for lane in Lane),
}  # fmt: skip
TABLE = list(itertools.product(Role, RELATIONS, Lane))


def viewer(role: Role, relation: str) -> Viewer:
    institution, point = RELATIONS[relation]
    return Viewer(uuid.uuid4(), "A", frozenset({role}), institution, None, point, "en")


@pytest.fixture
def sees(loaded_rt):
    def asked(who: Viewer, case: Case) -> bool:
        with loaded_rt.transaction() as session:
            found = sa.select(Case.id).where(Case.id == case.id, may_see(who))
            return session.scalar(found) is not None

    return asked


@pytest.fixture
def case_in(complain):
    def opened(lane: Lane) -> Case:
        confidential = lane is Lane.CONFIDENTIAL
        return complain(
            lane=lane, place_id="BRC-001", quiet=confidential,
            service_id=None if confidential else "passport",
        )  # fmt: skip

    return opened


@pytest.mark.parametrize("lane", Lane)
def test_a_case_is_seen_by_those_of_the_table_and_nobody_else(lane, case_in, sees):
    case = case_in(lane)
    seen = {
        (role, relation, each)
        for role, relation, each in TABLE
        if each is lane and sees(viewer(role, relation), case)
    }
    assert seen == {row for row in SEEN if row[2] is lane}


def test_two_roles_see_what_each_sees(case_in, sees):
    both = Viewer(
        uuid.uuid4(), "A", frozenset({Role.OFFICER, Role.INTEGRITY}), "EACC", None, None, "en"
    )
    assert sees(both, case_in(Lane.CONFIDENTIAL))
    assert not sees(both, case_in(Lane.OPEN))


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.AUDITOR])
def test_a_confidential_case_about_the_desk_itself_is_not_there_for_it(role, complain, sees):
    case = complain(lane=Lane.CONFIDENTIAL, quiet=True, service_id="passport", place_id="BRC-001")
    assert [r for r in RELATIONS if r != "eacc" and sees(viewer(role, r), case)] == []


ACTS = {
    Lane.OPEN: {Role.OFFICER, Role.SUPERVISOR},
    Lane.HELD: {Role.OFFICER, Role.SUPERVISOR},
    Lane.CONFIDENTIAL: {Role.INTEGRITY},
}


@pytest.mark.parametrize("lane", Lane)
def test_who_sees_a_case_may_not_always_act_on_it(lane, case_in):
    case = case_in(lane)
    acting = {role for role in Role if Sight(viewer(role, "owner")).may_act(case)}
    assert acting == ACTS[lane]


@pytest.mark.parametrize("role", sorted(UNIVERSAL_ROLES - {Role.AUDITOR}))
def test_roles_that_stand_above_institutions_see_no_case(role, case_in, sees):
    cases = [case_in(lane) for lane in Lane]
    assert [c for c in cases for r in RELATIONS if sees(viewer(role, r), c)] == []
