"""The registry as the talk needs it: one immutable copy a process, renewed after a load.

The wording that editors changed is renewed with it, in every process that asks.
"""

import logging
import re
import time
from collections.abc import Callable, Iterable
from datetime import date
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.conversations.catalogue import (
    Card,
    Catalogue,
    CountyCard,
    PlaceCard,
    Poster,
    SectorCard,
    ServiceCard,
)
from feedback_service.domain.calendar import NAIROBI
from feedback_service.models import (
    Campaign,
    Charter,
    County,
    Institution,
    Offering,
    RegistryState,
    Sector,
    Service,
    ServicePoint,
)
from feedback_service.models import Poster as PosterRow
from feedback_service.registry import phrases
from feedback_service.runtime import Runtime

logger = logging.getLogger(__name__)
T = TypeVar("T")

LOOK_AGAIN_AFTER = 10.0
"""Seconds for which a copy is believed without asking the database for its version."""


def catalogue(rt: Runtime) -> Catalogue:
    """The registry's copy of this process, at most ten seconds behind a load."""
    kept: tuple[float, date, Catalogue] | None = rt.kept.get("catalogue")
    tick, today = time.monotonic(), rt.now().astimezone(NAIROBI).date()
    if kept and tick - kept[0] < LOOK_AGAIN_AFTER and kept[1] == today:
        return kept[2]
    with rt.transaction() as session:
        version = session.scalar(sa.select(RegistryState.version)) or 0
        _say_as_edited(rt, session, version)
        same = kept and kept[1] == today and kept[2].version == version
        fresh = kept[2] if kept and same else _build(session, version, today, rt)
    rt.kept["catalogue"] = (tick, today, fresh)
    return fresh


def renewed(rt: Runtime, name: str, read: Callable[[], T]) -> T:
    """What `read` makes of the registry: one copy a process under that name, as old as the rest."""
    version = _version(rt)
    kept: tuple[int, T] | None = rt.kept.get(name)
    if kept is None or kept[0] != version:
        kept = rt.kept[name] = (version, read())
    return kept[1]


def _version(rt: Runtime) -> int:
    """The version, of whichever day the catalogue is: time that is played moves day by day."""
    kept: tuple[float, date, Catalogue] | None = rt.kept.get("catalogue")
    if kept and time.monotonic() - kept[0] < LOOK_AGAIN_AFTER:
        return kept[2].version
    return catalogue(rt).version


def renew_wording(rt: Runtime) -> None:
    """Have this process say what editors wrote, at most ten seconds late.

    For workers and the clock, which write to citizens and need no catalogue for it.
    """
    tick, looked = time.monotonic(), rt.kept.get("wording-looked")
    if looked is not None and tick - looked < LOOK_AGAIN_AFTER:
        return
    with rt.transaction() as session:
        _say_as_edited(rt, session, session.scalar(sa.select(RegistryState.version)) or 0)
    rt.kept["wording-looked"] = tick


def _say_as_edited(rt: Runtime, session: Session, version: int) -> None:
    if rt.kept.get("wording") == version:
        return
    for key, language in phrases.say_as_edited(session):
        logger.warning("edited wording %s.%s is of another release: not said", key, language)
    rt.kept["wording"] = version


def _in_force(when: date) -> sa.Select[Charter]:
    ended = sa.or_(Charter.effective_to.is_(None), Charter.effective_to >= when)
    return (
        sa.select(Charter)
        .where(Charter.effective_from <= when, ended)
        .order_by(Charter.version.desc())
    )


def _build(session: Session, version: int, today: date, rt: Runtime) -> Catalogue:
    charters: dict[str, Charter] = {}
    for charter in session.scalars(_in_force(today)):
        charters.setdefault(charter.service_id, charter)
    institutions = {i.id: i for i in session.scalars(sa.select(Institution))}
    services = {
        s.id: _service(s, charters.get(s.id), institutions.get(s.institution_id or ""))
        for s in session.scalars(sa.select(Service).order_by(Service.poster_code))
    }
    used = {s.sector for s in services.values() if not s.ended}
    offerings = session.scalars(sa.select(Offering).where(Offering.offered.is_(False)))
    return Catalogue(
        version,
        services,
        tuple(
            SectorCard(s.key, {"en": s.short_en, "sw": s.short_sw})
            for s in session.scalars(sa.select(Sector).order_by(Sector.position))
            if s.key in used
        ),
        {
            c.code: CountyCard(c.code, c.name, _words([c.name, c.headquarters, *c.aliases]))
            for c in session.scalars(sa.select(County).order_by(County.code))
        },
        {
            p.id: PlaceCard(p.id, p.name_en, p.short, p.county_code)
            for p in session.scalars(sa.select(ServicePoint))
        },
        {s.code: Poster(s.id, None) for s in services.values() if not s.ended}
        | {
            p.code: Poster(p.service_id, p.service_point_id)
            for p in session.scalars(sa.select(PosterRow))
            if p.service_id is None or not services[p.service_id].ended
        }
        | {c.code: _of_campaign(c, today) for c in session.scalars(sa.select(Campaign))},
        {i.id: {"en": i.short_en, "sw": i.short_sw} for i in institutions.values()},
        frozenset((o.service_point_id, o.service_id) for o in offerings),
        rt.settings.call_cost,
    )


def _of_campaign(row: Campaign, today: date) -> Poster:
    """Before and after its days a campaign's code leads where it leads, and marks nothing."""
    runs = row.first_on <= today <= row.last_on
    return Poster(row.service_id, None, str(row.id) if runs else None)


def _service(row: Service, charter: Charter | None, owner: Institution | None) -> ServiceCard:
    names = [row.name_en, row.name_sw, row.short_en, row.short_sw, *row.aliases]
    if owner:
        names += [owner.acronym, owner.short_en, *owner.aliases]
    return ServiceCard(
        row.id,
        row.poster_code,
        row.sector,
        row.owner,
        row.institution_id,
        {"en": row.short_en, "sw": row.short_sw},
        {"en": row.name_en, "sw": row.name_sw},
        {"en": row.where_en, "sw": row.where_sw},
        _words(names) if row.ended_on is None else frozenset(),
        _card(charter) if charter else None,
        row.ended_on is not None,
    )


def _card(charter: Charter) -> Card:
    return Card(
        charter.version,
        {"en": charter.requirements_en, "sw": charter.requirements_sw},
        charter.cost_kes,
        {"en": charter.cost_note_en, "sw": charter.cost_note_sw},
        charter.promise_amount,
        charter.promise_unit,
    )


def _words(names: Iterable[str]) -> frozenset[str]:
    return frozenset(word for name in names for word in re.findall(r"[\w']+", name.lower()))
