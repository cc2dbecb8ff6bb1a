"""Single cases as anyone may read them: for GeoReport and the open data package, one rule for both.

Told of a case are service, institution, county, the day or the month it was received, whether it
was open when this month began and in which month it was closed; never its reference, its words or
who handled it.  Told are only cases of the open lane that are not quiet, accuse nobody and name
nobody of the staff (whoever counts their own queue would find that one is kept from them), of
months that are over, where five of one service, institution and month stand together; county and
day only where five share them, and never so that fewer than five are left over
(`analytics.generalising`).
"""

import uuid
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from sqlalchemy.orm import Session

from analytics.generalising import told
from analytics.suppression import MINIMUM
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import OPEN, Lane
from feedback_service.models import Case, Category, Certainty, Conflict
from feedback_service.runtime import Runtime

AT_ONCE = 5_000
"""Rows that the cursor brings at once."""
ACCUSING = (Category.BRIBERY, Category.THREAT, Category.DISCRIMINATION, Category.STAFF_CONDUCT)
"""What is said against persons is in no public list, cleared or not."""


@dataclass(frozen=True)
class Request:
    """One case.  `county` is None where too few share it; `received_on` is its day, or the first of
    its month where too few share the day; `updated_on` is never finer than a month, and `open` is
    as of the first day of the month that runs: who asks every day learns no day of an answer."""

    id: str
    service: str
    institution: str
    county: int | None
    received_on: date
    by_day: bool
    open: bool
    updated_on: date
    simulated: bool


Cell = tuple[date, str, str]
"""First day of the month, service, institution: what five cases must share to be told at all."""


def requests(
    rt: Runtime,
    session: Session,
    since: date | None = None,
    until: date | None = None,
    services: list[str] | None = None,
) -> Generator[Request, None, None]:
    """Every request received from `since` to `until`, newest month first, read with a cursor:
    whoever stops before the end closes it (contextlib.closing).

    What is told of a case never depends on what is asked for: whole months are read.
    """
    found = _cases(session, rt)
    if since:
        found = found.where(Case.received_on >= since.replace(day=1))
    if until and until < released_until(rt):
        found = found.where(Case.received_on < _next_month(until))
    if services:
        found = found.where(Case.service_id.in_(services))
    month = sa.func.date_trunc("month", Case.received_on)
    began = datetime.combine(released_until(rt), time.min, NAIROBI)
    ordered = found.order_by(month.desc(), Case.service_id, Case.institution_id, Case.id)
    seal = _seal(rt)
    with session.execute(ordered.execution_options(yield_per=AT_ONCE)) as rows:
        for cell, cases in groupby(rows, key=_cell):
            for request in _told(cell, list(cases), seal, began):
                if _lies(request, since, until):
                    yield request


def request(rt: Runtime, session: Session, name: str) -> Request | None:
    """The request of that id; None where there is none, or none that may be told."""
    key = _unsealed(rt, name)
    if key is None:
        return None
    row = session.execute(_cases(session, rt).where(Case.id == key)).one_or_none()
    if row is None:
        return None
    month = row.received_on.replace(day=1)
    last = _next_month(month) - timedelta(days=1)
    with closing(requests(rt, session, month, last, [row.service_id])) as beside:
        return next((one for one in beside if one.id == name), None)


def released_until(rt: Runtime) -> date:
    """The first day whose cases are not told yet: a month is told when it is over."""
    return rt.now().astimezone(NAIROBI).date().replace(day=1)


def _cases(session: Session, rt: Runtime) -> sa.Select[*tuple[Any, ...]]:
    """The cases that may stand in a public list; invented ones only while there is no real one."""
    named = sa.select(Conflict.case_id).where(Conflict.certainty != Certainty.CLEARED)
    shown = (
        Case.lane == Lane.OPEN,
        Case.quiet.is_(False),
        Case.service_id.is_not(None),
        Case.received_on < released_until(rt),
        sa.or_(Case.category.is_(None), Case.category.not_in(ACCUSING)),
        Case.id.not_in(named),
    )
    real = session.scalar(sa.select(sa.exists().where(*shown, Case.simulated.is_(False))))
    return sa.select(
        Case.id, Case.service_id, Case.institution_id, Case.county_code, Case.received_on,
        Case.status, Case.closed_at, Case.resolved_at, Case.simulated,
    ).where(*shown, Case.simulated.is_(not real))  # fmt: skip


def _told(
    cell: Cell, cases: list[Any], seal: Callable[[uuid.UUID], str], began: datetime
) -> Iterator[Request]:
    if len(cases) < MINIMUM:
        return
    month, service, institution = cell
    for county, here in told(cases, lambda case: case.county_code).items():
        for day, together in told(here, lambda case: case.received_on).items():
            received = day or month
            for case in together:
                is_open, changed = _stood(case, began)
                yield Request(
                    seal(case.id), service, institution, county, received, day is not None,
                    is_open, max(received, changed), case.simulated,
                )  # fmt: skip


def _stood(case: Any, began: datetime) -> tuple[bool, date]:
    """Whether it was open when the month that runs began, and the month of its change till then."""
    moments = [moment for moment in (case.closed_at, case.resolved_at) if moment]
    before = next((moment for moment in moments if moment < began), None)
    changed = before.astimezone(NAIROBI).date() if before else case.received_on
    answered_since = bool(moments) and before is None
    return answered_since or case.status in OPEN, changed.replace(day=1)


def _cell(case: Any) -> Cell:
    return case.received_on.replace(day=1), case.service_id, case.institution_id


def _lies(request: Request, since: date | None, until: date | None) -> bool:
    return (since or date.min) <= request.received_on <= (until or date.max)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _seal(rt: Runtime) -> Callable[[uuid.UUID], str]:
    """An id that only this service can turn back: a case's own id tells when it was made."""
    encrypt = _cipher(rt).encryptor()
    return lambda key: encrypt.update(key.bytes).hex()


def _unsealed(rt: Runtime, name: str) -> uuid.UUID | None:
    try:
        block = bytes.fromhex(name)
    except ValueError:
        return None
    if len(block) != 16 or block.hex() != name:
        return None
    return uuid.UUID(bytes=_cipher(rt).decryptor().update(block))


def _cipher(rt: Runtime) -> Cipher[modes.ECB]:
    """One block of AES is a secret permutation of ids: each has one name, and no two share one."""
    key = sha256(b"open311:" + rt.settings.secret_key.encode()).digest()
    return Cipher(algorithms.AES(key), modes.ECB())
