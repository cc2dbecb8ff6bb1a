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
