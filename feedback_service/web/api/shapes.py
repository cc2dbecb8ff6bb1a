"""JSON Schemas of what the API answers, as OpenAPI 3.1 holds them under components."""

from typing import Any

from analytics.indicators import DEFINITIONS
from analytics.scorecards import Tier
from feedback_service.domain.ratings import Sample
from feedback_service.scoring import Dimension

Schema = dict[str, Any]


def one(name: str) -> Schema:
    """A reference to a shape of this file."""
    return {"$ref": f"#/components/schemas/{name}"}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": ["number", "null"]}
YES: Schema = {"type": "boolean"}
DAY: Schema = {"type": "string", "format": "date"}
BOTH = _object(en=TEXT, sw=TEXT)

_FIGURE = _object(
    value=NUMBER,
    low=NUMBER | {"description": "lower end of the 95 % interval"},
    high=NUMBER | {"description": "upper end of the 95 % interval"},
    n=WHOLE | {"description": "the denominator"},
    effective_n=NUMBER,
    unit=TEXT | {"enum": sorted({d.unit for d in DEFINITIONS.values()})},
    kind=TEXT | {"enum": ["survey", "register"]},
    version=TEXT | {"description": "of the indicator's definition"},
    standard=NUMBER
    | {"description": "the fixed value the tier is held against; null: never judged"},
    tier=TEXT | {"enum": ["", *(tier.value for tier in Tier)]},
    shown=YES | {"description": "false: too small a sample to read"},
    why_hidden={"type": ["string", "null"]},
    excluded={
        "type": "object",
        "additionalProperties": WHOLE,
        "description": "how many each reason left out; publicly without numbers from 1 to 4",
    },
    detail={"type": "object", "additionalProperties": NUMBER},
    basis=TEXT | {"description": "what the interval rests on"},
    sample=TEXT
    | {
        "enum": ["", *(sample.value for sample in Sample)],
        "description": "class of ratings; only drawn citizens' are held against a standard",
    },
)
_FIGURES: Schema = {
    "type": "object",
    "properties": {name: one("Figure") for name in DEFINITIONS},
    "description": "by indicator; those named in `hidden` are left out",
}
_COVERAGE = _object(
    institution=TEXT, period=TEXT, visited=WHOLE,
    counted=WHOLE | {"description": "with a number, in time to be asked, one person's own"},
    declared={"type": ["integer", "null"]}, coverage=NUMBER, without_number=WHOLE,
    lowered=WHOLE | {"description": "counts declared below an earlier one of the same record"},
    late=WHOLE | {"description": "fed after noon of the day after the visit"},
    repeated=WHOLE | {"description": "beyond one of a number, service and day, or three services"},
    dead=WHOLE, serials=WHOLE, gaps=WHOLE,
    controls=WHOLE | {"description": "planted; 0 until the quarter is over, and below five"},
    controls_found={"type": ["integer", "null"]}, controls_share=NUMBER, controls_low=NUMBER,
    controls_high=NUMBER, measured=YES, why_not={"type": ["string", "null"]}, simulated=YES,
)  # fmt: skip
_FACE = {
    "sample": TEXT | {"description": "the class of ratings whose figures these are"},
    "simulated": YES | {"description": "invented records are among those counted"},
    "hidden": _list(TEXT) | {"description": "figures that could tell of single persons"},
    "figures": _FIGURES,
}
_ROW = _object(key=TEXT, name=BOTH, **_FACE)
_MAYBE: Schema = {"type": ["integer", "null"], "description": "null below 5"}
_DRAWN: dict[str, Schema] = {
    "through": DAY | {"description": "the last day of the visits; later ones may still be asked"},
    "visited": _MAYBE, "asked": _MAYBE, "delivered": _MAYBE,
    "answered": _MAYBE
    | {"description": "in whole batches of five; null where the card tells none of them"},
    "hidden_problems": NUMBER
    | {"description": "per 100 visits, weighted; null of answers worth fewer than 30"},
    "hidden_problems_low": NUMBER, "hidden_problems_high": NUMBER,
    "hidden_problems_unweighted": NUMBER,
    "satisfaction_weighted": NUMBER | {"description": "by visits of each service and place, 1-5"},
    "satisfaction_weighted_low": NUMBER, "satisfaction_weighted_high": NUMBER,
    "satisfaction_unweighted": NUMBER,
    "effective_n": NUMBER | {"description": "what the answers are worth by weights and places"},
    "instruments": _list(TEXT | {"description": "versions of the questions"}),
}  # fmt: skip
_SCORECARD = _object(
    institution=TEXT, name=BOTH,
    frame=_COVERAGE
    | {
        "type": ["object", "null"],
        "description": "how much of what should have been fed was fed; null where nothing was",
    },
    told={
        "type": ["string", "null"],
        "format": "date",
        "description": "the day as of which ratings and calls of a running quarter were told, in "
        "batches of at least five; null where figures are as they stand, or frozen",
    },
    survey={
        "type": ["object", "null"], "properties": _DRAWN,
        "description": "from visits to answers, of citizens drawn by lot, and the figures with the "
        "frame's weights beside those without; null where no visits were fed",
    },
    beside={
        "type": "object",
        "additionalProperties": _FIGURES,
        "description": "the survey's figures of the other classes of ratings, never added",
    },
    **_FACE,
)  # fmt: skip
_SCORECARD["properties"]["by"] = {
    "type": "object",
    "properties": {dimension.value: _list(_ROW) for dimension in Dimension},
}
_SCORECARDS = _object(
    period=TEXT,
    starts=DAY,
    ends=DAY,
    provisional=YES | {"description": "figures may still change"},
    view=TEXT | {"enum": ["public", "full"]},
    simulated=YES,
    standards=TEXT | {"description": "version of the standards"},
    scorecards=_list(one("Scorecard")),
)
_SCORECARDS["properties"]["national"] = one("Scorecard")

_INSTITUTION = _object(
    id=TEXT, name=TEXT, acronym=TEXT, short=BOTH, type=TEXT, sector=TEXT,
    county={"type": ["integer", "null"]}, reporting_line=TEXT, escalates_to=TEXT, services=TEXT,
    charter=TEXT, scorecard=TEXT,
)  # fmt: skip
_SERVICE = _object(
    id=TEXT, code=TEXT, sector=TEXT, name=BOTH, where=BOTH,
    programme={
        "type": ["object", "null"], "additionalProperties": TEXT,
        "description": "code and name of the programme of the budget that pays for it",
    },
)  # fmt: skip
_PROMISE = _object(
    service=TEXT, name=BOTH, version=WHOLE, effective_from=DAY,
    effective_to={"type": ["string", "null"], "format": "date"}, requirements=BOTH,
    cost_kes={"type": ["integer", "null"], "description": "0 is free, null varies"},
    cost_note=BOTH, promised=_object(amount=WHOLE, unit=TEXT), acknowledge_working_days=WHOLE,
    resolve_working_days=WHOLE, source=TEXT,
)  # fmt: skip
_DRAW = _object(
    institution=TEXT, period=TEXT, closed_before=DAY, drawn_on=DAY, method=TEXT,
    seed_hash=TEXT | {"description": "SHA-256 of the seed"},
    frame_hash=TEXT | {"description": "SHA-256 of the listing of the cases that could be drawn"},
    frame_size={"type": ["integer", "null"], "description": "null below 5"},
    seed={"type": ["string", "null"], "description": "null while calls are made"},
)  # fmt: skip
_YES_NO: Schema = {"type": "boolean"}
_SURVEY = _object(institution=TEXT, simulated=_YES_NO, **_DRAWN)
_SURVEY_DRAW = _object(
    institution=TEXT, day=DAY, method=TEXT,
    seed_hash=TEXT | {"description": "SHA-256 of the seed"},
    ahead=_YES_NO | {"description": "the seed was sealed before the day began"},
    frame_hash=TEXT | {"description": "SHA-256 of the listing of the day's visits"},
    frame_size=_MAYBE, asked=_MAYBE,
    seed={"type": ["string", "null"], "description": "null while somebody may be asked"},
    missing=_YES_NO | {"description": "no visit was fed on a working day"}, simulated=_YES_NO,
)  # fmt: skip
_VISIT: Schema = {
    "type": "object",
    "properties": {
        "source": TEXT | {"description": "your own id of the visit", "maxLength": 100},
        "service": TEXT | {"description": "id of the service, or the code on its poster"},
        "service_point": TEXT | {"description": "id of the place"},
        "county": {"type": ["integer", "string"], "description": "where no place tells it"},
        "at": TEXT | {"description": "ISO 8601; Kenya's time without a zone", "minLength": 10},
        "phone": TEXT | {"description": "left out where none was given; never shown again"},
        "serial": TEXT | {"description": "number of the ticket or receipt", "maxLength": 40},
        "amount": {"type": ["integer", "string"], "description": "whole shillings paid"},
    },
    "required": ["source", "service", "at"],
    "additionalProperties": False,
}
_FATE = _object(row=WHOLE, source=TEXT, became=TEXT | {"enum": ["taken", "repeated", "refused"]})
_FATE["properties"] |= {"field": TEXT, "value": TEXT, "remedy": TEXT}
_FROZEN = _object(
    period=TEXT, frozen_at=TEXT, early=YES, reason=TEXT,
    root=TEXT | {"description": "of the tree of answers, hexadecimal"},
    key=TEXT | {"description": "Ed25519 public key, base64"}, key_id=TEXT,
    signature=TEXT | {"description": "of the statement as canonical JSON, base64"}, simulated=YES,
)  # fmt: skip
_STATEMENT = {**_FROZEN, "properties": {**_FROZEN["properties"], "statement": {"type": "object"}}}
_INCLUSION = _object(
    period=TEXT, institution=TEXT, leaf=TEXT, index=WHOLE, size=WHOLE, path=_list(TEXT),
    institution_root=TEXT, institution_index=WHOLE, institutions=WHOLE,
    institution_path=_list(TEXT), root=TEXT,
)  # fmt: skip
_PROBLEM: Schema = {
    "type": "object",
    "description": "RFC 9457; `field`, `value` and `remedy` stand where one value is at fault",
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": WHOLE,
        "detail": TEXT,
        "field": TEXT,
        "value": TEXT,
        "remedy": TEXT,
    },
    "required": ["type", "title", "status"],
}

SHAPES: dict[str, Schema] = {
    "Charter": _object(institution=TEXT, on=DAY, services=_list(_PROMISE)),
    "Coverage": _COVERAGE,
    "Coverages": _object(period=TEXT, coverage=_list(one("Coverage"))),
    "Draws": _object(period=TEXT, draws=_list(_DRAW)),
    "Fed": _object(taken=WHOLE, repeated=WHOLE, refused=WHOLE, visits=_list(_FATE)),
    "Figure": _FIGURE,
    "Frozen": _object(periods=_list(_FROZEN)),
    "FrozenPeriod": _STATEMENT,
    "Inclusion": _INCLUSION,
    "Institutions": _object(institutions=_list(_INSTITUTION)),
    "Problem": _PROBLEM,
    "Scorecard": _SCORECARD,
    "Scorecards": _SCORECARDS,
    "Services": _object(institution=TEXT, services=_list(_SERVICE)),
    "SurveyDraws": _object(period=TEXT, draws=_list(_SURVEY_DRAW)),
    "Surveys": _object(period=TEXT, surveys=_list(_SURVEY)),
    "Visit": _VISIT,
}
