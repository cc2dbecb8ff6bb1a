"""The numbers the signals work with: data with a version, so that a change can be traced."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from analytics.integrity.facts import Signal
from analytics.methods import UnknownMethod


@dataclass(frozen=True)
class Question:
    """A share of an office's cases: flagged where honest offices show it with probability `chance`.

    `usual`, `spread` (intra-class correlation) and `chance` are from 0 to 1, `least` a count.
    `days`, `part` and `likeness` are limits of single questions.
    """

    signal: Signal
    usual: float
    spread: float
    chance: float
    least: int
    days: int = 0
    part: float = 0.0
    likeness: float = 0.0


@dataclass(frozen=True)
class SimBurst:
    """`each` ratings of a body by one phone in `days`; or `together` of a place within `hours`,
    with `per_phone` of them from each phone on average."""

    days: int
    each: int
    hours: int
    together: int
    per_phone: float


@dataclass(frozen=True)
class StaffPhone:
    least: int


@dataclass(frozen=True)
class HoardedCodes:
    """`least` ratings of a place within `minutes`, each code at most `gap` after the one before."""

    minutes: int
    least: int
    gap: int


@dataclass(frozen=True)
class MissingVisits:
    """The share of visits that may be missing without a word."""

    tolerance: float


@dataclass(frozen=True)
class CopiedWords:
    """`least` answers whose words are `alike` (0 to 100) to so many `categories` of complaint, and
    that make up `share` of what the desk answered."""

    least: int
    alike: int
    categories: int
    share: float


@dataclass(frozen=True)
class Parameters:
    """One version.  Other offices count like `peers_weigh` cases beside the usual share, and can
    raise it to at most `no_more_than` times itself: cheats in company stay cheats."""

    version: str
    sim_burst: SimBurst
    staff_phone: StaffPhone
    hoarded_codes: HoardedCodes
    missing_visits: MissingVisits
    copied_words: CopiedWords
    peers_weigh: int
    no_more_than: float
    questions: Mapping[str, Question]


def parameters(version: str | None = None) -> Parameters:
    """The parameters of that version, or those in use.  Raises UnknownMethod."""
    known = _versions()
    for row in known:
        if row["version"] == (version or known[-1]["version"]):
            return _parameters(row)
    names = ", ".join(row["version"] for row in known)
    raise UnknownMethod(f"integrity: no parameters have version {version!r}; use one of {names}")


@cache
def _versions() -> list[dict[str, Any]]:
    text = files("analytics.integrity").joinpath("signals.json").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(text)["versions"]
    return found


def _parameters(row: Mapping[str, Any]) -> Parameters:
    return Parameters(
        version=row["version"],
        sim_burst=SimBurst(**row["sim_burst"]),
        staff_phone=StaffPhone(**row["staff_phone"]),
        hoarded_codes=HoardedCodes(**row["hoarded_codes"]),
        missing_visits=MissingVisits(**row["missing_visits"]),
        copied_words=CopiedWords(**row["copied_words"]),
        peers_weigh=row["peers_weigh"],
        no_more_than=row["no_more_than"],
        questions={
            name: Question(**(values | {"signal": Signal(values["signal"])}))
            for name, values in row["questions"].items()
        },
    )
