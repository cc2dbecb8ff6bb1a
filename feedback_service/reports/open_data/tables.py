"""Scorecards, single requests, the never answered and the frozen quarters; and the list of all
tables in the order in which a package writes them."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from feedback_service import reports
from feedback_service.models import FrozenPeriod
from feedback_service.redress import unanswered
from feedback_service.reports.open_data.asked import Asked
from feedback_service.reports.open_data.indicator_tables import CIMES, INDICATORS, NIMES
from feedback_service.reports.open_data.registry_tables import (
    CHARTERS,
    COUNTIES,
    INSTITUTIONS,
    PLACES,
    SERVICES,
)
from feedback_service.reports.open_data.shape import REQUIRED, UNIQUE, Field, Resource, Row
from feedback_service.reports.requests import Wanted, requests
from feedback_service.reports.tables import Line, lines
from feedback_service.scoring import WHOLE, Dimension

_TYPES: dict[Any, str] = {float | None: "number", int | None: "integer", bool: "boolean"}
_ABOUT = {
    "period": ("quarter or financial year", "robo au mwaka wa fedha"),
    "institution": (f"id; {WHOLE}: all together", f"kitambulisho; {WHOLE}: zote pamoja"),
    "institution_name": ("its name", "jina lake"),
    "by": ("what it is divided by; empty: the whole", "mgawanyo; tupu: yote"),
    "key": ("which county, service, place...", "kaunti, huduma, mahali gani..."),
    "key_name": ("its name", "jina lake"),
    "indicator": ("code of the indicator", "nambari ya kiashiria"),
    "version": ("of its definition", "toleo la maana yake"),
    "unit": ("unit of the value", "kipimo"),
    "value": ("the figure", "takwimu"),
    "low": ("lower end of the 95 % interval", "mwanzo wa masafa ya 95 %"),
    "high": ("upper end of the 95 % interval", "mwisho wa masafa ya 95 %"),
    "n": ("denominator", "idadi iliyohesabiwa"),
    "effective_n": ("denominator over the design effect", "idadi baada ya athari ya muundo"),
    "standard": ("value it is held against", "kiwango"),
    "tier": ("side of the standard", "upande wa kiwango"),
    "sample": ("class of the ratings", "aina ya maoni"),
    "hidden": ("could tell of single persons", "ingeweza kufichua mtu"),
    "why": ("why there is no value", "kwa nini hakuna takwimu"),
    "simulated": ("invented records", "kumbukumbu za kubuni"),
}


def _field(name: str, kind: Any) -> Field:
    en, sw = _ABOUT.get(name, (name.replace("_", " "), name.replace("_", " ")))
    must = name in ("period", "institution", "indicator", "hidden", "simulated")
    return Field(name, _TYPES.get(kind, "string"), en, sw, REQUIRED if must else {})


def _scorecards(asked: Asked) -> Iterator[Row]:
    names = reports.names(asked.rt)
    for period in asked.periods:
        for card, tables in asked.leaves(period, Dimension):
            for line in lines(card, tables, names):
                yield tuple(vars(line).values())


SCORECARDS = Resource(
    "scorecards", "Every figure, whole and divided; small numbers are left out.",
    "Kila takwimu, nzima na kwa mgawanyo; idadi ndogo zimeachwa.",
    tuple(_field(one.name, one.type) for one in fields(Line)),
    _scorecards, ("period", "institution", "by", "key", "indicator"),
)  # fmt: skip


def _requests(asked: Asked) -> Iterator[Row]:
    first, last = asked.quarters[0].start, asked.quarters[-1].end
    with (
        asked.rt.transaction() as session,
        closing(requests(session, Wanted(first, last))) as found,
    ):
        for one in found:
            yield (
                one.id, "open" if one.open else "closed", one.service, one.institution, one.county,
                one.received_on, one.by_day, one.updated_on, one.simulated,
            )  # fmt: skip


REQUESTS = Resource(
    "requests", "Single complaints and requests, where five or more look alike.",
    "Malalamiko na maombi mojamoja, yanapofanana matano au zaidi.",
    (
        Field("service_request_id", "string", "id of GeoReport, no reference",
              "kitambulisho cha GeoReport, si nambari ya kesi", UNIQUE),
        Field("status", "string", "open or closed", "wazi au imefungwa",
              {"enum": ["open", "closed"]}),
        Field("service", "string", "id of the service", "kitambulisho cha huduma", REQUIRED),
        Field("institution", "string", "who answers", "anayejibu", REQUIRED),
        Field("county", "integer", "empty where fewer than five share it",
              "tupu palipo na chini ya watano"),
        Field("received_on", "date", "day, or first day of the month", "siku, au mwanzo wa mwezi",
              REQUIRED),
        Field("by_day", "boolean", "false: only the month is told", "false: mwezi pekee", REQUIRED),
        Field("updated_on", "date", "month of the last change", "mwezi wa badiliko la mwisho"),
        Field("simulated", "boolean", "invented record", "kumbukumbu ya kubuni", REQUIRED),
    ),
    _requests, ("service_request_id",),
    (("service", "services", "id"), ("institution", "institutions", "id"),
     ("county", "counties", "code")),
)  # fmt: skip


def _never_answered(asked: Asked) -> Iterator[Row]:
    with asked.rt.transaction() as session:
        for row in unanswered.register(session, asked.rt.now()):
            yield row.institution_id, row.past, row.long, row.simulated, asked.rt.now().date()


NEVER_ANSWERED = Resource(
    "never_answered", "Cases past their date without an answer, by office, today.",
    "Kesi zilizopita tarehe bila jibu, kwa kila ofisi, leo.",
    (
        Field("institution", "string", "id of the office", "kitambulisho cha ofisi", UNIQUE),
        Field("past_their_date", "integer", "in whole fives; empty: a small number",
              "kwa matano kamili; tupu: idadi ndogo"),
        Field("more_than_30_days", "integer", "of these, by over 30 days, in whole fives",
              "zaidi ya siku 30, kwa matano kamili"),
        Field("simulated", "boolean", "invented records", "kumbukumbu za kubuni", REQUIRED),
        Field("counted_on", "date", "day of counting", "siku ya kuhesabu", REQUIRED),
    ),
    _never_answered, ("institution",), (("institution", "institutions", "id"),),
)  # fmt: skip


def _frozen(asked: Asked) -> Iterator[Row]:
    with asked.rt.transaction() as session:
        for row in session.scalars(sa.select(FrozenPeriod).order_by(FrozenPeriod.frozen_at)):
            if any(row.period == period.label for period in asked.periods):
                yield row.period, row.frozen_at.isoformat(), row.early, row.root, row.signature


FROZEN = Resource(
    "frozen_quarters", "Quarters that are closed: their figures do not change any more.",
    "Robo zilizofungwa: takwimu zake hazibadiliki tena.",
    (
        Field("period", "string", "the quarter", "robo", UNIQUE),
        Field("frozen_at", "datetime", "when", "lini", REQUIRED),
        Field("early", "boolean", "before it matured", "kabla ya kukomaa", REQUIRED),
        Field("root", "string", "root of the tree of answers", "mzizi wa mti wa majibu", REQUIRED),
        Field("signature", "string", "over the statement (Ed25519)", "sahihi (Ed25519)", REQUIRED),
    ),
    _frozen, ("period",),
)  # fmt: skip

RESOURCES: tuple[Resource, ...] = (
    COUNTIES, INSTITUTIONS, SERVICES, PLACES, CHARTERS, INDICATORS, SCORECARDS, NIMES, CIMES,
    REQUESTS, NEVER_ANSWERED, FROZEN,
)  # fmt: skip
