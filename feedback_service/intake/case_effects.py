"""What a step asks for about cases: opened, listed, read, lived to their end, quiet ones by secret.

Every effect carries the session's source, so that doing it twice changes nothing.
"""

import json
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy.orm import Session

from feedback_service import attachments, identity, outbox, redress, triage
from feedback_service.conversations.catalogue import Catalogue
from feedback_service.conversations.flow_report import CUT_OFF
from feedback_service.conversations.steps import SECRET, Conversation, Effect
from feedback_service.conversations.wording import phrase
from feedback_service.domain.cases import Action, Actor, Lane
from feedback_service.identity import KeyRing
from feedback_service.intake.calling import Calls, Done, Facts, campaign_of, county_of, standing
from feedback_service.models import Case, Category, Citizen
from feedback_service.privacy import askings, unsealing
from feedback_service.runtime import Runtime

FIRST_WAITS = timedelta(minutes=3)
"""How long the first message is held back while the citizen is asked how we may answer."""
_ASKS = frozenset({"reply-way", "secret-way"})


def _open_case(rt: Runtime, caller: Calls, talk: Conversation, catalogue: Catalogue) -> Facts:
    """The complaint filed; the step it leads to says what is asked next, and so what waits."""
    said, words = standing(talk), talk.answers.get("words", "")
    screened = triage.screen(rt, words)
    service, category = talk.answers.get("service"), said.get("what", "")
    with rt.transaction(hurry=True) as session:
        citizen = _citizen(
            rt, session, caller, talk
        )  # in hand: a session forgets what nobody holds
        complaint = redress.Complaint(
            source=f"{caller.source}:case",
            channel=caller.channel,
            language=talk.language,
            text=words,
            citizen_id=citizen.id,
            service_id=service,
            place_id=talk.answers.get("place"),
            county=county_of(talk, catalogue),
            category=Category(category) if category else None,
            lane=screened.lane,
            quiet=redress.quiet_by_default(session, service, None, screened.lane),
            urgent=screened.danger,
            more=talk.step == "filed-tell" or _may_be_cut(caller, words),
            wait=FIRST_WAITS if talk.step in _ASKS else timedelta(),
            campaign_id=campaign_of(talk),
        )
        case = redress.open_case(rt, session, complaint)
        _join(rt, session, case)
        facts = redress.facts_of(rt, session, case, talk.language)
        return facts | _more_facts(session, caller, case, danger=screened.danger)


def _open_confidential(
    rt: Runtime, caller: Calls, talk: Conversation, catalogue: Catalogue
) -> Facts:
    """The confidential way: past the office that is named, without a message, echoing nothing."""
    afraid, words = standing(talk).get("afraid", ""), talk.answers.get("words", "")
    category = {"bribery": Category.BRIBERY, "threat": Category.THREAT}.get(afraid)
    with rt.transaction(hurry=True) as session:
        citizen = _citizen(
            rt, session, caller, talk
        )  # in hand: a session forgets what nobody holds
        complaint = redress.Complaint(
            source=f"{caller.source}:case",
            channel=caller.channel,
            language=talk.language,
            text=words,
            citizen_id=citizen.id,
            place_id=talk.answers.get("place"),
            county=county_of(talk, catalogue),
            category=category,
            lane=Lane.CONFIDENTIAL,
            quiet=True,
            urgent=triage.screen(rt, words).danger or afraid == "danger",
        )
        case = redress.open_case(rt, session, complaint)
        _join(rt, session, case)
        return {"reference": redress.spoken(case.reference)}


def _citizen(rt: Runtime, session: Session, caller: Calls, talk: Conversation) -> Citizen:
    ring = KeyRing(rt.settings.phone_keys)
    return identity.find_or_add(session, ring, caller.address, rt.now(), talk.language)


def _join(rt: Runtime, session: Session, case: Case) -> None:
    """A photo sent alone before the call belongs to the case of the call."""
    if case.citizen_id and not identity.is_new(session, case.citizen_id):
        attachments.join(session, case.citizen_id, case, rt.now())


def _more_facts(session: Session, caller: Calls, case: Case, *, danger: bool) -> dict[str, str]:
    family = outbox.family(caller.channel)
    stopped = case.citizen_id and identity.has_stopped(session, case.citizen_id, family)
    return {"danger": "1" if danger else "", "stopped": "1" if stopped else ""}


def _may_be_cut(caller: Calls, words: str) -> bool:
    """Whether a network may have kept back the end of a citizen's words: of a keypad's only."""
    return len(words) >= CUT_OFF and not outbox.can_carry(caller.channel)


def _answer_way(rt: Runtime, caller: Calls, talk: Conversation, catalogue: Catalogue) -> Facts:
    """How the citizen wants to be answered: told at once, or never told by message."""
    with rt.transaction(hurry=True) as session:
        case = redress.case_of_source(session, f"{caller.source}:case")
        if talk.answers["reply_way"] == "quiet":
            redress.hush(rt, session, case)
        elif case.quiet or not outbox.release(session, case.id, rt.now()):
            redress.answer_openly(rt, session, case, more=_may_be_cut(caller, case.text))
    return {}


def _set_secret(rt: Runtime, caller: Calls, talk: Conversation, catalogue: Catalogue) -> Facts:
    digits = talk.answers.get(SECRET)
    if digits is None:  # "No secret", or a copy of a call whose secret is kept already
        return {}
    with rt.transaction(hurry=True) as session:
        case = redress.case_of_source(session, f"{caller.source}:case")
        redress.set_secret(rt, session, case, digits)
    return {"opened": ""}


def _hush(rt: Runtime, caller: Calls, talk: Conversation, catalogue: Catalogue) -> Facts:
    """A case of the list becomes quiet, opened from now on by the secret that was chosen."""
    digits = talk.answers.get(SECRET)
    if digits is None:  # a copy of a call whose secret is kept already
        return {}
    with rt.transaction(hurry=True) as session:
        case = redress.own_case(session, caller.lookup, talk.answers["reference"], rt.now())
        redress.hush(rt, session, case)
        redress.set_secret(rt, session, case, digits)
    return {"opened": ""}


def _list_cases(rt: Runtime, caller: Calls, talk: Conversation, catalogue: Catalogue) -> Facts:
    """Quiet cases are absent: a shared phone must not tell of them."""
    with rt.transaction(hurry=True) as session:
        identity.hear(session, caller.lookup, rt.now())
        cases = redress.cases_of(session, caller.lookup, rt.now())
        listed = [redress.line_of(case, talk.language or "en") for case in cases]
    return {"cases": json.dumps(listed), "opened": ""}


def _read_case(rt: Runtime, caller: Calls, talk: Conversation, catalogue: Catalogue) -> Facts:
    """The case as this session found it: its keys mean the same when a call comes again."""
    with rt.transaction(hurry=True) as session:
        return _facts(rt, session, caller, talk, _case(rt, session, caller, talk))


def _find_case(rt: Runtime, caller: Calls, talk: Conversation, catalogue: Catalogue) -> Facts:
    """What may be said of a reference that is not in the caller's list."""
    with rt.transaction(hurry=True) as session:
        found = redress.look_up(rt, session, caller.lookup, talk.answers["reference"])
    word = phrase(f"status-{found.status}", talk.language or "en") if found.status else ""
    return {"found": word, "new": "1" if found.wants_secret else ""}


def _open_quiet(rt: Runtime, caller: Calls, talk: Conversation, catalogue: Catalogue) -> Facts:
    """The case that a reference and its secret open; `opened` names it for this session."""
    reference, digits = talk.answers["reference"], talk.answers.get(SECRET)
    with rt.transaction(hurry=True) as session:
        if digits is None:  # back at its screen from one of its steps
            case = _opened(session, talk)
        else:
            case = redress.open_own(rt, session, caller.lookup, reference, digits)
            case = case or redress.open_quiet(rt, session, caller.lookup, reference, digits)
        if case is None:
            return {"opened": ""}
        return {**_facts(rt, session, caller, talk, case), "opened": reference}


def _read_looks(rt: Runtime, caller: Calls, talk: Conversation, catalogue: Catalogue) -> Facts:
    """How often staff opened the case, and when last."""
    with rt.transaction(hurry=True) as session:
        case = _case(rt, session, caller, talk)
        times, last = redress.looks_at(session, case)
        shown = askings.last_shown(session, case)
    told = {"times": str(times), "looked": redress.on_day(last, talk.language) if last else "-"}
    if shown is None:
        return told
    to = unsealing.office_of(rt, shown.institution_id, talk.language)
    return told | {"shown_to": to, "shown_why": f"unsealed-{shown.reason}"}


_OWN = frozenset({"withdraw", "confirm"})
"""What counts for less, or not at all, from another telephone than the one that filed the case."""


def _citizen_acts(name: str) -> Done:
    def done(rt: Runtime, caller: Calls, talk: Conversation, catalogue: Catalogue) -> Facts:
        with rt.transaction(hurry=True) as session:
            case = _case(rt, session, caller, talk)
            elsewhere = name in _OWN and not _filed_here(session, caller, case)
        words = talk.answers.get("words", "")
        screened = triage.screen(rt, words)
        what = redress.Act(
            Action(name), Actor.CITIZEN, words, channel=caller.channel, inline=True,
            source=f"{caller.source}:{name}:{talk.answers['reference']}",
            held=screened.lane is not Lane.OPEN, urgent=screened.danger, elsewhere=elsewhere,
            voice=caller.lookup,
        )  # fmt: skip
        try:
            went_to = redress.citizen_says(rt, case.id, what)
        except redress.NotTheirVoice:
            return {"reference": redress.spoken(case.reference), "other_voice": "1"}
        with rt.transaction(hurry=True) as session:
            now = session.get_one(Case, went_to.id if went_to else case.id)
            facts = dict(redress.facts_of(rt, session, now, talk.language))
        went_on = went_to is not None and went_to.id != case.id
        return facts | {"too_late": "" if went_to else "1", "went_on": "1" if went_on else ""}

    return done


def _filed_here(session: Session, caller: Calls, case: Case) -> bool:
    """Whether this phone filed the case; another may have opened it by its secret."""
    citizen = session.get(Citizen, case.citizen_id) if case.citizen_id else None
    return citizen is not None and citizen.lookup == caller.lookup


def _case(rt: Runtime, session: Session, caller: Calls, talk: Conversation) -> Case:
    """The case spoken of: opened by its secret in this session, or one of the caller's list."""
    opened = _opened(session, talk)
    return opened or redress.own_case(session, caller.lookup, talk.answers["reference"], rt.now())


def _opened(session: Session, talk: Conversation) -> Case | None:
    """The case whose secret this session gave; a second reference is another case."""
    reference = talk.facts.get("opened")
    if not reference or reference != talk.answers["reference"]:
        return None
    return redress.case_by_reference(session, reference.replace(" ", ""))


def _facts(
    rt: Runtime, session: Session, caller: Calls, talk: Conversation, case: Case
) -> dict[str, str]:
    before = redress.standing_before(session, case, f"{caller.source}:")
    return redress.facts_of(rt, session, case, talk.language) | before


EFFECTS: Mapping[Effect, Done] = {
    Effect.OPEN_CASE: _open_case,
    Effect.OPEN_CONFIDENTIAL: _open_confidential,
    Effect.ANSWER_WAY: _answer_way,
    Effect.SET_SECRET: _set_secret,
    Effect.HUSH: _hush,
    Effect.LIST_CASES: _list_cases,
    Effect.READ_CASE: _read_case,
    Effect.FIND_CASE: _find_case,
    Effect.OPEN_QUIET: _open_quiet,
    Effect.READ_LOOKS: _read_looks,
    Effect.CONFIRM: _citizen_acts("confirm"),
    Effect.DISPUTE: _citizen_acts("dispute"),
    Effect.APPEAL: _citizen_acts("escalate"),
    Effect.WITHDRAW: _citizen_acts("withdraw"),
    Effect.ADD_WORDS: _citizen_acts("answer"),
}
