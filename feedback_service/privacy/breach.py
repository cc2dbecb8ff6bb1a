"""Whom an incident touched, within minutes: people by what of them was within reach, and the clocks
of the Data Protection Act (s.43: the Commissioner within 72 hours, a controller by its processor
within 48, people within a reasonable time unless what was taken was encrypted).

| scope | people |
|---|---|
| a table | whose rows stood in it by the end of the time |
| a member of staff | of the cases that they opened in the time, and whose numbers they saw |
| a key | whose numbers that key seals when the report is made; everybody, if it finds them |
| nothing named | everybody who was known by the end of the time |

The list names nobody: people by their row, how they can be told, their cases.  It is a list to act
on, sealed like what it is about: keep it where PHONE_KEYS are kept.
"""

import csv
import json
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import identity
from feedback_service.identity import rotation
from feedback_service.models import (
    Alias,
    Attachment,
    Case,
    Citizen,
    Compliment,
    Heard,
    Look,
    Message,
    Rating,
    Staff,
)
from feedback_service.privacy import breach_texts
from feedback_service.privacy.askings import CALLED
from feedback_service.privacy.unsealing import LOOKED
from feedback_service.runtime import Runtime

COMMISSIONER_WITHIN, CONTROLLER_WITHIN = timedelta(hours=72), timedelta(hours=48)
TABLES = {
    "citizens": (Citizen.id, Citizen.created_at, "numbers, sealed"),
    "aliases": (Alias.citizen_id, Alias.created_at, "WhatsApp ids, sealed"),
    "cases": (Case.citizen_id, Case.received_at, "words of cases"),
    "heard": (Heard.citizen_id, Heard.at, "messages they wrote"),
    "compliments": (Compliment.citizen_id, Compliment.received_at, "words of praise"),
    "messages": (Message.citizen_id, Message.created_at, "messages we wrote"),
    "ratings": (Rating.citizen_id, Rating.given_at, "ratings"),
    "attachments": (Attachment.citizen_id, Attachment.created_at, "files, sealed"),
}  # fmt: skip
COLUMNS = ("person", "language", "reached_by", "number_seen", "cases")


class NoSuchScope(LookupError):
    """No table, member of staff or key of that name."""


@dataclass(frozen=True)
class Scope:
    """What the incident reached; at most one of the three is named."""

    since: datetime
    until: datetime
    table: str = ""
    staff: str = ""
    key: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody touched: by which way they can be told, whether their number itself was seen."""

    id: uuid.UUID
    language: str
    reached_by: str
    number_seen: bool
    cases: str


@dataclass(frozen=True)
class Report:
    """How many were touched, by what; when whom to tell by."""

    scope: Scope
    what: str
    known_at: datetime
    commissioner_by: datetime
    controller_by: datetime
    people: int
    can_be_told: int
    numbers_seen: int
    by_language: dict[str, int]


def report(rt: Runtime, scope: Scope, known_at: datetime, folder: Path) -> Report:
    """Write `touched.csv`, `report.json` and the texts into a folder; raises NoSuchScope."""
    folder.mkdir(parents=True, exist_ok=True)
    people = told = seen = 0
    languages: dict[str, int] = {}
    path = folder / "touched.csv"
    with rt.transaction() as session, path.open("w", newline="", encoding="utf-8") as file:
        path.chmod(0o600)
        lines = csv.writer(file)
        lines.writerow(COLUMNS)
        what, found = touched(rt, session, scope)
        for one in found:
            lines.writerow(
                (one.id, one.language, one.reached_by, "yes" if one.number_seen else "", one.cases)
            )
            people, told = people + 1, told + (one.reached_by != "nobody")
            seen += one.number_seen
            languages[one.language] = languages.get(one.language, 0) + 1
    made = Report(
        scope, what, known_at, known_at + COMMISSIONER_WITHIN, known_at + CONTROLLER_WITHIN,
        people, told, seen, dict(sorted(languages.items())),
    )  # fmt: skip
    values = json.dumps(asdict(made), indent=1, default=str)
    (folder / "report.json").write_text(values, encoding="utf-8")
    for name, text in breach_texts.of(made).items():
        (folder / name).write_text(text, encoding="utf-8")
    return made


def touched(rt: Runtime, session: Session, scope: Scope) -> tuple[str, Iterator[Person]]:
    """What was within reach, in words, and everybody touched, streamed; raises NoSuchScope."""
    if scope.staff:
        who = session.scalars(sa.select(Staff).where(Staff.email == scope.staff)).one_or_none()
        if who is None:
            raise NoSuchScope(f"staff: nobody has the account {scope.staff}")
        return "cases that one member of staff opened", _by_staff(rt, session, scope, who.id)
    if scope.key:
        if _key(scope.key) == identity.key_id(rt.settings.phone_keys[-1]):
            what = "numbers, by the key that finds them"  # its hashes can all be tried through
            return what, _people(rt, session, scope, Citizen.id, sa.true())
        also = sa.select(Alias.citizen_id).where(rotation.named(Alias.sealed) == _key(scope.key))
        held = sa.or_(rotation.named(Citizen.sealed) == _key(scope.key), Citizen.id.in_(also))
        return "numbers, by one key", _people(rt, session, scope, Citizen.id, held)
    if scope.table:
        if scope.table not in TABLES:
            raise NoSuchScope(f"table: {scope.table} is none of {', '.join(TABLES)}")
        owner, at, what = TABLES[scope.table]
        stood = sa.select(owner).where(at <= scope.until, owner.is_not(None))
        return what, _people(rt, session, scope, Citizen.id, Citizen.id.in_(stood))
    return "everything", _people(rt, session, scope, Citizen.id, sa.true())


def _by_staff(rt: Runtime, session: Session, scope: Scope, staff_id: uuid.UUID) -> Iterator[Person]:
    looked = sa.and_(Look.staff_id == staff_id, Look.at >= scope.since, Look.at <= scope.until)
    cases = sa.select(Look.case_id).where(looked)
    seen = (
        sa.select(Case.citizen_id)
        .join(Look, Look.case_id == Case.id)
        .where(looked, Look.what.in_((LOOKED, CALLED)), Case.citizen_id.is_not(None))
    )
    whose = sa.select(Case.citizen_id).where(Case.id.in_(cases), Case.citizen_id.is_not(None))
    yield from _people(
        rt, session, scope, Citizen.id, Citizen.id.in_(whose), Citizen.id.in_(seen),
        Case.id.in_(cases),
    )  # fmt: skip


def _people(
    rt: Runtime, session: Session, scope: Scope, key: Any, which: sa.ColumnElement[bool],
    seen: sa.ColumnElement[bool] | None = None, cases: sa.ColumnElement[bool] | None = None,
) -> Iterator[Person]:  # fmt: skip
    references = (
        sa.select(Case.citizen_id, sa.func.string_agg(Case.reference, sa.literal(" ")).label("all"))
        .where(Case.received_at <= scope.until, sa.true() if cases is None else cases)
        .group_by(Case.citizen_id)
        .subquery()
    )
    found = (
        sa.select(
            key, Citizen.language, Citizen.kind, identity.current(rt.now()),
            references.c.all, sa.false() if seen is None else seen,
        )
        .outerjoin(references, references.c.citizen_id == Citizen.id)
        .where(which, Citizen.created_at <= scope.until)
        .order_by(Citizen.id)
        .execution_options(yield_per=5_000)
    )  # fmt: skip
    for row_id, language, kind, current, all_cases, saw in session.execute(found):
        yield Person(row_id, language or "?", kind if current else "nobody", saw, all_cases or "")


def _key(named: str) -> bytes:
    try:
        return bytes.fromhex(named)
    except ValueError:
        raise NoSuchScope(f"key: {named} is no id, see `feedback keys status`") from None
