"""What a strategy gains beside honest play: the real detectors, readings and figures over offices
that cheat and the same offices that do not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import fmean

from analytics.indicators import REGISTERED
from analytics.integrity import Finding, Signal, Suspects, Suspicion, look, readings
from analytics.scorecards import Cell
from analytics.tallies import RatingFact, count_cases, count_ratings
from feedback_service.domain.cases import CaseKind, Outcome
from tests.game.records import (
    COHORT,
    Kept,
    drawn,
    fact,
    handled,
    kept,
    key,
    of_the_quarter,
    offered,
    records,
    truly_solved,
)
from tests.game.strategies import ON_COMPLAINTS, ON_RATINGS, STRATEGIES
from tests.game.world import Body, copy, honest

DOSES = (0.02, 0.1, 0.3, 1.0)
"""How much of what it could touch a strategy touches: from hardly to be seen to everything."""
CALLED = 150
"""Silent cases of a body that people outside it reach by the random call-back."""
HELD = (
    "scorecard",
    "verified",
    "citizen_confirmed",
    "satisfaction",
    "charter_time_kept",
    "courtesy",
)
"""Where no strategy may gain more than a point, at any dose."""
LIMIT = 1.0
WHOLE = ("satisfaction", "charter_time_kept", "courtesy", *REGISTERED, "verified")
"""What the scorecard's mean is made of."""


@dataclass(frozen=True)
class Gain:
    """Points of 100 gained beside honest play, by figure, the mean over the cheating offices; how
    much more was truly solved (points); what share of the offices was flagged."""

    strategy: str
    dose: float
    points: Mapping[str, float]
    truly_solved: float
    flagged: float

    @property
    def pays(self) -> bool:
        """More than a point somewhere it is held to, beyond what was truly solved."""
        most = max(self.points[figure] for figure in HELD)
        return most - max(0.0, self.truly_solved) > LIMIT


@dataclass(frozen=True)
class _Round:
    """One office in one seed's world, cheating."""

    points: Mapping[str, float]
    solved: float
    flagged: bool


def play(
    seeds: Sequence[object], doses: Sequence[float] = DOSES, strategies: Sequence[str] = ()
) -> list[Gain]:
    """Every strategy at every dose; in each seed's world half of eight offices cheat alike."""
    rounds: dict[tuple[str, float], list[_Round]] = defaultdict(list)
    for seed in seeds:
        for family, on_complaints in ((ON_COMPLAINTS, True), (ON_RATINGS, False)):
            chosen = [name for name in strategies or STRATEGIES if name in family]
            if not chosen:
                continue
            world = honest(f"game:{seed}", 8, lives=on_complaints, visits=not on_complaints)
            honestly = [kept(body) for body in world]
            before = _scores(world[::2], look(records(honestly)))
            for name in chosen:
                for dose in doses:
                    rounds[name, dose] += _cheat(honestly, before, name, dose)
    return [_gain(name, dose, played) for (name, dose), played in rounds.items()]


def _cheat(
    honestly: Sequence[Kept], before: Mapping[str, Mapping[str, float]], name: str, dose: float
) -> Iterator[_Round]:
    players = [part.body for part in honestly[::2]]
    cheats = [copy(body) for body in players]
    for cheat in cheats:
        STRATEGIES[name](cheat, dose)
    findings = look(records([*map(kept, cheats), *honestly[1::2]]))
    after = _scores(cheats, findings)
    for body, cheat in zip(players, cheats, strict=True):
        one, two = before[body.name], after[body.name]
        yield _Round(
            {figure: two[figure] - one[figure] for figure in one},
            _solved(cheat) - _solved(body),
            any(finding.institution == body.name for finding in findings),
        )


def _gain(name: str, dose: float, played: Sequence[_Round]) -> Gain:
    return Gain(
        name, dose,
        {figure: fmean(one.points[figure] for one in played) for figure in played[0].points},
        fmean(one.solved for one in played),
        fmean(one.flagged for one in played),
    )  # fmt: skip


def _scores(bodies: Sequence[Body], findings: Sequence[Finding]) -> dict[str, dict[str, float]]:
    """By body and figure, in points of 100, as they stand at a freeze that nobody reviewed."""
    of: dict[str, list[Suspicion]] = defaultdict(list)
    for finding in findings:
        of[finding.institution].append(Suspicion(finding))
    return {body.name: scores(body, of[body.name]) for body in bodies}


def scores(body: Body, suspicions: Sequence[Suspicion]) -> dict[str, float]:
    """Every figure that stands.  `open_codes` is the satisfaction of those who rated of their own
    accord: shown beside, not scored; `contract` the points of the contract's hundred that Service
    Delivery B1 (charter, weight 4) and B3 (70 % of weight 4 for complaints) are."""
    frame = [one for one in suspicions if one.finding.signal is Signal.MISSING_VISITS]
    others = [one for one in suspicions if one not in frame]
    sample = _standing(body, frame, {str(n): one for n, one in enumerate(drawn(body))})
    register = _standing(body, others, offered(body))
    found = {name: 100 * register[name] for name in REGISTERED}
    found |= {
        "satisfaction": 25 * (sample["satisfaction"] - 1),
        "charter_time_kept": 100 * sample["charter_time_kept"],
        "courtesy": 100 * sample["courtesy"],
        "verified": 100 * _verified(body),
    }
    found["scorecard"] = fmean(found[name] for name in WHOLE)
    found["contract"] = 0.04 * found["charter_time_kept"] + 0.028 * found["resolved"]
    found["open_codes"] = 25 * (register["satisfaction"] - 1)
    return found


def _standing(
    body: Body, suspicions: Sequence[Suspicion], ratings: Mapping[str, RatingFact]
) -> dict[str, float]:
    """The figures that stand; nothing to count is worth the least there is."""
    lives = {key(life): life for life in body.lives}
    ids = {name for one in suspicions for name in one.finding.records}
    facts = {name: fact(life) for name, life in lives.items()}
    ours = [one for one in facts.values() if one.institution == body.name]
    own = [one for one in ours if one.kind is CaseKind.COMPLAINT]
    suspects = Suspects(
        body.name, COHORT,
        ratings={name: one for name, one in ratings.items() if name in ids},
        cases={name: (facts[name], handled(lives[name])) for name in ids if name in facts},
    )  # fmt: skip
    cell = Cell(open=count_ratings(ratings.values()), cases=count_cases(own, COHORT))
    found = readings(cell, suspects, suspicions)
    least = {"satisfaction": 1.0}
    return {
        name: least.get(name, 0.0) if one.stands.value is None else one.stands.value
        for name, one in found.items()
    }


def _verified(body: Body) -> float:
    """Resolution as citizens tell people outside the body, of all that fell due.

    Nothing leaves the frame: what was passed on, relabelled or taken back is drawn like the rest.
    Who confirmed counts; of all others that are over, a seeded draw is called.
    """
    mine = of_the_quarter(body.lives)
    if not mine:
        return 0.0
    yes = [life for life in mine if handled(life).outcome is Outcome.CONFIRMED]
    silent = [life for life in mine if handled(life).outcome in _OVER]
    order = {life.number: Random(f"{key(life)}:call").random() for life in silent}
    called = sorted(silent, key=lambda life: order[life.number])[:CALLED]
    share = fmean(truly_solved(life) for life in called) if called else 0.0
    return (len(yes) + share * len(silent)) / len(mine)


_OVER = (Outcome.CLOSED_UNCONFIRMED, Outcome.NOT_UPHELD, Outcome.WITHDRAWN)


def _solved(body: Body) -> float:
    mine = of_the_quarter(body.lives)
    return 100 * fmean(truly_solved(life) for life in mine) if mine else 0.0
