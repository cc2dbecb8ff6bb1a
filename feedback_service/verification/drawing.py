"""The draw: which cases were over, which of them the lot takes, written down so that anybody with
seed and frame can draw again.

Every month, of each institution's cases first due in the quarter: those that came to an end since
the last draw.  Never a quiet or confidential case, nor one whose citizen has no number of theirs.
"""

import secrets
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics import verification
from analytics.verification import Group, Member
from feedback_service import audit, identity, outbox
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import OPEN, CaseStatus, Lane, Outcome
from feedback_service.domain.periods import MATURES_IN, Period
from feedback_service.domain.references import spoken
from feedback_service.models import CallBack, Case, Citizen, Draw
from feedback_service.runtime import Runtime
from feedback_service.verification.hours import call_hours
from feedback_service.verification.publishing import seed_hash

GROUPS: Mapping[Outcome | None, Group] = {
    Outcome.CONFIRMED: Group.CONFIRMED,
    Outcome.CLOSED_UNCONFIRMED: Group.SILENT,
    Outcome.UNREACHED: Group.SILENT,
    Outcome.NOT_UPHELD: Group.SET_ASIDE,
    Outcome.WITHDRAWN: Group.SET_ASIDE,
    Outcome.DISPUTED: Group.DISPUTED,
}
DRAWN_UNTIL = timedelta(days=100)
"""After a quarter's end: who complained longer ago remembers too little."""


class NothingToDraw(LookupError):
    """No draw was made; the message says of which quarter, and why."""


class NoSuchDraw(LookupError):
    """There is no draw of that id."""


@dataclass(frozen=True)
class Drawn:
    """One draw: what is published of it; `groups` counts its frame, `taken` what the lot took."""

    institution_id: str
    period: str
    seed: str
    frame_hash: str
    closed_before: date
    groups: Mapping[str, int]
    taken: Mapping[str, int]


@dataclass(frozen=True)
class Checked:
    """A draw made again: whether the frame is as it was sealed, and the same cases were taken."""

    frame_is_whole: bool
    same_cases: bool


def draw_due(rt: Runtime) -> list[Drawn]:
    """The clock's: once a month, of each quarter that is not too long ago."""
    made: list[Drawn] = []
    before = _month_begins(rt)
    newest = Period.containing(before - timedelta(days=1))
    for period in (newest.previous(), newest):
        if before - period.end <= DRAWN_UNTIL:
            made += _draw(rt, period, "", before)
    return made


def draw_quarter(rt: Runtime, period: Period, seed: str = "", only: str = "") -> list[Drawn]:
    """Draw now, of every institution or of one, among what was over before today.

    seed: blank for a secret one made here.  Raises NothingToDraw.
    """
    if period.quarter is None:
        raise NothingToDraw(f"period is {period.label}: name one quarter, such as FY2026/27-Q1")
    made = _draw(rt, period, only, rt.now().astimezone(NAIROBI).date(), seed)
    if not made:
        raise NothingToDraw(
            f"{period.label}: no case came to an end since the last draw that may be called"
        )
    return made


def draws(session: Session, period: Period) -> list[Drawn]:
    """What is published of a quarter's draws, by institution and day."""
    taken: dict[Any, Counter[str]] = defaultdict(Counter)
    counted = sa.select(CallBack.draw_id, CallBack.group, sa.func.count()).group_by(
        CallBack.draw_id, CallBack.group
    )
    for draw_id, group, many in session.execute(counted):
        taken[draw_id][group] = many
    found = sa.select(Draw).where(Draw.period == period.label)
    rows = session.scalars(found.order_by(Draw.institution_id, Draw.closed_before))
    return [_published(row, taken[row.id]) for row in rows]


def check(session: Session, institution_id: str, period: Period, closed_before: date) -> Checked:
    """Draw again from the frame that was kept, and compare.  Raises NoSuchDraw."""
    row = session.scalars(
        sa.select(Draw).where(
            Draw.institution_id == institution_id,
            Draw.period == period.label,
            Draw.closed_before == closed_before,
        )
    ).one_or_none()
    if row is None:
        raise NoSuchDraw(f"{institution_id}, {period.label}: no draw of {closed_before}")
    frame = kept_frame(row)
    again = verification.draw(frame, row.seed, verification.method(row.method).drawn)
    called = (
        sa.select(Case.reference)
        .join(CallBack, CallBack.case_id == Case.id)
        .where(CallBack.draw_id == row.id)
        .order_by(CallBack.position)
    )
    same = [member.reference for member in again] == list(session.scalars(called))
    return Checked(verification.frame_hash(frame) == row.frame_hash, same)


def kept_frame(row: Draw) -> tuple[Member, ...]:
    return verification.read_listing(zlib.decompress(row.frame).decode())


def _month_begins(rt: Runtime) -> date:
    return rt.now().astimezone(NAIROBI).date().replace(day=1)


def _draw(rt: Runtime, period: Period, only: str, before: date, seed: str = "") -> list[Drawn]:
    with rt.transaction() as session:
        # One draw at a time: two would take each other's cases.
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        earlier = _earlier(session, period)
        made = []
        for institution, cases in _over(rt, session, period, only, before).items():
            drawn_before, days = earlier.get(institution, (frozenset(), frozenset()))
            left = [row for row in cases if row.reference not in drawn_before]
            if left and before not in days:
                made.append(_one(rt, session, institution, period, before, left, seed))
        return made


_LOCK = 7_216_350_234  # any number that nothing else in this database locks


def _earlier(session: Session, period: Period) -> dict[str, tuple[set[str], set[date]]]:
    """By institution: the cases of earlier frames, and the days draws were made for."""
    found: dict[str, tuple[set[str], set[date]]] = defaultdict(lambda: (set(), set()))
    for row in session.scalars(sa.select(Draw).where(Draw.period == period.label)):
        names, days = found[row.institution_id]
        names |= {member.reference for member in kept_frame(row)}
        days.add(row.closed_before)
    return found


def _over(
    rt: Runtime, session: Session, period: Period, only: str, before: date
) -> dict[str, list[Any]]:
    """By institution the cases of the cohort that are over and whose citizens may be called.

    Once the quarter has matured, also those that are open again because the citizen said no.
    """
    until = datetime.combine(before, time(), NAIROBI)
    over = sa.and_(Case.status == CaseStatus.CLOSED, Case.closed_at < until)
    if before > period.end + MATURES_IN:
        over = sa.or_(over, sa.and_(Case.status.in_(OPEN), Case.outcome == Outcome.DISPUTED))
    found = (
        sa.select(Case.id, Case.reference, Case.institution_id, Case.outcome, Case.citizen_id)
        .join(Citizen, Citizen.id == Case.citizen_id)
        .where(*may_be_called(rt.now()), *in_cohort(period), over, Case.first_due_at < until)
    )
    if only:
        found = found.where(Case.institution_id == only)
    cases: dict[str, list[Any]] = defaultdict(list)
    for row in session.execute(found):
        cases[row.institution_id].append(row)
    return dict(sorted(cases.items()))


def may_be_called(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Of cases joined with their citizens: what no lot may take is left out."""
    return (
        Case.lane == Lane.OPEN,
        Case.quiet.is_(False),
        Case.simulated.is_(False),
        Citizen.kind == identity.PHONE,
        identity.current(now),
    )


def in_cohort(period: Period) -> tuple[sa.ColumnElement[bool], ...]:
    start = datetime.combine(period.start, time(), NAIROBI)
    end = datetime.combine(period.end + timedelta(days=1), time(), NAIROBI)
    return Case.first_due_at >= start, Case.first_due_at < end


def _one(
    rt: Runtime, session: Session, institution: str, period: Period, before: date,
    cases: Sequence[Any], seed: str,
) -> Drawn:  # fmt: skip
    frame, how = _frame(cases), verification.method()
    row = Draw(
        institution_id=institution, period=period.label, seed=seed or secrets.token_hex(16),
        frame_size=len(frame), frame_hash=verification.frame_hash(frame),
        frame=zlib.compress(verification.listing(frame).encode()),
        groups=dict(Counter(member.group.value for member in frame)),
        method=how.version, closed_before=before, drawn_at=rt.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()  # The calls point at the draw.
    taken = verification.draw(frame, row.seed, how.drawn)
    _keep(rt, session, row, taken, cases)
    # The seed itself would tell who is drawn, to everybody who reads the audit; one that somebody
    # gave may have been tried out before.
    told = {
        "seed_hash": seed_hash(row.seed),
        "seed_given": bool(seed),
        "frame": row.frame_hash,
        "size": row.frame_size,
        "drawn": len(taken),
    }
    subject = f"{institution}:{period.label}:{before}"
    audit.note(session, "call-back.draw", subject, rt.now(), data=told)
    return _published(row, Counter(member.group.value for member in taken))


def _frame(cases: Sequence[Any]) -> list[Member]:
    """People with several cases are numbered, so that nobody is drawn twice; no person is named."""
    many = Counter(row.citizen_id for row in cases)
    several = {person: n for n, person in enumerate(sorted(p for p in many if many[p] > 1), 1)}
    return [
        Member(row.reference, GROUPS.get(row.outcome, Group.SET_ASIDE),
               several.get(row.citizen_id, 0))
        for row in cases
    ]  # fmt: skip


def _keep(
    rt: Runtime, session: Session, row: Draw, taken: Iterable[Member], cases: Sequence[Any]
) -> None:
    """The calls to make, from tomorrow on, and a word to each citizen that somebody may call."""
    known = {case.reference: case for case in cases}
    first = call_hours(rt, session).after_today(rt.now())
    for position, member in enumerate(taken, 1):
        case = known[member.reference]
        session.add(
            CallBack(
                draw_id=row.id, case_id=case.id, position=position, group=member.group.value,
                next_at=first, attempts=0,
            )
        )  # fmt: skip
        _say_ahead(rt, session, session.get_one(Case, case.id))


def _say_ahead(rt: Runtime, session: Session, case: Case) -> None:
    """So that the call is believed; without a number to call from there is nothing to say."""
    number = rt.settings.call_back_from
    if not number or case.citizen_id is None:
        return
    citizen = session.get_one(Citizen, case.citizen_id)
    say = outbox.Wording(
        "sms-call-ahead", f"call-ahead:{case.id}",
        {"reference": spoken(case.reference), "caller": number},
    )  # fmt: skip
    language = citizen.language or case.language
    outbox.post(session, citizen, case.channel, language, say, rt.now(), case.id)


def _published(row: Draw, taken: Mapping[str, int]) -> Drawn:
    return Drawn(
        row.institution_id, row.period, row.seed, row.frame_hash, row.closed_before,
        row.groups, dict(taken),
    )  # fmt: skip
