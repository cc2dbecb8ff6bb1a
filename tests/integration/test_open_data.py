"""The open data package: the standard's own validator passes it, damage fails it, and what it says
is what the scorecards say."""

import csv
import hashlib
import json
import shutil

import frictionless
import pytest

from feedback_service.domain.periods import Period
from feedback_service.reports import open_data, requests
from tests.integration.command_line import run
from tests.integration.scoring_planting import PERIOD, a_case, many_ratings

__all__ = ["run"]

QUARTER = Period.parse(PERIOD)


@pytest.fixture
def filled(rt, own_registry):
    with rt.transaction() as session:
        session.add_all(many_ratings(31, 400))
        session.add_all(
            a_case(number, received_on=QUARTER.start, county_code=47) for number in range(12)
        )
        few = {"service_id": "id-replacement", "county_code": 30}
        session.add_all(a_case(90 + n, received_on=QUARTER.start, **few) for n in range(5))
    requests.bring_up(rt)
    return rt


@pytest.fixture(scope="module")
def shelf():
    """What was written once, for all tests that only read it."""
    return {}


@pytest.fixture
def package(shelf, request, tmp_path_factory):
    if not shelf:
        asked = open_data.Asked(request.getfixturevalue("filled"), [QUARTER])
        folder = tmp_path_factory.mktemp("package")
        shelf["made"] = folder, open_data.write(asked, folder)
    return shelf["made"]


def rows(folder, table):
    with (folder / f"data/{table}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def problems(folder):
    with frictionless.system.use_context(trusted=True):
        report = frictionless.validate(str(folder / "datapackage.json"))
    return [error.type for task in report.tasks for error in task.errors] + [
        error.type for error in report.errors
    ]


def test_the_standards_own_validator_passes_it_and_fails_a_damaged_one(package, tmp_path):
    folder, made = package
    assert problems(folder) == []
    assert made.rows["scorecards"] > 2_000
    damaged = tmp_path / "damaged"
    shutil.copytree(folder, damaged, ignore=shutil.ignore_patterns("damaged"))
    file = damaged / "data/services.csv"
    file.write_bytes(file.read_bytes().replace(b",NRB,", b",NRX,", 1))
    assert {"hash-error", "foreign-key"} & set(problems(damaged))
    shutil.copy(folder / "data/services.csv", file)
    file = damaged / "data/scorecards.csv"
    file.write_bytes(file.read_bytes().replace(b"satisfaction,", b",", 1))
    assert problems(damaged)


def test_every_file_is_as_long_and_hashes_as_is_said(package):
    folder, _ = package
    told = json.loads((folder / "datapackage.json").read_text())
    for one in told["resources"]:
        content = (folder / one["path"]).read_bytes()
        assert len(content) == one["bytes"]
        assert one["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    licences = {one["name"]: one["licenses"][0]["name"] for one in told["resources"]}
    assert licences.pop("counties_map") == "ODbL-1.0"
    assert set(licences.values()) == {"CC-BY-4.0"}
    assert told["version"] == "FY2025-26-Q3.20260302"


def test_the_dictionary_names_every_column_in_both_languages(package):
    text = (package[0] / "README.md").read_text()
    english, swahili = text.split("# Kadi ya alama")
    for resource in open_data.RESOURCES:
        for one in resource.fields:
            assert f"| {one.name} | {one.type} | {one.en} |" in english
            assert f"| {one.name} | {one.type} | {one.sw} |" in swahili


def test_no_small_number_is_in_it(package):
    folder, _ = package
    for table in ("scorecards", "nimes_values", "cimes_values"):
        assert [row for row in rows(folder, table) if row["n"] in ("1", "2", "3", "4")] == []


def test_package_and_page_say_the_same(filled, package, client):
    told = {tuple(row.values()) for row in rows(package[0], "scorecards")}
    for query in ("", "&institution=NRB&by=county,service"):
        page = client.get(f"/open-data/scorecards.csv?period={PERIOD}{query}")
        lines = {tuple(row.values()) for row in csv.DictReader(page.text.splitlines())}
        assert lines
        assert lines <= told


def test_both_monitoring_systems_get_every_value_and_its_metadata(package):
    folder, _ = package
    codes = {row["code"] for row in rows(folder, "indicators") if row["in_use"] == "true"}
    nimes, cimes = rows(folder, "nimes_values"), rows(folder, "cimes_values")
    assert {row["indicator"] for row in nimes} == codes
    assert len({row["county"] for row in cimes}) == 47
    bureau = [
        row for row in nimes if (row["institution"], row["indicator"]) == ("NRB", "satisfaction")
    ]
    told = [
        row for row in rows(folder, "scorecards")
        if (row["institution"], row["by"], row["indicator"]) == ("NRB", "", "satisfaction")
    ]  # fmt: skip
    assert [row["value"] for row in bureau] == [row["value"] for row in told]
    assert bureau[0]["value"]


def test_the_requests_are_those_of_geo_report(package):
    assert {(row["county"], row["received_on"]) for row in rows(package[0], "requests")} == {
        ("47", "2026-01-01")
    }


def test_the_command_writes_over_an_older_package(run, filled, package, tmp_path):
    folder = tmp_path / "new"
    shutil.copytree(package[0], folder)
    (folder / "data/counties.csv").write_text("half a ta")
    code, out, err = run("export", "open-data", folder, "--period", PERIOD)
    assert (code, err) == (0, "")
    assert "frictionless validate" in out
    whole = (package[0] / "data/counties.csv").read_bytes()
    assert (folder / "data/counties.csv").read_bytes() == whole
    assert problems(folder) == []


def test_a_period_that_is_none_is_refused_with_an_example(run, filled, tmp_path):
    code, _, err = run("export", "open-data", tmp_path, "--period", "2026Q1")
    assert code == 1
    assert "FY2026/27-Q1" in err


def test_a_package_holds_every_quarter_since_the_first_record_and_its_years(filled):
    told = [period.label for period in open_data.periods_of(filled)]
    assert told == ["FY2025/26-Q3", "FY2025/26"]
