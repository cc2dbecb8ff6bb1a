"""Keys, rates, pages and headers of the API, as another system meets them."""

from datetime import timedelta
from typing import Any

import pytest

from feedback_service import staff
from feedback_service.models import ApiKey

URL = "/api/v1"


@pytest.fixture
def loaded(rt: Any, own_registry: None) -> Any:
    return rt


def a_key(rt: Any, *scopes: str, **more: Any) -> dict[str, str]:
    with rt.transaction() as session:
        key = staff.add_key(session, "press", scopes or ["scorecards"], rt.now(), **more)
    return {"X-Api-Key": key}


def test_a_key_opens_until_the_day_it_expires(client: Any, loaded: Any, clock: Any) -> None:
    key = a_key(loaded, days=30)
    assert client.get(f"{URL}/scorecards", headers=key).status_code == 200
    clock.forward(days=30)
    answer = client.get(f"{URL}/scorecards", headers=key)
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert "expired" in answer.json["remedy"]


def test_a_body_reads_no_more_by_a_key_of_its_own_than_anyone(client: Any, loaded: Any) -> None:
    own, others = a_key(loaded, institution="NRB"), a_key(loaded)
    answer = client.get(f"{URL}/scorecards?institution=NRB", headers=own)
    assert (answer.status_code, answer.mimetype) == (403, "application/problem+json")
    assert client.get(f"{URL}/scorecards", headers=own).status_code == 403
    assert client.get(f"{URL}/scorecards", headers=others).json["view"] == "full"
    assert client.get(f"{URL}/scorecards").json["view"] == "public"


@pytest.mark.parametrize("wrong", [{"days": 0}, {"days": 99_999}, {"per_minute": 0}])
def test_a_key_of_no_length_or_rate_is_not_made(loaded: Any, wrong: dict[str, int]) -> None:
    with pytest.raises(staff.BadKey, match="Give 1 to"):
        a_key(loaded, **wrong)


def test_when_a_key_was_used_last_is_kept_to_the_minute(
    client: Any, loaded: Any, clock: Any
) -> None:
    key = a_key(loaded)

    def used() -> Any:
        client.get(f"{URL}/institutions", headers=key)
        with loaded.transaction() as session:
            return session.query(ApiKey).one().last_used_at

    with loaded.transaction() as session:
        assert session.query(ApiKey).one().last_used_at is None
    client.get(f"{URL}/scorecards", headers=key)
    first = used()
    clock.forward(seconds=30)
    assert used() == first
    clock.forward(seconds=30)
    assert used() == first + timedelta(minutes=1)


def test_a_key_that_asks_too_often_is_told_when_to_come_back(client: Any, loaded: Any) -> None:
    mine, other = a_key(loaded, per_minute=3), a_key(loaded)
    path = f"{URL}/institutions?limit=1"
    assert [client.get(path, headers=mine).status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = client.get(path, headers=mine)
    assert answer.mimetype == "application/problem+json"
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert "Retry-After" in answer.json["remedy"]
    assert client.get(path, headers=other).status_code == 200
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("path", "name", "field"),
    [
        ("/institutions?limit=40", "institutions", "id"),
        ("/institutions/CG-001/services?limit=7", "services", "id"),
        ("/scorecards?period=FY2025/26-Q3&limit=50", "scorecards", "institution"),
    ],
)
def test_pages_follow_their_links_and_miss_nothing(
    client: Any, loaded: Any, path: str, name: str, field: str
) -> None:
    whole = [one[field] for one in client.get(URL + path.partition("limit")[0]).json[name]]
    seen: list[str] = []
    following: str | None = URL + path
    while following:
        answer = client.get(following)
        seen += [one[field] for one in answer.json[name]]
        following = answer.headers.get("Link", "").partition(">")[0].removeprefix("<") or None
    assert seen == whole
    assert len(whole) > 7


@pytest.mark.parametrize("wrong", ["limit=0", "limit=x", "limit=99999999999", "cursor=nobody"])
def test_a_page_that_is_none_is_a_problem(client: Any, loaded: Any, wrong: str) -> None:
    answer = client.get(f"{URL}/institutions?{wrong}")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert answer.json["field"] == wrong.partition("=")[0]


def test_every_read_can_be_asked_for_its_head_and_not_sent_twice(client: Any, loaded: Any) -> None:
    described = client.get(f"{URL}/openapi.json").json["paths"]
    for path, item in described.items():
        if "get" not in item or "{" in path:
            continue
        answer = client.get(f"{URL}{path}")
        assert answer.headers["ETag"], path
        assert answer.headers["Cache-Control"], path
        held = {"If-None-Match": answer.headers["ETag"]}
        assert client.get(f"{URL}{path}", headers=held).status_code == 304, path
        head = client.head(f"{URL}{path}")
        assert (head.status_code, head.data) == (200, b""), path
        assert head.headers["ETag"] == answer.headers["ETag"], path


def test_what_a_key_opened_stays_in_no_shared_store(client: Any, loaded: Any) -> None:
    key, path = a_key(loaded), f"{URL}/scorecards"
    assert "private" in client.get(path, headers=key).headers["Cache-Control"]
    assert "private" not in client.get(path).headers["Cache-Control"]


def test_a_browser_elsewhere_may_read_and_send_its_key(client: Any, loaded: Any) -> None:
    answer = client.options(f"{URL}/scorecards")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "X-Api-Key" in answer.headers["Access-Control-Allow-Headers"]
    assert "GET" in answer.headers["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Link" in client.get(f"{URL}/institutions").headers["Access-Control-Expose-Headers"]
