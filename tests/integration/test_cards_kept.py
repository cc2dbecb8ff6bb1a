"""Cards are kept in the process while their tallies are the same: what is read after any change is
what a process that keeps nothing reads."""

from typing import Any

import pytest
import sqlalchemy as sa

from analytics import scorecards
from feedback_service import scoring
from feedback_service.domain.periods import Period
from feedback_service.models import Case, Rating
from feedback_service.scoring import Dimension, books, public, rollups
from feedback_service.scoring.remembered import Remembered
from tests.integration.scoring_planting import PERIOD, a_case, a_rating, many_cases, many_ratings

QUARTER = Period.parse(PERIOD)
YEAR = Period(QUARTER.year)


@pytest.fixture
def loaded(rt: Any, own_registry: None) -> Any:
    with rt.transaction() as session:
        session.add_all([*many_ratings(3, 120), *many_cases(4, 40, rt.now())])
    while rollups.keep_up(rt):
        pass
    return rt


def read(rt: Any) -> list[scoring.Edition]:
    return [
        scoring.edition(rt, QUARTER, [Dimension.SERVICE_POINT], only="NRB"),
        scoring.edition(rt, YEAR, public=False),
    ]


def read_afresh(rt: Any, monkeypatch: pytest.MonkeyPatch) -> list[scoring.Edition]:
    """As a process reads that has just started."""
    with monkeypatch.context() as fresh:
        fresh.setattr(books, "_BOOKS", Remembered[Any](8))
        fresh.setattr(books, "_DIVISIONS", Remembered[Any](30))
        fresh.setattr(public, "_OPEN", Remembered[Any](1_000))
        fresh.setattr(scorecards, "_card", scorecards._card.__wrapped__)
        fresh.setattr(scorecards, "_asked_card", scorecards._asked_card.__wrapped__)
        return read(rt)


def test_kept_cards_follow_every_change(loaded: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    changes = {
        "a rating comes": sa.insert(Rating).values(_row(a_rating(score=1))),
        "a mark is changed": sa.update(Rating).where(Rating.score == 5).values(score=2),
        "ratings are now another class's": sa.update(Rating)
        .where(Rating.score == 1)
        .values(sample="assisted"),
        "a case comes": sa.insert(Case).values(_row(a_case(99_000_001))),
        "a case is answered": sa.update(Case)
        .where(Case.resolved_at.is_(None))
        .values(resolved_at=Case.due_at),
        "ratings are erased": sa.delete(Rating).where(Rating.language == "en"),
    }
    before = read(loaded)
    for what, change in changes.items():
        with loaded.transaction() as session:
            session.execute(change)
        kept = read(loaded)
        assert kept != before, what
        assert kept == read_afresh(loaded, monkeypatch), what
        before = kept


def test_a_card_whose_tallies_did_not_change_is_not_made_again(loaded: Any) -> None:
    [first, again] = [scoring.edition(loaded, QUARTER).whole for _ in range(2)]
    assert first is again


def _row(made: Rating | Case) -> dict[str, Any]:
    """Only what was given: the rest is the column's own."""
    return {name: vars(made)[name] for name in made.__table__.columns.keys() & vars(made).keys()}
