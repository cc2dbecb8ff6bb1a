"""Scorecards for other systems: the public view without a key, every figure with one."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import request

from analytics.indicators import DEFINITIONS
from analytics.scorecards import Scorecard, standards
from feedback_service import reports, scoring
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import MATURES_IN, NotAPeriod, Period
from feedback_service.reports import Names
from feedback_service.runtime import Runtime
from feedback_service.scoring import (
    Dimension,
    Edition,
    NoSuchInstitution,
    NotADimension,
    survey_kept,
)
from feedback_service.scoring.frozen import keeping
from feedback_service.scoring.survey import Survey
from feedback_service.staff import Scope
from feedback_service.web.api.keys import HEADER, holder, opens
from feedback_service.web.api.problems import Problem
from feedback_service.web.periods import read_period


def scorecards(rt: Runtime) -> dict[str, Any]:
    """The figures of a period, of all institutions or of one, divided as asked."""
    public = not _all_figures()
    period, dimensions = _period(rt), _dimensions()
    only = request.args.get("institution") or None
    try:
        found = scoring.edition(rt, period, dimensions, public=public, only=only)
    except NoSuchInstitution as error:
        raise Problem.told(404, "No such institution", "institution", only or "", error) from None
    names = reports.names(rt)
    cards = [found.cards[only]] if only else list(found.cards.values())
    with rt.transaction() as session:
        drawn = survey_kept.told(session, period, rt.now(), only)
    told = [_card(card, found, names, drawn) for card in cards]
    if only:
        return _head(rt, period, public, cards) | {"scorecards": told}
    whole = {"national": _card(found.whole, found, names, {})}
    return _head(rt, period, public, [found.whole, *cards]) | whole | {"scorecards": told}


def _all_figures() -> bool:
    """Whether the caller's key opens what the public view holds back.

    Raises Problem: the key of a body never does, since a running quarter counted answer by answer
    is of the people who have just been at its counter.
    """
    key = holder()
    if opens(Scope.SCORECARDS) and key is not None and key.institution_id is not None:
        raise Problem(
            403, "Not for a key that speaks for one body", HEADER, f"a key of {key.institution_id}",
            "leave the key out: bodies read what everybody reads",
        )  # fmt: skip
    return key is not None


def _head(rt: Runtime, period: Period, public: bool, cards: Iterable[Scorecard]) -> dict[str, Any]:
    today = rt.now().astimezone(NAIROBI).date()
    return {
        "period": period.label,
        "starts": period.start.isoformat(),
        "ends": period.end.isoformat(),
        "provisional": today <= period.end + MATURES_IN and not keeping.is_frozen(rt, period),
        "view": "public" if public else "full",
        "simulated": any(card.simulated for card in cards),
        "standards": next(iter(standards().values())).version,
    }


def _card(
    card: Scorecard, found: Edition, names: Names, drawn: Mapping[str, Survey]
) -> dict[str, Any]:
    told, tables = found.told.get(card.institution), found.tables.get(card.institution, {})
    said: dict[str, Any] = {
        "institution": card.institution,
        "name": names.institution(card.institution),
        "frame": reports.coverage_values(card.frame) if card.frame else None,
        "told": told.isoformat() if told else None,
        "survey": reports.survey_values(drawn[card.institution], card)
        if card.institution in drawn
        else None,
        "beside": reports.beside_values(card),
        **_figures(card),
    }
    if tables:
        said["by"] = {
            dimension.value: [
                {"key": key, "name": names.value(dimension, key), **_figures(row)}
                for key, row in rows.items()
            ]
            for dimension, rows in tables.items()
        }
    return said


def _figures(card: Scorecard) -> dict[str, Any]:
    return {
        "simulated": card.simulated,
        "sample": card.sample.value,
        "hidden": sorted(card.hidden),
        "figures": {
            name: reports.figure_values(card, name) for name in DEFINITIONS if name in card.figures
        },
    }


def _period(rt: Runtime) -> Period:
    """The period asked for, else the newest anybody rated in."""
    given = request.args.get("period")
    if not given:
        return scoring.newest_period(rt)
    try:
        return read_period(given)
    except NotAPeriod as error:
        raise Problem.told(400, "No such period", "period", given, error) from None


def _dimensions() -> tuple[Dimension, ...]:
    given = request.args.get("by", "")
    try:
        return scoring.dimensions_of(name.strip() for name in given.split(",") if name.strip())
    except NotADimension as error:
        raise Problem.told(400, "No such dimension", "by", given, error) from None
