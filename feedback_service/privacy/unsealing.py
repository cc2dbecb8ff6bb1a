"""Seeing a citizen's number and whole words: asked with a reason, agreed by a second person
outside the asker's unit, open to the asker alone for four hours, each look written down.

| who asks | about |
|---|---|
| officer, supervisor, integrity officer | a case that they see and may act on |

| who agrees or refuses | about |
|---|---|
| auditor | every case |
| integrity officer of another unit | every case |
| officer or supervisor of central triage, of another institution | what is not confidential |

Nobody decides on their own asking, nor in a case that is shut to them.  Whoever decides reads the
reason and not the words.  The citizen is told at once by message, unless the case is quiet, and
whenever they ask who looked.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import audit, identity, notices, outbox, registry
from feedback_service.conversations.wording import phrase
from feedback_service.domain.cases import Action, Actor, Lane
from feedback_service.domain.references import spoken
from feedback_service.identity import KeyRing
from feedback_service.models import Case, CaseEvent, Citizen, Look, Role, Staff, Unsealing
from feedback_service.notices.shut import may_hear
from feedback_service.privacy import askings
from feedback_service.privacy.askings import Reason
from feedback_service.redress import history
from feedback_service.redress.sight import DESK, Sight
from feedback_service.runtime import Runtime
from feedback_service.staff import Viewer

OPEN_FOR = timedelta(hours=4)
SHORTEST_WORDS = 10
ASKERS = (Role.OFFICER, Role.SUPERVISOR, Role.INTEGRITY)
DECIDERS = (Role.AUDITOR, Role.INTEGRITY, *DESK)
LOOKED = "number"
"""What a look at a number is written down as."""


class NoSuchUnsealing(LookupError):
    """None that this viewer may decide or use, or its time is over."""


class NothingSealed(ValueError):
    """No number is known of the citizen any more: there is nothing to see."""


class WordsMissing(ValueError):
    """words: too short. Write in a sentence why a message is not enough, or why you refuse."""


@dataclass(frozen=True)
class Opened:
    """What an agreed asking opens: the number, and the citizen's words as they came."""

    reference: str
    number: str
    text: str
    language: str
    added: Sequence[tuple[datetime, str]]
    until: datetime | None


def ask(
    rt: Runtime, session: Session, viewer: Viewer, case: Case, reason: Reason, words: str
) -> Unsealing:
    """Ask in a case whose row this transaction holds; asked again while it waits, it is one.

    Raises WordsMissing, NothingSealed.
    """
    if len(words.strip()) < SHORTEST_WORDS:
        raise WordsMissing("words: too short. Write in a sentence why a message is not enough")
    citizen = session.get(Citizen, case.citizen_id) if case.citizen_id else None
    if citizen is None or not identity.is_current(citizen, rt.now()):
        raise NothingSealed("the citizen left no number, or has given it up")
    waits = askings.still_waiting(rt.now()).where(
        Unsealing.case_id == case.id, Unsealing.asked_by_id == viewer.staff_id
    )
    if found := session.scalars(waits.with_only_columns(Unsealing).limit(1)).one_or_none():
        return found
    asked = Unsealing(
        case_id=case.id, citizen_id=citizen.id, reason=f"{reason}: {words.strip()}",
        asked_by_id=viewer.staff_id, asked_at=rt.now(),
    )  # fmt: skip
    session.add(asked)
    session.flush()  # its id goes into the history
    _write_down(rt, session, viewer, case, asked, "asked", words.strip())
    told = session.scalars(_deciders(session, viewer, case))
    notices.post(
        session, f"unsealing:{asked.id}", "unsealing", told, rt.now(), case_id=case.id,
        urgent=reason is Reason.DANGER,
    )  # fmt: skip
    return asked


def decide(
    rt: Runtime, session: Session, viewer: Viewer, unsealing_id: uuid.UUID, words: str,
    *, granted: bool,
) -> Unsealing:  # fmt: skip
    """Agree or refuse; a refusal says why.  Raises NoSuchUnsealing, WordsMissing."""
    if not granted and len(words.strip()) < SHORTEST_WORDS:
        raise WordsMissing("words: too short. Write why you refuse")
    wanted = askings.decidable(session, viewer, rt.now()).where(Unsealing.id == unsealing_id)
    row = session.execute(wanted.with_for_update(of=(Unsealing, Case))).one_or_none()
    if row is None:
        raise NoSuchUnsealing("no asking of that id waits for your decision")
    asked, case, asker = row
    asked.decided_by_id, asked.decided_at, asked.granted = viewer.staff_id, rt.now(), granted
    asked.until = rt.now() + OPEN_FOR if granted else None
    _write_down(rt, session, viewer, case, asked, "granted" if granted else "refused", words)
    kind = "unsealing_granted" if granted else "unsealing_refused"
    notices.post(
        session, f"unsealing:{asked.id}:decided", kind, [asker.id], rt.now(), case_id=case.id
    )
    if granted:
        _tell_citizen(rt, session, case, asked, asker)
    return asked


def look(rt: Runtime, session: Session, viewer: Viewer, unsealing_id: uuid.UUID) -> Opened:
    """The number and the words, for the asker while it is open; written down every time."""
    wanted = (
        sa.select(Unsealing, Case, Citizen)
        .join(Case, Case.id == Unsealing.case_id)
        .join(Citizen, Citizen.id == Unsealing.citizen_id)
        .where(Unsealing.id == unsealing_id, Unsealing.asked_by_id == viewer.staff_id)
        .where(Unsealing.granted.is_(True), Unsealing.until > rt.now(), Sight(viewer).clause)
    )
    row = session.execute(wanted.with_for_update(of=(Unsealing, Case))).one_or_none()
    if row is None or not identity.is_current(row[2], rt.now()):
        raise NoSuchUnsealing("nothing of that id is open to you now")
    asked, case, citizen = row
    if asked.looked_at is None:
        asked.looked_at = rt.now()
        _write_down(rt, session, viewer, case, asked, "seen", "")
    session.add(Look(staff_id=viewer.staff_id, case_id=case.id, what=LOOKED, at=rt.now()))
    audit.note(session, "unsealing.look", str(asked.id), rt.now(), viewer.staff_id)
    said = sa.select(CaseEvent.at, CaseEvent.data["text"].as_string()).where(
        CaseEvent.case_id == case.id, CaseEvent.actor == Actor.CITIZEN,
        CaseEvent.data.has_key("text"),
    )  # fmt: skip
    added = session.execute(said.order_by(CaseEvent.number)).all()
    ring = KeyRing(rt.settings.phone_keys)
    return Opened(
        case.reference, ring.unseal(citizen.sealed, citizen.lookup), case.text, case.language,
        [(at, text) for at, text in added], asked.until,
    )  # fmt: skip


def _write_down(
    rt: Runtime, session: Session, viewer: Viewer, case: Case, asked: Unsealing, what: str,
    words: str,
) -> None:  # fmt: skip
    """In the case's history, with the words, and in the audit, without them."""
    reason = asked.reason.partition(":")[0]
    kept = {"unsealing": what, "reason": reason} | (
        {"text": words.strip()} if words.strip() else {}
    )
    history.add(session, case, Action.NOTE, Actor.OFFICER, rt.now(), kept, viewer.staff_id)
    audit.note(
        session, f"unsealing.{what}", str(asked.id), rt.now(), viewer.staff_id,
        {"case": case.reference, "reason": reason},
    )  # fmt: skip


def _tell_citizen(
    rt: Runtime, session: Session, case: Case, asked: Unsealing, asker: Staff
) -> None:
    if case.quiet:
        return
    citizen = session.get_one(Citizen, asked.citizen_id)
    language = citizen.language or case.language
    values = {
        "reference": spoken(case.reference),
        "office": office_of(rt, asker.institution_id, language),
        "reason": phrase(f"unsealed-{asked.reason.partition(':')[0]}", language),
    }
    say = outbox.Wording("sms-unsealed", f"unsealing:{asked.id}", values)
    outbox.post(session, citizen, case.channel, language, say, rt.now(), case.id)


def office_of(rt: Runtime, institution_id: str | None, language: str) -> str:
    """What the citizen calls the institution of whoever looked."""
    named = registry.catalogue(rt).offices.get(institution_id or "")
    return named[language] if named else phrase("unsealed-by-us", language)


def _deciders(session: Session, viewer: Viewer, case: Case) -> sa.Select[uuid.UUID]:
    """Whom to tell that a decision waits: auditors, and central triage where it may decide."""
    whom: list[sa.ColumnElement[bool]] = [Staff.role == Role.AUDITOR]
    if case.lane is not Lane.CONFIDENTIAL and not askings.is_central(
        session, viewer.institution_id
    ):
        whom.append(notices.at_central())
    return sa.select(Staff.id).where(
        sa.or_(*whom), Staff.id != viewer.staff_id, Staff.disabled_at.is_(None), may_hear(case.id)
    )
