"""Targets cascaded to units: held against the published figures, which never score a person."""

from __future__ import annotations

import csv
from typing import Any

import pytest

from analytics.hundred_days import Verdict
from analytics.indicators import SURVEYED, Figure
from analytics.own_cases import Measure
from analytics.scorecards import Scorecard
from feedback_service.contracts import NotTaken, WantedOfUnit, set_for_unit
from feedback_service.contracts.units import OFFERED, stands
from feedback_service.domain.periods import Period
from feedback_service.domain.ratings import Sample
from feedback_service.models import AuditLine, ContractUnitTarget, Role
from feedback_service.scoring import Dimension, by
from tests.desk_world import Browser, DeskWorld
from tests.integration.scoring_planting import a_case, a_rating

pytestmark = pytest.mark.servers

HERE = "/desk/contract/NRB/units"
WHEN = "FY2025-26-Q3"


def give(browser: Browser, indicator: str, target: str, unit: str = "service:id-first") -> Any:
    return browser.post(HERE, period=WHEN, unit=unit, indicator=indicator, target=target,
                        source="B3")  # fmt: skip


def test_a_unit_shows_its_published_figures_beside_its_targets(
    world: DeskWorld, rt: Any, app: Any
) -> None:
    with rt.transaction() as session:
        session.add_all(a_rating(score=3 + n % 3) for n in range(60))
        session.add(a_case(1))
    officer = Browser(app, world.staff(Role.PERFORMANCE, "NRB"))
    for indicator, target in (("citizen_confirmed", "70"), ("satisfaction", "4.5")):
        assert give(officer, indicator, target).status_code == 303
    give(officer, "citizen_confirmed", "95")
    page = officer.get(f"{HERE}?period={WHEN}").text
    assert "take it off first" in page
    tables = by(rt, "NRB", Period.parse("FY2025/26-Q3"), [Dimension.SERVICE])
    stars = tables[Dimension.SERVICE]["id-first"].figures["satisfaction"]
    lines = list(csv.reader(officer.get(f"{HERE}?period={WHEN}&as=csv").text.splitlines()))
    # One case is told of nobody; stars are shown, and held against nothing: nobody drew them.
    at = "2026-03-02T06:00:00+00:00"
    assert lines[1][5:] == ["0.7", "", "", "", "", "open", "not_measured", "B3", at]
    assert lines[2][5:] == [
        "4.5", str(stars.value), str(stars.low), str(stars.high), "60", "open", "not_measured",
        "B3", at,
    ]  # fmt: skip
    for told in (
        "70 %",
        "4.0",
        "Resolution of Public Complaints",
        "answered by themselves",
        "Set on Mon 2 Mar 2026",
        "NRB-R desk",
    ):
        assert told in page
    with rt.transaction() as session:
        row = session.query(ContractUnitTarget).filter_by(indicator="citizen_confirmed").one()
        assert "contract.unit" in {line.what for line in session.query(AuditLine)}
    officer.post(HERE, period=WHEN, end=str(row.id))
    assert "70 %" not in officer.get(f"{HERE}?period={WHEN}").text
    stranger = Browser(app, world.staff(Role.PERFORMANCE, "DIS"))
    assert stranger.get(f"{HERE}?period={WHEN}").status_code == 404
    assert give(stranger, "courtesy", "90").status_code == 404


@pytest.mark.parametrize(
    ("sample", "indicator", "target", "said"),
    [
        (Sample.OPEN, "citizen_confirmed", 0.7, Verdict.MET),
        (Sample.OPEN, "citizen_confirmed", 0.99, Verdict.NOT_MET),
        (Sample.OPEN, "satisfaction", 3.0, Verdict.NOT_MEASURED),
        (Sample.VERIFIED, "satisfaction", 3.0, Verdict.MET),
        (Sample.VERIFIED, "courtesy", 0.5, Verdict.NOT_MEASURED),  # the card does not tell it
    ],
)
def test_what_people_said_of_themselves_is_held_against_no_target(
    sample: Sample, indicator: str, target: float, said: Verdict
) -> None:
    figures = {
        name: Figure(name, "1", value, value - 0.05, value + 0.05, 60, 60.0, {}, True, None)
        for name, value in (("citizen_confirmed", 0.9), ("satisfaction", 4.2))
    }
    card = Scorecard("NRB", "FY2025/26-Q3", figures, simulated=False, sample=sample)
    assert stands(card, indicator, target) is said


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"unit": "passport-of-another"}, "unit"),
    ({"dimension": "county", "unit": "47"}, "unit"),
    ({"indicator": "own_time"}, "indicator"),
    ({"target": 1.2}, "number"),
    ({"source": "Z9"}, "row"),
]


def test_what_is_no_target_of_a_unit_is_not_taken(world: DeskWorld, rt: Any) -> None:
    wanted = {
        "institution": "NRB", "year": 2025, "dimension": "service", "unit": "id-first",
        "indicator": "courtesy", "target": 0.9, "source": "B1",
        "staff_id": world.staff(Role.PERFORMANCE, "NRB").id,
    }  # fmt: skip
    for more, why in WRONG:
        with rt.transaction() as session, pytest.raises(NotTaken) as refused:
            set_for_unit(rt, session, WantedOfUnit(**(wanted | more)))
        assert refused.value.why == why, more


def test_units_answer_for_what_citizens_say_and_officers_for_their_own_doing() -> None:
    assert {*SURVEYED, "citizen_confirmed", "reopened"} <= set(OFFERED)
    assert not set(OFFERED) & {one.value for one in Measure}
