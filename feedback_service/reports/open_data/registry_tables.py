"""The registry's tables in the package: who is measured, what they owe, where and how."""

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from feedback_service.models import Charter, County, Institution, Programme, Service, ServicePoint
from feedback_service.reports.open_data.asked import Asked
from feedback_service.reports.open_data.shape import REQUIRED, UNIQUE, Field, Resource, Row


def _read(by: Any, *columns: Any) -> Callable[[Asked], Iterator[Row]]:
    """Those columns in the order of `by`, brought by a cursor."""

    def rows(asked: Asked) -> Iterator[Row]:
        found = sa.select(*columns).order_by(*by)
        found = found.execution_options(yield_per=1_000)
        with asked.rt.transaction() as session, session.execute(found) as brought:
            for row in brought:
                yield tuple(row)

    return rows


def _paid_by(column: Any) -> Any:
    """A column of the programme that pays for a service; null where none is named."""
    return sa.select(column).where(Programme.service_id == Service.id).scalar_subquery()


COUNTIES = Resource(
    "counties", "The 47 counties.", "Kaunti 47.",
    (
        Field("code", "integer", "its number by law", "nambari yake kisheria", UNIQUE),
        Field("name", "string", "name", "jina", REQUIRED),
        Field("headquarters", "string", "seat of the county", "makao makuu"),
    ),
    _read((County.code,), County.code, County.name, County.headquarters), ("code",),
)  # fmt: skip

INSTITUTIONS = Resource(
    "institutions", "Who is measured.", "Wanaopimwa.",
    (
        Field("id", "string", "id in all tables", "kitambulisho katika majedwali yote", UNIQUE),
        Field("name", "string", "full name", "jina kamili", REQUIRED),
        Field("acronym", "string", "short form", "kifupi"),
        Field("type", "string", "kind of body", "aina ya taasisi", REQUIRED),
        Field("sector", "string", "sector", "sekta"),
        Field("county", "integer", "county it governs or lies in", "kaunti yake"),
        Field("reporting_line", "string", "to whom it reports", "inaripoti kwa nani"),
        Field("ended_on", "date", "day from which it no longer is", "siku ilipokoma"),
    ),
    _read(
        (Institution.id,), Institution.id, Institution.name, Institution.acronym, Institution.type,
        Institution.sector, Institution.county_code, Institution.reporting_line,
        Institution.ended_on,
    ),
    ("id",), (("county", "counties", "code"),),
)  # fmt: skip

SERVICES = Resource(
    "services", "What people come for.", "Huduma ambazo watu huja kupata.",
    (
        Field("id", "string", "id of the service", "kitambulisho cha huduma", UNIQUE),
        Field("code", "string", "code on its poster", "nambari kwenye bango", UNIQUE),
        Field("institution", "string", "who owes it; empty: the county does",
              "anayeitoa; tupu: kaunti"),
        Field("sector", "string", "sector", "sekta", REQUIRED),
        Field("name_en", "string", "name in English", "jina kwa Kiingereza", REQUIRED),
        Field("name_sw", "string", "name in Kiswahili", "jina kwa Kiswahili", REQUIRED),
        Field("ended_on", "date", "day from which it no longer is given", "siku ilipokoma"),
        Field("programme", "string", "programme of the budget that pays for it, by its code",
              "programu ya bajeti inayoilipia, kwa nambari"),
        Field("programme_name", "string", "name of the programme", "jina la programu"),
    ),
    _read(
        (Service.id,), Service.id, Service.poster_code, Service.institution_id, Service.sector,
        Service.name_en, Service.name_sw, Service.ended_on,
        _paid_by(Programme.code), _paid_by(Programme.name),
    ),
    ("id",), (("institution", "institutions", "id"),),
)  # fmt: skip

PLACES = Resource(
    "service_points", "Places where services are given.", "Mahali huduma hutolewa.",
    (
        Field("id", "string", "id of the place", "kitambulisho cha mahali", UNIQUE),
        Field("name", "string", "name", "jina", REQUIRED),
        Field("county", "integer", "county it lies in", "kaunti", REQUIRED),
        Field("host", "string", "who runs the place", "anayeendesha mahali", REQUIRED),
    ),
    _read(
        (ServicePoint.id,), ServicePoint.id, ServicePoint.name_en, ServicePoint.county_code,
        ServicePoint.host_id,
    ),
    ("id",), (("county", "counties", "code"), ("host", "institutions", "id")),
)  # fmt: skip

CHARTERS = Resource(
    "charters", "What was promised, version by version.", "Yaliyoahidiwa, toleo kwa toleo.",
    (
        Field("service", "string", "id of the service", "kitambulisho cha huduma", REQUIRED),
        Field("version", "integer", "of the promise", "toleo la ahadi", REQUIRED),
        Field("effective_from", "date", "first day", "siku ya kwanza", REQUIRED),
        Field("effective_to", "date", "last day; empty: still", "siku ya mwisho; tupu: bado"),
        Field("requirements_en", "string", "papers needed, English", "mahitaji, Kiingereza"),
        Field("requirements_sw", "string", "papers needed, Kiswahili", "mahitaji, Kiswahili"),
        Field("cost_kes", "integer", "official cost in KES; 0: free, empty: varies",
              "gharama kwa KES; 0: bure, tupu: hutofautiana", {"minimum": 0}),
        Field("promise_amount", "integer", "promised time", "muda ulioahidiwa", REQUIRED),
        Field("promise_unit", "string", "its unit", "kipimo cha muda", REQUIRED),
        Field("resolve_working_days", "integer", "working days to answer a complaint",
              "siku za kazi kujibu lalamiko", REQUIRED),
        Field("source", "string", "where the promise stands", "ahadi inapopatikana"),
    ),
    _read(
        (Charter.service_id, Charter.version), Charter.service_id, Charter.version,
        Charter.effective_from, Charter.effective_to, Charter.requirements_en,
        Charter.requirements_sw, Charter.cost_kes, Charter.promise_amount, Charter.promise_unit,
        Charter.resolve_working_days, Charter.source,
    ),
    ("service", "version"), (("service", "services", "id"),),
)  # fmt: skip
