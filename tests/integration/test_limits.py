"""Brakes of the web: sizes, requests of one address, and figures that are not for everybody."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from feedback_service import staff
from feedback_service.app import create_app
from feedback_service.web import limits
from tests.handset import sms

pytestmark = pytest.mark.servers

TOKEN = "a-token-for-metrics-in-tests"
ABROAD, PRIVATE = "41.90.1.1", "10.1.2.3"


def asked(client: Any, path: str, address: str = ABROAD, **headers: str) -> Any:
    return client.get(path, headers=headers, environ_base={"REMOTE_ADDR": address})


@pytest.fixture
def few(app: Any) -> Any:
    """An application whose brake a test reaches: ten requests a minute."""
    app.config["REQUESTS_OF_ONE_ADDRESS"] = "10 per minute"
    return app.test_client()


def test_an_address_that_asks_too_much_is_told_when_to_come_back(few: Any) -> None:
    assert [asked(few, "/notice").status_code for _ in range(11)] == [200] * 10 + [429]
    page = asked(few, "/notice")
    assert "Too many requests from your address" in page.text
    assert 0 < int(page.headers["Retry-After"]) <= 60
    assert asked(few, "/notice", "41.90.1.2").status_code == 200


def test_a_program_is_told_so_in_its_own_form(few: Any) -> None:
    for _ in range(10):
        asked(few, "/api/v1/institutions")
    sent = asked(few, "/api/v1/institutions")
    assert sent.status_code == 429
    assert sent.content_type == "application/problem+json"
    assert "Retry-After" in sent.json["remedy"]
    assert int(sent.headers["Retry-After"]) > 0


def test_a_key_is_counted_by_itself_and_a_wrong_one_with_its_address(
    few: Any, loaded_rt: Any
) -> None:
    with loaded_rt.transaction() as session:
        key = staff.add_key(session, "fast", ["scorecards"], loaded_rt.now(), per_minute=14)
    path = "/api/v1/institutions?limit=1"

    def asked_with(key: str) -> list[int]:
        return [asked(few, path, **{"X-Api-Key": key}).status_code for _ in range(12)]

    assert asked_with(key) == [200] * 12
    assert asked_with("wrong") == [401] * 10 + [429] * 2
    assert asked_with(key) == [200] * 2 + [429] * 10
    assert asked(few, "/notice", **{"X-Api-Key": key}).status_code == 429, "a page, not the API"


def test_citizens_messages_monitors_and_files_have_no_brake(few: Any, loaded_rt: Any) -> None:
    for number in range(12):
        assert sms(few, "HELP", provider_id=f"m{number}").status_code == 200
        assert asked(few, "/health/live").status_code == 200
        with asked(few, "/static/mark.svg") as file:
            assert file.status_code == 200


def test_a_body_too_large_is_refused(client: Any) -> None:
    form = {"q": "x" * (limits.LARGEST_BODY + 1)}
    sent = client.post("/desk/sign-in", data=form)
    assert sent.status_code == 413
    assert "larger than this page takes" in sent.text


METRICS = [
    ("this machine", "127.0.0.1", {}, 0, 200),
    ("a private network", PRIVATE, {}, 0, 200),
    ("the internet", ABROAD, {}, 0, 404),
    ("a proxy that nobody declared", "127.0.0.1", {"X-Forwarded-For": "10.0.0.1"}, 0, 404),
    ("a declared proxy, from the internet", "127.0.0.1", {"X-Forwarded-For": ABROAD}, 1, 404),
    ("a declared proxy, from inside", "127.0.0.1", {"X-Forwarded-For": PRIVATE}, 1, 200),
    ("a forged part before the proxy", "127.0.0.1",
     {"X-Forwarded-For": f"{PRIVATE}, {ABROAD}"}, 1, 404),
]  # fmt: skip


@pytest.mark.parametrize(
    ("address", "headers", "proxies", "status"),
    [row[1:] for row in METRICS],
    ids=[row[0] for row in METRICS],
)
def test_figures_are_for_those_inside(
    rt: Any, address: str, headers: dict[str, str], proxies: int, status: int
) -> None:
    settings = dataclasses.replace(rt.settings, trusted_proxies=proxies)
    client = create_app(dataclasses.replace(rt, settings=settings)).test_client()
    assert asked(client, "/metrics", address, **headers).status_code == status


@pytest.mark.parametrize(
    ("given", "status"),
    [(f"Bearer {TOKEN}", 200), (f"Bearer {TOKEN}x", 404), (TOKEN, 404), ("Bearer \xe9", 404)],
)
def test_with_a_token_figures_are_for_whoever_holds_it(rt: Any, given: str, status: int) -> None:
    settings = dataclasses.replace(rt.settings, metrics_token=TOKEN)
    client = create_app(dataclasses.replace(rt, settings=settings)).test_client()
    assert asked(client, "/metrics", ABROAD, Authorization=given).status_code == status
    assert asked(client, "/metrics", "127.0.0.1").status_code == 404


def test_whether_the_service_lives_is_anybody_s_to_know(client: Any) -> None:
    assert asked(client, "/health/live").status_code == 200
