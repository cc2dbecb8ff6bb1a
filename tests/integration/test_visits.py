"""Visits fed by an institution: taken once, refused with a remedy, never shown with a number."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import scoring, staff, visits
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import Period
from feedback_service.models import Citizen, ControlVisit, DeclaredCount, Service, Visit, VisitBatch
from feedback_service.scoring import framing
from feedback_service.visits import Batch, Fate, Feeder, Way

NRB = Feeder("NRB tickets", "NRB")
PERIOD = Period.parse("FY2025/26-Q3")


def a_visit(number: int = 1, **other: Any) -> dict[str, Any]:
    usual = {
        "source": f"T{number}", "service": "id-first", "county": "47",
        "at": "2026-03-02T08:00:00+03:00", "phone": f"+2547120000{number:02d}",
        "serial": f"A{number:04d}",
    }  # fmt: skip
    return {k: v for k, v in (usual | other).items() if v is not None}


def fates(answers: Any) -> list[str]:
    return [answer.fate.value for answer in answers]


def fed(rt: Any, *rows: dict[str, Any], feeder: Feeder = NRB) -> Any:
    return visits.take(rt, feeder, Batch(Way.CSV, "file"), rows)


@pytest.fixture
def key(loaded_rt: Any) -> str:
    with loaded_rt.transaction() as session:
        return staff.add_key(session, "tickets", ["visits"], loaded_rt.now(), institution="NRB")


def post(client: Any, key: str, body: Any) -> Any:
    return client.post("/api/v1/visits", json=body, headers={"X-Api-Key": key})


def test_a_visit_sent_twice_is_one_visit(client: Any, key: str, all_of: Any) -> None:
    assert post(client, key, a_visit()).json["taken"] == 1
    again = post(client, key, [a_visit(), a_visit(2), a_visit(2)])
    assert [row["became"] for row in again.json["visits"]] == ["repeated", "taken", "repeated"]
    sources = {visit.source for visit in all_of(Visit)}
    assert {source[:4] for source in sources} == {"NRB/"}
    assert len(sources) == 2
    assert not any(source.endswith(("T1", "T2")) for source in sources)
    (batch,) = all_of(VisitBatch)
    assert (batch.taken, batch.repeated, batch.refused) == (2, 2, 0)


def test_what_was_fed_first_stands(loaded_rt: Any, all_of: Any) -> None:
    fed(loaded_rt, a_visit())
    fed(loaded_rt, a_visit(phone="+254799000000", serial="B1"))
    (visit,) = all_of(Visit)
    assert visit.serial == "A0001"


def test_the_number_is_sealed_and_stands_nowhere_in_clear(loaded_rt: Any) -> None:
    fed(loaded_rt, a_visit(phone="0712 555 666"))
    with loaded_rt.transaction() as session:
        rows = session.execute(
            sa.text("select row_to_json(v)::text || row_to_json(c)::text from visits v "
                    "join citizens c on c.id = v.citizen_id")
        ).scalars().all()  # fmt: skip
        citizen = session.scalars(sa.select(Citizen)).one()
    assert len(rows) == 1
    assert "712555666" not in rows[0]
    assert b"712555666" not in citizen.sealed
    assert citizen.heard_at is None, "feeding a number is not hearing its holder"


WRONG = {
    "no source": ({"source": None}, "source"),
    "no such service": ({"service": "nothing"}, "service"),
    "another institution's service": ({"service": "passport"}, "service"),
    "no such place": ({"service_point": "X"}, "service_point"),
    "no such county": ({"county": "48"}, "county"),
    "no moment": ({"at": "yesterday"}, "at"),
    "a moment to come": ({"at": "2026-03-02T09:11:00+03:00"}, "at"),
    "too late": ({"at": "2026-01-30T08:00:00+03:00"}, "at"),
    "no number": ({"phone": "12"}, "phone"),
    "cents": ({"amount": "10.50"}, "amount"),
    "the number as its id": ({"source": "+254712000001"}, "source"),
    "the number as its ticket": ({"serial": "0712 000001"}, "serial"),
    "half a character": ({"serial": "A\ud800"}, "serial"),
    "a list": ({"serial": ["A"]}, "serial"),
    "a field we do not know": ({"name": "Wanjiku"}, "name"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_row_is_refused_with_its_remedy(loaded_rt: Any, wrong: str, all_of: Any) -> None:
    change, field = WRONG[wrong]
    refused, taken = fed(loaded_rt, a_visit(**change), a_visit(2))
    assert (refused.fate, refused.field) == (Fate.REFUSED, field)
    assert refused.remedy
    assert taken.fate is Fate.TAKEN
    assert len(all_of(Visit)) == 1


def test_a_refusal_never_repeats_a_number(client: Any, key: str) -> None:
    wrong = {"phone": "07125556667777", "service": "0712-555-666", "at": "+254 712 555 666"}
    for field, number in wrong.items():
        answer = post(client, key, a_visit(**{field: number}))
        assert answer.status_code == 422
        assert answer.mimetype == "application/problem+json"
        assert answer.json["field"] == field
        assert "555" not in answer.text


@pytest.mark.parametrize("body", [None, [], "visit", [1], {"visits": []}])
def test_what_is_no_visit_is_a_problem(client: Any, key: str, body: Any) -> None:
    answer = post(client, key, body)
    assert answer.status_code in (400, 422)
    assert answer.mimetype == "application/problem+json"


def test_more_than_a_thousand_are_too_many(client: Any, key: str, all_of: Any) -> None:
    assert post(client, key, [{}] * 1001).status_code == 413
    assert all_of(Visit) == []


def test_only_a_key_for_visits_feeds(client: Any, loaded_rt: Any) -> None:
    with loaded_rt.transaction() as session:
        other = staff.add_key(session, "press", ["scorecards"], loaded_rt.now())
    assert client.post("/api/v1/visits", json=a_visit()).status_code == 401
    assert post(client, other, a_visit()).status_code == 403


def test_a_key_for_all_feeds_for_any_institution(loaded_rt: Any, all_of: Any) -> None:
    fed(loaded_rt, a_visit(), a_visit(2, service="passport"), feeder=Feeder("hub", None))
    assert {visit.institution_id for visit in all_of(Visit)} == {"NRB", "DIS"}


def test_a_countys_service_belongs_to_its_government(loaded_rt: Any, all_of: Any) -> None:
    with loaded_rt.transaction() as session:
        of_counties = session.scalars(
            sa.select(Service.id).where(Service.institution_id.is_(None)).order_by(Service.id)
        ).first()
    feeder = Feeder("county tickets", "CG-047")
    taken, elsewhere = fed(
        loaded_rt, a_visit(service=of_counties), a_visit(2, service=of_counties, county="1"),
        feeder=feeder,
    )  # fmt: skip
    assert (taken.fate, elsewhere.field) == (Fate.TAKEN, "service")
    (visit,) = all_of(Visit)
    assert (visit.institution_id, visit.county_code) == ("CG-047", 47)


def test_a_control_is_found_in_its_own_institutions_feed_only(
    loaded_rt: Any, clock: Any, all_of: Any
) -> None:
    """A service of the counties has one id in all of them."""
    with loaded_rt.transaction() as session:
        of_counties = session.scalars(
            sa.select(Service.id).where(Service.institution_id.is_(None)).order_by(Service.id)
        ).first()
    fed(loaded_rt, a_visit(service=of_counties, county="1"), feeder=Feeder("hub", None))
    (visit,) = all_of(Visit)
    with loaded_rt.transaction() as session:
        for county in ("CG-001", "CG-047"):
            session.add(ControlVisit(
                institution_id=county, service_id=of_counties, citizen_id=visit.citizen_id,
                visited_at=visit.at, planted_at=clock(),
            ))  # fmt: skip
    clock.set(datetime(2026, 4, 2, tzinfo=NAIROBI))
    with loaded_rt.transaction() as session:
        found = scoring.frames(session, PERIOD, clock())
        listed = {one.institution: one.fed for one in visits.planted(session)}
    assert {name: one.found for name, one in found.items()} == {"CG-001": 1, "CG-047": 0}
    assert listed == {"CG-001": True, "CG-047": False}


def test_coverage_counts_what_can_be_asked_and_is_one_persons_own(loaded_rt: Any) -> None:
    rows = [a_visit(n) for n in range(1, 9)]
    rows += [a_visit(n, phone="+254712000050") for n in range(9, 14)]  # five of one number
    rows += [a_visit(14, phone=None), a_visit(15, at="2026-02-20T08:00:00+03:00", serial="A0019")]
    fed(loaded_rt, *rows)
    with loaded_rt.transaction() as session:
        session.add(
            DeclaredCount(
                institution_id="NRB", period=PERIOD.label, kind="tickets", count=14,
                evidence="roll A", at=loaded_rt.now(),
            )
        )  # fmt: skip
    with loaded_rt.transaction() as session:
        found = scoring.frames(session, PERIOD, loaded_rt.now())["NRB"]
    assert (found.visited, found.counted, found.declared) == (15, 9, 14)
    assert (found.without_number, found.repeated, found.late) == (1, 4, 1)
    assert (found.serials, found.gaps) == (15, 4)
    assert not found.measured
    assert found.why_not == "under 80 %"


def test_one_visit_fed_three_times_covers_one(loaded_rt: Any, clock: Any) -> None:
    """Under three ids, and as many again from the host: the same number, service and day."""
    rows = [a_visit(n, source=f"{n}{copy}") for n in range(1, 5) for copy in "abc"]
    fed(loaded_rt, *rows)
    fed(loaded_rt, *rows, feeder=Feeder("hub", "CG-047"))
    fed(loaded_rt, a_visit(1, source="hub", phone="+254712000001"), feeder=Feeder("hub", None))
    with loaded_rt.transaction() as session:
        found = framing.count(session, PERIOD, clock())["NRB", False]
        day = visits.lately(session, "NRB", clock())[0]
    assert (found["visited"], found["counted"], found["repeated"]) == (13, 4, 9)
    assert (day.visited, day.repeated) == (13, 9)


def test_a_visit_is_known_again_after_a_new_key(loaded_rt: Any, all_of: Any) -> None:
    fed(loaded_rt, a_visit())
    newer = replace(loaded_rt.settings, phone_keys=(b"n" * 32, *loaded_rt.settings.phone_keys))
    again = fed(replace(loaded_rt, settings=newer), a_visit(), a_visit(2))
    assert fates(again) == ["repeated", "taken"]
    assert len(all_of(Visit)) == 2


def test_a_count_without_its_visits_is_not_counted_for_ever(loaded_rt: Any, clock: Any) -> None:
    """Invented visits that were taken away beside real ones."""
    fed(loaded_rt, a_visit())
    visits.take(loaded_rt, NRB, Batch(Way.DEMO, "demo"), [a_visit(2)])
    assert framing.count_frames(loaded_rt) == 1
    with loaded_rt.transaction() as session:
        session.execute(sa.delete(Visit).where(Visit.simulated))
    clock.forward(days=1, minutes=1)
    assert framing.count_frames(loaded_rt) == 1, "numbers may have died"
    assert framing.count_frames(loaded_rt) == 0
    with loaded_rt.transaction() as session:
        session.execute(sa.delete(Visit))
    assert (framing.count_frames(loaded_rt), framing.count_frames(loaded_rt)) == (1, 0)


def test_what_comes_after_its_days_draw_covers_nothing(loaded_rt: Any, clock: Any) -> None:
    clock.set(datetime(2026, 3, 2, 11, 59, tzinfo=NAIROBI))
    fed(loaded_rt, a_visit(1, at="2026-03-01T00:00:00+03:00"), a_visit(2),
        a_visit(3, at="2026-02-28T23:59:00+03:00"))  # fmt: skip
    clock.forward(minutes=1)
    fed(loaded_rt, a_visit(4, at="2026-03-01T23:59:00+03:00"), a_visit(5))
    with loaded_rt.transaction() as session:
        found = framing.count(session, PERIOD, clock())["NRB", False]
    assert (found["counted"], found["late"]) == (3, 2)


def test_kept_counts_are_those_counted_anew_and_follow_the_feed(loaded_rt: Any, clock: Any) -> None:
    def read() -> Any:
        with loaded_rt.transaction() as session:
            now = clock()
            return scoring.frames(session, PERIOD, now), framing.count(session, PERIOD, now)

    fed(loaded_rt, *[a_visit(n) for n in range(1, 20, 2)])
    framing.count_frames(loaded_rt)
    shown, anew = read()
    assert {name: getattr(shown["NRB"], name) for name in framing.COUNTED} == anew["NRB", False]
    fed(loaded_rt, a_visit(30))
    fed(loaded_rt, a_visit(1, service="passport"), feeder=Feeder("hub", None))
    assert (read()[0]["NRB"].visited, read()[0]["DIS"].visited) == (10, 1)
    clock.forward(minutes=16)  # without a clock that counts, nobody reads what is older
    assert read()[0]["NRB"].visited == 11
    assert framing.count_frames(loaded_rt) == 2
    assert read()[0]["NRB"].visited == 11
