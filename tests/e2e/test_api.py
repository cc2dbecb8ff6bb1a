"""The API as another system meets it: registry, scorecards with and without a key, problems."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest

from feedback_service import staff
from tests.integration.scoring_planting import PERIOD, a_rating, institutions, many_ratings

URL = "/api/v1"


@pytest.fixture
def loaded(rt: Any, own_registry: None) -> Any:
    return rt


@pytest.fixture
def key(loaded: Any) -> str:
    with loaded.transaction() as session:
        return staff.add_key(session, "press office", ["scorecards"], loaded.now())


def plant(rt: Any, *rows: Any) -> None:
    with rt.transaction() as session:
        session.add_all(rows)


def get(client: Any, path: str, status: int = 200, **headers: str) -> Any:
    answer = client.get(
        f"{URL}{path}", headers={k.replace("_", "-"): v for k, v in headers.items()}
    )
    assert answer.status_code == status, answer.text
    return answer.json


def counts(body: Any) -> Iterator[int]:
    """Every whole number that stands for records, wherever in an answer it is."""
    if isinstance(body, dict):
        if "n" in body:
            yield body["n"]
            yield from body["excluded"].values()
        for value in body.values():
            yield from counts(value)
    if isinstance(body, list):
        for value in body:
            yield from counts(value)


def test_the_registry_is_read_institution_by_institution(client: Any, loaded: Any) -> None:
    found = get(client, "/institutions")["institutions"]
    assert len(found) == institutions()
    bureau = next(row for row in found if row["id"] == "NRB")
    services = client.get(bureau["services"]).json["services"]
    assert "id-first" in [service["id"] for service in services]
    promised = client.get(bureau["charter"]).json["services"]
    first = next(row for row in promised if row["service"] == "id-first")
    assert first["cost_kes"] == 0
    assert first["promised"] == {"amount": 10, "unit": "calendar_days"}


def test_a_county_government_owes_what_every_county_gives(client: Any, loaded: Any) -> None:
    assert len(get(client, "/institutions/CG-001/services")["services"]) >= 16


def test_a_key_opens_what_the_public_view_holds_back(client: Any, loaded: Any, key: str) -> None:
    plant(loaded, *(a_rating() for _ in range(3)))
    path = f"/scorecards?period={PERIOD}&institution=NRB"
    public = get(client, path)
    assert public["view"] == "public"
    assert public["scorecards"][0]["figures"]["satisfaction"]["n"] == 0
    assert public["scorecards"][0]["told"] is None
    for header in ({"X_Api_Key": key}, {"Authorization": f"Bearer {key}"}):
        full = get(client, path, **header)
        assert full["view"] == "full"
        assert full["scorecards"][0]["figures"]["satisfaction"]["n"] == 3
        assert full["scorecards"][0]["told"] is None
    plant(loaded, *(a_rating() for _ in range(2)))
    [card] = get(client, path)["scorecards"]
    assert card["figures"]["satisfaction"]["n"] == 5
    assert card["told"] == loaded.now().date().isoformat()


def test_no_cell_under_five_appears_without_a_key(client: Any, loaded: Any, key: str) -> None:
    plant(loaded, *many_ratings(11, 90))
    by = "county,service,service_point,channel,language"
    for institution in ("", "&institution=NRB", "&institution=DIS"):
        path = f"/scorecards?period={PERIOD}&by={by}{institution}"
        small = [n for n in counts(get(client, path)) if 0 < n < 5]
        assert small == [], path
        assert any(0 < n < 5 for n in counts(get(client, path, X_Api_Key=key))) or not institution


def test_the_file_and_the_api_say_the_same(client: Any, loaded: Any) -> None:
    plant(loaded, *many_ratings(12, 300))
    cards = get(client, f"/scorecards?period={PERIOD}")
    told = {
        (card["institution"], name): figure
        for card in [cards["national"], *cards["scorecards"]]
        for name, figure in card["figures"].items()
    }
    text = client.get(f"/open-data/scorecards.csv?period={PERIOD}").text
    rows = list(csv.DictReader(io.StringIO(text)))
    shown = [row for row in rows if row["hidden"] == "false"]
    assert {(row["institution"], row["indicator"]) for row in shown} == told.keys()
    for row in shown:
        figure = told[row["institution"], row["indicator"]]
        for name in ("value", "low", "high", "n", "tier"):
            said = "" if figure[name] is None else str(figure[name])
            assert row[name] == said, (row["institution"], row["indicator"], name)


def test_simulated_figures_say_so(client: Any, loaded: Any) -> None:
    plant(loaded, *many_ratings(13, 60, simulated=True))
    body = get(client, f"/scorecards?period={PERIOD}")
    assert body["simulated"]
    assert {c["institution"] for c in body["scorecards"] if c["simulated"]} == {"NRB", "DIS"}


def test_both_spellings_of_a_period_are_read(client: Any, loaded: Any) -> None:
    for text in (PERIOD, PERIOD.replace("/", "-"), "FY2025/26"):
        body = get(client, f"/scorecards?period={text}&institution=NRB")
        assert body["period"] == (text if text == "FY2025/26" else PERIOD)


@pytest.mark.parametrize(
    ("path", "status", "field", "remedy"),
    [
        ("/scorecards?period=2026-Q1", 400, "period", "FY2026/27-Q1"),
        ("/scorecards?period=FY2026/29", 400, "period", "FY2026/27"),
        ("/scorecards?by=colour", 400, "by", "county, service, service_point"),
        ("/scorecards?institution=NOBODY", 404, "institution", "/api/v1/institutions"),
        ("/institutions/NOBODY/charter", 404, "institution", "/api/v1/institutions"),
    ],
)
def test_a_bad_question_is_a_problem_with_its_remedy(
    client: Any, loaded: Any, path: str, status: int, field: str, remedy: str
) -> None:
    answer = client.get(f"{URL}{path}")
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["field"] == field
    assert answer.json["value"]
    assert remedy in answer.json["remedy"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("POST", "/institutions", 405), ("DELETE", "/scorecards", 405)],
)
def test_an_address_that_is_not_there_is_a_problem_too(
    client: Any, method: str, path: str, status: int
) -> None:
    answer = client.open(f"{URL}{path}", method=method)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_a_wrong_key_is_refused_and_not_repeated(client: Any, loaded: Any) -> None:
    with loaded.transaction() as session:
        other = staff.add_key(session, "ticket feed", ["visits"], loaded.now())
    for sent, status in (("fb_never-made-by-anyone", 401), (other, 403)):
        answer = client.get(f"{URL}/scorecards", headers={"X-Api-Key": sent})
        assert answer.status_code == status
        assert answer.mimetype == "application/problem+json"
        assert sent not in answer.text
        assert answer.json["remedy"]


def test_an_answer_already_held_is_not_sent_again(client: Any, loaded: Any) -> None:
    path = f"{URL}/scorecards?period={PERIOD}"
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    plant(loaded, *(a_rating() for _ in range(40)))
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_the_description_lists_what_is_registered(client: Any, app: Any) -> None:
    body = get(client, "/openapi.json")
    registered = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule).removeprefix(URL), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.nothing"
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    described = {(path, method) for path, item in body["paths"].items() for method in item}
    assert described == registered
    references = re.findall(r"#/components/schemas/(\w+)", client.get(f"{URL}/openapi.json").text)
    assert set(references) <= body["components"]["schemas"].keys()


def test_answers_have_the_shape_that_is_described(client: Any, loaded: Any, key: str) -> None:
    plant(loaded, *many_ratings(14, 80))
    shapes = get(client, "/openapi.json")["components"]["schemas"]
    paths = {
        "/institutions": "Institutions",
        "/institutions/NRB/services": "Services",
        "/institutions/NRB/charter": "Charter",
        f"/scorecards?period={PERIOD}&by=county": "Scorecards",
    }
    for path, name in paths.items():
        assert list(departures(get(client, path), shapes[name], shapes)) == [], path


KINDS = {
    "object": dict, "array": list, "string": str, "integer": int, "boolean": bool,
    "number": (int, float), "null": type(None),
}  # fmt: skip


def departures(value: Any, shape: Any, shapes: Any, at: str = "") -> Iterator[str]:
    """Where a value is not as its JSON Schema says: the part of the language we use."""
    while "$ref" in shape:
        shape = shapes[shape["$ref"].rpartition("/")[2]]
    allowed = shape["type"] if isinstance(shape["type"], list) else [shape["type"]]
    if not any(isinstance(value, KINDS[kind]) for kind in allowed):
        yield f"{at}: {value!r} is no {allowed}"
    elif "enum" in shape and value not in shape["enum"]:
        yield f"{at}: {value!r} is not in {shape['enum']}"
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from departures(item, shape["items"], shapes, f"{at}[{number}]")
    elif isinstance(value, dict) and len(shape) > 1:
        yield from _of_object(value, shape, shapes, at)


def _of_object(value: Any, shape: Any, shapes: Any, at: str) -> Iterator[str]:
    yield from (f"{at}: lacks {name}" for name in shape.get("required", []) if name not in value)
    for name, item in value.items():
        inner = shape.get("properties", {}).get(name, shape.get("additionalProperties"))
        if inner is None:
            yield f"{at}: {name} is not described"
        else:
            yield from departures(item, inner, shapes, f"{at}.{name}")


def test_every_view_says_who_may_call_it(app: Any) -> None:
    silent = [name for name, view in app.view_functions.items() if not hasattr(view, "open_to")]
    assert silent == []
