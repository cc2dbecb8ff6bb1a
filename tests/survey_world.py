"""Visits fed, drawn and asked about, as the clock does it, for tests of the survey."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from tests.handset import ME

SERVICE = "passport"
PLACE = ""


def feed(rt: Any, numbers: Sequence[str] = (ME,), at: datetime | None = None, **more: str) -> None:
    """One visit of each number, to the passport office unless told otherwise."""
    from feedback_service import visits

    at = at or rt.now()
    rows = [
        {"source": f"{at:%m%d%H%M}-{n}", "service": SERVICE, "at": at.isoformat(), "phone": number}
        | more
        for n, number in enumerate(numbers)
    ]
    batch = visits.Batch(visits.Way.API, "test")
    answers = visits.take(rt, visits.Feeder("test", None), batch, rows)
    assert [a for a in answers if a.fate is not visits.Fate.TAKEN] == []


def begin_day(rt: Any, clock: Any, days: int = 1) -> None:
    """A morning to come, at eight; the day's seed was committed the day before."""
    from feedback_service.domain.calendar import NAIROBI
    from feedback_service.visits import drawing

    drawing.draw_due(rt)
    for _ in range(days):
        day = clock().astimezone(NAIROBI).date() + timedelta(days=1)
        clock.set(datetime.combine(day, time(8), NAIROBI))
        drawing.draw_due(rt)


def close_day(rt: Any, clock: Any) -> list[Any]:
    """The next day after noon: the draws of the day that was."""
    from feedback_service.domain.calendar import NAIROBI
    from feedback_service.visits import drawing

    day = clock().astimezone(NAIROBI).date() + timedelta(days=1)
    clock.set(datetime.combine(day, time(12, 5), NAIROBI))
    return drawing.draw_due(rt)


def send(rt: Any, clock: Any) -> None:
    """The hour of every invitation has come: they leave, and the clock has seen it."""
    import sqlalchemy as sa

    from feedback_service import outbox
    from feedback_service.models import Invitation
    from feedback_service.visits import inviting

    with rt.transaction() as session:
        last = session.scalar(sa.select(sa.func.max(Invitation.ask_at)))
    clock.set(max(last + timedelta(minutes=1), clock()))
    outbox.drain(rt)
    inviting.follow(rt)


def ask(rt: Any, clock: Any, numbers: Sequence[str] = (ME,)) -> None:
    """From a visit to an invitation that stands on each phone."""
    begin_day(rt, clock)
    feed(rt, numbers)
    close_day(rt, clock)
    send(rt, clock)


def planted(rt: Any, session: Any, citizen: Any) -> str:
    """An invitation of somebody at hand, left at once; returns its key."""
    from datetime import UTC

    import sqlalchemy as sa

    from feedback_service.models import Message, SurveyDraw, SurveySeed, Visit, new_id
    from feedback_service.visits import inviting
    from feedback_service.visits.askable import Framed

    now = rt.now()
    visit = Visit(
        id=new_id(), source=f"test/{new_id()}", institution_id="DIS", service_id=SERVICE,
        citizen_id=citizen.id, at=now, fed_at=now,
    )  # fmt: skip
    day = now.astimezone(UTC).date()
    draw = SurveyDraw(
        id=new_id(), institution_id="DIS", day=day, method="survey.1", frame_size=1, frame_hash="",
        frame=b"", sizes={}, wanted={}, taken={}, left_out={}, drawn_at=now,
    )  # fmt: skip
    session.add(SurveySeed(day=day, seed="test", seed_hash="", committed_at=now))
    session.flush()
    session.add_all([visit, draw])
    session.flush()
    framed = Framed(visit.id, SERVICE, None, None, now, citizen.id, "africastalking-sms", "")
    inviting.invite(rt, session, draw, [framed], "test")
    mine = sa.update(Message).where(Message.key == f"invite:{visit.id}")
    session.execute(mine.values(not_before_at=now))
    return f"invite:{visit.id}"


def shown(session: Any, now: datetime, institution: str = "NRB", service: str = "id-first") -> None:
    """Days of an institution whose page has something of everything: sealed and told draws, a
    missing feed, every stage of the funnel, enough answers for figures."""
    import uuid

    from analytics import sampling
    from feedback_service.domain.ratings import AnswerOrder, Sample
    from feedback_service.models import Citizen, Invitation, Rating, Visit, new_id

    for back, many in ((12, 90), (10, 0), (2, 30)):
        at = now - timedelta(days=back)
        draw = _a_draw(session, institution, at, many)
        for n in range(many):
            person, visit = new_id(), new_id()
            session.add(Citizen(id=person, lookup=uuid.uuid4().bytes, sealed=b"", kind="phone",
                                created_at=at))  # fmt: skip
            session.add(Visit(id=visit, source=f"{institution}/{back}-{n}", service_id=service,
                              institution_id=institution, at=at, fed_at=at))  # fmt: skip
            session.flush()
            if n % 6 == 5:
                continue  # the lot left it out
            session.add(Invitation(
                draw_id=draw, visit_id=visit, citizen_id=person, institution_id=institution,
                stratum=sampling.stratum(service, None), day=at.date(), position=n + 1,
                message_key=f"invite:{visit}", answer_order=AnswerOrder.BEST_FIRST,
                instrument="2026", asked_at=at, ask_at=at, sent_at=at, expires_at=now,
                state="failed" if n % 6 == 4 else "delivered", delivered_at=at,
            ))  # fmt: skip
            if n % 6 < 3:
                session.add(Rating(
                    source=f"invite:{visit}:rating", citizen_id=person, service_id=service,
                    institution_id=institution, channel="africastalking-sms", language="en",
                    score=2 + n % 4, on_time=True, paid_more=False, courteous=True, complete=True,
                    given_at=at, sample=Sample.VERIFIED, visit_id=visit, instrument="2026",
                    had_problem=n % 4 == 0, reported_problem=n % 8 == 0 if n % 4 == 0 else None,
                ))  # fmt: skip


def _a_draw(session: Any, institution: str, at: datetime, many: int) -> Any:
    from analytics import sampling
    from feedback_service.models import SurveyDraw, SurveySeed, new_id

    seed = f"{at:%Y%m%d}5a1c6e0b9d3f7a24"[:32]
    session.add(SurveySeed(day=at.date(), seed=seed, seed_hash=sampling.seed_hash(seed),
                           committed_at=at - timedelta(days=1), drawn_at=at))  # fmt: skip
    session.flush()
    draw = SurveyDraw(
        id=new_id(), institution_id=institution, day=at.date(), method="survey.1", drawn_at=at,
        frame_size=many, frame_hash=sampling.seed_hash(str(many)), frame=b"", sizes={}, wanted={},
        taken={"a@-": many - many // 6}, left_out={},
    )  # fmt: skip
    session.add(draw)
    session.flush()
    return draw.id
