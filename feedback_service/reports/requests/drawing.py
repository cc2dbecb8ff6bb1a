"""The list is drawn up: a month once, when it is over and read; at the beginning of each month how
every case stood; and what lay beside a case whose citizen was forgotten is looked at again."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from sqlalchemy.orm import Session

from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import OPEN, Lane
from feedback_service.models import (
    Case,
    Category,
    Certainty,
    Conflict,
    Institution,
    RequestKind,
    SubjectRequest,
    ToldMonth,
    ToldRequest,
)
from feedback_service.reports.governments import TYPE
from feedback_service.reports.requests.forgotten import look_again
from feedback_service.reports.requests.held import DUE_IN, kept_back
from feedback_service.reports.requests.telling import NOTHING, Told, telling
from feedback_service.runtime import Runtime

AT_ONCE = 5_000
"""Rows that the cursor brings, and that are written, at once."""
ACCUSING = (Category.BRIBERY, Category.THREAT, Category.DISCRIMINATION, Category.STAFF_CONDUCT)
"""What is said against persons is in no public list, cleared or not."""
PATIENCE = timedelta(days=7)
"""So long a month waits for the model to read its last cases; what is unread then is not told."""
_LOCK = 4_210_118


def bring_up(rt: Runtime) -> None:
    """Draw up every month that is due, oldest first."""
    while draw_next(rt):
        pass


def draw_next(rt: Runtime) -> bool:
    """Draw up one month; False where none is due any more, and then all stands as it should."""
    until = released_until(rt)
    with rt.transaction() as session:
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        session.execute(sa.text("set local statement_timeout = 0"))
        simulated = not _has_real(session, until)
        if not simulated:
            _drop_invented(session)
        due = _due(session, until, simulated)
        month = next((one for one in due if not _waits(session, one, rt.now())), None)
        if month is not None:
            _draw(rt, session, month, simulated)
            session.add(
                ToldMonth(month=month, simulated=simulated, drawn_at=rt.now(), stood_on=until)
            )
            return True
        _say_how_they_stood(session, until)
        look_again(session)
        return False


def released_until(rt: Runtime) -> date:
    """The first day whose cases are not told yet: a month is told when it is over."""
    return rt.now().astimezone(NAIROBI).date().replace(day=1)


def next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _has_real(session: Session, until: date) -> bool:
    """Invented cases are told only while there is no real one."""
    drawn = sa.exists().where(ToldMonth.simulated.is_(False))
    real = sa.exists().where(*_listed(False), Case.received_on < until)
    return bool(session.scalar(sa.select(drawn))) or bool(session.scalar(sa.select(real)))


def _drop_invented(session: Session) -> None:
    if not session.scalar(sa.select(sa.exists().where(ToldMonth.simulated))):
        return
    session.execute(sa.delete(ToldRequest).where(ToldRequest.simulated))
    session.execute(sa.delete(ToldMonth).where(ToldMonth.simulated))


def _due(session: Session, until: date, simulated: bool) -> Iterator[date]:
    """The months with cases that are over and not drawn up."""
    drawn = set(session.scalars(sa.select(ToldMonth.month).where(ToldMonth.simulated == simulated)))
    first = sa.select(sa.func.min(Case.received_on)).where(*_listed(simulated))
    month = (session.scalar(first) or until).replace(day=1)
    while month < until:
        if month not in drawn:
            any_case = sa.exists().where(*_listed(simulated), *_received_in(month))
            if session.scalar(sa.select(any_case)):
                yield month
        month = next_month(month)


def _waits(session: Session, month: date, now: datetime) -> bool:
    """Whether the model has yet to read cases of a month that is just over."""
    unread = sa.exists().where(*_listed(False), *_received_in(month), Case.triaged_at.is_(None))
    over = datetime.combine(next_month(month), time.min, NAIROBI)
    return now < over + PATIENCE and bool(session.scalar(sa.select(unread)))


def _listed(simulated: bool) -> tuple[sa.ColumnElement[bool], ...]:
    """As the index `ix_cases_public` has them."""
    return Case.lane == Lane.OPEN, sa.not_(Case.quiet), Case.simulated.is_(simulated)


def _received_in(month: date) -> tuple[sa.ColumnElement[bool], ...]:
    return Case.received_on >= month, Case.received_on < next_month(month)


def _draw(rt: Runtime, session: Session, month: date, simulated: bool) -> None:
    # Invented cases have nobody to protect: held like real ones, the few of a demo tell nothing.
    kept = {} if simulated else kept_back(session, month, next_month(month))
    of_counties = sa.select(Institution.id, Institution.county_code)
    governed = {
        row.id: row.county_code
        for row in session.execute(of_counties.where(Institution.type == TYPE))
    }
    seal = _seal(rt)
    found = _cases(month, simulated, released_until(rt))
    with session.execute(found.execution_options(yield_per=AT_ONCE)) as rows:
        told = (
            _row(one, month, seal)
            for of, cases in groupby(rows, key=attrgetter("institution_id", "kind"))
            for one in telling(list(cases), kept.get(of, NOTHING), governed.get(of[0]))
        )
        while some := list(islice(told, AT_ONCE)):
            _write(session, some)


def _cases(month: date, simulated: bool, began: date) -> sa.Select[*tuple[Any, ...]]:
    """Every case of the open lane, since what is not told counts as well."""
    named = sa.select(Conflict.case_id).where(Conflict.certainty != Certainty.CLEARED)
    forgotten = sa.select(SubjectRequest.citizen_id).where(
        SubjectRequest.kind == RequestKind.ERASURE, SubjectRequest.done_at.is_not(None)
    )
    may = sa.and_(
        Case.quiet.is_(False),
        sa.or_(Case.triaged_at.is_not(None), Case.simulated),
        sa.or_(Case.category.is_(None), Case.category.not_in(ACCUSING)),
        Case.id.not_in(named),
        sa.or_(Case.citizen_id.is_(None), Case.citizen_id.not_in(forgotten)),
    )
    is_open, changed_on = _standing(began)
    return (
        sa.select(
            Case.id, Case.kind, Case.service_id, Case.institution_id, Case.county_code,
            Case.received_on, Case.simulated, DUE_IN.label("due_in"), may.label("may"),
            is_open.label("open"), changed_on.label("changed_on"),
        )
        .where(Case.lane == Lane.OPEN, Case.simulated.is_(simulated), *_received_in(month))
        .where(may if simulated else sa.true())
        .order_by(Case.institution_id, Case.kind, Case.id)
    )  # fmt: skip


def _standing(began: date) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[date]]:
    """Whether a case was open when the month that runs began, and the month of its change till
    then.  A reopened one has lost its moments, and is open."""
    moment = datetime.combine(began, time.min, NAIROBI)
    before = sa.case(
        (Case.closed_at < moment, Case.closed_at), (Case.resolved_at < moment, Case.resolved_at)
    )
    answered = sa.func.coalesce(Case.closed_at, Case.resolved_at).is_not(None)
    since = sa.and_(answered, before.is_(None))
    local = sa.cast(sa.func.timezone("Africa/Nairobi", before), sa.Date)
    month = sa.func.date_trunc("month", sa.func.coalesce(local, Case.received_on))
    return sa.or_(since, Case.status.in_(OPEN)), sa.cast(month, sa.Date)


def _say_how_they_stood(session: Session, began: date) -> None:
    stale = sa.select(ToldMonth.month).where(ToldMonth.stood_on < began)
    if not session.scalar(sa.select(stale.exists())):
        return
    is_open, changed_on = _standing(began)
    updated_on = sa.func.greatest(ToldRequest.received_on, changed_on)
    said = (
        sa.update(ToldRequest)
        .where(
            ToldRequest.case_id == Case.id,
            ToldRequest.month.in_(stale),
            sa.or_(ToldRequest.open != is_open, ToldRequest.updated_on != updated_on),
        )
        .values(open=is_open, updated_on=updated_on)
        .execution_options(synchronize_session=False)
    )
    session.execute(said)
    session.execute(sa.update(ToldMonth).values(stood_on=began))


def _write(session: Session, rows: Iterable[tuple[Any, ...]]) -> None:
    """By COPY: a busy month has hundreds of thousands."""
    connection: Any = session.connection().connection.driver_connection
    into = f"copy {ToldRequest.__tablename__} ({', '.join(_COLUMNS)}) from stdin"
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row(row)


_COLUMNS = (
    "id", "case_id", "month", "kind", "service_id", "institution_id", "county_code", "received_on",
    "by_day", "open", "updated_on", "simulated",
)  # fmt: skip


def _row(one: Told, month: date, seal: Callable[[uuid.UUID], str]) -> tuple[Any, ...]:
    """As _COLUMNS."""
    case: Any = one.case
    received_on = one.day or month
    return (
        seal(case.id), case.id, month, case.kind.value, case.service_id, case.institution_id,
        one.county, received_on, one.day is not None, case.open,
        max(received_on, case.changed_on), case.simulated,
    )  # fmt: skip


def _seal(rt: Runtime) -> Callable[[uuid.UUID], str]:
    """A name that only this service could turn back: a case's own id tells when it was made.

    One block of AES is a secret permutation of ids: each has one name, and no two share one.
    """
    key = sha256(b"open311:" + rt.settings.secret_key.encode()).digest()
    encrypt = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return lambda case_id: encrypt.update(case_id.bytes).hex()
