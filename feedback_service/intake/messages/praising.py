"""Words that sound like praise: they wait for the model, then are kept, or are a complaint.

No model runs while a message is taken in; a worker reads it a moment later, and answers once.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import recognition, triage
from feedback_service.conversations.commands import Kind
from feedback_service.domain.cases import Lane
from feedback_service.intake.messages.cases import complain
from feedback_service.intake.messages.talk import Talk
from feedback_service.models import Citizen, Compliment, ComplimentState, Heard, Rating
from feedback_service.runtime import Runtime


def praise(talk: Talk, words: str) -> bool:
    """Whether the words were put aside as praise; what the lexicon doubts never is."""
    if not talk.rt.settings.text_model or not recognition.sounds_like_praise(words):
        return False
    if triage.screen(talk.rt, words).lane is not Lane.OPEN:
        return False
    recognition.offer(talk.rt, talk.session, _praised(talk, words))
    return True


def praise_beside(talk: Talk, words: str) -> None:
    """Words beside a good mark: of the rating that was stored just now."""
    last = sa.select(Rating).where(Rating.citizen_id == talk.citizen.id)
    rated = talk.session.scalars(last.order_by(Rating.given_at.desc()).limit(1)).first()
    recognition.offer(talk.rt, talk.session, _praised(talk, words, rated, rated_now=True))


def settle_praise(rt: Runtime) -> int:
    """Have the model read what waits; returns how many.  Each in its own transaction."""
    return rt.work_off(
        recognition.BELL, lambda: sum(_settle(rt, one) for one in recognition.waiting(rt))
    )


def _praised(
    talk: Talk, words: str, rated: Rating | None = None, *, rated_now: bool = False
) -> recognition.Praised:
    return recognition.Praised(
        talk.source, talk.citizen.id, talk.channel, talk.language, words,
        service_id=rated.service_id if rated else None,
        institution_id=rated.institution_id if rated else None,
        county_code=rated.county_code if rated else None,
        rated=rated_now,
    )  # fmt: skip


def _settle(rt: Runtime, source: str) -> bool:
    recognition.try_to_read(rt, source)
    with rt.transaction() as session:
        row = session.scalars(sa.select(Compliment).where(Compliment.source == source)).one()
        # The citizen first, as everywhere: a message of theirs may be on its way in.
        citizen = session.get_one(Citizen, row.citizen_id, with_for_update={"key_share": True})
        session.refresh(row, with_for_update=True)
        if row.state is not ComplimentState.WAITING:
            return False
        talk = Talk(rt, session, citizen, row.channel, row.source, row.text, rt.now())
        sure, doubted = recognition.reads_as_praise(rt, row.text, row.received_at)
        if sure:
            recognition.keep(rt, session, row)
            if not row.rated:  # the dialogue after a mark thanks by itself
                talk.reply("sms-praise")
        elif row.rated and not doubted:
            row.state, row.text, row.read_at = ComplimentState.NONE, "", rt.now()
        else:
            _complain(talk, session, row)
        return True


def _complain(talk: Talk, session: Session, row: Compliment) -> None:
    """It was no praise: what they wrote is a case, as if it had never waited."""
    case = complain(talk, row.text)
    row.state, row.case_id, row.text, row.read_at = ComplimentState.CASE, case.id, "", talk.now
    session.execute(
        sa.update(Heard)
        .where(Heard.source == row.source)
        .values(case_id=case.id, became=Kind.RATING if row.rated else Kind.COMPLAINT)
    )
