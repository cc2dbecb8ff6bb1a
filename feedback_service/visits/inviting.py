"""Invitations: written to whom the lot took, followed until they are over, offered to who dials.

Each leaves at a random minute of the survey's hours, within 72 hours of the visit, and is over 48
hours after it was sent (the operators' rules; both are settings).
"""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.sampling import lot, stratum
from feedback_service import outbox, registry
from feedback_service.conversations import instruments
from feedback_service.conversations.flow_survey import INVITE, ORDER
from feedback_service.conversations.wording import phrase
from feedback_service.conversations.wording.kinds import Purpose
from feedback_service.domain.ratings import AnswerOrder
from feedback_service.models import Citizen, Invitation, SurveyDraw, new_id
from feedback_service.outbox.hours import Hours
from feedback_service.runtime import Runtime
from feedback_service.visits.askable import Framed

WORDINGS = {AnswerOrder.BEST_FIRST: "sms-invite", AnswerOrder.WORST_FIRST: "sms-invite-up"}
FOLLOWED_FOR = timedelta(days=14)
"""No receipt comes later."""
_SPREAD = 24 * 60


def invite(
    rt: Runtime, session: Session, draw: SurveyDraw, visits: Sequence[Framed], seed: str
) -> None:
    """Write an invitation and its message for each visit, in the order of their lots."""
    holidays = registry.calendar(rt, session).holidays
    hours = Hours.of(rt.settings, holidays)
    asked = sa.select(Citizen).where(Citizen.id.in_([visit.citizen_id for visit in visits]))
    people = {citizen.id: citizen for citizen in session.scalars(asked)}
    rows = []
    for position, visit in enumerate(visits, 1):
        # The order of the answers is drawn with the visit: whoever repeats the draw sees it too.
        first = int(lot(seed, f"order:{visit.id}")[0], 16) % 2
        order = AnswerOrder.WORST_FIRST if first else AnswerOrder.BEST_FIRST
        row = Invitation(
            id=new_id(), draw_id=draw.id, visit_id=visit.id, citizen_id=visit.citizen_id,
            institution_id=draw.institution_id, stratum=stratum(visit.service_id, visit.place_id),
            day=draw.day, position=position, message_key=f"invite:{visit.id}", answer_order=order,
            instrument=instruments.in_use(), asked_at=rt.now(),
            ask_at=some_minute(hours, rt.now(), visit.at + hours.survey_within),
        )  # fmt: skip
        _post(rt, session, row, visit, people[row.citizen_id])
        rows.append(row)
    session.add_all(rows)


def some_minute(hours: Hours, now: datetime, latest: datetime) -> datetime:
    """A random minute of the survey's hours of the next day or so, before `latest`.

    Nobody can wait beside the phone.  Where no such minute is left it is the next one there is.
    """
    moments = [now + timedelta(minutes=n, seconds=secrets.randbelow(300))
               for n in range(0, _SPREAD, 5)]  # fmt: skip
    fit = [at for at in moments if at < latest and hours.earliest(Purpose.SURVEY, at) == at]
    return secrets.choice(fit) if fit else hours.earliest(Purpose.SURVEY, now)


def follow(rt: Runtime) -> int:
    """The clock's: what became of the messages; who was sent one is asked when they dial too.

    Returns how many invitations changed.
    """
    with rt.transaction() as session:
        changed = session.execute(_FOLLOW, {"since": rt.now() - FOLLOWED_FOR}).all()
        for row in changed:
            if row.is_new and row.expires_at:
                _offer(rt, row.lookup, row.answers, row.expires_at)
    return len(changed)


_FOLLOW = sa.text("""
with old as (
  select id, sent_at from invitations
  where state in ('queued', 'sending', 'sent', 'unknown') and asked_at > :since
)
update invitations i set state = m.state, failure = m.failure, sent_at = m.sent_at,
  delivered_at = m.delivered_at, expires_at = m.expires_at
from messages m, old, citizens c
where m.key = i.message_key and old.id = i.id and c.id = i.citizen_id
  and (i.state, i.failure, i.sent_at, i.delivered_at)
      is distinct from (m.state, m.failure, m.sent_at, m.delivered_at)
returning c.lookup, m.data -> 'answers' as answers, m.expires_at,
  old.sent_at is null and m.sent_at is not null and i.answered_at is null
    and m.data -> 'dialled' = 'true' as is_new
""")


def _post(rt: Runtime, session: Session, row: Invitation, visit: Framed, citizen: Citizen) -> None:
    """The message, by the channel its citizen uses; the institution bears its cost."""
    service = registry.catalogue(rt).services[visit.service_id]
    language = citizen.language or "en"
    quiet = service.is_quiet
    named = phrase("a-service", language) if quiet else service.short[language]
    say = outbox.Wording(
        WORDINGS[row.answer_order], row.message_key, {"service": named}, wait=row.ask_at - rt.now(),
        data={
            "contact_at": visit.at.isoformat(), "dialled": not quiet,
            "answers": _answers(row, visit, language),
        },
        bearer=row.institution_id,
    )  # fmt: skip
    outbox.post(session, citizen, visit.channel, language, say, rt.now())


def _answers(row: Invitation, visit: Framed, language: str) -> dict[str, str]:
    """What the survey's talk begins with."""
    known = {"service": visit.service_id, "place": visit.place_id or "", "county": visit.county}
    said = {name: str(value) for name, value in known.items() if value}
    return {**said, INVITE: row.message_key, ORDER: row.answer_order.value, "language": language}


def _offer(rt: Runtime, lookup: bytes, answers: dict[str, str] | None, until: datetime) -> None:
    """Whoever dials while the invitation is open begins with its first question."""
    seconds = int((until - rt.now()).total_seconds())
    if answers and seconds > 0:
        rt.conversations.invite(lookup.hex(), json.dumps(answers), seconds)
