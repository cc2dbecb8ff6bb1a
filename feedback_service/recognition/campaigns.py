"""Campaigns: a code for posters, such as the Public Service Week's, and how much came by it.

What came by a code was drawn by nobody: it is marked, counted beside, and never a verified rating.
"""

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.suppression import MINIMUM, suppress
from feedback_service import audit
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import Lane
from feedback_service.models import Campaign, Case, Poster, Rating, Role, Service
from feedback_service.recognition.owner import speaks_for_all
from feedback_service.registry.editing import hold
from feedback_service.registry.phrases import newer
from feedback_service.runtime import Runtime
from feedback_service.staff import Viewer

LONGEST_NAME = 60
LONGEST = timedelta(days=92)
"""A code that never ends says nothing of a campaign; the number is ours."""
DIMENSIONS = ("county", "channel", "language")
RATINGS, CASES = "ratings", "cases"


class NotACampaign(ValueError):
    """It cannot be made; `field` is what is wrong."""

    def __init__(self, field: str) -> None:
        super().__init__(f"campaign: {field} is wrong: see docs/recognition.md")
        self.field = field


@dataclass(frozen=True)
class Wanted:
    """A campaign to be made, its days both included; `service` is where its code leads."""

    name_en: str
    name_sw: str
    first_on: date
    last_on: date
    service: str | None = None


@dataclass(frozen=True)
class Row:
    """What came by the code of one county, channel or language; None where it is too few to tell,
    or would tell another."""

    value: str
    ratings: int | None
    cases: int | None

    @property
    def told(self) -> bool:
        return (self.ratings, self.cases) != (None, None)


@dataclass(frozen=True)
class Report:
    """What came by a campaign's code, and the tables of it by dimension."""

    whole: Row
    by: Mapping[str, tuple[Row, ...]]


def make(rt: Runtime, session: Session, viewer: Viewer, wanted: Wanted) -> Campaign:
    """A campaign of the whole service by its owner's analysts, else of the viewer's institution.

    Raises NotACampaign.
    """
    body = None if speaks_for_all(rt, viewer) else viewer.institution_id
    _check(rt, session, wanted, body)
    hold(session)  # No poster takes the code meanwhile.
    row = Campaign(
        code=_free_code(session), name_en=wanted.name_en, name_sw=wanted.name_sw,
        institution_id=body, service_id=wanted.service, first_on=wanted.first_on,
        last_on=wanted.last_on, made_by_id=viewer.staff_id, made_at=rt.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()  # The audit names its id.
    newer(session, rt.now())
    said = {"code": row.code, "first": str(row.first_on), "last": str(row.last_on)}
    audit.note(session, "campaign.make", str(row.id), rt.now(), viewer.staff_id, said)
    return row


def end(rt: Runtime, session: Session, viewer: Viewer, row: Campaign) -> None:
    """Its last day is today; one that has not begun yet never runs."""
    today = _today(rt)
    row.last_on = min(row.last_on, today)
    newer(session, rt.now())
    said = {"code": row.code, "last": str(row.last_on)}
    audit.note(session, "campaign.end", str(row.id), rt.now(), viewer.staff_id, said)


def may_read(viewer: Viewer) -> sa.ColumnElement[bool]:
    """The clause of the campaigns that exist for a viewer: the whole service's and their own."""
    if viewer.has(Role.ANALYST, Role.OVERSIGHT):
        return sa.true()
    return sa.or_(
        Campaign.institution_id.is_(None), Campaign.institution_id == viewer.institution_id
    )


def may_end(rt: Runtime, viewer: Viewer, row: Campaign) -> bool:
    if speaks_for_all(rt, viewer):
        return True
    mine = row.institution_id is not None and row.institution_id == viewer.institution_id
    return mine and viewer.has(Role.PERFORMANCE, Role.ANALYST)


def report(
    session: Session, row: Campaign, institution: str | None, *, runs: bool = False
) -> Report:
    """What came by its code, of an institution or of all; an institution's campaign counts what is
    about itself.  Confidential cases are in no number.  While it `runs` numbers move in fives, so
    that nobody who looks again sees a single person come."""
    of = row.institution_id or institution
    counted = {
        dimension: {
            RATINGS: _counts(session, Rating, row.id, of, dimension),
            CASES: _counts(session, Case, row.id, of, dimension),
        }
        for dimension in DIMENSIONS
    }
    whole = {kind: sum(counted[DIMENSIONS[0]][kind].values()) for kind in (RATINGS, CASES)}
    found = Report(
        Row("", *(_told(whole[kind]) for kind in (RATINGS, CASES))),
        {dimension: _rows(found, whole) for dimension, found in counted.items()},
    )
    if not runs:
        return found
    by = {name: tuple(_in_steps(one) for one in rows) for name, rows in found.by.items()}
    # Where nothing can be told there is no row: its coming would tell of the first person.
    told = {name: tuple(one for one in rows if one.told) for name, rows in by.items()}
    return Report(_in_steps(found.whole), told)


def _rows(found: Mapping[str, Mapping[str, int]], whole: Mapping[str, int]) -> tuple[Row, ...]:
    hidden = {
        kind: suppress(counts, total_shown=whole[kind] >= MINIMUM) for kind, counts in found.items()
    }
    values = sorted({value for counts in found.values() for value in counts}, key=_order)
    return tuple(
        Row(
            value,
            *(
                None if value in hidden[kind] else found[kind].get(value, 0)
                for kind in (RATINGS, CASES)
            ),
        )
        for value in values
    )


def _in_steps(row: Row) -> Row:
    """In fives; none is said like a few, since from none to a few is one person."""

    def down(many: int | None) -> int | None:
        return None if many is None or many < MINIMUM else many // MINIMUM * MINIMUM

    return Row(row.value, down(row.ratings), down(row.cases))


def _told(many: int) -> int | None:
    return many if many == 0 or many >= MINIMUM else None


def _order(value: str) -> tuple[bool, int, str]:
    """Counties by their number, what is not said last."""
    return (not value, int(value) if value.isdecimal() else 0, value)


def _counts(
    session: Session, table: Any, campaign: uuid.UUID, of: str | None, dimension: str
) -> dict[str, int]:
    column = table.county_code if dimension == "county" else getattr(table, dimension)
    value = sa.func.coalesce(sa.cast(column, sa.Text), "")
    found = sa.select(value, sa.func.count()).where(table.campaign_id == campaign).group_by(value)
    if of is not None:
        found = found.where(table.institution_id == of)
    if table is Case:
        found = found.where(Case.lane == Lane.OPEN)
    return {row[0]: row[1] for row in session.execute(found)}


def _check(rt: Runtime, session: Session, wanted: Wanted, body: str | None) -> None:
    for field in ("name_en", "name_sw"):
        if not 0 < len(getattr(wanted, field)) <= LONGEST_NAME:
            raise NotACampaign(field)
    if wanted.first_on < _today(rt):
        raise NotACampaign("first_on")
    if not wanted.first_on <= wanted.last_on < wanted.first_on + LONGEST:
        raise NotACampaign("last_on")
    if wanted.service is not None:
        service = session.get(Service, wanted.service)
        if service is None or service.ended_on or (body and service.institution_id != body):
            raise NotACampaign("service")


def _today(rt: Runtime) -> date:
    return rt.now().astimezone(NAIROBI).date()


def _free_code(session: Session) -> str:
    taken = {
        *session.scalars(sa.select(Campaign.code)), *session.scalars(sa.select(Poster.code)),
        *session.scalars(sa.select(Service.poster_code)),
    }  # fmt: skip
    # Not a round sum of shillings, with which a complaint may begin.
    free = [code for n in range(91_001, 99_000) if n % 10 and (code := str(n)) not in taken]
    return secrets.choice(free)
