"""GeoReport v2 as a stranger's program meets it: every field the published standard names, the same
in XML and JSON, and nothing that could tell of a person."""

import json
from datetime import date, datetime
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from feedback_service.domain.cases import CaseStatus
from feedback_service.models import Case
from feedback_service.reports.requests import bring_up
from tests.integration.scoring_planting import a_case

URL = "/open311/v2"
SERVICE = ("service_code", "service_name", "description", "metadata", "type", "keywords", "group")
REQUEST = (
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime",
    "expected_datetime", "address", "address_id", "zipcode", "lat", "long", "media_url",
)  # fmt: skip
DISCOVERY = ("changeset", "contact", "key_service", "endpoints")
ENDPOINT = ("specification", "url", "changeset", "type", "formats")


@pytest.fixture
def told(rt: Any, own_registry: None) -> Any:
    """Six open and six closed of January, and five of a kind that nobody may see: the smallest row
    of a table is kept back, so that the confidential cannot be counted."""
    with rt.transaction() as session:
        for number in range(12):
            closed = {"status": CaseStatus.CLOSED} if number % 2 else {}
            on = date(2026, 1, 5 + number % 2)
            session.add(a_case(number, received_on=on, text="my secret words", **closed))
        few = {"service_id": "id-replacement", "received_on": date(2026, 1, 5), "county_code": 30}
        session.add_all(a_case(90 + number, **few) for number in range(5))
    bring_up(rt)
    return rt


def get(client: Any, path: str, status: int = 200) -> Any:
    answer = client.get(f"{URL}{path}")
    assert answer.status_code == status, answer.text
    if ".json" in path:
        assert answer.content_type == "application/json; charset=utf-8"
        return json.loads(answer.text)
    assert answer.content_type == "text/xml; charset=utf-8"
    assert answer.text.startswith('<?xml version="1.0" encoding="utf-8"?>')
    return Xml.fromstring(answer.text)


def as_xml(value: Any) -> Any:
    """JSON as the Spark convention says XML has it: text everywhere, null empty."""
    if isinstance(value, dict):
        return {key: as_xml(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_xml(inner) for inner in value]
    return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def as_json(element: Xml.Element, lists: frozenset[str]) -> Any:
    if element.tag in lists:
        return [as_json(inner, lists) for inner in element]
    return {inner.tag: as_json(inner, lists) for inner in element} or element.text


LISTS = frozenset({"services", "service_requests", "errors", "endpoints", "formats", "attributes"})
WINDOW = "start_date=2026-01-01T00:00:00Z&end_date=2026-01-31T00:00:00Z"


@pytest.mark.parametrize(
    "path",
    ["/discovery", "/services", "/services/id-first", f"/requests?{WINDOW}", "/requests?status=x"],
)
def test_xml_and_json_say_the_same(client: Any, told: Any, path: str) -> None:
    address, _, query = path.partition("?")
    status = 400 if "status=x" in path else 200
    said = get(client, f"{address}.json?{query}", status)
    assert as_json(get(client, f"{address}.xml?{query}", status), LISTS) == as_xml(said) or (
        said == {"service_code": "id-first", "attributes": []}
    )


def test_every_field_of_the_standard_is_there(client: Any, told: Any) -> None:
    found = get(client, "/discovery.json")
    assert tuple(found) == DISCOVERY
    assert tuple(found["endpoints"][0]) == ENDPOINT
    assert found["endpoints"][0]["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert {tuple(one) for one in get(client, "/services.json")} == {SERVICE}
    assert {one["type"] for one in get(client, "/services.json")} <= {
        "realtime", "batch", "blackbox"
    }  # fmt: skip
    many = get(client, f"/requests.json?{WINDOW}")
    assert {tuple(one) for one in many} == {REQUEST}
    for one in many:
        assert one["status"] in ("open", "closed")
        for moment in ("requested_datetime", "updated_datetime"):
            assert datetime.fromisoformat(one[moment]).tzinfo is not None
        assert get(client, f"/requests/{one['service_request_id']}.json") == [one]


def test_nothing_of_a_person_is_told(client: Any, told: Any) -> None:
    text = client.get(f"{URL}/requests.json?{WINDOW}").text
    assert "secret" not in text
    assert "id-replacement" not in text
    with told.transaction() as session:
        for case in session.query(Case):
            assert case.reference not in text
            assert str(case.id) not in text
            assert case.id.hex not in text


@pytest.mark.parametrize(
    ("query", "how_many"),
    [
        (WINDOW, 12),
        (f"{WINDOW}&status=open", 6),
        (f"{WINDOW}&status=open,closed", 12),
        (f"{WINDOW}&service_code=id-first", 12),
        (f"{WINDOW}&service_code=id-replacement,tax-pin", 0),
        ("start_date=2026-01-06T00:00:00%2B03:00&end_date=2026-01-31T00:00:00%2B03:00", 6),
        ("start_date=2026-01-06T00:00:00+03:00&end_date=2026-01-31", 6),
        ("", 12),
        ("start_date=2025-06-01T00:00:00Z", 0),
        ("end_date=9999-12-31T00:00:00Z", 0),
        (f"{WINDOW}&page_size=5&page=3", 2),
        (f"{WINDOW}&service_code=&status=&page=&jurisdiction_id=any", 12),
    ],
)
def test_requests_are_those_asked_for(client: Any, told: Any, query: str, how_many: int) -> None:
    assert len(get(client, f"/requests.json?{query}")) == how_many


def test_pages_follow_each_other_and_miss_nothing(client: Any, told: Any) -> None:
    path, seen = f"/requests.json?{WINDOW}&page_size=5", []
    while path:
        answer = client.get(path if path.startswith(URL) else URL + path)
        seen += [one["service_request_id"] for one in answer.json]
        path = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")
    assert (len(seen), len(set(seen))) == (12, 12)
    ids = ",".join(seen[:3])
    assert len(get(client, f"/requests.json?service_request_id={ids},nobody")) == 3


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/requests.json?status=lost", 400, "status"),
        ("/requests.json?start_date=yesterday", 400, "start_date"),
        ("/requests.json?start_date=0001-01-01T00:00:00Z&end_date=9999-12-31", 400, "90 days"),
        ("/requests.json?end_date=0001-01-01T00:00:00Z", 400, "calendar"),
        ("/requests.json?start_date=0001-01-01T00:00:00%2B14:00", 400, "calendar"),
        ("/requests.json?end_date=9999-12-31T23:59:59Z", 400, "calendar"),
        ("/requests.json?page=0", 400, "page"),
        ("/requests.json?page=1000", 400, "Link"),
        ("/requests.json?after=yesterday.x", 400, "Link"),
        ("/requests.json?page_size=9999999999999999999999", 400, "page_size"),
        ("/requests.json?service_request_id=" + ",".join("a" * 60), 400, "50"),
        ("/services/nothing.json", 404, "services.json"),
        ("/requests/12345678.json", 404, "12345678"),
    ],
)
def test_a_wrong_question_is_answered_in_the_standards_form(
    client: Any, told: Any, path: str, status: int, says: str
) -> None:
    (error,) = get(client, path, status)
    assert error["code"] == status
    assert says in error["description"]


def test_nobody_reports_here(client: Any, told: Any) -> None:
    answer = client.post(f"{URL}/requests.json", data={"service_code": "id-first"})
    assert answer.status_code == 405
    assert answer.json[0]["code"] == 405


def test_an_answer_may_be_kept_and_is_not_sent_twice(client: Any, told: Any) -> None:
    first = client.get(f"{URL}/services.json")
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age" in first.headers["Cache-Control"]
    held = {"If-None-Match": first.headers["ETag"]}
    assert client.get(f"{URL}/services.json", headers=held).status_code == 304
    assert client.head(f"{URL}/services.json").data == b""


def test_services_are_named_in_kiswahili_too(client: Any, told: Any) -> None:
    names = [one["service_name"] for one in get(client, "/services.json?lang=sw")]
    assert "Kitambulisho cha taifa, mara ya kwanza" in names


@pytest.mark.parametrize(
    "path",
    [
        "/open311/v2/requests.json?after=2026-01-01.%00",
        "/open311/v2/requests.json?service_request_id=a%00",
        "/open311/v2/requests.json?service_code=%00",
        "/open311/v2/requests/%00.json",
        "/open311/v2/services/%00.json",
        "/api/v1/institutions/%00/charter",
        "/api/v1/survey?period=%00",
        "/scorecards/%00/FY2025-26-Q3",
    ],
)
def test_an_address_with_a_nul_is_refused_in_the_forms_of_its_room(client: Any, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 400
    if path.startswith("/open311"):
        assert answer.json == [{"code": 400, "description": "Bad Request"}]
    elif path.startswith("/api"):
        assert answer.mimetype == "application/problem+json"
