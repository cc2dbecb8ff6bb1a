"""Requests that came by letter: what they ask for goes to the phone of the case that they quote, so
that whoever wrote the letter proves to be its citizen by holding that phone.
"""

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from feedback_service import identity, outbox
from feedback_service.conversations.wording import day
from feedback_service.domain.calendar import NAIROBI
from feedback_service.models import Citizen, RequestKind, SubjectRequest
from feedback_service.outbox.posting import WHATSAPP
from feedback_service.privacy import access, requests
from feedback_service.runtime import Runtime

CHANNEL = "desk"


def reaches(session: Session, citizen: Citizen, now: datetime) -> bool:
    """Whether a message can answer: the number is still theirs, and they have not said stop."""
    way = WHATSAPP if citizen.kind == identity.WHATSAPP else CHANNEL
    stopped = identity.has_stopped(session, citizen.id, outbox.family(way))
    return identity.is_current(citizen, now) and not stopped


def enter(
    rt: Runtime, session: Session, citizen: Citizen, kind: RequestKind, by: uuid.UUID
) -> SubjectRequest:
    """Enter a letter: a link to everything, or the question whether to be forgotten, is sent."""
    source, language = f"letter:{uuid.uuid4()}", citizen.language or "sw"
    if kind is RequestKind.ACCESS:
        asked = requests.ask_access(session, citizen, CHANNEL, source, rt.now(), by)
        values = {name: str(n) for name, n in access.counts(session, citizen).items()}
        since = day(citizen.created_at.astimezone(NAIROBI).date(), language)
        values |= {"day": since, "link": access.make_link(rt, asked)}
        asked.done_at, asked.done_by_id, wording = rt.now(), by, "sms-mydata"
    else:
        asked = requests.ask_erasure(session, citizen, CHANNEL, source, rt.now(), by)
        waiting = len(requests.open_cases(session, citizen.id))
        wording, values = (
            ("sms-forget-open", {"n": str(waiting)}) if waiting else ("sms-forget", {})
        )
    say = outbox.Wording(wording, f"subject:{asked.id}:letter", values)
    outbox.post(session, citizen, CHANNEL, language, say, rt.now())
    return asked
