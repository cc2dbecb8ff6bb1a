"""What was promised of the model, beside what was measured: kept or not, in words."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from analytics.triage.report_page.markup import ends, table

Report = Mapping[str, Any]
Find = Callable[[Report], tuple[float, Any] | None]


@dataclass(frozen=True)
class Promise:
    """A figure of the report and its bound; `most` says that the figure must not exceed it.

    `find`: the figure and its interval; None where a report of an older model has none.
    """

    name: str
    bound: float
    find: Find
    most: bool = False

    def row(self, value: float, interval: Any) -> tuple[str, str, str, str, str]:
        """Name, promise, value, interval, verdict."""
        kept = value <= self.bound if self.most else value >= self.bound
        sign = "at most" if self.most else "at least"
        return (
            self.name,
            f"{sign} {self.bound}",
            f"{value:.3f}",
            ends(interval),
            "kept" if kept else "NOT KEPT",
        )


def _head(head: str, measure: str) -> Find:
    def find(report: Report) -> tuple[float, Any]:
        found = report["heads"][head]
        return found[measure], found.get(f"{measure}_interval")

    return find


def _lenient(report: Report) -> tuple[float, Any] | None:
    found = report["heads"]["category"].get("lenient")
    return (found["macro_f1"], found["macro_f1_interval"]) if found else None


def _confidential(report: Report) -> tuple[float, Any] | None:
    found = report.get("hold")
    return (found["either"]["lower_bound"], None) if found else None


def _urgent(measure: str) -> Find:
    def find(report: Report) -> tuple[float, Any]:
        found = report["urgent"]["either"]
        return found[measure], found.get(f"{measure}_interval")

    return find


def _error(report: Report) -> tuple[float, Any]:
    heads = [found["calibration_error"] for found in report["heads"].values()]
    return max(*heads, report["urgent"]["calibration_error"]), None


PROMISES = (
    Promise("category, macro-F1", 0.82, _head("category", "macro_f1")),
    Promise("category, a competing second label accepted", 0.85, _lenient),
    Promise("intent, macro-F1", 0.82, _head("intent", "macro_f1")),
    Promise("sector, macro-F1", 0.88, _head("sector", "macro_f1")),
    Promise("language, accuracy", 0.94, _head("lang", "accuracy")),
    Promise(
        "route, accuracy where it does not abstain",
        0.90,
        lambda report: (
            report["abstention"]["accuracy"],
            report["abstention"].get("accuracy_interval"),
        ),
    ),
    Promise(
        "share that needs no person", 0.65, lambda report: (report["abstention"]["coverage"], None)
    ),
    Promise("urgent found by lexicon or model", 0.90, _urgent("recall")),
    Promise("precision of that", 0.40, _urgent("precision")),
    Promise("confidential held, lower 95 % bound of recall", 0.97, _confidential),
    Promise("calibration error, the worst head", 0.05, _error, most=True),
)


def promised(report: Report) -> str:
    """The table of promises; one whose figure an older report lacks is left out."""
    return table(
        "Promised and measured",
        ("figure", "promise", "measured", "95 %", "verdict"),
        verdicts(report),
    )


def verdicts(report: Report) -> Iterator[tuple[str, str, str, str, str]]:
    """Name, promise, value, interval and verdict of each figure that the report holds."""
    for promise in PROMISES:
        found = promise.find(report)
        if found is not None:
            yield promise.row(*found)
