"""The shipped reference data keeps what the product promises of it."""

import csv
import datetime as dt
import re
from collections import Counter

import pytest

from feedback_service.registry.files import DATA, ROWS, Registry, read
from feedback_service.registry.shapes import Owner, UnitKind, columns

TODAY = dt.date(2026, 11, 22)


@pytest.fixture(scope="module")
def shipped() -> Registry:
    return read(DATA)


def test_the_readme_names_every_file_and_column() -> None:
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    for file, row in ROWS.items():
        assert f"`{file}`" in readme
        unnamed = [name for name in columns(row) if name not in readme]
        assert not unnamed, f"{file}: {unnamed}"


def test_there_are_47_counties_each_with_a_government(shipped: Registry) -> None:
    assert [county.code for county in shipped.counties] == list(range(1, 48))
    governments = [i for i in shipped.institutions if i.type == "county government"]
    assert {i.id: i.county for i in governments} == {f"CG-{n:03d}": n for n in range(1, 48)}


def test_25_services_and_more_have_charters_in_both_languages(shipped: Registry) -> None:
    in_both = {c.service for c in shipped.charters if c.requirements_en and c.requirements_sw}
    assert len(in_both) >= 25
    assert in_both == {service.id for service in shipped.services}


def test_every_service_has_one_charter_in_force_on_any_day(shipped: Registry) -> None:
    for day in (dt.date(2024, 7, 1), dt.date(2025, 12, 31), TODAY):
        in_force = Counter(
            charter.service
            for charter in shipped.charters
            if charter.effective_from <= day <= (charter.effective_to or dt.date.max)
        )
        assert in_force == {service.id: 1 for service in shipped.services}


def test_every_charter_names_its_source(shipped: Registry) -> None:
    assert all(charter.source for charter in shipped.charters)
    guessed = [c.service for c in shipped.charters if c.source == "illustrative"]
    assert all(c.confidence == "unknown" for c in shipped.charters if c.service in guessed)


def test_county_services_span_departments_and_counties(shipped: Registry) -> None:
    county = {s.id for s in shipped.services if s.owner is Owner.COUNTY}
    assert len(county) >= 12
    departments = {r.unit[7:] for r in shipped.responsibilities if r.unit.startswith("CG-")}
    assert departments == {"HEALTH", "TRADE", "LANDS", "WATER", "WORKS", "EDU", "AGRI"}
    filled = {(r.service, r.county) for r in shipped.responsibilities if r.service in county}
    empty = {(service, n) for service in county for n in range(1, 48)} - filled
    assert empty == {("sewer-blockage", 5), ("sewer-blockage", 9), ("sewer-blockage", 25)}


def test_a_county_s_cell_stays_in_the_county(shipped: Registry) -> None:
    home = {institution.id: institution.county for institution in shipped.institutions}
    seat = {unit.id: home[unit.institution] for unit in shipped.units}
    strays = [r for r in shipped.responsibilities if r.county and seat[r.unit] != r.county]
    assert not strays


def test_every_national_service_is_answered_by_its_owner(shipped: Registry) -> None:
    owner = {s.id: s.institution for s in shipped.services if s.owner is Owner.NATIONAL}
    answers = {r.service: r.unit for r in shipped.responsibilities if r.service in owner}
    assert answers == {service: f"{institution}-R" for service, institution in owner.items()}


def test_no_service_is_answered_by_a_confidential_or_central_desk(shipped: Registry) -> None:
    kinds = {unit.id: unit.kind for unit in shipped.units}
    assert {kinds[r.unit] for r in shipped.responsibilities} == {UnitKind.REDRESS}
    integrity = {unit.institution for unit in shipped.units if unit.kind is UnitKind.INTEGRITY}
    assert integrity == {"EACC", "CAJ", "IPOA"}


def test_driving_licences_are_refused_where_ntsa_has_no_desk(shipped: Registry) -> None:
    given = [o.offered for o in shipped.offerings if o.service == "smart-dl"]
    opened = [point for point in shipped.service_points if point.status == "open"]
    assert Counter(given) == {True: 15, False: len(opened) - 15}


def test_posters_cover_every_open_place_and_ten_services_at_twelve(shipped: Registry) -> None:
    opened = {point.id for point in shipped.service_points if point.status == "open"}
    assert {p.service_point for p in shipped.posters if p.service is None} == opened
    both = [p for p in shipped.posters if p.service and p.service_point]
    assert len({p.service for p in both}) == 10
    assert len({p.service_point for p in both}) >= 12
    assert all(p.code.startswith("2") for p in both)


def test_every_sector_of_the_menu_has_services(shipped: Registry) -> None:
    assert {s.sector for s in shipped.services} == {sector.key for sector in shipped.sectors}
    assert [sector.position for sector in shipped.sectors] == list(range(1, 15))


def test_menu_lines_of_a_sector_can_be_told_apart(shipped: Registry) -> None:
    for language in ("short_en", "short_sw"):
        lines = Counter(getattr(service, language) for service in shipped.services)
        assert max(lines.values()) == 1
        names = Counter(getattr(i, language) for i in shipped.institutions)
        assert max(names.values()) == 1


def test_the_readme_beside_the_data_counts_its_rows() -> None:
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `(\w+\.csv)` \| ([\d,]+) \|", readme, re.M))
    rows = {file: len(list(csv.DictReader(_lines(file)))) for file in told}
    assert {file: int(number.replace(",", "")) for file, number in told.items()} == rows
    assert len(rows) >= 10


def _lines(file: str) -> list[str]:
    return (DATA / file).read_text(encoding="utf-8").splitlines()
