"""A closed year stays recomputable under the versions it was closed with, when newer ones come."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from analytics.evidence.comparing import difference
from analytics.evidence.figures import Stated, figures, methods_in_use
from analytics.evidence.plain import canonical
from analytics.evidence.verifying import Differs, verify
from analytics.indicators import DEFINITIONS, Figure
from analytics.methods import UnknownMethod, chosen, pinned, published
from analytics.scorecards import Cell, card
from analytics.verification import Calls, Group, Stratum
from feedback_service.domain.ratings import Sample
from tests.unit.evidence import packs


@pytest.fixture
def newer_call_back() -> Iterator[None]:
    """A method of the call-back that asks for more answers, at the end of the list: in use."""
    known = published("choices.json")["verification"]
    known.append({**known[-1], "version": "call-back.later", "fewest": 10_000})
    yield
    known.pop()


@pytest.fixture
def newer_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    """A definition of one indicator that counts otherwise than the one before."""
    later = replace(DEFINITIONS["resolved"], version="later")
    assert isinstance(DEFINITIONS, dict)
    monkeypatch.setitem(DEFINITIONS, "resolved", later)


def of_calls() -> Stated:
    heard = Calls((Stratum(Group.SILENT, 400, 60, 30, 20),))
    return replace(packs.stated(packs.facts(), 0), calls=heard)


def test_figures_are_made_under_the_method_they_were_made_with(
    request: pytest.FixtureRequest,
) -> None:
    then, facts = of_calls(), packs.facts()
    before = canonical(figures(then, facts))
    request.getfixturevalue("newer_call_back")
    assert canonical(figures(then, facts)) == before
    today = replace(then, methods=methods_in_use())
    assert today.methods["verification"] == "call-back.later"
    assert canonical(figures(today, facts)) != before


def test_a_version_is_pinned_only_inside(newer_call_back: None) -> None:
    with pinned({"verification": "call-back.1"}):
        assert chosen("verification")["version"] == "call-back.1"
        assert chosen("verification", "call-back.later")["version"] == "call-back.later"
    assert chosen("verification")["version"] == "call-back.later"
    with pinned({"verification": "never"}), pytest.raises(UnknownMethod, match="never"):
        chosen("verification")


def test_an_old_pack_verifies_beside_a_newer_definition(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(packs.pack(packs.facts()))
    version, counted = DEFINITIONS["resolved"].version, card("NRB", "", Cell()).figures["resolved"]
    assert counted.version == version

    def then(cell: Cell, sample: Sample) -> Figure:
        found = card("NRB", "FY2026/27-Q1", cell, sample).figures["resolved"]
        return replace(found, version=version)

    request.getfixturevalue("newer_resolved")
    with pytest.raises(Differs, match=f"version {version} is not known here, only later"):
        verify(path, lambda *_: None)
    assert verify(path, lambda *_: None, older={("resolved", version): then}).recomputed


def test_a_pack_from_before_first_dates_and_costs_verifies_by_the_dates_it_has(
    tmp_path: Path,
) -> None:
    def older(files: dict[str, bytes]) -> None:
        lines = list(csv.reader(io.StringIO(files["cases.csv"].decode(), newline="")))
        gone = {lines[0].index(name) for name in ("first_due_at", "messages_cost")}
        text = io.StringIO()
        kept = ([cell for at, cell in enumerate(line) if at not in gone] for line in lines)
        csv.writer(text, lineterminator="\n").writerows(kept)
        files["cases.csv"] = text.getvalue().encode()

    path = packs.spoiled(tmp_path, packs.pack(packs.facts()), older, resign=True)
    assert verify(path, lambda *_: None).recomputed


def test_what_a_later_release_counts_besides_is_passed_over() -> None:
    facts = packs.facts()
    known = packs.stated(facts, 0)
    fewer = {name: one for name, one in known.methods.items() if name != "indicator:courtesy"}
    old = json.loads(canonical(figures(replace(known, methods=fewer), facts)))
    new = json.loads(canonical(figures(known, facts)))
    assert "courtesy" not in old["classes"]["open"]
    again = json.loads(canonical(figures(replace(known, methods=fewer), facts)))
    assert difference(old, again) == "", "by the methods of the pack it is not counted"
    assert difference(old, new) == "by.channel.africastalking-sms.assisted.courtesy is left out"
    assert (
        difference(new, old)
        == "by.channel.africastalking-sms.assisted.courtesy cannot be made again"
    )
