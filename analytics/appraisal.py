"""Staff appraisal (SPAS): percent of target, its band, and the mean over the targets.  The scales
are data with a version.  They rise with performance, the contract's falls: never mix them."""

from __future__ import annotations

import operator
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TextIO

from analytics.methods import chosen, published
from analytics.sheets import BadSheet, Problem, Table, number, read_table, rounded

COLUMNS = ("target_name", "target", "achieved")

_COMPARE = {">=": operator.ge, ">": operator.gt, "==": operator.eq, "<": operator.lt}
_CONDITION = re.compile(r"(>=|==|>|<)([0-9]+)")


@dataclass(frozen=True)
class Target:
    """One target of an officer; target and achieved in one unit."""

    name: str
    target: Decimal
    achieved: Decimal
    line: int = 0


@dataclass(frozen=True)
class ScoredTarget:
    """A target with its percent (of the target, two decimals) and band."""

    target: Target
    percent: Decimal
    band: str


@dataclass(frozen=True)
class Appraisal:
    """All targets scored; `mean` is the mean of the percents before rounding."""

    targets: tuple[ScoredTarget, ...]
    mean: Decimal
    band: str
    method: str
    note: str

    def summary(self) -> list[str]:
        """The lines printed under the rows."""
        return [
            f"mean: {self.mean}",
            f"band: {self.band}",
            f"method: {self.method}",
            f"note: {self.note}",
        ]


@dataclass(frozen=True)
class Scale:
    """One version of the bands, best first; each rule reads like `>=80 and <100`."""

    version: str
    bands: tuple[tuple[str, str], ...]
    decimals: int
    note: str

    @classmethod
    def load(cls, version: str | None = None) -> Scale:
        """The scale of that version, or the one in use.  Raises UnknownMethod."""
        choice = chosen("appraisal", version)
        scale = (
            choice["scale"] if "scale" in choice else published(choice["facts"])["spas"]["scale"]
        )
        bands = tuple((band["grade"], band["rule"]) for band in scale)
        return cls(choice["version"], bands, choice["decimals"], choice["note"])

    def band(self, percent: Decimal) -> str:
        """The word for a percent, read from its printed decimals so that paper and word agree."""
        printed = rounded(Fraction(percent), self.decimals)
        return next(name for name, rule in self.bands if _holds(rule, printed))


def score_targets(targets: Sequence[Target], scale: Scale | None = None) -> Appraisal:
    """Percent = 100 x achieved/target; the mean divides their total by the number of targets
    (GP 247B, step 3).  Raises BadSheet for no target, a target not above zero, a negative."""
    scale = scale or Scale.load()
    problems = _problems(targets)
    if problems:
        raise BadSheet(problems)
    exact = [100 * Fraction(one.achieved) / Fraction(one.target) for one in targets]
    scored = []
    for one, value in zip(targets, exact, strict=True):
        percent = rounded(value, scale.decimals)
        scored.append(ScoredTarget(one, percent, scale.band(percent)))
    mean = rounded(sum(exact, Fraction(0)) / len(exact), scale.decimals)
    return Appraisal(tuple(scored), mean, scale.band(mean), scale.version, scale.note)


def score_file(path: Path, out: TextIO, scale: Scale | None = None) -> Appraisal:
    """Write the rows of a CSV file (`COLUMNS`; others are kept) with `percent,band` to `out`,
    then an empty line and the summary.  Nothing is written unless all of it can be.

    Raises BadSheet naming file, row, field, value and remedy of every problem.
    """
    table = read_table(path, COLUMNS)
    targets, problems = _targets(table)
    problems += _problems(targets) if targets else []
    if problems:
        raise BadSheet(problems, path.name)
    appraisal = score_targets(targets, scale)
    added = [{"percent": f"{one.percent:f}", "band": one.band} for one in appraisal.targets]
    out.write(table.text_with(added) + "\n" + "\n".join(appraisal.summary()) + "\n")
    return appraisal


def _holds(rule: str, percent: Decimal) -> bool:
    conditions = (_CONDITION.fullmatch(part) for part in rule.split(" and "))
    return all(c is not None and _COMPARE[c[1]](percent, int(c[2])) for c in conditions)


def _problems(targets: Sequence[Target]) -> list[Problem]:
    problems = [] if targets else [Problem(0, "targets", "", "give at least one target")]
    for one in targets:
        if one.target <= 0:
            remedy = "a percent needs a target above zero; restate it"
            problems.append(Problem(one.line, "target", str(one.target), remedy))
        if one.achieved < 0:
            remedy = "achieved cannot be negative; check its sign"
            problems.append(Problem(one.line, "achieved", str(one.achieved), remedy))
    return problems


def _targets(table: Table) -> tuple[list[Target], list[Problem]]:
    targets: list[Target] = []
    problems = list(table.problems)
    for line, cells in table.rows:
        name = cells["target_name"].strip()
        target = number(line, "target", cells["target"])
        achieved = number(line, "achieved", cells["achieved"])
        if not name:
            problems.append(Problem(line, "target_name", cells["target_name"], "name the target"))
        problems += [value for value in (target, achieved) if isinstance(value, Problem)]
        if name and isinstance(target, Decimal) and isinstance(achieved, Decimal):
            targets.append(Target(name, target, achieved, line))
    return targets, problems
