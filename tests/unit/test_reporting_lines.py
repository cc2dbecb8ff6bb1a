"""The reporting lines as data: every institution has one, each says who signs and by when."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from feedback_service import registry
from feedback_service.domain.periods import Period
from feedback_service.government.lines import Body, First, lines, signatories, signed_by
from feedback_service.registry.shapes import ReportingLine

QUARTER = Period.parse("FY2026/27-Q1")


def institutions() -> list[Body]:
    with (registry.DATA / "institutions.csv").open(encoding="utf-8", newline="") as file:
        return [
            Body(
                row["id"], row["name"], row["reporting_line"], row["type"],
                int(row["county"]) if row["county"] else None,
            )
            for row in csv.DictReader(file)
        ]  # fmt: skip


def test_every_line_of_the_registry_is_described_in_both_languages() -> None:
    assert set(lines()) == set(ReportingLine)
    for key, line in lines().items():
        assert all((line.name[lang], line.through[lang]) != ("", "") for lang in ("en", "sw")), key
        assert line.source, key


def test_every_institution_is_in_exactly_one_line_and_signed_for_once() -> None:
    bodies = institutions()
    owned = {one.id for one in bodies if one.line == ReportingLine.NONE}
    assert owned == {"GPMCO", "CENTRAL"}, "all others report to somebody"
    up = [key for one in signatories(bodies) if not one.to for key in one.members]
    assert sorted(up) == sorted({one.id for one in bodies} - owned)


def test_whoever_signs_a_line_is_an_institution_of_the_registry() -> None:
    known = {one.id for one in institutions()}
    for line in lines().values():
        assert line.signs in known | {""}, line.key
        assert bool(line.signs) != (line.first is First.BODY or line.days is None), line.key


def test_every_county_signs_for_its_own_bodies_before_the_council_does() -> None:
    found = signatories(institutions())
    counties = [one for one in found if one.to == "COG"]
    (council,) = [one for one in found if one.line.key is ReportingLine.COG and not one.to]
    assert len(counties) == 47
    assert sorted(key for one in counties for key in one.members) == sorted(council.members)
    (nairobi,) = [one for one in counties if one.holder == "CG-047"]
    assert set(nairobi.members) == {"CG-047", "NCWSC"}
    assert (nairobi.due(QUARTER), council.due(QUARTER)) == (date(2026, 11, 7), date(2026, 11, 14))


def test_the_commissions_sign_for_their_arms() -> None:
    assert signed_by("JSC") == ["judiciary"]
    assert signed_by("PARLSC") == ["parliament"]
    assert signed_by("") == []


def test_the_document_tells_of_every_line_with_its_days() -> None:
    told = (Path(__file__).parents[2] / "docs/government.md").read_text(encoding="utf-8")
    rows = [row.split("|")[1:-1] for row in told.splitlines() if row.startswith("| `")]
    days = {row[0].strip(" `"): row[-1].strip() for row in rows if len(row) == 4}
    assert days == {key: str(line.days or "") for key, line in lines().items()}
    assert "(38)" in told, "the county's days"
