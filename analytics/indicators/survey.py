"""What citizens answered about a visit, of one class of ratings: figures with the design effect of
places and days."""

from collections.abc import Mapping
from dataclasses import replace

from analytics.indicators.definitions import Figure, figure
from analytics.intervals import Design, Moments, korn_graubard, mean_t
from analytics.tallies import QUESTIONS, RatingCounts, answers
from feedback_service.domain.ratings import COMPLETE_ONLY

FEWEST_AMOUNTS = 5
"""Below this many who said how much, the sum is a person's and not an office's."""


def rating_figures(
    counts: RatingCounts, deff: float = 1.0, designs: Mapping[str, Design] | None = None
) -> dict[str, Figure]:
    """The figures of `SURVEYED`, by id.

    The design is that of the tally's own places and days, at least `deff`; `designs` puts that of
    another tally in its place, where this one has lost its own.
    """
    design = _at_least(deff, designs if designs is not None else designs_of(counts))
    asked = {
        "charter_time_kept": ("on_time", counts.on_time, counts.late),
        "cost_kept": ("cost", counts.cost_kept, counts.paid_more),
        "courtesy": ("courtesy", counts.courteous, counts.discourteous),
    }
    complete = sum(counts.scores)
    figures = {"satisfaction": _satisfaction(counts, design["score"])}
    for name, (question, yes, no) in asked.items():
        left_out = {COMPLETE_ONLY: counts.incomplete, "not answered": complete - yes - no}
        figures[name] = sampled(name, yes, yes + no, left_out, design[question])
    return figures


def visit_figures(
    counts: RatingCounts, deff: float = 1.0, designs: Mapping[str, Design] | None = None
) -> dict[str, Figure]:
    """The figures of `BESIDE_VISITS`, by id; `designs` as for `rating_figures`."""
    design = _at_least(deff, designs if designs is not None else designs_of(counts))["problem"]
    hidden = _hidden_problems(counts, design)
    return {"hidden_problems": hidden, "extra_paid": _extra_paid(counts)}


def designs_of(counts: RatingCounts) -> dict[str, Design]:
    """The design effect of each question, from the sums over places and days.

    Places are all there are, not drawn: the days of each are what might have been others.
    """
    answered = answers(counts)
    squares = sum(score * score * many for score, many in enumerate(counts.scores, 1))
    return {
        name: _design(counts.clusters, name, n, total, squares if name == "score" else total)
        for name, (n, total) in answered.items()
    }


def sampled(
    name: str,
    hits: int,
    n: int,
    left_out: Mapping[str, int],
    design: Design,
    detail: Mapping[str, float] | None = None,
) -> Figure:
    """A share of those who answered."""
    return figure(
        name, hits / n if n else None, korn_graubard(hits, n, design), n, left_out,
        effective_n=n / design.deff, detail=detail, basis=_basis(design),
    )  # fmt: skip


def _at_least(deff: float, designs: Mapping[str, Design]) -> dict[str, Design]:
    """An effect that is known of the whole sample (unequal weights) holds for every question."""
    return {
        name: replace(designs[name], deff=max(deff, designs[name].deff)) for name in QUESTIONS
    }  # fmt: skip


def _design(sums: Mapping[str, int], name: str, n: int, total: int, squares: int) -> Design:
    """Ratio estimator, as `intervals.design_effect`, from sums that can be added."""
    places, nn, nt, tt = (sums.get(f"{name}_{of}", 0) for of in ("places", "nn", "nt", "tt"))
    spread = Moments(n, total, squares).variance
    if places < 2 or spread == 0:
        return Design()
    mean = total / n
    apart = max(0.0, tt - 2 * mean * nt + mean * mean * nn)
    between = apart * places / (places - 1) / n**2
    return Design(max(1.0, between / (spread / n)), places - 1)


def _basis(design: Design) -> str:
    if design.df is None:
        return "answers taken as independent"
    return f"design effect {design.deff:.2f} of {design.df + 1} places and days"


def _satisfaction(counts: RatingCounts, design: Design) -> Figure:
    scores = counts.scores
    sample = Moments(
        sum(scores),
        sum(score * many for score, many in enumerate(scores, 1)),
        sum(score * score * many for score, many in enumerate(scores, 1)),
    )
    tops = counts.score_4 + counts.score_5
    named = {f"share_{score}": many for score, many in enumerate(scores, 1)} | {"top_two": tops}
    shares = {name: many / sample.count for name, many in named.items() if sample.count}
    return figure(
        "satisfaction", sample.mean, mean_t(sample, design), sample.count,
        {COMPLETE_ONLY: counts.incomplete}, effective_n=sample.count / design.deff, detail=shares,
        basis=_basis(design),
    )  # fmt: skip


def _hidden_problems(counts: RatingCounts, design: Design) -> Figure:
    """Per 100 visits; who had a problem and did not say whether it was reported is left out."""
    n, hidden = answers(counts)["problem"]
    left_out = {"not asked": counts.problem_unasked, "did not say": counts.problem_unsaid}
    share = sampled("hidden_problems", hidden, n, left_out, design)
    had = counts.problem_reported + counts.problem_unreported
    parts = {"had_a_problem": (had, n), "reported_of_those": (counts.problem_reported, had)}
    detail = {name: many / of for name, (many, of) in parts.items() if of}
    times = [None if one is None else 100 * one for one in (share.value, share.low, share.high)]
    return replace(share, value=times[0], low=times[1], high=times[2], detail=detail)


def _extra_paid(counts: RatingCounts) -> Figure:
    """Shillings paid beyond the promised cost, a rating: who paid none counts as none."""
    n = counts.cost_kept + counts.paid_extra_said
    left_out = {
        COMPLETE_ONLY: counts.incomplete,
        "not answered": sum(counts.scores) - counts.cost_kept - counts.paid_more,
        "did not say how much": counts.paid_more - counts.paid_extra_said,
    }
    few = 0 < counts.paid_extra_said < FEWEST_AMOUNTS
    detail = {"a_person_who_paid_more": counts.paid_extra_kes / max(1, counts.paid_extra_said)}
    return figure(
        "extra_paid", counts.paid_extra_kes / n if n else None, None, n, left_out,
        detail=detail if counts.paid_extra_said else {},
        why_hidden=f"fewer than {FEWEST_AMOUNTS} said how much" if few else None,
        basis="no interval: single amounts are not kept",
    )  # fmt: skip
