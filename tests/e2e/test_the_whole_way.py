"""The whole way in a browser: dialled on the phone page, answered at the desk, confirmed, and
seen in the scorecard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import jobs, redress, staff
from feedback_service.domain.cases import Action, Actor
from feedback_service.models import Case, Role
from feedback_service.redress import Act
from tests.browser_phone import answer, arrives, hook, wait_for
from tests.handset import Handset
from tests.web_process import served

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.timeout(180)]

EMAIL, PASSWORD = "amina@immigration.example", "a long password for the desk"
SENTENCE = "I applied in May and nobody answers my calls"
ANSWER = "Your passport is printed. Collect it at Nyayo House."
OTHERS = {"1001": 6, "1005": 7, "1003": 11}
"""Cases confirmed before, by the poster of their service.  A figure that could be one person's, or
would give one back by subtraction from the country's, is not shown to the public.
"""


@pytest.fixture
def address(loaded_rt: Any, app: Any) -> Iterator[str]:
    """The service on a port of its own, with an officer who works for Immigration."""
    with loaded_rt.transaction() as session:
        staff.add(
            session, EMAIL, Role.OFFICER, loaded_rt.now(), name="Amina", institution_id="DIS",
            password=PASSWORD,
        )  # fmt: skip
    with served(app) as address:
        yield address


@pytest.fixture
def work(loaded_rt: Any) -> Callable[[], None]:
    """What a worker does when the bell rings, done when the test says so."""
    jobs.use(loaded_rt)

    def until_done() -> None:
        jobs.outbox()
        jobs.triage()

    return until_done


def test_a_sentence_becomes_a_figure(
    page: Any, address: str, work: Callable[[], None], loaded_rt: Any, client: Any, clock: Any
) -> None:
    for poster, cases in OTHERS.items():
        for number in range(cases):
            _confirmed(loaded_rt, client, poster, f"+25472{poster}{number:03d}")
    page.goto(f"{address}/phone")
    hook(page, "call").click()
    wait_for(page, "1 English")
    answer(page, "1", "3", "1003", "1", SENTENCE, "1")
    wait_for(page, "Immigration must answer by")
    work()
    arrives(page, "Immigration must answer by")

    _answer_at_the_desk(page, address)
    work()

    page.goto(f"{address}/phone")
    arrives(page, ANSWER)
    hook(page, "call").click()
    wait_for(page, "My cases")
    answer(page, "5", "1", "1")
    wait_for(page, "closed as solved, on your word")

    clock.forward(days=20)  # a case counts from the day it was due
    page.goto(f"{address}/scorecards/DIS/")
    assert "12 answers" in _figure(page, "Citizens who answered say it is solved")
    assert "100 %" in _figure(page, "The office says it is solved")


def _figure(page: Any, name: str) -> str:
    return str(page.get_by_text(name).locator("xpath=..").inner_text())


def _answer_at_the_desk(page: Any, address: str) -> None:
    """An officer signs in, takes the case from the queue and answers it."""
    page.goto(f"{address}/desk/")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=SENTENCE).click()
    page.locator("#resolve summary").click()
    page.locator("#resolve textarea").fill(ANSWER)
    page.locator("#resolve button").last.click()
    page.get_by_text("The citizen will be asked whether it is solved").wait_for()


def _confirmed(rt: Any, client: Any, poster: str, number: str) -> None:
    """A case that went the same way without a browser."""
    phone = Handset(client, number)
    phone.dial()
    phone.keys("1", "3", poster, "1", SENTENCE, "1")
    with rt.transaction() as session:
        found = sa.select(Case).order_by(Case.received_at.desc(), Case.id.desc()).limit(1)
        case_id = session.scalars(found).one().id
    redress.act(rt, case_id, Act(Action.RESOLVE, Actor.OFFICER, ANSWER))
    redress.act(rt, case_id, Act(Action.CONFIRM, Actor.CITIZEN))
