"""Who could be asked at all: visits fed of those declared, and how many of these were asked,
reached and answered; what stands beside a card's figures, so that nobody picks the happy ones."""

from dataclasses import dataclass
from datetime import date

from analytics.coverage import FEWEST_CONTROLS, Coverage, WhyNot
from analytics.funnel import Funnel
from analytics.scorecards import Scorecard
from feedback_service.domain.periods import Period
from feedback_service.reports import stages, tells_drawn
from feedback_service.runtime import Runtime
from feedback_service.scoring import survey_kept
from feedback_service.scoring.survey import Survey


@dataclass(frozen=True)
class Stage:
    """One of visited, asked, delivered, answered; `share` is of the visits, from 0 to 1."""

    key: str
    n: int
    share: float


@dataclass(frozen=True)
class Weighed:
    """One figure of drawn citizens' answers, in words: with the frame's weights, the ends of its
    interval, and without weights.  `key` is the end of asked.weighed_*."""

    key: str
    weighted: str
    low: str
    high: str
    unweighted: str


@dataclass(frozen=True)
class Asked:
    """The way from a visit to an answer, of visits up to the day `through`. `coverage` and
    `controls` in words, None where unknown; `why_not`: the key of not_measured.* where the frame
    is not measured."""

    stages: tuple[Stage, ...]
    through: date | None
    weighed: tuple[Weighed, ...]
    declared: int | None
    coverage: str | None
    gaps: int
    lowered: int
    controls: str | None
    why_not: str | None


def asked_of(rt: Runtime, card: Scorecard, period: Period) -> Asked:
    """Of the institution whose card this is: real visits, or invented where it has none."""
    with rt.transaction() as session:
        found = survey_kept.told(session, period, rt.now(), card.institution)
    frame = card.frame or Coverage(card.institution, period.label)
    return _asked(frame, found.get(card.institution), card)


def key_of_why_not(why: WhyNot) -> str:
    """The end of the key of not_measured.* in the texts."""
    return why.value.replace(" ", "_").removesuffix("_%")


def _asked(frame: Coverage, survey: Survey | None, card: Scorecard | None) -> Asked:
    told = tells_drawn(card)
    return Asked(
        _stages(survey.funnel, answered=told) if survey else (),
        survey.through if survey else None,
        _weighed(survey) if survey and told else (),
        frame.declared,
        None if frame.coverage is None else f"{100 * frame.coverage:.0f} %",
        frame.gaps,
        frame.lowered,
        f"{frame.found} / {frame.planted}" if frame.planted >= FEWEST_CONTROLS else None,
        key_of_why_not(frame.why_not) if frame.why_not else None,
    )


def _stages(funnel: Funnel, *, answered: bool) -> tuple[Stage, ...]:
    told = stages(funnel, answered=answered)
    return tuple(Stage(name, many, many / told["visited"]) for name, many in told.items())


def _weighed(survey: Survey) -> tuple[Weighed, ...]:
    figures = (("satisfaction", survey.satisfaction, 1, 2), ("hidden", survey.hidden, 100, 1))
    return tuple(
        Weighed(key, *(f"{times * value:.{places}f}" for value in (
            of.value, of.interval.low, of.interval.high, of.unweighted)))
        for key, of, times, places in figures
        if of.shown and of.value is not None and of.interval and of.unweighted is not None
    )  # fmt: skip
