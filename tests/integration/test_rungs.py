"""No rung is silent: each rise has notices by name, and the desk of last resort where nobody is."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from feedback_service import redress, registry, staff
from feedback_service.domain.cases import Action, ActionNotAllowed, Actor
from feedback_service.domain.escalation import OMBUDSMAN_LEVEL
from feedback_service.models import Case, CaseEvent, Notice, Role, RungHolder, Staff
from feedback_service.redress import Act
from tests.handset import arrived
from tests.unit.registry_planting import change, copy_to

pytestmark = pytest.mark.usefixtures("loaded_rt")

OFFICE = "DIS"  # the complaints of the fixture are about passports


@pytest.fixture
def colleague(loaded_rt):
    """An account by its role, where it works."""

    def add(role, institution, **more):
        with loaded_rt.transaction() as session:
            number = session.scalar(sa.select(sa.func.count()).select_from(Staff))
            account, _ = staff.add(
                session, f"n{number}@example.go.ke", role, loaded_rt.now(),
                institution_id=institution, password="a long password", **more,
            )  # fmt: skip
            return account.id

    return add


@pytest.fixture
def central(colleague):
    return colleague(Role.OFFICER, "CENTRAL", unit_id="CENTRAL-T")


@pytest.fixture
def told(all_of):
    """Who was told of which level: (account or address, key of the rung, instead of somebody)."""

    def read(*kinds):
        return [
            (row.staff_id or row.address, row.data.get("rung"), row.data.get("instead"))
            for row in sorted(all_of(Notice), key=lambda row: (row.data.get("level", 0), row.key))
            if row.kind in (kinds or ("rose", "ombudsman"))
        ]

    return read


def test_each_rung_is_told_once_whatever_the_clock_does(
    complain, loaded_rt, clock, colleague, central, told
):
    boss = colleague(Role.SUPERVISOR, OFFICE)
    head, watcher = colleague(Role.PERFORMANCE, OFFICE), colleague(Role.OVERSIGHT, "GPMCO")
    case = complain()
    with loaded_rt.transaction() as session:
        session.add(
            RungHolder(
                institution_id=OFFICE, key="head", name="The Director", mail="head@example.go.ke",
                staff_id=head, set_at=loaded_rt.now(),
            )
        )  # fmt: skip
    for days in (0, 8, 20, 30):
        clock.set(case.due_at + timedelta(days=days, minutes=1))
        for _ in range(2):
            redress.raise_late_cases(loaded_rt)
    assert told() == [
        (boss, "supervisor", False), (head, "accounting_officer", False),
        (watcher, "oversight_body", False),
    ]  # fmt: skip


def test_where_nobody_stands_central_triage_hears_of_it(
    complain, loaded_rt, clock, central, told, all_of
):
    case = complain()
    clock.set(case.due_at + timedelta(days=60))
    redress.raise_late_cases(loaded_rt)
    keys = ["supervisor", "accounting_officer", "oversight_body"]
    assert told() == [(central, key, True) for key in keys]
    assert all(row.at.date() == clock().date() for row in all_of(Notice))


def test_a_named_person_without_an_account_hears_by_mail(complain, loaded_rt, clock, central, told):
    with loaded_rt.transaction() as session:
        session.add(
            RungHolder(
                institution_id=OFFICE, key="head", name="The Director", mail="head@example.go.ke",
                set_at=loaded_rt.now(),
            )
        )  # fmt: skip
    case = complain()
    clock.set(case.due_at + timedelta(days=8))
    redress.raise_late_cases(loaded_rt)
    assert ("head@example.go.ke", "accounting_officer", False) in told()


@pytest.mark.parametrize(
    ("institution", "body", "heard"),
    [
        ("KRA", "ISC", "the Inspectorate"),
        ("CG-047", "COG", "Council of Governors"),
        ("JUD", "JSC", "the JSC"),
        ("PARL", "PARLSC", "the Parliamentary SC"),
        ("TSC", "TSC", "the TSC commissioners"),
        ("MOH", "GPMCO", "the oversight body"),
    ],
)
def test_the_ladder_follows_the_kind_of_institution(institution, body, heard, loaded_rt):
    ladder = registry.ladder_of(loaded_rt, institution)
    assert body in ladder.holders[3]
    assert ladder.names[3]["en"] == heard


def test_an_edited_ladder_brings_cases_up_by_its_own_days(
    complain, loaded_rt, clock, all_of, tmp_path
):
    files, of_ministries = copy_to(tmp_path), {"ladder": "ministry", "level": "2"}
    new = {"overdue_working_days": "1", "name_en": "the minister"}
    change(files, "ladders.csv", of_ministries, new)
    case = complain()
    registry.load(loaded_rt, files)
    clock.set(case.due_at + timedelta(days=2))
    redress.raise_late_cases(loaded_rt)
    assert all_of(Case)[0].level == 2
    assert any("Now the minister must answer" in said for said in arrived(loaded_rt))


def test_a_working_day_before_the_citizen_hears_that_we_may_be_late(
    complain, loaded_rt, clock, all_of, colleague
):
    boss, case = colleague(Role.SUPERVISOR, OFFICE), complain()
    clock.set(case.due_at - timedelta(days=5))
    assert redress.warn_of_lateness(loaded_rt) == 0
    clock.set(case.due_at - timedelta(hours=2))
    assert [redress.warn_of_lateness(loaded_rt) for _ in range(3)] == [1, 0, 0]
    assert len([said for said in arrived(loaded_rt) if "we may be late" in said]) == 1
    assert [row.staff_id for row in all_of(Notice) if row.kind == "soon"] == [boss]


def test_an_answered_case_is_not_excused(complain, office, loaded_rt, clock):
    case = complain()
    office(case, Action.RESOLVE)
    clock.set(case.due_at - timedelta(hours=2))
    assert redress.warn_of_lateness(loaded_rt) == 0


def test_only_the_citizen_s_press_reaches_the_ombudsman(
    complain, loaded_rt, clock, all_of, colleague, central, told
):
    liaison, case = colleague(Role.OVERSIGHT, "CAJ"), complain()
    clock.set(case.due_at + timedelta(days=60))
    for _ in range(3):
        redress.raise_late_cases(loaded_rt)
    assert all_of(Case)[0].level == OMBUDSMAN_LEVEL - 1
    with pytest.raises(ActionNotAllowed, match="only the citizen"):
        redress.act(loaded_rt, case.id, Act(Action.ESCALATE, Actor.SUPERVISOR))
    clock.forward(days=6)
    press = Act(Action.ESCALATE, Actor.CITIZEN, source="s:1", channel="africastalking-sms")
    assert redress.act(loaded_rt, case.id, press).level == OMBUDSMAN_LEVEL
    assert told("ombudsman") == [(liaison, "ombudsman", False)]
    last = max(all_of(CaseEvent), key=lambda event: event.number)
    assert last.data["rung"] == "ombudsman"
    assert any("is with the Ombudsman, as you asked" in said for said in arrived(loaded_rt))
