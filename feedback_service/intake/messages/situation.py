"""What a person has with us when their message comes, read from the tables as one value."""

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import identity, registry, triage
from feedback_service.conversations.catalogue import Catalogue
from feedback_service.conversations.commands import (
    ANSWERED_WITHIN,
    MOST_COMPLAINTS,
    Asked,
    Kind,
    Known,
    Mine,
    Stage,
    Waiting,
    words_of,
)
from feedback_service.conversations.wording.kinds import QUESTIONS, Question
from feedback_service.domain.cases import OPEN, CaseStatus, Lane
from feedback_service.intake.messages.talk import (
    COUNTED_WITHIN,
    GAVE_WORDS,
    WAITING,
    WORDS,
    Talk,
)
from feedback_service.models import Case, Heard, Message, MessageState
from feedback_service.runtime import Runtime

GOES_ON_WITHIN = timedelta(minutes=10)
"""People split what they have to say over several messages."""
SPOKEN_WITHIN = timedelta(hours=24)
"""How long after an exchange about a case free words may still be about it."""
TELLS_WITHIN = timedelta(hours=24)
"""How long "reply with what happened" claims the next words: a day later they are about something
else."""
THANKED_WITHIN = timedelta(days=14)
"""How long a late answer to an invitation is still known as one."""
ASKED_WITHIN = timedelta(days=60)
"""How long an office's question to an open case is still known as one."""
MOST_LOOKED_AT = 100
"""Messages, and cases, of one person that are looked at: far more than a person has."""
_TROUBLE = frozenset(
    """
    no not none hakuna hawana burst leak leaks leaking broken blackout outage fault fire dead stolen
    hitilafu imepotea imepasuka limepasuka kimepasuka kimeziba imeziba giza mbovu chafu haifanyi
    haijazolewa hayajaonekana haiingii fake dirty late lost help
    """.split()  # noqa: SIM905 - a list of this length is read as a text
)
"""Beside a service's name these make a complaint of it: "no water"."""


def waiting_of(talk: Talk, *, enclosed: bool = False, steps: bool = True) -> Waiting:
    """What the person has with us; `steps` False leaves an open dialogue out."""
    if identity.is_new(talk.session, talk.citizen.id):
        return Waiting(enclosed=enclosed)
    told_at = _cases(talk)
    cases = list(told_at)
    heard, questions = _heard_lately(talk), list(_questions(talk))
    references: dict[uuid.UUID | None, str] = {case.id: case.reference for case in cases}
    hour, minutes = talk.now - COUNTED_WITHIN, talk.now - GOES_ON_WITHIN
    last = heard[0] if heard else None
    goes_on = last is not None and _gave_words(last) and last.at > minutes
    return Waiting(
        asked=_asked(talk, questions, references, steps=steps),
        invitation=_invitation(talk, questions),
        cases=tuple(_mine(talk, case) for case in cases),
        exchanged=_exchanged(told_at, heard),
        continues=references.get(last.case_id, "") if last and last.case_id and goes_on else "",
        said={
            " ".join(words_of(row.text)): references[row.case_id]
            for row in heard
            if row.at > hour and row.became in GAVE_WORDS and row.case_id in references
        },
        complaints=sum(row.at > hour and row.became == Kind.COMPLAINT.value for row in heard),
        written=sum(row.at > hour and row.became in WORDS for row in heard),
        enclosed=enclosed,
        quoted=_quoted(talk, references),
    )


def too_many(talk: Talk, text: str) -> bool:
    """Whether this person opened all the cases an hour has, and the text tells of no danger."""
    opened = sa.select(sa.func.count()).where(
        Heard.citizen_id == talk.citizen.id,
        Heard.became == Kind.COMPLAINT.value,
        Heard.at > talk.now - COUNTED_WITHIN,
    )
    return (talk.session.scalar(opened) or 0) >= MOST_COMPLAINTS and not _grave(talk.rt, text)


def known_of(rt: Runtime, session: Session) -> Known:
    """What the registry, the screen and the cases say of a text."""
    return Known(
        services=lambda text: _services_alone(registry.catalogue(rt), text),
        names=lambda text: _names(rt, session, text),
        exists=lambda reference: (
            session.scalar(sa.select(Case.id).where(Case.reference == reference)) is not None
        ),
        grave=lambda text: _grave(rt, text),
        keyword=rt.settings.at_keyword,
    )


def asked_message(talk: Talk, *questions: Question) -> Message | None:
    """The last message that put one of these questions and still waits for its answer."""
    wordings = [wording for wording, question in QUESTIONS.items() if question in questions]
    return next((m for m in _questions(talk) if m.wording in wordings), None)


def _cases(talk: Talk) -> dict[Case, datetime | None]:
    """The person's cases, newest first, and when we last wrote to them about each, in a day."""
    told_at = (
        sa.select(sa.func.max(Message.created_at))
        .where(
            Message.case_id == Case.id,
            Message.citizen_id == talk.citizen.id,
            Message.created_at > talk.now - SPOKEN_WITHIN,
        )
        .scalar_subquery()
    )
    mine = (
        sa.select(Case, told_at)
        .where(Case.citizen_id == talk.citizen.id)
        .order_by(Case.received_at.desc(), Case.id.desc())
        .limit(MOST_LOOKED_AT)
    )
    return dict(talk.session.execute(mine).all())


def _heard_lately(talk: Talk) -> list[Heard]:
    """What this person wrote in the last day, newest first, without the message at hand."""
    lately = (
        sa.select(Heard)
        .where(
            Heard.citizen_id == talk.citizen.id,
            Heard.at > talk.now - SPOKEN_WITHIN,
            Heard.source != talk.source,
        )
        .order_by(Heard.at.desc(), Heard.source.desc())
        .limit(MOST_LOOKED_AT)
        .execution_options(populate_existing=True)
    )
    return list(talk.session.scalars(lately))


def _gave_words(row: Heard) -> bool:
    """Whether what they wrote went to a case, by itself or in the dialogue that asked for it."""
    return row.became in GAVE_WORDS or (row.became == Kind.STEP.value and row.case_id is not None)


def _mine(talk: Talk, case: Case) -> Mine:
    stage = Stage.OPEN if case.status in OPEN else Stage.ANSWERED
    if case.status is CaseStatus.CLOSED:
        return Mine(case.reference, Stage.CLOSED, case.quiet)
    about = {case.service_id or "", case.institution_id, _county(case.county_code)} - {""}
    return Mine(
        case.reference, stage, case.quiet,
        frozenset(about) | _names(talk.rt, talk.session, case.text),
    )  # fmt: skip


def _asked(
    talk: Talk, questions: list[Message], references: dict[uuid.UUID | None, str], *, steps: bool
) -> Asked | None:
    """The newest question that still waits for its answer."""
    for message in questions:
        question = QUESTIONS[message.wording]
        if question is Question.STEP and not steps:
            continue
        if question is Question.WORDS and _is_answered(talk, message):
            return None
        return _as_asked(talk, message, references.get(message.case_id, ""))
    return None


def _as_asked(talk: Talk, message: Message, reference: str) -> Asked | None:
    question = QUESTIONS[message.wording]
    late = _is_late(talk, message, question)
    if question is Question.WHICH:
        pending = talk.session.get(Heard, message.data.get("pending", ""), populate_existing=True)
        if pending is None:
            return None
        late = pending.became != WAITING or pending.settled_at is not None
        return Asked(question, choices=tuple(message.data.get("choices", ())), late=late)
    if question in (Question.VERDICT, Question.WORDS) and not reference:
        return None
    if late and question not in (Question.RATING, Question.WORDS):
        return None
    return Asked(question, reference, (), late)


def _invitation(talk: Talk, questions: list[Message]) -> Asked | None:
    found = next((m for m in questions if QUESTIONS[m.wording] is Question.RATING), None)
    if found is None:
        return None
    return Asked(Question.RATING, late=_is_late(talk, found, Question.RATING))


def _questions(talk: Talk) -> Iterator[Message]:
    """Questions that reached the person or may have, newest first."""
    came = sa.func.coalesce(Message.sent_at, Message.not_before_at)
    asked = (
        sa.select(Message)
        .where(
            Message.citizen_id == talk.citizen.id,
            Message.expects_reply,
            Message.state != MessageState.FAILED,
            Message.created_at > talk.now - ASKED_WITHIN,
            came <= talk.now,
        )
        .order_by(came.desc(), Message.created_at.desc(), Message.id.desc())
        .limit(20)
    )
    for message in talk.session.scalars(asked):
        if message.wording not in QUESTIONS:
            continue
        if message.wording == "sms-asked" or _age(talk, message) <= _known_for(message):
            yield message


def _known_for(message: Message) -> timedelta:
    """How long a message that is no office's question is still known as one of ours."""
    return TELLS_WITHIN if QUESTIONS[message.wording] is Question.WORDS else THANKED_WITHIN


def _is_late(talk: Talk, message: Message, question: Question) -> bool:
    # An invitation holds for as long as the setting said on the day it left.
    if message.expires_at is not None:
        return talk.now > message.expires_at
    return _age(talk, message) > ANSWERED_WITHIN[question]


def _age(talk: Talk, message: Message) -> timedelta:
    came: datetime = message.sent_at or message.not_before_at
    return talk.now - came


def _is_answered(talk: Talk, question: Message) -> bool:
    since = sa.select(Heard.source).where(
        Heard.case_id == question.case_id, Heard.at > question.created_at
    )
    return talk.session.scalar(since.limit(1)) is not None


def _quoted(talk: Talk, references: dict[uuid.UUID | None, str]) -> str:
    """The case of the message of ours that this one taps or quotes."""
    about = talk.heard.about if talk.heard else ""
    if not about:
        return ""
    ours = sa.select(Message.case_id).where(
        Message.citizen_id == talk.citizen.id, Message.provider_id == about
    )
    return references.get(talk.session.scalar(ours.limit(1)), "")


def _exchanged(told_at: Mapping[Case, datetime | None], heard: list[Heard]) -> str:
    """The case that either side wrote about last, in the last day; never a quiet one."""
    shown: dict[uuid.UUID | None, Case] = {case.id: case for case in told_at if not case.quiet}
    said = [(row.at, shown[row.case_id]) for row in heard if row.case_id in shown]
    told = [(at, case) for case in shown.values() if (at := told_at[case])]
    newest = max([*said, *told], default=None, key=lambda each: each[0])
    return newest[1].reference if newest else ""


def _names(rt: Runtime, session: Session, text: str) -> frozenset[str]:
    found = triage.names_of(rt, session, text)
    county = _county(int(found.county) if found.county else None)
    return frozenset({found.service, found.institution, county} - {""})


def _county(code: int | None) -> str:
    return f"county:{code}" if code else ""


def _grave(rt: Runtime, text: str) -> bool:
    """Words of danger, and words that must be kept from the office they name."""
    screened = triage.screen(rt, text)
    return screened.danger or screened.lane is not Lane.OPEN


def _services_alone(catalogue: Catalogue, text: str) -> tuple[str, ...]:
    """The services that a whole message names, by a poster's code, a name or nicknames."""
    words = words_of(text)
    poster = catalogue.poster("".join(words))
    if poster and poster.service:
        return (poster.service,)
    if not words or set(words) & _TROUBLE or all(word.isdecimal() for word in words):
        return ()
    known = catalogue.given
    named = [s.id for s in known if words in map(words_of, (*s.short.values(), *s.name.values()))]
    return tuple(named or [s.id for s in known if set(words) <= s.words])
