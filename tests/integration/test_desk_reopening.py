"""What the desk hears of a "not solved" at once, and how a supervisor opens a case again."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import redress
from feedback_service.domain.cases import Action, Actor, CaseStatus, Ground
from feedback_service.models import Case, Notice, Role
from feedback_service.redress import Act, history
from tests.desk_world import Browser, DeskWorld, seen

pytestmark = pytest.mark.servers


@pytest.fixture
def supervisor(world: DeskWorld) -> Any:
    return world.staff(Role.SUPERVISOR, "NRB", unit_id="NRB-R", name="Salim Supervisor")


@pytest.fixture
def answered(world: DeskWorld, rt: Any) -> Callable[..., Case]:
    """A case that its office says it has solved."""

    def made(**more: Any) -> Case:
        case = world.case(**more)
        redress.act(rt, case.id, Act(Action.RESOLVE, Actor.OFFICER, "Your card is at GPO."))
        return case

    return made


def says(rt: Any, case: Case, action: Action, source: str = "s:1") -> bool:
    return redress.citizen_says(rt, case.id, Act(action, Actor.CITIZEN, source=source, inline=True))


def heard(rt: Any) -> list[tuple[str, Any]]:
    """The notices there are: their kind and whom they are for."""
    with rt.transaction() as session:
        found = session.scalars(sa.select(Notice).order_by(Notice.at, Notice.kind))
        return [(notice.kind, notice.staff_id) for notice in found]


def fresh(rt: Any, case: Case) -> Case:
    with rt.transaction() as session:
        found: Case = session.get_one(Case, case.id)
    return found


def test_a_dispute_reaches_officer_and_supervisor_the_same_moment_and_once(
    world: DeskWorld, rt: Any, supervisor: Any, answered: Callable[..., Case]
) -> None:
    case = answered()
    officer = world.staff(Role.OFFICER, "NRB", unit_id="NRB-R")
    with rt.transaction() as session:
        session.get_one(Case, case.id).assigned_to_id = officer.id
    for _ in range(3):
        assert says(rt, case, Action.DISPUTE)
    told = heard(rt)
    assert sorted(told) == sorted([("disputed", officer.id), ("disputed", supervisor.id)])


def test_a_dispute_that_is_not_committed_tells_nobody(
    rt: Any, supervisor: Any, answered: Callable[..., Case]
) -> None:
    case = answered()
    with rt.transaction() as session:
        row = session.get_one(Case, case.id, with_for_update=True)
        redress.act_within(rt, session, row, Act(Action.DISPUTE, Actor.CITIZEN))
        session.rollback()
    assert heard(rt) == []


def test_an_appeal_reaches_them_too(world: DeskWorld, rt: Any, supervisor: Any, clock: Any) -> None:
    case = world.case()
    clock.forward(days=40)
    assert says(rt, case, Action.ESCALATE)
    assert ("appealed", supervisor.id) in heard(rt)


def test_a_confidential_dispute_passes_the_supervisor_of_the_accused(
    world: DeskWorld, rt: Any, supervisor: Any
) -> None:
    integrity = world.staff(Role.INTEGRITY, "EACC", unit_id="EACC-I")
    case = world.confidential()
    redress.act(rt, case.id, Act(Action.RESOLVE, Actor.OFFICER, "Looked into."))
    says(rt, case, Action.DISPUTE)
    assert heard(rt) == [("disputed", integrity.id)]


def test_a_supervisor_opens_an_answered_case_again_with_a_reason(
    app: Any, rt: Any, supervisor: Any, answered: Callable[..., Case]
) -> None:
    case, browser = answered(), Browser(app, supervisor)
    path = f"/desk/cases/{case.reference}"
    page = browser.get(path).text
    assert "Open it again" in page
    empty = browser.post(f"{path}/reopen", seen=seen(page), why="")
    assert (empty.status_code, "Write a little more" in empty.text) == (409, True)
    sent = browser.post(f"{path}/reopen", seen=seen(page), why="Sent to the wrong person.")
    assert (sent.status_code, sent.location) == (303, path)
    now = fresh(rt, case)
    assert (now.status, now.outcome, now.resolved_at, now.ask_after) == (
        CaseStatus.ACKNOWLEDGED, None, None, None,
    )  # fmt: skip
    page = browser.get(path).text
    assert "Sent to the wrong person." in page
    assert "Open it again" not in page


def test_an_officer_does_not(officer: Browser, rt: Any, answered: Callable[..., Case]) -> None:
    case = answered()
    path = f"/desk/cases/{case.reference}"
    page = officer.get(path).text
    assert "Open it again" not in page
    assert officer.post(f"{path}/reopen", seen=seen(page), why="I want to.").status_code == 409
    assert fresh(rt, case).status is CaseStatus.RESOLVED


def test_the_desk_reads_which_case_goes_on_with_which(
    world: DeskWorld, app: Any, rt: Any, clock: Any, answered: Callable[..., Case]
) -> None:
    case = answered()
    says(rt, case, Action.CONFIRM)
    clock.forward(days=31)
    officer = Browser(app, world.staff(Role.OFFICER, "NRB", unit_id="NRB-R"))
    follows = redress.citizen_says(rt, case.id, Act(Action.DISPUTE, Actor.CITIZEN, source="s:2"))
    assert follows
    with rt.transaction() as session:
        session.get_one(Case, follows.id).triaged_at = rt.now()
    for here, words, there in ((case, "went on as", follows), (follows, "goes on with", case)):
        page = officer.get(f"/desk/cases/{here.reference}").text
        assert re.search(rf"{words} (closed )?case {redress.spoken(there.reference)}", page)


def test_not_upheld_keeps_its_ground_and_both_read_it(
    world: DeskWorld, officer: Browser, rt: Any
) -> None:
    case = world.case()
    path = f"/desk/cases/{case.reference}"
    number = seen(officer.get(path).text)
    typed = {"ground": "before_court", "reasons": "Suit 12 of 2026."}
    assert officer.post(f"{path}/reject", seen=number, **typed).status_code == 303
    with rt.transaction() as session:
        done = history.events(session, case)[-1]
    assert (done.action, done.data["ground"]) == (Action.REJECT, Ground.BEFORE_COURT)
    assert done.data["text"] == "The matter is before a court. Suit 12 of 2026."
    page = officer.get(path).text
    assert "Not upheld: The matter is before a court" in page
