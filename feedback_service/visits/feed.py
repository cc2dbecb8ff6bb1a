"""Visits taken into the frame: many at once, each once, none ever changed or removed.

There is no exclusion either.  Whoever could take visits back would choose who is asked, and by the
next day some of a batch have been asked already; a feed of too many shows as more than was
declared, and a wrong one is answered by what stands beside the figure.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from feedback_service import audit
from feedback_service.domain.calendar import NAIROBI
from feedback_service.identity import PHONE, KeyRing
from feedback_service.models import VisitBatch, new_id
from feedback_service.runtime import Runtime
from feedback_service.visits.marks import marks_of, taken_before
from feedback_service.visits.reading import Fed, Feeder, Wrong, read

MOST_AT_ONCE = 1000
"""Visits of one call of the API, and of one transaction."""


class Way(StrEnum):
    """How visits come."""

    API = "api"
    CSV = "csv"
    DESK = "desk"
    DEMO = "demo"


class Fate(StrEnum):
    """What became of a row."""

    TAKEN = "taken"
    REPEATED = "repeated"  # its source was fed before: the first one stands
    REFUSED = "refused"


@dataclass(frozen=True)
class Answer:
    """What became of one row: `row` counts from 1; field, value and remedy where it was refused."""

    row: int
    source: str
    fate: Fate
    field: str = ""
    value: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class Batch:
    """Under what rows are written down: how they came, the key or file, who loaded it."""

    way: Way
    name: str
    by_id: uuid.UUID | None = None


def take(
    rt: Runtime, feeder: Feeder, batch: Batch, rows: Iterable[Mapping[str, Any]]
) -> list[Answer]:
    """Take the rows that are right; the answers stand in the order of the rows.

    Safe to send again, whole or in part: what was taken before is `repeated`.
    """
    answers: list[Answer] = []
    lot: list[tuple[int, Mapping[str, Any]]] = []
    for number, row in enumerate(rows, 1):
        lot.append((number, row))
        if len(lot) == MOST_AT_ONCE:
            answers += _take(rt, feeder, batch, lot)
            lot = []
    return answers + (_take(rt, feeder, batch, lot) if lot else [])


def load(
    rt: Runtime, feeder: Feeder, batch: Batch, rows: Iterable[Mapping[str, Any]]
) -> list[Answer]:
    """The same for a file, whose loading is a line of the audit."""
    answers = take(rt, feeder, batch, rows)
    told = {fate.value: sum(answer.fate is fate for answer in answers) for fate in Fate}
    with rt.transaction() as session:
        subject = f"{feeder.institution or 'all'}:{batch.name}"
        audit.note(session, "visits.load", subject, rt.now(), batch.by_id, told)
    return answers


def look_through(rt: Runtime, feeder: Feeder, rows: Iterable[Mapping[str, Any]]) -> list[Answer]:
    """What taking them would refuse; nothing is written, and no row is said to be new."""
    return [_refusal(number, row, found) for number, row in enumerate(rows, 1)
            if isinstance(found := _read(rt, feeder, row), Wrong)]  # fmt: skip


_CITIZENS = sa.text("""
insert into citizens (id, lookup, sealed, kind, created_at)
select id, lookup, sealed, :kind, :at
from (select unnest(:id), unnest(:lookup), unnest(:sealed)) as new (id, lookup, sealed)
on conflict (lookup) do nothing
""").bindparams(
    sa.bindparam("id", type_=ARRAY(sa.Uuid())),
    sa.bindparam("lookup", type_=ARRAY(sa.LargeBinary())),
    sa.bindparam("sealed", type_=ARRAY(sa.LargeBinary())),
)
_WHOSE = sa.text("""
select lookup, citizen_id from aliases where lookup = any(:lookup)
union all select lookup, id from citizens where lookup = any(:lookup)
""").bindparams(sa.bindparam("lookup", type_=ARRAY(sa.LargeBinary())))


def people(rt: Runtime, session: Session, phones: set[str]) -> dict[str, uuid.UUID]:
    """Whose the numbers are; who is new is made, unheard as yet.

    Somebody who was silent long is left in place: who feeds a number does not hold it, so that it
    proves no new holder.  When its holder writes or dials, identity's rule settles whose it is.
    """
    ring = KeyRing(rt.settings.phone_keys)
    lookups = {ring.lookup(phone): phone for phone in phones}
    known = _known(session, lookups)
    missing = sorted(lookups.keys() - known.keys())  # one order, so that two feeds never wait
    if missing:
        sealed = [ring.seal(lookups[lookup], lookup) for lookup in missing]
        row = {"id": [new_id() for _ in missing], "lookup": missing, "sealed": sealed,
               "kind": PHONE, "at": rt.now()}  # fmt: skip
        session.execute(_CITIZENS, row)
        known |= _known(session, {lookup: lookups[lookup] for lookup in missing})
    return {phone: known[lookup] for lookup, phone in lookups.items()}


def _take(
    rt: Runtime, feeder: Feeder, batch: Batch, lot: Sequence[tuple[int, Mapping[str, Any]]]
) -> list[Answer]:
    found = {number: _read(rt, feeder, row) for number, row in lot}
    good = {number: fed for number, fed in found.items() if isinstance(fed, Fed)}
    with rt.transaction() as session:
        new = _write(rt, session, batch, good, len(lot) - len(good), feeder)
    answers = []
    for number, row in lot:
        fed = found[number]
        if isinstance(fed, Wrong):
            answers.append(_refusal(number, row, fed))
        else:
            fate = Fate.TAKEN if number in new else Fate.REPEATED
            answers.append(Answer(number, _source(row), fate))
    return answers


def _read(rt: Runtime, feeder: Feeder, row: Mapping[str, Any]) -> Fed | Wrong:
    try:
        return read(rt, feeder, row)
    except Wrong as wrong:
        return wrong


def _refusal(number: int, row: Mapping[str, Any], wrong: Wrong) -> Answer:
    return Answer(
        number, _source(row), Fate.REFUSED, wrong.field, wrong.value, wrong.remedy
    )  # fmt: skip


def _source(row: Mapping[str, Any]) -> str:
    return str(row.get("source") or "")[:100]


def _write(
    rt: Runtime, session: Session, batch: Batch, good: Mapping[int, Fed], refused: int,
    feeder: Feeder,
) -> set[int]:  # fmt: skip
    """Write visits in one statement; returns the numbers of the rows that were new."""
    known = people(rt, session, {fed.phone for fed in good.values() if fed.phone})
    first: dict[str, int] = {}
    for number, fed in good.items():
        first.setdefault(fed.source, number)
    marks = marks_of(rt, [*first])
    before = taken_before(session, marks)
    owners = {fed.institution for fed in good.values()} or {feeder.institution or ""}
    ids = {owner: _batch(rt, session, batch, owner) for owner in sorted(owners - {""})}
    kept = {marks[source][0]: good[n] for source, n in first.items() if source not in before}
    taken = set(session.scalars(_VISITS, _columns(rt, batch, kept, known, ids))) if kept else set()
    new = {number for source, number in first.items() if marks[source][0] in taken}
    _count(session, ids, good, new, refused)
    return new


_TYPES: Mapping[str, sa.types.TypeEngine[Any]] = {
    "id": sa.Uuid(), "source": sa.Text(), "institution": sa.Text(), "service": sa.Text(),
    "place": sa.Text(), "county": sa.Integer(), "citizen": sa.Uuid(),
    "at": sa.DateTime(timezone=True), "serial": sa.Text(), "amount": sa.Integer(),
    "batch": sa.Uuid(),
}  # fmt: skip
_VISITS = sa.text("""
insert into visits (id, source, institution_id, service_id, service_point_id, county_code,
                    citizen_id, at, serial, amount_kes, fed_at, batch_id, simulated)
select id, source, institution, service, place, county, citizen, at, serial, amount,
       :fed_at, batch, :simulated
from (
  select unnest(:id), unnest(:source), unnest(:institution), unnest(:service), unnest(:place),
         unnest(:county), unnest(:citizen), unnest(:at), unnest(:serial), unnest(:amount),
         unnest(:batch)
) as fed (id, source, institution, service, place, county, citizen, at, serial, amount, batch)
on conflict (source) do nothing
returning source
""").bindparams(*(sa.bindparam(name, type_=ARRAY(kind)) for name, kind in _TYPES.items()))


def _columns(
    rt: Runtime, batch: Batch, visits: Mapping[str, Fed], people: Mapping[str, uuid.UUID],
    ids: Mapping[str, uuid.UUID],
) -> dict[str, Any]:  # fmt: skip
    kept = [*visits.values()]
    return {
        # By lot, not by time: a draw's record lists visits by id, and must not follow the feed.
        "id": [uuid.uuid4() for _ in kept],
        "source": [*visits],
        "institution": [fed.institution for fed in kept],
        "service": [fed.service for fed in kept],
        "place": [fed.place for fed in kept],
        "county": [fed.county for fed in kept],
        "citizen": [people.get(fed.phone) for fed in kept],
        "at": [fed.at for fed in kept],
        "serial": [fed.serial for fed in kept],
        "amount": [fed.amount for fed in kept],
        "batch": [ids[fed.institution] for fed in kept],
        "fed_at": rt.now(),
        "simulated": batch.way is Way.DEMO,
    }


def _known(session: Session, lookups: Mapping[bytes, str]) -> dict[bytes, uuid.UUID]:
    if not lookups:
        return {}
    # Who has the number for their own comes before whom it is tied to.
    return {row.lookup: row.citizen_id for row in session.execute(_WHOSE, {"lookup": [*lookups]})}


def _batch(rt: Runtime, session: Session, batch: Batch, institution: str) -> uuid.UUID:
    now = rt.now()
    row = {
        "id": new_id(), "institution_id": institution, "way": batch.way.value, "name": batch.name,
        "day": now.astimezone(NAIROBI).date(), "at": now, "by_id": batch.by_id,
        "taken": 0, "repeated": 0, "refused": 0,
    }  # fmt: skip
    made = insert(VisitBatch).values(row)
    again = made.on_conflict_do_update(
        index_elements=["institution_id", "way", "name", "day"], set_={"at": now}
    )
    return session.scalars(again.returning(VisitBatch.id)).one()


def _count(
    session: Session, ids: Mapping[str, uuid.UUID], good: Mapping[int, Fed], new: set[int],
    refused: int,
) -> None:  # fmt: skip
    """Refused rows name no institution for certain: they stand with the first."""
    for place, (owner, batch_id) in enumerate(ids.items()):
        mine = {number for number, fed in good.items() if fed.institution == owner}
        session.execute(
            sa.update(VisitBatch)
            .where(VisitBatch.id == batch_id)
            .values(
                taken=VisitBatch.taken + len(mine & new),
                repeated=VisitBatch.repeated + len(mine - new),
                refused=VisitBatch.refused + (0 if place else refused),
            )
        )
