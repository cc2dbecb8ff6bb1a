"""A played quarter as the service would know it: for the detectors, and for the scoring."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from analytics.integrity import Declared, Handled, Rated, Records
from analytics.tallies import CaseFact, Cohort, RatingFact
from feedback_service.domain.cases import CaseKind, Outcome
from tests.game.world import DAY, QUARTER, Body, Life, Visit

COHORT = Cohort(QUARTER.start, QUARTER.end, QUARTER.as_of)
REPLIES, FAIR = 0.35, 0.92
INFORMATION = timedelta(days=21)
PAUSE = timedelta(days=4)


@dataclass(frozen=True)
class Kept:
    """One body's part of the records."""

    body: Body
    ratings: Sequence[Rated]
    cases: Sequence[Handled]
    visits: Declared


def kept(body: Body) -> Kept:
    """What the service knows of one body's quarter."""
    return Kept(
        body,
        [rated(visit) for visit in _rating_visits(body)],
        [handled(life) for life in body.lives],
        Declared(body.name, sum(visit.fed for visit in body.visits), len(body.visits)),
    )


def records(parts: Iterable[Kept]) -> Records:
    """What is looked at for the quarter."""
    parts = list(parts)
    return Records(
        QUARTER,
        ratings=[rating for part in parts for rating in part.ratings],
        cases=[case for part in parts for case in part.cases],
        visits=[part.visits for part in parts],
        staff={part.body.name: part.body.staff for part in parts},
    )


def rated(visit: Visit) -> Rated:
    at = visit.rates_at or visit.at
    body = visit.place.partition("-")[0]
    return Rated(_key(visit), body, visit.place, visit.person, at, visit.rates, visit.number)


def handled(life: Life) -> Handled:
    """The same for a complaint, with what its citizen said in the end."""
    outcome, reopened = _said(life)
    return Handled(
        id=key(life), institution=life.holder, unit=f"{life.holder}-desk", category=life.category,
        received_at=life.received_at, first_due_at=life.first_due_at, due_at=_due(life),
        kind=life.kind, answered_at=life.answered_at, rejected=life.rejected, words=life.words,
        reachable=life.reachable, contacted=life.contacted, outcome=outcome, reopened=reopened,
        prompted=life.prompted, questions=tuple(life.questions), moves=tuple(life.moves),
        incident=life.incident, likeness=life.likeness,
    )  # fmt: skip


def fact(life: Life) -> CaseFact:
    """The same complaint for the scorecard."""
    outcome, reopened = _said(life)
    answered = None if reopened else life.answered_at
    closed = answered + 15 * DAY if answered else life.withdrawn_at
    return CaseFact(
        institution=life.holder, service="s", service_point=None, county=None, channel="ussd",
        language="sw", received_at=life.received_at, due_at=_due(life),
        acknowledge_due_at=life.received_at + DAY, acknowledged_at=life.acknowledged_at,
        resolved_at=answered, closed_at=closed, outcome=outcome, simulated=True,
        kind=life.kind, reopened=reopened, first_due_at=life.first_due_at,
    )  # fmt: skip


def drawn(body: Body) -> list[RatingFact]:
    """The answers of citizens whom the sampler drew from the visits it was told of."""
    return [_rating(body, visit) for visit in body.visits if visit.fed and visit.answers]


def offered(body: Body) -> dict[str, RatingFact]:
    """Ratings that citizens gave of their own accord; one vote a person, place and day."""
    votes: dict[tuple[str, str, int], tuple[str, RatingFact]] = {}
    for visit in sorted(_rating_visits(body), key=lambda visit: visit.rates_at or visit.at):
        day = (visit.rates_at or visit.at).toordinal()
        rating = replace(_rating(body, visit), score=visit.rates)
        votes[visit.person, visit.place, day] = (_key(visit), rating)
    return dict(votes.values())


def truly_solved(life: Life) -> bool:
    """Whether the citizen's trouble is over, whatever the register says."""
    return life.founded and life.solved and life.answered_at is not None and not life.rejected


def key(life: Life) -> str:
    return f"{life.body}-{life.number}"


def _key(visit: Visit) -> str:
    return f"{visit.place}-{visit.number}"


def _rating_visits(body: Body) -> list[Visit]:
    return [visit for visit in [*body.visits, *body.planted] if visit.rates_at]


def _due(life: Life) -> datetime:
    if life.kind is CaseKind.INFORMATION:
        return life.received_at + INFORMATION
    return life.first_due_at + PAUSE * min(2, len(life.questions))


def _said(life: Life) -> tuple[Outcome | None, bool]:
    """The citizen's own word, where one came; a dispute reopens the case."""
    if life.withdrawn_at is not None:
        return (Outcome.CLOSED_UNCONFIRMED if life.prompted else Outcome.WITHDRAWN), False
    if life.answered_at is None:
        return None, False
    content = truly_solved(life) or not life.founded
    fair = FAIR if life.founded else 0.75
    replies = life.draws[0] < REPLIES and (life.contacted or life.draws[4] < 0.5)
    says_yes = (life.draws[1] < fair) is content
    if life.rejected:
        disputed = replies and not says_yes
        return (Outcome.DISPUTED, True) if disputed else (Outcome.NOT_UPHELD, False)
    if not replies:
        return Outcome.CLOSED_UNCONFIRMED, False
    return (Outcome.CONFIRMED, False) if says_yes else (Outcome.DISPUTED, True)


def _rating(body: Body, visit: Visit) -> RatingFact:
    return RatingFact(
        service="s", institution=body.name, service_point=visit.place, county=None, channel="ussd",
        language="sw", score=visit.score, on_time=visit.on_time, paid_more=False,
        courteous=visit.courteous, simulated=True,
    )  # fmt: skip


def of_the_quarter(lives: Iterable[Life]) -> list[Life]:
    """The complaints of the cohort by the citizen's clock."""
    return [life for life in lives if COHORT.start <= life.first_due_at < COHORT.end]
