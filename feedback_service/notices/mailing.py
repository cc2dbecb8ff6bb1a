"""Notices by mail: urgent ones at once, the rest in one letter at 07:00 of a working day.

A letter carries references and our own sentences, never a citizen's words.  One that is not taken
is tried again, ever later, for two days; the desk's page shows everything at any time.
"""

import logging
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import mail, registry
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.references import spoken
from feedback_service.models import Case, Notice, Staff
from feedback_service.notices.shut import shut_by_case
from feedback_service.notices.words import CASE, INSTEAD, SUBJECT, WHERE, sentence
from feedback_service.runtime import Runtime

logger = logging.getLogger(__name__)

DIGEST_AT = time(7)
MOST_TRIES = 10
FIRST_WAIT = timedelta(minutes=5)
"""Doubled after each letter that was not taken: ten tries take two days."""
MOST_LINES = 200

Line = tuple[Notice, str | None, str, str]
"""A notice, its case's reference, whose address it goes to, and in which language."""


def mail_waiting(rt: Runtime) -> int:
    """Mail what is due; how many letters left.  No connection is held while a server answers."""
    if not mail.can_send(rt.settings):
        return 0
    with rt.transaction() as session:
        found = _due(session, rt.now(), _digest_of(rt, session))
    letters: Mapping[tuple[str, str, bool], list[Line]] = defaultdict(list)
    for line in found:
        letters[line[2], line[3], line[0].urgent].append(line)
    sent = 0
    for (address, language, _), lines in letters.items():
        taken = _send(rt, address, language, lines)
        _note(rt, [notice.id for notice, *_ in lines], taken=taken)
        sent += taken
    return sent


def _digest_of(rt: Runtime, session: Session) -> datetime | None:
    """The moment up to which today's digest tells; None when there is none now."""
    local = rt.now().astimezone(NAIROBI)
    if local.time() < DIGEST_AT or not registry.calendar(rt, session).is_working_day(local.date()):
        return None
    return datetime.combine(local.date(), DIGEST_AT, NAIROBI)


def _due(session: Session, now: datetime, digest: datetime | None) -> list[Line]:
    """What waits for a letter; nothing of a case that by now names the reader."""
    address = sa.func.coalesce(Staff.email, Notice.address)
    language = sa.func.coalesce(Staff.language, "en")
    wait = FIRST_WAIT * (sa.func.power(2, Notice.attempts) - 1)
    moment = sa.case((Notice.urgent, Notice.at), else_=digest)
    due = (
        sa.select(Notice, Case.reference, address, language)
        .outerjoin(Staff, Staff.id == Notice.staff_id)
        .outerjoin(Case, Case.id == Notice.case_id)
        .where(Notice.mailed_at.is_(None), Notice.attempts < MOST_TRIES)
        .where(sa.or_(Notice.urgent, Notice.at <= digest) if digest else Notice.urgent)
        .where(sa.func.coalesce(moment, Notice.at) + wait <= now)
        .where(sa.or_(Notice.staff_id.is_(None), Staff.disabled_at.is_(None)))
        .order_by(Notice.at, Notice.id)
        .limit(MOST_LINES)
    )
    lines = [
        (notice, reference, to, said) for notice, reference, to, said in session.execute(due) if to
    ]
    shut = shut_by_case(session, (notice.case_id for notice, *_ in lines if notice.case_id))
    return [
        line for line in lines
        if line[0].case_id is None or line[0].staff_id not in shut.get(line[0].case_id, ())
    ]  # fmt: skip


def _send(rt: Runtime, address: str, language: str, lines: Sequence[Line]) -> bool:
    one, many = SUBJECT[language]
    topic = one if len(lines) == 1 else many.format(n=len(lines))
    said = [_line(notice, reference, language) for notice, reference, *_ in lines]
    where = f"{WHERE[language]}: {rt.settings.public_url}/desk/notices"
    try:
        mail.send(rt.settings, mail.letter(rt.settings, [address], topic, [*said, "", where]))
    except mail.Refused as error:
        logger.error("notices not mailed: %s", type(error).__name__)
        return False
    return True


def _line(notice: Notice, reference: str | None, language: str) -> str:
    day = notice.at.astimezone(NAIROBI).strftime("%d.%m. %H:%M")
    case = f" {CASE[language]} {spoken(reference)}." if reference else ""
    instead = f" ({INSTEAD[language]})" if notice.data.get("instead") else ""
    return f"{day}{case} {sentence(notice.kind, language, notice.data)}{instead}"


def _note(rt: Runtime, ids: Sequence[uuid.UUID], *, taken: bool) -> None:
    """One short statement a letter: a crash after it was taken repeats that letter at most."""
    values = {"mailed_at": rt.now()} if taken else {"attempts": Notice.attempts + 1}
    with rt.transaction() as session:
        session.execute(sa.update(Notice).where(Notice.id.in_(ids)).values(values))
