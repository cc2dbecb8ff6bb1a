"""The institutions, services and counties a text names: the gazetteer, filled from the registry."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics import triage as model_room
from feedback_service.models import County, Institution, Service
from feedback_service.registry import files, labels, renewed
from feedback_service.runtime import Runtime


def names_of(rt: Runtime, session: Session, text: str) -> model_room.Found:
    """The institution, service and county a text names in so many words."""
    return gazetteer(rt, session).find(text)


def gazetteer_of(
    institutions: Iterable[Institution | files.Institution],
    counties: Iterable[County | files.County],
    services: Iterable[Service | files.Service],
) -> model_room.Gazetteer:
    """What finds names in a text: from the tables, or from the registry's files as they are."""
    bodies = list(institutions)
    return model_room.Gazetteer(
        _institutions(bodies), _counties(counties), _services(services), _implied(bodies)
    )


def gazetteer(rt: Runtime, session: Session) -> model_room.Gazetteer:
    """The gazetteer of today's registry; one copy a process."""

    def read() -> model_room.Gazetteer:
        return gazetteer_of(
            session.scalars(sa.select(Institution)),
            session.scalars(sa.select(County)),
            session.scalars(sa.select(Service)),
        )

    return renewed(rt, "gazetteer", read)


def _institutions(rows: Iterable[Institution | files.Institution]) -> list[model_room.Named]:
    """The registry's names and, through the crosswalk, the nicknames people write."""
    nicknames: dict[str, tuple[str, ...]] = {}
    for label, names in model_room.nicknames().items():
        nicknames[labels().get(label, "")] = names
    return [
        model_room.Named(
            i.id,
            (i.name, i.acronym, i.short_en, i.short_sw, *i.aliases, *nicknames.get(i.id, ())),
            i.sector,
        )
        for i in rows
    ]


def _counties(rows: Iterable[County | files.County]) -> list[model_room.Named]:
    """Counties by name, headquarters' nicknames and the towns that only they have."""
    towns, villages = model_room.places(), model_room.small_places()
    return [
        model_room.Named(
            str(c.code), (c.name, *c.aliases, *towns.get(c.name, ())),
            exact=villages.get(c.name, ()),
        )
        for c in rows
    ]  # fmt: skip


def _implied(rows: Iterable[Institution | files.Institution]) -> model_room.Implied:
    """What words of a sector imply, of the institutions that are here."""
    bodies = {body.id: body for body in rows}
    governments = {
        str(_county_of(body)): body.id
        for body in bodies.values()
        if body.type == "county government"
    }
    known = {label: body for label, body in labels().items() if body in bodies}
    return model_room.Implied(known, governments)


def _county_of(body: Institution | files.Institution) -> int | None:
    return body.county_code if isinstance(body, Institution) else body.county


def _services(rows: Iterable[Service | files.Service]) -> list[model_room.Named]:
    return [
        model_room.Named(s.id, (s.name_en, s.name_sw, s.short_en, s.short_sw, *s.aliases))
        for s in rows
    ]
