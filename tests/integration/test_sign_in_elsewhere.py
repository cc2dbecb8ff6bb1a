"""Signing in with the government's own account: who is believed, who is let in, and who is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from feedback_service import staff
from feedback_service.app import create_app
from feedback_service.models import Role, Staff
from tests.counterpart.issuer import CLIENT, SECRET, Issuer, running
from tests.desk_world import Browser, DeskWorld

pytestmark = pytest.mark.servers

EMAIL = "amina@example.go.ke"
OUT, BACK = "/desk/sign-in/provider", "/desk/sign-in/provider/back"


@pytest.fixture
def issuer(clock: Any) -> Iterator[Issuer]:
    with running(clock) as found:
        yield found


@pytest.fixture
def elsewhere(rt: Any, issuer: Issuer) -> Any:
    settings = replace(
        rt.settings, oidc_issuer=issuer.url, oidc_client_id=CLIENT, oidc_client_secret=SECRET,
        oidc_second_factor=("mfa",),
    )  # fmt: skip
    return replace(rt, settings=settings)


@pytest.fixture
def app(elsewhere: Any) -> Any:
    return create_app(elsewhere)


@pytest.fixture(autouse=True)
def account(world: DeskWorld, rt: Any) -> Any:
    with rt.transaction() as session:
        return staff.add(session, EMAIL, Role.OFFICER, rt.now(), institution_id="NRB")[0]


def out(app: Any) -> tuple[Browser, str, str]:
    """A browser on its way, the address it was sent to and the state it will need."""
    browser = Browser(app)
    sent = browser.get(f"{OUT}?next=/desk/register")
    assert sent.status_code == 303
    return browser, sent.location, parse_qs(urlsplit(sent.location).query)["state"][0]


def come(app: Any, issuer: Issuer, **claims: Any) -> tuple[Browser, Any]:
    browser, location, state = out(app)
    code = issuer.authorize(location, **claims)
    return browser, browser.get(f"{BACK}?code={code}&state={state}")


def test_a_verified_address_opens_its_account_and_from_then_on_the_person_does(
    app: Any, issuer: Issuer, rt: Any, account: Any
) -> None:
    assert OUT in Browser(app).get("/desk/sign-in").text
    browser, sent = come(app, issuer)
    assert (sent.status_code, sent.location) == (303, "/desk/register")
    assert browser.get("/desk/register").status_code == 200
    with rt.transaction() as session:
        assert session.get_one(Staff, account.id).oidc_subject == f"{issuer.url}|person-1"
    assert (
        come(app, issuer, email="new.name@example.go.ke", email_verified=False)[1].status_code
        == 303
    )


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("another nonce", {"nonce": "of yesterday"}),
    ("no nonce", {"nonce": None}),
    ("for another client", {"aud": "tax"}),
    ("for others and us, given to others", {"aud": ["tax", CLIENT], "azp": "tax"}),
    ("from another issuer", {"iss": "https://login.example.org"}),
    ("expired", {"exp": 1_600_000_000}),
    ("without an end", {"exp": None}),
    ("without a name", {"sub": None}),
    ("an address nobody verified", {"email_verified": False}),
    ("verified in words only", {"email_verified": "true"}),
    ("no address", {"email": None}),
    ("an address without account", {"email": "stranger@example.go.ke"}),
    ("another's key", {"key": Issuer.new_key("first")}),
    ("a key nobody published", {"key": Issuer.new_key("unknown")}),
]


@pytest.mark.parametrize("claims", [row[1] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_proves_nothing_opens_nothing(
    app: Any, issuer: Issuer, rt: Any, account: Any, claims: dict[str, Any]
) -> None:
    browser, sent = come(app, issuer, **claims)
    assert sent.status_code == 401
    assert "did not let you in" in sent.text
    assert browser.get("/desk/").status_code == 303
    with rt.transaction() as session:
        assert session.get_one(Staff, account.id).oidc_subject is None


def test_an_answer_that_was_not_asked_for_opens_nothing(app: Any, issuer: Issuer) -> None:
    browser, location, state = out(app)
    code = issuer.authorize(location)
    for address in (f"{BACK}?code={code}&state=other", f"{BACK}?code={code}&state={state}"):
        assert browser.get(address).status_code == 401  # the second: asked once, used up
    stranger = Browser(app)
    code = issuer.authorize(location)
    assert stranger.get(f"{BACK}?code={code}&state={state}").status_code == 401


def test_a_code_stolen_on_the_way_fits_no_other_browser(app: Any, issuer: Issuer) -> None:
    _, theirs, _ = out(app)
    mine, _, my_state = out(app)
    code = issuer.authorize(theirs)
    assert mine.get(f"{BACK}?code={code}&state={my_state}").status_code == 401


def test_a_code_opens_once_and_an_answer_waits_ten_minutes(
    app: Any, issuer: Issuer, clock: Any
) -> None:
    browser, location, state = out(app)
    code = issuer.authorize(location)
    clock.forward(minutes=11)
    assert browser.get(f"{BACK}?code={code}&state={state}").status_code == 401
    browser, location, state = out(app)
    assert browser.get(f"{BACK}?error=access_denied&state={state}").status_code == 401


def test_a_successor_who_is_given_the_address_does_not_inherit_the_account(
    app: Any, issuer: Issuer
) -> None:
    assert come(app, issuer)[1].status_code == 303
    assert come(app, issuer, sub="person-2")[1].status_code == 401


def test_a_closed_account_stays_closed(app: Any, issuer: Issuer, rt: Any) -> None:
    assert come(app, issuer)[1].status_code == 303
    with rt.transaction() as session:
        staff.disable(session, EMAIL, rt.now())
    assert come(app, issuer)[1].status_code == 401


def test_keys_that_change_are_asked_for_again(app: Any, issuer: Issuer) -> None:
    assert come(app, issuer)[1].status_code == 303
    issuer.key = issuer.new_key("second")
    issuer.published = [issuer.key]
    assert come(app, issuer)[1].status_code == 303
    assert issuer.asked.count("/keys") == 2


def test_an_issuer_that_publishes_no_keys_for_a_while_is_believed_later(
    app: Any, issuer: Issuer
) -> None:
    published, issuer.published = issuer.published, None
    assert come(app, issuer)[1].status_code == 503
    issuer.published = published
    assert come(app, issuer)[1].status_code == 303


@pytest.mark.parametrize(
    ("claims", "to"),
    [({}, "/desk/sign-in/second-factor"), ({"amr": ["pwd"]}, "/desk/sign-in/second-factor"),
     ({"amr": ["pwd", "mfa"]}, "/desk/register"), ({"acr": "mfa"}, "/desk/register")],
    ids=["silent", "a password", "two factors", "a level"],
)  # fmt: skip
def test_a_second_factor_shown_there_counts_where_a_setting_says_so(
    app: Any, issuer: Issuer, rt: Any, claims: dict[str, Any], to: str
) -> None:
    with rt.transaction() as session:
        staff.add(session, "audit@example.go.ke", Role.AUDITOR, rt.now())
    _, sent = come(app, issuer, email="audit@example.go.ke", sub="auditor", **claims)
    assert sent.location == to


def test_without_an_issuer_there_is_no_such_door(rt: Any) -> None:
    plain = Browser(create_app(rt))
    assert OUT not in plain.get("/desk/sign-in").text
    assert plain.get(OUT).status_code == 404
    assert plain.get(f"{BACK}?code=x&state=y").status_code == 404


def test_an_issuer_that_is_away_leaves_the_password(elsewhere: Any) -> None:
    settings = replace(elsewhere.settings, oidc_issuer="http://127.0.0.1:9")
    browser = Browser(create_app(replace(elsewhere, settings=settings)))
    sent = browser.get(OUT)
    assert sent.status_code == 503
    assert "use your password" in sent.text


def test_an_issuer_that_describes_another_is_not_believed(elsewhere: Any, issuer: Issuer) -> None:
    settings = replace(elsewhere.settings, oidc_issuer=f"{issuer.url}/")
    browser = Browser(create_app(replace(elsewhere, settings=settings)))
    assert browser.get(OUT).status_code == 503


def test_an_administrator_unlinks_an_account(
    app: Any, issuer: Issuer, world: DeskWorld, rt: Any, account: Any
) -> None:
    come(app, issuer)
    admin = Browser(app, world.staff(Role.ADMINISTRATOR, None))
    assert "unlink" in admin.get(f"/desk/admin/people/{account.id}").text
    assert admin.post(f"/desk/admin/people/{account.id}/unlink").status_code == 303
    assert come(app, issuer, sub="person-2")[1].status_code == 303
