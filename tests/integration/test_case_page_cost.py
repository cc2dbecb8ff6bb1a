"""What the page of a case costs, with every institution of Kenya to send it to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from feedback_service import staff
from feedback_service.domain.cases import Action, Actor
from feedback_service.models import Role, SignIn
from feedback_service.redress import Act, act
from feedback_service.redress.sight import may_see
from feedback_service.staff import Viewer
from feedback_service.staff.signing import hashed
from tests.desk_world import Browser, Colleague, Statements


def test_a_case_with_a_long_history_is_a_small_page_and_twelve_questions(
    loaded_rt: Any, app: Any, complain: Any, office: Any, engine: Any
) -> None:
    rt = loaded_rt
    with rt.transaction() as session:
        sue, _ = staff.add(
            session, "sue@example.go.ke", Role.SUPERVISOR, rt.now(), institution_id="DIS",
            password="a long password",
        )  # fmt: skip
        token = "t" * 20
        session.add(
            SignIn(token_hash=hashed(token), staff_id=sue.id, created_at=rt.now(),
                   expires_at=rt.now() + timedelta(days=1))
        )  # fmt: skip
    case = complain("I have waited three months for my passport at Immigration.")
    for _ in range(4):
        office(case, Action.RESOLVE, "Come on Friday to the office and collect it, please.")
        act(rt, case.id, Act(Action.DISPUTE, Actor.CITIZEN, "It is not there."))
    browser = Browser(app, Colleague(sue.id, sue.email, token))
    browser.get(f"/desk/cases/{case.reference}")
    with Statements(engine) as sent:
        page = browser.get(f"/desk/cases/{case.reference}")
    assert page.status_code == 200
    assert len(page.data) < 100_000
    assert len(sent) <= 12, "\n".join(sent)


def test_what_somebody_may_see_is_worked_out_once_for_the_same_reader(loaded_rt: Any) -> None:
    with loaded_rt.transaction() as session:
        one, _ = staff.add(
            session, "a@example.go.ke", Role.OFFICER, loaded_rt.now(), institution_id="DIS",
            password="a long password",
        )  # fmt: skip
        who = (one.id, "A", frozenset({Role.OFFICER}), "DIS", None, None, "en")
    assert may_see(Viewer(*who)) is may_see(Viewer(*who))
    more = (*who[:2], frozenset({Role.OFFICER, Role.INTEGRITY}), *who[3:])
    assert may_see(Viewer(*who)) is not may_see(Viewer(*more))
