"""Surveys kept between readers: what is told of a period changes once a day, so a scorecard never
waits for millions of visits."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from analytics.evidence.plain import read, said
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import Period
from feedback_service.models import FrozenPeriod, Institution, SurveyReading
from feedback_service.runtime import Runtime
from feedback_service.scoring.framing import has_visits
from feedback_service.scoring.funnels import through
from feedback_service.scoring.survey import Survey, surveys

LATE = timedelta(days=2)
"""How far a kept reading may lie behind; an older one is counted again for its reader."""
QUARTERS = 5
"""Quarters that are kept, and the years they are in: older ones are counted when they are read."""


def told(
    session: Session, period: Period, now: datetime, institution: str | None = None
) -> dict[str, Survey]:
    """As `surveys`, kept where that is fresh."""
    text = sa.cast(SurveyReading.told, sa.Text)
    kept = sa.select(SurveyReading.institution_id, text).where(
        SurveyReading.period == period.label,
        SurveyReading.through >= through(period, now) - LATE,
    )
    if institution is not None:
        kept = kept.where(SurveyReading.institution_id == institution)
    found = {name: _read(of) for name, of in session.execute(kept).all()}
    return found or surveys(session, period, now, institution)


@lru_cache(maxsize=1_000)
def _read(text: str) -> Survey:
    """The same text is the same survey: few have a new one between two readers."""
    survey: Survey = read(Survey, json.loads(text))
    return survey


def keep_surveys(rt: Runtime) -> int:
    """What the clock does: count those of which a day more is over; how many there were."""
    many = 0
    for period in _periods(rt.now()):
        with rt.transaction() as session:
            waiting = _waiting(session, period, rt.now())
        for name in waiting:
            with rt.transaction() as session:
                _keep(session, period, rt.now(), name)
            many += 1
    return many


def _periods(now: datetime) -> Iterable[Period]:
    quarter, years = Period.containing(now.astimezone(NAIROBI).date()), dict[Period, None]()
    for _ in range(QUARTERS):
        yield quarter
        years[Period(quarter.year)] = None
        quarter = quarter.previous()
    yield from years


def _waiting(session: Session, period: Period, now: datetime) -> list[str]:
    """Who has visits in the period, and no reading of all its days that are over."""
    final = session.get(FrozenPeriod, period.label) is not None
    fresh = sa.exists().where(
        SurveyReading.institution_id == Institution.id,
        SurveyReading.period == period.label,
        SurveyReading.through == through(period, now),
        SurveyReading.final == final,
    )
    return sorted(session.scalars(sa.select(Institution.id).where(has_visits(period), ~fresh)))


def _keep(session: Session, period: Period, now: datetime, institution: str) -> None:
    for name, survey in surveys(session, period, now, institution).items():
        row = {
            "institution_id": name, "period": period.label, "through": survey.through,
            "final": survey.final, "told": said(survey),
        }  # fmt: skip
        made = insert(SurveyReading).values(row)
        later = {key: made.excluded[key] for key in ("through", "final", "told")}
        session.execute(made.on_conflict_do_update(constraint="pk_survey_readings", set_=later))
