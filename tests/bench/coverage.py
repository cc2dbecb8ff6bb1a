"""`python -m tests.bench.coverage`: 1,000 simulated quarters with known truth for each kind of
sample; how often the 95 % interval of a figure that is shown holds the truth."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from analytics.indicators import case_figures, rating_figures
from analytics.indicators.definitions import Figure
from analytics.intervals import Design, Moments, korn_graubard
from analytics.tallies import CaseCounts, RatingCounts, RatingFact, count_ratings
from analytics.weighting import Stratum, weighted

SEED = 20_261_122
QUARTERS = 1000
SCORES = np.arange(1, 6)
FIRST_DAY = date(2026, 7, 1)


@dataclass(frozen=True)
class Measured:
    """Of `shown` quarters whose figure is shown the share whose interval holds the truth."""

    what: str
    promised: bool
    figure: str
    covered: float
    shown: int
    half_width: float

    @property
    def holds(self) -> bool:
        return 0.93 <= self.covered <= 0.97


@dataclass(frozen=True)
class Sample:
    """Places open on so many days, answers a place and day, and how alike answers of one place and
    day are (intra-cluster correlation)."""

    places: int
    days: int
    answers: float
    alike: float


Draw = np.random.Generator
Quarter = Callable[[Draw], Mapping[str, tuple[Figure, float]]]
"""Figures by name, each with the truth in its unit."""

CLUSTERED = Sample(places=4, days=60, answers=2.5, alike=0.1)
FEW_CLUSTERS = Sample(places=1, days=22, answers=4.0, alike=0.1)
NEIGHBOURS = Sample(places=6, days=60, answers=1.0, alike=0.05)


def independent(n: int) -> Quarter:
    """So many answers that know nothing of each other."""

    def quarter(draw: Draw) -> Mapping[str, tuple[Figure, float]]:
        share, chances = draw.uniform(0.5, 0.97), draw.dirichlet([0.6, 0.8, 1.2, 2.5, 3.0])
        return _read(_counts(draw.choice(SCORES, n, p=chances), draw.random(n) < share), share,
                     float(SCORES @ chances))  # fmt: skip

    return quarter


def clustered(how: Sample) -> Quarter:
    """Answers that agree within a place and day, read by the tally's own places and days."""

    def quarter(draw: Draw) -> Mapping[str, tuple[Figure, float]]:
        share, chances = draw.uniform(0.6, 0.95), draw.dirichlet([1.2, 1.6, 2.4, 5.0, 6.0])
        facts: list[RatingFact] = []
        for place in range(how.places):
            for day in range(how.days):
                n, apart = draw.poisson(how.answers), (1 - how.alike) / how.alike
                near = draw.beta(share * apart, (1 - share) * apart)
                like = draw.dirichlet(chances * apart)
                scores, kept = draw.choice(SCORES, n, p=like), draw.random(n) < near
                facts += _facts(scores, kept, str(place), FIRST_DAY + timedelta(days=day))
        return _read(count_ratings(facts), share, float(SCORES @ chances))

    return quarter


def replying(asked: int, rate: float, *, content: float = 1.0) -> Quarter:
    """A random part of those asked replies; `content`: how much readier the served in time are."""

    def quarter(draw: Draw) -> Mapping[str, tuple[Figure, float]]:
        share, chances = draw.uniform(0.5, 0.97), draw.dirichlet([0.6, 0.8, 1.2, 2.5, 3.0])
        scores, kept = draw.choice(SCORES, asked, p=chances), draw.random(asked) < share
        heard = draw.random(asked) < np.where(kept, min(1.0, rate * content), rate)
        found = _read(_counts(scores[heard], kept[heard]), share, float(SCORES @ chances))
        return found if content == 1 else {"share": found["share"]}

    return quarter


def uneven(draw: Draw) -> Mapping[str, tuple[Figure, float]]:
    """15 % reply, but a third as many at the large places, where service is worse: unweighted, and
    with weights from what the frame knows."""
    visits = np.array([4000, 2000, 800, 400])
    truths = np.array([0.6, 0.7, 0.85, 0.95]) + draw.uniform(-0.05, 0.05, 4)
    asked, rates = visits // 4, np.array([0.08, 0.15, 0.25, 0.25])
    heard = draw.binomial(asked, rates)
    kept = draw.binomial(heard, truths)
    truth = float(visits @ truths / visits.sum())
    n, hits = int(heard.sum()), int(kept.sum())
    plain = rating_figures(RatingCounts(score_4=n, on_time=hits, late=n - hits))
    figure = plain["charter_time_kept"]
    strata = {
        str(place): Stratum(int(visits[place]), Moments(int(n), int(x), int(x)))
        for place, (n, x) in enumerate(zip(heard, kept, strict=True))
    }
    found = weighted(strata)
    design = Design(found.design_effect)
    within = korn_graubard(round((found.value or 0.0) * n), n, design)
    assert within is not None
    figures = {"unweighted share": (figure, truth)}
    low, high = within.low, within.high
    return figures | {
        "weighted share": (
            _with(figure, found.value, low, high, found.effective_n), truth,
        )
    }  # fmt: skip


def register(draw: Draw) -> Mapping[str, tuple[Figure, float]]:
    """Eight quarters whose shares vary about one that is the institution's own."""
    usual, apart = draw.uniform(0.5, 0.95), draw.choice([40.0, 100.0, 100_000.0])
    quarters = []
    for _ in range(9):
        n = int(draw.integers(80, 400))
        solved = int(draw.binomial(n, draw.beta(usual * apart, (1 - usual) * apart)))
        quarters.append(CaseCounts(resolved_in_time=solved, unresolved=n - solved))
    *before, now = quarters
    return {"resolved": (case_figures(now, history=before)["resolved"], usual)}


SCENES: Mapping[str, tuple[bool, Quarter]] = {
    "independent answers, n = 30": (True, independent(30)),
    "independent answers, n = 300": (True, independent(300)),
    "600 answers at 4 places, 60 days, alike 0.1": (True, clustered(CLUSTERED)),
    "90 answers at 1 place, 22 days, alike 0.1": (True, clustered(FEW_CLUSTERS)),
    "360 answers at 6 places, 60 days, alike 0.05": (True, clustered(NEIGHBOURS)),
    "15 % of 240 reply, at random": (True, replying(240, 0.15)),
    "15 % of 2,000 reply, at random": (True, replying(2000, 0.15)),
    "15 % reply, fewer where service is worse": (True, uneven),
    "register, eight quarters before": (True, register),
    "15 % of 2,000 reply, the served in time 1.5 times as often": (
        False, replying(2000, 0.15, content=1.5),
    ),
}  # fmt: skip
NOT_PROMISED = "unweighted share"


def measured(what: str, quarters: int = QUARTERS, seed: int = SEED) -> list[Measured]:
    """Each figure of a scene."""
    promised, quarter = SCENES[what]
    draw = np.random.default_rng([seed, sorted(SCENES).index(what)])
    hits: dict[str, list[tuple[bool, float]]] = {}
    for _ in range(quarters):
        for name, (figure, truth) in quarter(draw).items():
            if figure.shown and figure.low is not None and figure.high is not None:
                inside = figure.low <= truth <= figure.high
                hits.setdefault(name, []).append((inside, (figure.high - figure.low) / 2))
    return [
        Measured(
            what, promised and name != NOT_PROMISED, name,
            float(np.mean([one for one, _ in seen])), len(seen),
            float(np.mean([width for _, width in seen])),
        )
        for name, seen in hits.items()
    ]  # fmt: skip


def report(found: list[Measured]) -> str:
    """The lines of docs/indicators.md."""
    lines = ["| sample | figure | covered | half width | shown |", "|---|---|---|---|---|"]
    for one in found:
        said = "" if one.promised else " (not promised)"
        lines.append(
            f"| {one.what} | {one.figure}{said} | {one.covered:.1%} | {one.half_width:.3f} | "
            f"{one.shown:,} |"
        )
    return "\n".join(lines)


def main() -> int:
    found = [one for what in SCENES for one in measured(what)]
    print(report(found))
    return 0 if all(one.holds for one in found if one.promised) else 1


def _counts(scores: np.ndarray, kept: np.ndarray) -> RatingCounts:
    many = {f"score_{score}": int((scores == score).sum()) for score in range(1, 6)}
    return RatingCounts.read(many | {"on_time": int(kept.sum()), "late": int((~kept).sum())})


def _facts(scores: np.ndarray, kept: np.ndarray, place: str, day: date) -> list[RatingFact]:
    return [
        RatingFact("s", "i", place, None, "", "", int(score), on_time=bool(in_time), day=day)
        for score, in_time in zip(scores, kept, strict=True)
    ]


def _read(counts: RatingCounts, share: float, mean: float) -> Mapping[str, tuple[Figure, float]]:
    figures = rating_figures(counts)
    return {
        "share": (figures["charter_time_kept"], share),
        "mean score": (figures["satisfaction"], mean),
    }


def _with(figure: Figure, value: float | None, low: float, high: float, n: float) -> Figure:
    return replace(figure, value=value, low=low, high=high, effective_n=n, shown=n >= 30)


if __name__ == "__main__":
    sys.exit(main())
