"""Control visits: real ones by people of the scorecards' owner, which the feed must bring.

No institution learns which visit or number was a control, nor that there was one before the
quarter is over: only the share found is published, with its interval.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.coverage import FEED_CLOSES
from feedback_service import audit, registry
from feedback_service.domain.calendar import NAIROBI
from feedback_service.models import ControlVisit, Visit
from feedback_service.runtime import Runtime
from feedback_service.staff import Viewer
from feedback_service.visits.feed import people
from feedback_service.visits.reading import Feeder, Wrong, read

MOST_LISTED = 200


@dataclass(frozen=True)
class Planted:
    """A control visit as its owner reads it: without number; `fed` when the feed had it in time."""

    institution: str
    service: str
    place: str | None
    visited_at: datetime
    fed: bool
    note: str


def plant(rt: Runtime, session: Session, who: Viewer, said: dict[str, str], note: str) -> None:
    """Note a visit that was made: service, service_point, county, at, phone.  Raises Wrong.

    It is read by the rules of the feed, so that what is planted here could be fed there.
    """
    fed = read(rt, Feeder("controls", None), {**said, "source": "control"})
    if not fed.phone:
        raise Wrong("phone", "", "write the number that was given at the counter")
    if fed.institution == who.institution_id:
        raise Wrong("service", said["service"], "nobody controls their own institution")
    control = ControlVisit(
        institution_id=fed.institution, service_id=fed.service, service_point_id=fed.place,
        county_code=fed.county, citizen_id=people(rt, session, {fed.phone})[fed.phone],
        visited_at=fed.at, note=note, planted_by_id=who.staff_id, planted_at=rt.now(),
    )  # fmt: skip
    session.add(control)
    session.flush()  # The audit names it by its id, and by nothing else: auditors read it.
    audit.note(session, "control.plant", str(control.id), rt.now(), who.staff_id)


def planted(session: Session) -> Sequence[Planted]:
    """Those planted, the newest first."""
    fed = sa.exists().where(
        Visit.citizen_id == ControlVisit.citizen_id,
        Visit.service_id == ControlVisit.service_id,
        Visit.institution_id == ControlVisit.institution_id,
        Visit.simulated == ControlVisit.simulated,
        _day(Visit.at) == _day(ControlVisit.visited_at),
        sa.func.timezone(str(NAIROBI), Visit.fed_at) < _day(Visit.at) + FEED_CLOSES,
    )
    newest = sa.select(ControlVisit, fed).order_by(ControlVisit.planted_at.desc())
    return [
        Planted(
            row.institution_id, row.service_id, row.service_point_id, row.visited_at, found,
            row.note,
        )
        for row, found in session.execute(newest.limit(MOST_LISTED))
    ]  # fmt: skip


def _day(at: sa.SQLColumnExpression[datetime]) -> sa.ColumnElement[datetime]:
    return sa.func.date_trunc("day", sa.func.timezone(str(NAIROBI), at))


def places_of(rt: Runtime) -> list[tuple[str, str]]:
    """Id and name of every place, by name."""
    known = registry.catalogue(rt).places.values()
    return sorted(((place.id, place.name) for place in known), key=lambda pair: pair[1])
