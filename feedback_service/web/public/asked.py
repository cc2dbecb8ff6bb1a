"""Who could be asked at all: visits fed of those declared, and how many of these were asked,
reached and answered; what stands beside a card's figures, so that nobody picks the happy ones."""

from dataclasses import dataclass

from analytics.coverage import FEWEST_CONTROLS, Coverage, WhyNot
from analytics.funnel import STAGES, Funnel
from analytics.scorecards import Scorecard
from analytics.suppression import MINIMUM
from feedback_service.domain.periods import Period
from feedback_service.runtime import Runtime
from feedback_service.scoring.funnels import funnels


@dataclass(frozen=True)
class Stage:
    """One of visited, asked, delivered, answered; `share` is of the visits, from 0 to 1."""

    key: str
    n: int
    share: float


@dataclass(frozen=True)
class Asked:
    """The way from a visit to an answer. `coverage` and `controls` in words, None where unknown;
    `why_not`: the key of not_measured.* where the frame is not measured."""

    stages: tuple[Stage, ...]
    declared: int | None
    coverage: str | None
    gaps: int
    lowered: int
    controls: str | None
    why_not: str | None


def asked_of(rt: Runtime, card: Scorecard, period: Period) -> Asked:
    """Of the institution whose card this is: real visits, or invented where it has none."""
    with rt.transaction() as session:
        found = funnels(session, period, rt.now(), card.institution)
    real, invented = (found.get((card.institution, simulated)) for simulated in (False, True))
    return _asked(card.frame or Coverage(card.institution, period.label), real or invented)


def key_of_why_not(why: WhyNot) -> str:
    """The end of the key of not_measured.* in the texts."""
    return why.value.replace(" ", "_").removesuffix("_%")


def _asked(frame: Coverage, funnel: Funnel | None) -> Asked:
    return Asked(
        _stages(funnel),
        frame.declared,
        None if frame.coverage is None else f"{100 * frame.coverage:.0f} %",
        frame.gaps,
        frame.lowered,
        f"{frame.found} / {frame.planted}" if frame.planted >= FEWEST_CONTROLS else None,
        key_of_why_not(frame.why_not) if frame.why_not else None,
    )


def _stages(funnel: Funnel | None) -> tuple[Stage, ...]:
    """None where so few were asked that an answer could point to a person."""
    if funnel is None:
        return ()
    told = funnel.in_batches()
    sizes = {name: getattr(told, name) for name in STAGES}
    if min(sizes["asked"], sizes["delivered"]) < MINIMUM:
        sizes = {"visited": told.visited}
    return tuple(
        Stage(name, many, many / told.visited) for name, many in sizes.items() if told.visited
    )
