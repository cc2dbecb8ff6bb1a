"""Indicators as metadata, and their values as the government's monitoring systems take them: by
institution for NIMES (national), by county government for CIMES (counties)."""

from collections.abc import Iterator, Mapping

from analytics.indicators import DEFINITIONS, EVERY_VERSION, VERIFIED, Definition
from analytics.scorecards import Scorecard, standards
from feedback_service.domain.periods import Period
from feedback_service.reports.governments import Government, governments
from feedback_service.reports.open_data.asked import Asked
from feedback_service.reports.open_data.shape import REQUIRED, Field, Resource, Row
from feedback_service.reports.tables import HIDDEN, figure_values
from feedback_service.scoring import WHOLE, Dimension

FREQUENCY = "quarterly and yearly"
_SAYS = {"survey": "citizens, by phone", "register": "register of cases"}


def _indicators(asked: Asked) -> Iterator[Row]:
    owner = asked.rt.settings.scorecard_owner
    for one in EVERY_VERSION:
        standard = standards().get(one.id)
        yield (
            one.id, one.version, DEFINITIONS[one.id] is one, one.name_en, one.name_sw, one.unit,
            one.kind.value, one.counted, one.excluded, one.formula,
            one.source or _SAYS[one.kind.value], one.better, one.scored, FREQUENCY, _divided(one),
            owner, standard.value if standard else None, standard.version if standard else None,
        )  # fmt: skip


def _divided(definition: Definition) -> str:
    whole = "institution"
    return whole if definition.id in VERIFIED else ", ".join([whole, *Dimension])


INDICATORS = Resource(
    "indicators", "What each indicator counts, leaves out and is held against (NIMES, CIMES).",
    "Kila kiashiria huhesabu nini, huacha nini, hulinganishwa na nini (NIMES, CIMES).",
    (
        Field("code", "string", "code of the indicator", "nambari ya kiashiria", REQUIRED),
        Field("version", "string", "of its definition", "toleo la maana yake", REQUIRED),
        Field("in_use", "boolean", "false: an earlier version", "false: toleo la awali", REQUIRED),
        Field("name_en", "string", "name in English", "jina kwa Kiingereza", REQUIRED),
        Field("name_sw", "string", "name in Kiswahili", "jina kwa Kiswahili", REQUIRED),
        Field("unit", "string", "unit of the value; share: 0 to 1", "kipimo; share: 0 hadi 1",
              REQUIRED),
        Field("kind", "string", "survey of citizens, or register of cases",
              "maoni ya wananchi, au rejista", {"enum": ["survey", "register"]}),
        Field("counted", "string", "numerator and denominator", "kinachohesabiwa", REQUIRED),
        Field("excluded", "string", "what is left out", "kinachoachwa"),
        Field("formula", "string", "formula and interval", "kanuni na masafa"),
        Field("source", "string", "where the records come from", "chanzo cha kumbukumbu"),
        Field("better", "string", "which way is better", "upande ulio bora",
              {"enum": ["higher", "lower", "neither"]}),
        Field("scored", "boolean", "held against a standard", "hulinganishwa na kiwango"),
        Field("frequency", "string", "how often", "mara ngapi", REQUIRED),
        Field("disaggregation", "string", "divided by", "mgawanyo", REQUIRED),
        Field("responsible", "string", "who answers for it", "anayewajibika", REQUIRED),
        Field("standard", "number", "value it is held against", "kiwango"),
        Field("standard_version", "string", "version of the standards", "toleo la viwango"),
    ),
    _indicators, ("code", "version"),
)  # fmt: skip

_VALUES = (
    Field("period", "string", "quarter or financial year", "robo au mwaka wa fedha", REQUIRED),
    Field("starts", "date", "first day", "siku ya kwanza", REQUIRED),
    Field("ends", "date", "last day", "siku ya mwisho", REQUIRED),
    Field("indicator", "string", "code of the indicator", "nambari ya kiashiria", REQUIRED),
    Field("version", "string", "of its definition", "toleo la maana yake", REQUIRED),
    Field("unit", "string", "unit of the value", "kipimo", REQUIRED),
    Field("value", "number", "empty where it may not be told", "tupu palipo na siri"),
    Field("low", "number", "lower end of the 95 % interval", "mwanzo wa masafa ya 95 %"),
    Field("high", "number", "upper end of the 95 % interval", "mwisho wa masafa ya 95 %"),
    Field("n", "integer", "denominator", "idadi iliyohesabiwa"),
    Field("note", "string", "why there is no value", "kwa nini hakuna takwimu"),
    Field("simulated", "boolean", "invented records", "kumbukumbu za kubuni", REQUIRED),
)


def _of(period: Period, card: Scorecard) -> Iterator[Row]:
    for name, definition in DEFINITIONS.items():
        found = figure_values(card, name) if name in card.figures else {}
        why = HIDDEN if not found else found["why_hidden"]
        yield (
            period.label, period.start, period.end, name, found.get("version", definition.version),
            definition.unit, found.get("value"), found.get("low"), found.get("high"),
            found.get("n"), why, card.simulated,
        )  # fmt: skip


def _cards(asked: Asked) -> Iterator[tuple[Period, Scorecard]]:
    for period in asked.periods:
        for card, _ in asked.leaves(period):
            yield period, card


def _by_institution(asked: Asked) -> Iterator[Row]:
    for period, card in _cards(asked):
        if card.institution != WHOLE:
            yield from ((card.institution, *row) for row in _of(period, card))


def _by_county(asked: Asked) -> Iterator[Row]:
    governed: Mapping[str, tuple[int, Government]] = {
        one.id: (code, one) for code, one in governments(asked.rt).items()
    }
    for period, card in _cards(asked):
        if card.institution in governed:
            code, one = governed[card.institution]
            yield from ((code, one.county, one.id, *row) for row in _of(period, card))


NIMES = Resource(
    "nimes_values", "Values by institution, as NIMES takes them.",
    "Takwimu kwa taasisi, kwa ajili ya NIMES.",
    (Field("institution", "string", "id", "kitambulisho", REQUIRED), *_VALUES),
    _by_institution, ("institution", "period", "indicator"),
    (("institution", "institutions", "id"),),
)  # fmt: skip
CIMES = Resource(
    "cimes_values", "Values of every county government, as CIMES takes them.",
    "Takwimu za kila serikali ya kaunti, kwa ajili ya CIMES.",
    (
        Field("county", "integer", "code of the county", "nambari ya kaunti", REQUIRED),
        Field("county_name", "string", "its name", "jina lake", REQUIRED),
        Field("institution", "string", "its government", "serikali yake", REQUIRED),
        *_VALUES,
    ),
    _by_county, ("county", "period", "indicator"),
    (("county", "counties", "code"), ("institution", "institutions", "id")),
)  # fmt: skip
