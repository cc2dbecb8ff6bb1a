"""The fields of the registry's forms: which a row has, how each is typed, what can be chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.domain.charter import PromiseUnit
from feedback_service.models import County, Institution, Sector, Service, ServicePoint, Unit
from feedback_service.registry import shapes
from feedback_service.registry.cells import Problem
from feedback_service.web.desk.frame import Choice
from feedback_service.web.texts import say


@dataclass(frozen=True)
class Kind:
    """One kind of row: its file, its key, and the fields that people fill, in their order.

    fixed: cells that no table keeps, or that follow from the rest.
    """

    file: str
    key: tuple[str, ...]
    fields: tuple[str, ...]
    fixed: Mapping[str, str]
    versioned: bool = False


_KNOWN = {"source": "desk", "confidence": "certain"}
_VERSION = {"version": "1", "effective_to": ""}
KINDS: Mapping[str, Kind] = {
    "institutions": Kind(
        shapes.INSTITUTIONS, ("id",),
        ("id", "name", "short_en", "short_sw", "acronym", "type", "sector", "county",
         "reporting_line", "aliases", "external_escalation"),
        _KNOWN,
    ),
    "units": Kind(shapes.UNITS, ("id",), ("id", "institution", "name_en", "name_sw", "kind"), {}),
    "services": Kind(
        shapes.SERVICES, ("id",),
        ("id", "poster_code", "owner", "institution", "sector", "name_en", "name_sw", "short_en",
         "short_sw", "aliases", "where_en", "where_sw"),
        _KNOWN,
    ),
    "charters": Kind(
        shapes.CHARTERS, ("service",),
        ("service", "effective_from", "requirements_en", "requirements_sw", "cost_kes",
         "cost_note_en", "cost_note_sw", "promise_amount", "promise_unit",
         "acknowledge_working_days", "resolve_working_days", "source"),
        {**_KNOWN, **_VERSION}, versioned=True,
    ),
    "responsibilities": Kind(
        shapes.RESPONSIBILITIES, ("service", "service_point", "county"),
        ("service", "service_point", "county", "unit", "effective_from"),
        _VERSION, versioned=True,
    ),
}  # fmt: skip
OPTIONAL = frozenset(
    {"acronym", "county", "aliases", "external_escalation", "institution", "cost_kes",
     "cost_note_en", "cost_note_sw", "service_point"}
)  # fmt: skip
LONG = frozenset({"requirements_en", "requirements_sw", "aliases", "where_en", "where_sw"})
SETS: Mapping[str, type[StrEnum]] = {
    "type": shapes.InstitutionType, "reporting_line": shapes.ReportingLine,
    "kind": shapes.UnitKind, "owner": shapes.Owner, "promise_unit": PromiseUnit,
}  # fmt: skip


@dataclass(frozen=True)
class Field:
    """A field on the page; `options` where one is chosen; `locked` shows what cannot change."""

    name: str
    value: str
    options: Sequence[Choice] | None
    long: bool
    day: bool
    required: bool
    locked: bool
    error: str


def fields_of(
    db: Session, kind: Kind, cells: Mapping[str, str], errors: Mapping[str, str], lang: str,
    *, new: bool,
) -> list[Field]:  # fmt: skip
    return [
        Field(
            name, cells.get(name, ""), options(db, name, lang), name in LONG,
            name == "effective_from", _required(kind, name), not new and name in kind.key,
            errors.get(name, ""),
        )
        for name in kind.fields
    ]  # fmt: skip


def options(db: Session, name: str, lang: str) -> list[Choice] | None:
    """What a field chooses from, in the reader's language; None where it is typed."""
    if name in SETS:
        return [Choice(each, say(lang, f"set.{name}.{_key(each)}")) for each in SETS[name]]
    sw = lang == "sw"
    wanted: Mapping[str, sa.Select[Any, str]] = {
        "county": sa.select(County.code, County.name).order_by(County.code),
        "sector": sa.select(Sector.key, Sector.short_sw if sw else Sector.short_en)
        .order_by(Sector.position),
        "institution": sa.select(Institution.id, Institution.name)
        .where(Institution.ended_on.is_(None)).order_by(Institution.name),
        "service": sa.select(Service.id, Service.name_sw if sw else Service.name_en)
        .where(Service.ended_on.is_(None)).order_by(Service.poster_code),
        "service_point": sa.select(ServicePoint.id, ServicePoint.name_en)
        .order_by(ServicePoint.name_en),
        "unit": sa.select(Unit.id, Unit.name_sw if sw else Unit.name_en)
        .where(Unit.ended_on.is_(None)).order_by(Unit.name_en),
    }  # fmt: skip
    if name not in wanted:
        return None
    return [Choice(str(key), words) for key, words in db.execute(wanted[name])]


def errors_of(kind: Kind, problems: Sequence[Problem]) -> dict[str, str]:
    """Problems as keys of error.* by field; one that no field shows stands with the first."""
    found: dict[str, str] = {}
    for problem in problems:
        key = next((key for words, key in _SAID if problem.wrong.startswith(words)), "row_refused")
        found.setdefault(problem.field if problem.field in kind.fields else kind.fields[0], key)
    return found


def _required(kind: Kind, name: str) -> bool:
    always = kind.file == shapes.UNITS and name == "institution"
    return always or name not in OPTIONAL


def _key(member: str) -> str:
    return member.replace(" ", "_")


_SAID = (
    ("is blank", "required"),
    ("is not a date", "not_a_day"),
    ("is too early", "row_too_early"),
    ("takes", "row_too_long"),
    ("has the wrong number of digits", "row_id"),
    ("has a blank, spaced or capital name", "row_names"),
    ("names ", "row_names"),
    ("has ended", "choose_one"),
    ("has no desk for complaints", "row_no_desk"),
    ("has ", "row_letters"),
    ("is not a proper id", "row_id"),
    ("is not a whole number", "row_number"),
    ("is outside", "row_number"),
    ("is not known here", "choose_one"),
    ("is in no row of", "choose_one"),
    ("is already", "row_taken"),
    ("overlaps", "row_overlaps"),
    ("ends before it begins", "row_too_early"),
    ("does not go with the type", "row_county"),
    ("does not go with the owner", "row_owner"),
    ("is in one language only", "row_both_languages"),
    ("central is missing", "row_central"),
    ("is less than on the rung below", "row_falls"),
    ("is neither of", "choose_one"),
)
"""How what the checks say begins, and the key of error.* that says it in both languages."""
