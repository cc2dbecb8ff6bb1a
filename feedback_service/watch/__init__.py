"""Silence raises an alarm: looks once a minute, keeps what is wrong as rows, tells operators once.

An alarm is one row for its kind and subject, from when it was raised until it was over.
"""

import logging
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback_service.models import Alarm, new_id
from feedback_service.runtime import Runtime
from feedback_service.watch.judging import Kind, Refused, Trouble, judge
from feedback_service.watch.pulse import first_id, heard, pulses
from feedback_service.watch.telling import by_mail

__all__ = ["Kind", "facts_of", "first_id", "heard", "look", "open_alarms", "words"]

logger = logging.getLogger(__name__)

WORDS = {
    Kind.SILENT_IN: "{subject}: nothing came in for {minutes} minutes; in these hours of the last"
    " 7 days {usual} did",
    Kind.NOTHING_DELIVERED: "{subject}: {sent} messages left in the last hour, none was delivered",
    Kind.DELIVERY_FELL: "{subject}: {rate} % of {sent} messages were delivered in the last hour,"
    " {usual} % is usual",
    Kind.UNKNOWN_WAITING: "{subject}: messages that may or may not have arrived wait for a"
    " decision: {n}",
    Kind.OUTBOX_STUCK: "{subject}: a message that should have left has waited {minutes} minutes",
    Kind.BREAKER_OPEN: "{subject}: does not answer; messages go another way or wait",
    Kind.ACCOUNT: "{subject}: not taken because of our account, key or sender, messages: {n}",
    Kind.FILTERED: "{subject}: the network took for unwanted, messages: {n}",
    Kind.OUR_BUG: "{subject}: not taken because of a mistake of ours, messages: {n}",
    Kind.MODEL: "{subject}: this text model does not load; workers go on with another one",
}


def look(
    rt: Runtime, broken: Sequence[str] = (), refused: Sequence[Refused] = (),
    models: Sequence[str] = (),
) -> list[Alarm]:  # fmt: skip
    """Raise what is wrong, end what is over, tell of both; returns what was raised now.

    broken: companies that do not answer, as the outbox knows them.  refused: what it could not
    send and no waiting heals.  models: text models that some worker could not load.
    """
    with rt.transaction() as session:
        silence = rt.settings.silence_minutes
        found = judge(pulses(rt, session), list(broken), rt.now(), silence, refused, models)
        raised = [alarm for trouble in found if (alarm := _raise(rt, session, trouble))]
        ended = _end(rt, session, found)
    for alarm in ended:
        logger.info("alarm over: %s %s", alarm.kind, alarm.subject)
    for alarm in raised:
        logger.error("alarm: %s", words(alarm))
    by_mail(rt.settings, [words(alarm) for alarm in raised], [words(alarm) for alarm in ended])
    return raised


def open_alarms(session: Session) -> list[Alarm]:
    """What operators must look at now, the oldest first."""
    found = sa.select(Alarm).where(Alarm.ended_at.is_(None)).order_by(Alarm.raised_at, Alarm.id)
    return list(session.scalars(found))


def words(alarm: Alarm) -> str:
    """An alarm as a log, a mail or the doctor says it."""
    try:
        return WORDS[Kind(alarm.kind)].format(subject=alarm.subject, **facts_of(alarm))
    except (ValueError, KeyError):  # a row of another release
        return f"{alarm.kind}: {alarm.subject} {alarm.detail}".strip()


def facts_of(alarm: Alarm) -> dict[str, str]:
    """The figures it was seen by when it was raised."""
    pairs = (part.partition("=") for part in alarm.detail.split())
    return {name: value for name, _, value in pairs}


def _raise(rt: Runtime, session: Session, trouble: Trouble) -> Alarm | None:
    """The new row; None where this alarm is up already."""
    row = {
        "id": new_id(), "kind": trouble.kind.value, "subject": trouble.subject,
        "detail": " ".join(f"{name}={value}" for name, value in trouble.facts.items()),
        "raised_at": rt.now(),
    }  # fmt: skip
    made = session.scalar(
        insert(Alarm)
        .values(row)
        .on_conflict_do_nothing(
            index_elements=["kind", "subject"], index_where=Alarm.ended_at.is_(None)
        )
        .returning(Alarm.id)
    )
    return session.get_one(Alarm, made) if made else None


def _end(rt: Runtime, session: Session, found: Sequence[Trouble]) -> list[Alarm]:
    still = {(trouble.kind.value, trouble.subject) for trouble in found}
    over = [one for one in open_alarms(session) if (one.kind, one.subject) not in still]
    for alarm in over:
        alarm.ended_at = rt.now()
    return over
