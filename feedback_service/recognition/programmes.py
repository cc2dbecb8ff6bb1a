"""The programme of the budget that pays for a service, so that figures can be laid beside money.

Comes from a file with the columns service, code, name, or by hand; joined in the API and in the
open data's table of services.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback_service import audit
from feedback_service.models import Programme, Role, Service
from feedback_service.runtime import Runtime
from feedback_service.staff import Viewer

COLUMNS = ("service", "code", "name")
LONGEST_NAME = 120
MOST_LINES = 2_000
_CODE = re.compile(r"[0-9A-Z][0-9A-Z./-]{0,19}")


class NotAProgramme(ValueError):
    """A line cannot be taken; `field` is the column that is wrong, the header is line 1."""

    def __init__(self, field: str, value: str, line: int = 0) -> None:
        super().__init__(f"line {line}: {field} {value!r} is none: see docs/recognition.md")
        self.field, self.value, self.line = field, value, line


@dataclass(frozen=True)
class Said:
    """A service with its programme; both empty take the programme away."""

    service: str
    code: str
    name: str


def read(text: str) -> Iterator[Said]:
    """The lines of programmes.csv.  Raises NotAProgramme for a header that is not `COLUMNS`."""
    lines = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if tuple(lines.fieldnames or ()) != COLUMNS:
        raise NotAProgramme("header", ",".join(lines.fieldnames or ()), 1)
    for number, row in enumerate(lines, start=2):
        if number > MOST_LINES:
            raise NotAProgramme("lines", str(number), number)
        yield Said(*((row[name] or "").strip() for name in COLUMNS))


def say(rt: Runtime, session: Session, viewer: Viewer, lines: Sequence[Said]) -> int:
    """Take all lines or none; how many.  An institution says it of its own services alone.

    Raises NotAProgramme.
    """
    known = mine(session, viewer)
    for number, one in enumerate(lines, start=2):
        _check(one, known, number)
    for one in lines:
        if not one.code:
            session.execute(sa.delete(Programme).where(Programme.service_id == one.service))
            continue
        row = {
            "service_id": one.service, "code": one.code, "name": one.name,
            "changed_by_id": viewer.staff_id, "changed_at": rt.now(),
        }  # fmt: skip
        new = insert(Programme).values(row)
        session.execute(new.on_conflict_do_update(index_elements=["service_id"], set_=row))
    for one in lines:
        data = {"code": one.code, "name": one.name}
        audit.note(session, "programme.change", one.service, rt.now(), viewer.staff_id, data)
    return len(lines)


def mine(session: Session, viewer: Viewer) -> Mapping[str, Service]:
    """The services of which the viewer may say it: an institution's own, an analyst's all."""
    found = sa.select(Service).where(Service.ended_on.is_(None)).order_by(Service.poster_code)
    if not viewer.has(Role.ANALYST):
        found = found.where(Service.institution_id == viewer.institution_id)
    return {service.id: service for service in session.scalars(found)}


def named(session: Session) -> Mapping[str, Programme]:
    """Every programme, by the service it pays for."""
    return {row.service_id: row for row in session.scalars(sa.select(Programme))}


def _check(one: Said, known: Mapping[str, Service], number: int) -> None:
    if one.service not in known:
        raise NotAProgramme("service", one.service, number)
    if not one.code and not one.name:
        return
    if not _CODE.fullmatch(one.code):
        raise NotAProgramme("code", one.code, number)
    if not 0 < len(one.name) <= LONGEST_NAME:
        raise NotAProgramme("name", one.name, number)
