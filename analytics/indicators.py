"""The indicators a service is held to: what each counts and leaves out, and the figure with its
sample, interval and exclusions.  A new way of counting is a new version of its definition."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from analytics.intervals import Interval, Moments, mean_t, wilson
from analytics.methods import published
from analytics.tallies import CaseCounts, RatingCounts
from analytics.verification import Calls, estimate
from feedback_service.domain.ratings import COMPLETE_ONLY

# Below this many effective answers a survey figure is kept for sums and not shown.
FEWEST_ANSWERS = 30


class Kind(StrEnum):
    SURVEY = "survey"  # a sample of citizens: the interval is what was not asked
    REGISTER = "register"  # every case: the count is exact, the interval is period to period


@dataclass(frozen=True)
class Definition:
    """One version of an indicator; `unit` is `share` (0 to 1) or `score 1-5`."""

    id: str
    version: str
    kind: Kind
    unit: str
    name_en: str
    name_sw: str
    counted: str
    excluded: str


@dataclass(frozen=True)
class Figure:
    """An indicator's value in its unit, None where nothing was counted.

    `n` is the printed denominator and `effective_n` that over the design effect; `excluded` is how
    many each reason left out.  Where `shown` is False no tier and no public page may use it.
    `detail` holds further shares of the same records, by name.
    """

    indicator: str
    version: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    effective_n: float
    excluded: Mapping[str, int]
    shown: bool
    why_hidden: str | None
    detail: Mapping[str, float] = field(default_factory=dict)


DEFINITIONS: Mapping[str, Definition] = {
    row["id"]: Definition(**(row | {"kind": Kind(row["kind"])}))
    for row in published("indicators.json")["indicators"]
}
SURVEYED = ("satisfaction", "charter_time_kept", "cost_kept", "courtesy")
REGISTERED = ("acknowledged_in_time", "resolved", "resolved_in_time", "citizen_confirmed")
VERIFIED = ("verified",)
"""Known of institutions as a whole, never of a division: the draw is theirs."""


def rating_figures(counts: RatingCounts, deff: float = 1.0) -> dict[str, Figure]:
    """The figures of `SURVEYED`, by id.  `deff` is the design effect of the sample (>= 1)."""
    asked = {
        "charter_time_kept": (counts.on_time, counts.late),
        "cost_kept": (counts.cost_kept, counts.paid_more),
        "courtesy": (counts.courteous, counts.discourteous),
    }
    complete = sum(counts.scores)
    figures = {"satisfaction": _satisfaction(counts, deff)}
    for name, (yes, no) in asked.items():
        left_out = {COMPLETE_ONLY: counts.incomplete, "not answered": complete - yes - no}
        figures[name] = _share(name, yes, yes + no, left_out, deff)
    return figures


def case_figures(counts: CaseCounts, deff: float = 1.0) -> dict[str, Figure]:
    """The figures of `REGISTERED`, by id; `deff` touches only what citizens answered."""
    waiting = {
        "not yet due": counts.not_yet_due,
        "withdrawn before due": counts.withdrawn_before_due,
    }
    resolved, due = counts.resolved, counts.due
    told = counts.acknowledged_in_time + counts.acknowledged_late
    undated = waiting | {"no promised moment": counts.no_acknowledgement_due}
    name = "acknowledged_in_time"
    return {
        name: _share(name, counts.acknowledged_in_time, told, undated),
        "resolved": _share("resolved", resolved, due, waiting),
        "resolved_in_time": _share("resolved_in_time", counts.resolved_in_time, due, waiting),
        "citizen_confirmed": _confirmed(counts, waiting, deff),
    }


def call_figures(calls: Calls) -> dict[str, Figure]:
    """The figures of `VERIFIED`, by id; `n` is how many answered a call.

    `detail`: the share of those drawn who answered, and the figure if none or all of the others had
    it solved.
    """
    found = estimate(calls)
    rest = {
        "reached": found.n / found.drawn if found.drawn else None,
        "if_none_of_the_rest": found.none_of_the_rest,
        "if_all_of_the_rest": found.all_of_the_rest,
    }
    figure = Figure(
        indicator="verified",
        version=DEFINITIONS["verified"].version,
        value=found.share,
        low=found.interval.low if found.interval else None,
        high=found.interval.high if found.interval else None,
        n=found.n,
        effective_n=found.n,
        excluded=found.left_out,
        shown=not found.why_not,
        why_hidden=found.why_not or None,
        detail={name: share for name, share in rest.items() if share is not None},
    )
    return {"verified": figure}


def _satisfaction(counts: RatingCounts, deff: float) -> Figure:
    scores = counts.scores
    sample = Moments(
        sum(scores),
        sum(score * many for score, many in enumerate(scores, 1)),
        sum(score * score * many for score, many in enumerate(scores, 1)),
    )
    tops = counts.score_4 + counts.score_5
    named = {f"share_{score}": many for score, many in enumerate(scores, 1)} | {"top_two": tops}
    shares = {name: many / sample.count for name, many in named.items() if sample.count}
    left_out = {COMPLETE_ONLY: counts.incomplete}
    interval = mean_t(sample, deff)
    return _figure("satisfaction", sample.mean, interval, sample.count, left_out, deff, shares)


def _confirmed(counts: CaseCounts, waiting: dict[str, int], deff: float) -> Figure:
    """Silence is not a yes: who did not reply, or was never reached, is outside the share and
    bounds it from both sides."""
    answered = counts.confirmed + counts.disputed
    mute = counts.silent + counts.unreached
    parts = {
        "reply_rate": (answered, answered + counts.silent),
        "if_none_of_the_silent_agreed": (counts.confirmed, answered + mute),
        "if_all_of_the_silent_agreed": (counts.confirmed + mute, answered + mute),
    }
    detail = {name: many / of for name, (many, of) in parts.items() if of}
    left_out = waiting | {
        "silent": counts.silent,
        "unreached": counts.unreached,
        "may still answer": counts.awaiting,
        "unresolved": counts.nothing_to_confirm,
        "not upheld": counts.not_upheld,
        "withdrawn": counts.withdrawn,
    }
    return _share("citizen_confirmed", counts.confirmed, answered, left_out, deff, detail)


def _share(
    name: str,
    hits: int,
    n: int,
    left_out: Mapping[str, int],
    deff: float = 1.0,
    detail: Mapping[str, float] | None = None,
) -> Figure:
    value = hits / n if n else None
    return _figure(name, value, wilson(hits, n, deff=deff), n, left_out, deff, detail or {})


def _figure(
    name: str,
    value: float | None,
    interval: Interval | None,
    n: int,
    left_out: Mapping[str, int],
    deff: float,
    detail: Mapping[str, float],
) -> Figure:
    definition = DEFINITIONS[name]
    why_hidden = _why_hidden(definition.kind, n / deff)
    return Figure(
        indicator=name,
        version=definition.version,
        value=value,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        n=n,
        effective_n=n / deff,
        excluded=left_out,
        shown=why_hidden is None,
        why_hidden=why_hidden,
        detail=detail,
    )


def _why_hidden(kind: Kind, effective_n: float) -> str | None:
    if kind is Kind.SURVEY and effective_n < FEWEST_ANSWERS:
        return f"fewer than {FEWEST_ANSWERS} answers"
    return None if effective_n else "nothing to count"
