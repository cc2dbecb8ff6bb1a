"""The door of the desk: signing in and out, guessing slowed down, forms from elsewhere refused."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import staff
from feedback_service.models import Role, SignIn
from feedback_service.web.desk.signing import own_path
from tests.desk_world import Browser, DeskWorld
from tests.servers import redis_away

pytestmark = pytest.mark.servers

EMAIL, PASSWORD = "amina@example.go.ke", "a password of some length"


@pytest.fixture(autouse=True)
def account(rt: Any) -> Any:
    DeskWorld(rt)
    with rt.transaction() as session:
        made, _ = staff.add(
            session, EMAIL, Role.OFFICER, rt.now(), institution_id="NRB", password=PASSWORD
        )
    return made


def knock(browser: Browser, password: str = PASSWORD, email: str = EMAIL, **more: str) -> Any:
    return browser.post("/desk/sign-in", email=email, password=password, **more)


def test_the_right_password_opens_the_queue(app: Any) -> None:
    browser = Browser(app)
    sent = knock(browser, email=" Amina@Example.go.ke ")
    assert (sent.status_code, sent.location) == (303, "/desk/")
    cookie = next(c for c in sent.headers.getlist("Set-Cookie") if c.startswith("session="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    page = browser.get("/desk/")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"


def test_over_https_the_cookie_is_secure(rt: Any) -> None:
    from dataclasses import replace

    from feedback_service.app import create_app

    settings = replace(rt.settings, public_url="https://huduma.example.go.ke")
    sent = knock(Browser(create_app(replace(rt, settings=settings))))
    assert "Secure" in sent.headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("email", "password"), [(EMAIL, "wrong"), ("nobody@example.go.ke", PASSWORD), ("", "")]
)
def test_a_wrong_pair_says_the_same_whatever_is_wrong(app: Any, email: str, password: str) -> None:
    browser = Browser(app)
    sent = knock(browser, password, email)
    assert sent.status_code == 401
    assert "The email or the password is not right." in sent.text
    assert browser.get("/desk/").status_code == 303


def test_the_sixth_failure_from_an_address_waits(app: Any) -> None:
    names = [f"guess{n}@example.go.ke" for n in range(6)]
    answers = [knock(Browser(app), "wrong", name) for name in names]
    assert [sent.status_code for sent in answers] == [401] * 5 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert "Try again after" in answers[-1].text
    assert knock(Browser(app)).status_code == 429


def test_colleagues_behind_one_address_do_not_lock_each_other_out(app: Any) -> None:
    assert [knock(Browser(app)).status_code for _ in range(8)] == [303] * 8


def from_afar(app: Any, number: int, password: str = "wrong") -> int:
    """The answer to a try from an address of its own."""
    browser = Browser(app)
    browser.client.environ_base["REMOTE_ADDR"] = f"10.0.{number // 250}.{number % 250}"
    return int(knock(browser, password).status_code)


def test_many_failures_of_an_account_from_everywhere_wait_too(app: Any) -> None:
    assert [from_afar(app, n) for n in range(31)] == [401] * 30 + [429]
    assert from_afar(app, 99, PASSWORD) == 429


def test_a_stranger_who_guesses_does_not_lock_out_a_browser_that_was_here_before(app: Any) -> None:
    mine = Browser(app)
    assert knock(mine).status_code == 303
    mine.post("/desk/sign-out")
    for n in range(31):
        from_afar(app, n)
    assert knock(mine).status_code == 303


def test_a_known_browser_is_known_for_its_own_account_only(app: Any, rt: Any) -> None:
    with rt.transaction() as session:
        staff.add(session, "other@example.go.ke", Role.AUDITOR, rt.now(), password=PASSWORD)
    browser = Browser(app)
    assert knock(browser, email="other@example.go.ke").status_code == 303
    for n in range(31):
        from_afar(app, n)
    assert knock(browser).status_code == 429


def test_the_mark_of_a_known_browser_names_nobody_and_cannot_be_made_up(app: Any) -> None:
    browser = Browser(app)
    cookie = next(c for c in knock(browser).headers.getlist("Set-Cookie") if c.startswith("known="))
    assert "amina" not in cookie
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Path=/desk/sign-in"))
    for n in range(31):
        from_afar(app, n)
    forger = Browser(app)
    forger.client.set_cookie("known", "bm90aGluZw.aaaa.bbbb", path="/desk/sign-in")
    assert knock(forger).status_code == 429


def test_signing_out_ends_the_token_itself(app: Any, rt: Any) -> None:
    browser = Browser(app)
    knock(browser)
    kept = browser.client.get_cookie("session").value
    assert browser.post("/desk/sign-out").status_code == 303
    browser.client.set_cookie("session", kept)
    assert browser.get("/desk/").status_code == 303
    with rt.transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(SignIn)) == 0


def test_a_disabled_account_is_signed_out_at_once(app: Any, rt: Any) -> None:
    browser = Browser(app)
    knock(browser)
    with rt.transaction() as session:
        staff.disable(session, EMAIL, rt.now())
    assert browser.get("/desk/").status_code == 303
    assert knock(Browser(app)).status_code == 401


def test_a_browser_forgotten_overnight_must_sign_in_again(app: Any, clock: Any) -> None:
    browser = Browser(app)
    knock(browser)
    clock.forward(hours=10, seconds=1)
    assert browser.get("/desk/").location == "/desk/sign-in?next=/desk/"


def test_a_form_without_the_session_s_token_does_nothing(app: Any, rt: Any) -> None:
    browser = Browser(app)
    knock(browser)
    for path in ("/desk/sign-in", "/desk/sign-out", "/desk/account/language"):
        assert browser.client.post(path, data={"language": "sw"}).status_code == 303
    with rt.transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(SignIn)) == 1
    assert browser.get("/desk/").status_code == 200


NEXT = [
    ("/desk/cases/12345678", True),
    ("/desk/?scope=mine&late=1", True),
    ("", False),
    ("https://elsewhere.example/desk/", False),
    ("//elsewhere.example/desk/", False),
    ("/\\elsewhere.example/desk/", False),
    ("/desk/\\..\\..", False),
    ("/desk/\r\nSet-Cookie: a=b", False),
    ("/scorecards/", False),
    ("javascript:alert(1)//desk/", False),
]


@pytest.mark.parametrize(("path", "taken"), NEXT)
def test_the_door_leads_only_to_the_desk(app: Any, path: str, taken: bool) -> None:
    assert (own_path(path) == path) == taken
    assert knock(Browser(app), next=path).location == (path if taken else "/desk/")


def test_attempts_are_counted_in_redis_for_all_processes(app: Any, rt: Any) -> None:
    knock(Browser(app), "wrong")
    assert rt.redis.keys("*sign-in-address*")


def test_without_redis_the_door_still_opens(rt: Any) -> None:
    from dataclasses import replace

    from feedback_service.app import create_app

    with redis_away() as away:
        app = create_app(replace(rt, redis=away))
        assert knock(Browser(app)).status_code == 303
