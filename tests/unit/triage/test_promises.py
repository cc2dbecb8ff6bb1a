"""The promises beside the figures: who reads "kept" can rely on it."""

from typing import Any

import pytest

from analytics.triage import TRAINED, read_manifest
from analytics.triage.report_page.promises import PROMISES, verdicts

FALLS_SHORT: set[str] = set()
"""A promise that the model we come with misses stands here and, with its figure, in
`docs/text_model.md`."""


def report(**changed: Any) -> dict[str, Any]:
    """Figures that just keep every promise, but for what a test changes."""
    head = {"macro_f1": 0.9, "macro_f1_interval": [0.88, 0.92], "calibration_error": 0.05}
    figures: dict[str, Any] = {
        "heads": {
            "category": head | {"macro_f1": 0.82, "lenient": head | {"macro_f1": 0.85}},
            "intent": head | {"macro_f1": 0.82},
            "sector": head | {"macro_f1": 0.88},
            "lang": head | {"accuracy": 0.94},
        },
        "abstention": {"accuracy": 0.9, "coverage": 0.65},
        "urgent": {"either": {"recall": 0.9, "precision": 0.4}, "calibration_error": 0.0},
        "hold": {"either": {"lower_bound": 0.97}},
    }
    return figures | changed


def told(found: dict[str, Any]) -> dict[str, str]:
    return {name: verdict for name, *_, verdict in verdicts(found)}


def test_the_model_we_come_with_keeps_every_promise_but_what_is_written_down() -> None:
    found = told(read_manifest(TRAINED).metrics)
    assert len(found) == len(PROMISES)
    assert {name for name, verdict in found.items() if verdict != "kept"} <= FALLS_SHORT


def test_a_promise_is_kept_at_its_bound() -> None:
    assert told(report()) == {promise.name: "kept" for promise in PROMISES}


@pytest.mark.parametrize(
    ("changed", "broken"),
    [
        ({"hold": {"either": {"lower_bound": 0.969}}}, "confidential held"),
        ({"abstention": {"accuracy": 0.899, "coverage": 0.65}}, "route, accuracy"),
        ({"abstention": {"accuracy": 0.9, "coverage": 0.64}}, "share that needs no person"),
        (
            {"urgent": {"either": {"recall": 0.9, "precision": 0.4}, "calibration_error": 0.051}},
            "calibration error",
        ),
    ],
)
def test_a_figure_beyond_its_bound_is_said_and_no_other(
    changed: dict[str, Any], broken: str
) -> None:
    found = [name for name, verdict in told(report(**changed)).items() if verdict == "NOT KEPT"]
    assert len(found) == 1
    assert found[0].startswith(broken)


def test_a_figure_that_an_older_report_lacks_is_left_out() -> None:
    older = report()
    del older["hold"]
    del older["heads"]["category"]["lenient"]
    assert len(told(older)) == len(PROMISES) - 2


def test_an_interval_stands_beside_its_figure() -> None:
    rows = {name: interval for name, _, _, interval, _ in verdicts(report())}
    assert rows["category, macro-F1"] == "0.88 to 0.92"
    assert rows["share that needs no person"] == ""
