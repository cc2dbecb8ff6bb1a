"""The survey's draw: seeds committed ahead, each day's visits of each institution, the lot.

A day is drawn the next day at noon, when its feed is closed.  What comes later stays in the frame
as `fed-late`; nothing here can be done by hand, and nobody can add or drop a number.
"""

import secrets
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from analytics import sampling
from analytics.coverage import FEED_CLOSES
from analytics.sampling import Member, Stratum
from feedback_service import audit, registry
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import Period
from feedback_service.models import Invitation, SurveyDraw, SurveySeed, Visit
from feedback_service.runtime import Runtime
from feedback_service.visits import askable, inviting

ASKED_FOR = timedelta(days=2)
"""A clock that stood still draws the days it has missed so long; older visits cannot be asked."""
FEEDS_WITHIN = timedelta(days=21)
"""An institution that fed visits so lately is expected to feed every working day."""
SUNDAY = 6
_LOCK = 7_216_350_236  # any number that nothing else in this database locks


def draw_due(rt: Runtime) -> list[SurveyDraw]:
    """The clock's: seeds of today and tomorrow; of every day whose feed has closed, the draws."""
    today = rt.now().astimezone(NAIROBI).date()
    commit_seeds(rt, (today, today + timedelta(days=1)))
    made: list[SurveyDraw] = []
    for back in range(ASKED_FOR.days, 0, -1):
        day = today - timedelta(days=back)
        if rt.now() >= closed_at(day):
            made += _draw_day(rt, day)
    return made


def commit_seeds(rt: Runtime, days: Iterable[date]) -> None:
    """A secret seed for each day that has none; its hash goes into the audit's chain at once."""
    with rt.transaction() as session:
        known = set(session.scalars(sa.select(SurveySeed.day).where(SurveySeed.day.in_(days))))
        for day in sorted(set(days) - known):
            _commit(rt, session, day)


def closed_at(day: date) -> datetime:
    """When the feed of a day closes, noon of the next: who loads a file in the morning is in time,
    and there are hours left to ask in.  What is fed later is never asked about."""
    return bounds(day)[0] + FEED_CLOSES


def _commit(rt: Runtime, session: Session, day: date) -> None:
    seed = secrets.token_hex(16)
    told = sampling.seed_hash(seed)
    row = {"day": day, "seed": seed, "seed_hash": told, "committed_at": rt.now()}
    kept = insert(SurveySeed).values(row).on_conflict_do_nothing().returning(SurveySeed.day)
    if session.scalar(kept) is not None:
        audit.note(session, "survey.seed", str(day), rt.now(), data={"seed_hash": told})


def _draw_day(rt: Runtime, day: date) -> list[SurveyDraw]:
    """Every institution's draw of a day, each in a transaction of its own; the day is then over."""
    commit_seeds(rt, (day,))  # one committed only now says so by its moment
    with rt.transaction() as session:
        seed = session.get_one(SurveySeed, day)
        if seed.drawn_at is not None:
            return []
        names = _feeders(rt, session, day)
    made = [draw for name in names if (draw := _draw_one(rt, name, day))]
    with rt.transaction() as session:
        session.get_one(SurveySeed, day).drawn_at = rt.now()
    return made


def _feeders(rt: Runtime, session: Session, day: date) -> list[str]:
    """Institutions with visits on the day, or lately where the day is one to work on."""
    begin, end = bounds(day)
    holidays = registry.calendar(rt, session).holidays
    if day.weekday() != SUNDAY and day not in holidays:
        begin -= FEEDS_WITHIN
    fed = sa.select(Visit.institution_id).where(
        Visit.at >= begin, Visit.at < end, Visit.simulated.is_(False)
    )
    return sorted(session.scalars(fed.distinct()))


def _draw_one(rt: Runtime, institution: str, day: date) -> SurveyDraw | None:
    with rt.transaction() as session:
        # One draw at a time: what one has asked, the next must know for its cap.
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        done = sa.select(SurveyDraw.id).where(
            SurveyDraw.institution_id == institution, SurveyDraw.day == day
        )
        if session.scalar(done) is not None:
            return None
        return _made(rt, session, institution, session.get_one(SurveySeed, day))


def _made(rt: Runtime, session: Session, institution: str, seed: SurveySeed) -> SurveyDraw:
    how, day = sampling.method(), seed.day
    begin, end = bounds(day)
    visits = askable.frame_of(rt, session, institution, begin, end, closed_at(day), how.cap_days)
    frame = _members(visits)
    strata = _strata(session, institution, day, frame)
    wanted = sampling.wanted(strata, seed.seed, how)
    taken = sampling.draw(frame, seed.seed, wanted)
    sealed = sampling.sealed(frame)
    row = SurveyDraw(
        institution_id=institution, day=day, method=how.version, frame_size=len(frame),
        frame_hash=sampling.frame_hash(sealed),
        frame=zlib.compress(sampling.listing(sealed).encode()),
        sizes=sampling.by_stratum(frame), wanted=wanted, taken=sampling.by_stratum(taken),
        left_out=sampling.reasons(frame), drawn_at=rt.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()  # The invitations point at the draw.
    known = {str(visit.id): visit for visit in visits}
    inviting.invite(rt, session, row, [known[member.visit] for member in taken], seed.seed)
    told = {
        "seed_hash": seed.seed_hash, "frame": row.frame_hash, "size": row.frame_size,
        "asked": len(taken),
    }  # fmt: skip
    audit.note(session, "survey.draw", f"{institution}:{day}", rt.now(), data=told)
    return row


def _members(visits: Sequence[askable.Framed]) -> list[Member]:
    """People with several visits are numbered, so that nobody is drawn twice; none is named."""
    by_id = sorted(visits, key=lambda visit: visit.id)  # drawn by lot: no order of the feed shows
    many = Counter(visit.citizen_id for visit in by_id if visit.citizen_id)
    several = {person: n for n, person in enumerate((p for p in many if many[p] > 1), 1)}
    return [
        Member(str(v.id), sampling.stratum(v.service_id, v.place_id),
               several.get(v.citizen_id, 0) if v.citizen_id else 0, v.left_out)
        for v in visits
    ]  # fmt: skip


def _strata(
    session: Session, institution: str, day: date, frame: Sequence[Member]
) -> dict[str, Stratum]:
    """Each service at its place: today, and since the quarter began."""
    so_far = _visited(session, institution, day)
    asked = _asked(session, institution, day)
    today = Counter(member.stratum for member in frame)
    able = Counter(member.stratum for member in frame if not member.left_out)
    found = {}
    for name in {**so_far, **today}:
        many, first = so_far.get(name, (0, day))
        elapsed, reach = sampling.parts(Period.containing(day), first, day)
        found[name] = Stratum(
            today[name], able[name], max(many, today[name]), asked[name], elapsed, reach
        )
    return found


def _visited(session: Session, institution: str, day: date) -> dict[str, tuple[int, date]]:
    """By stratum the visits from the quarter's first day to this one, and the first day fed."""
    begin, _ = bounds(Period.containing(day).start)
    _, end = bounds(day)
    first = sa.func.date(sa.func.timezone(str(NAIROBI), sa.func.min(Visit.at)))
    rows = session.execute(
        sa.select(Visit.service_id, Visit.service_point_id, sa.func.count(), first)
        .where(Visit.institution_id == institution, Visit.at >= begin, Visit.at < end)
        .where(Visit.simulated.is_(False))
        .group_by(Visit.service_id, Visit.service_point_id)
    )
    return {sampling.stratum(service, place): (many, since) for service, place, many, since in rows}


def _asked(session: Session, institution: str, day: date) -> Counter[str]:
    start: Any = Period.containing(day).start
    rows = session.execute(
        sa.select(Invitation.stratum, sa.func.count())
        .where(Invitation.institution_id == institution, Invitation.day >= start)
        .where(Invitation.day < day)
        .group_by(Invitation.stratum)
    )
    return Counter(dict(rows.all()))


def bounds(day: date) -> tuple[datetime, datetime]:
    """A day's first moment in Nairobi, and the next day's."""
    begin = datetime.combine(day, time(), NAIROBI)
    return begin, begin + timedelta(days=1)
