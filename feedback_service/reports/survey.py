"""The survey of an institution as plain values, for the API and beside its card."""

from typing import Any

from analytics.funnel import STAGES, Funnel
from analytics.intervals import Interval
from analytics.scorecards import Scorecard
from analytics.suppression import MINIMUM
from feedback_service.domain.ratings import Sample
from feedback_service.scoring.survey import Measured, Survey


def survey_values(one: Survey, card: Scorecard | None) -> dict[str, Any]:
    """Visited, asked, delivered, answered, and the figures with the frame's weights and without."""
    told = tells_drawn(card)
    hidden, satisfied = (of if told and of.shown else Measured()
                         for of in (one.hidden, one.satisfaction))  # fmt: skip
    return {
        "through": one.through.isoformat(),
        **dict.fromkeys(STAGES),
        **stages(one.funnel, answered=told),
        "hidden_problems": _times(100, hidden.value),
        **_ends("hidden_problems", 100, hidden.interval),
        "hidden_problems_unweighted": _times(100, hidden.unweighted),
        "satisfaction_weighted": satisfied.value,
        **_ends("satisfaction_weighted", 1, satisfied.interval),
        "satisfaction_unweighted": satisfied.unweighted,
        "effective_n": satisfied.effective_n if satisfied.shown else None,
        "instruments": list(one.instruments),
    }


def stages(funnel: Funnel, *, answered: bool) -> dict[str, int]:
    """The stages that are told: none of fewer than five visits, and beyond the visits none where so
    few were asked or reached that an answer could point to a person.

    Answers in whole batches of five, and only where the card tells what drawn citizens said
    (`answered`): how many answered would else give back what it hides.
    """
    told = funnel.in_batches()
    if told.visited < MINIMUM:
        return {}
    few = any(0 < many < MINIMUM for many in (told.asked, told.delivered))
    names = STAGES[:1] if few else STAGES
    return {name: getattr(told, name) for name in names if answered or name != "answered"}


def tells_drawn(card: Scorecard | None) -> bool:
    """Whether the card tells what drawn citizens said, as its own figures or beside them."""
    if card is None:
        return False
    own = card.figures if card.sample is Sample.VERIFIED else card.beside.get(Sample.VERIFIED, {})
    return "satisfaction" in own and own["satisfaction"].n > 0


def _ends(name: str, times: int, interval: Interval | None) -> dict[str, float | None]:
    return {
        f"{name}_low": _times(times, interval.low if interval else None),
        f"{name}_high": _times(times, interval.high if interval else None),
    }


def _times(times: int, value: float | None) -> float | None:
    return None if value is None else times * value
