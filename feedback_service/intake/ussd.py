"""One USSD step: the same call always gets the same screen, and every answer is stored before it.

The network repeats the whole history with each key.  What we remember of a session tells the new
part from the old; without a memory (Redis lost, a long dial) the history is walked from its start:
the language question, or where a row says that the session began.  That is safe because every
effect can be done twice.  A redial goes on where a session dropped.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple

from channels.contract import Ended, Inbound
from feedback_service import registry, triage
from feedback_service.conversation_store import LONGEST_SESSION, Session
from feedback_service.conversations.engine import Screen
from feedback_service.conversations.flow_survey import invited
from feedback_service.conversations.flows import begin
from feedback_service.conversations.steps import Conversation
from feedback_service.domain.phones import normalise
from feedback_service.domain.visit_codes import read_code
from feedback_service.identity import KeyRing
from feedback_service.intake.resuming import (
    Remembered,
    begin_anew,
    remembered,
    seconds_to_keep,
    take_up,
)
from feedback_service.intake.walking import CHANNEL, FLOW, Walk, has_ended, source_of
from feedback_service.runtime import Runtime

__all__ = ["CHANNEL", "take_ended", "take_step", "warm_up"]


def take_step(rt: Runtime, heard: Inbound) -> Screen:
    """The screen that answers one call; NotAPhone when nobody can be behind its number."""
    call = _call(rt, heard.session, heard.address, heard.service_code)
    history = heard.history or ""
    known = _known(rt, call)
    session = known.session
    if session is None and history:
        session = _from_start(rt, call, remembered(rt, call.key), history, known.language)
    elif session is None:
        if known.forgot and (late := _first_again(rt, call)):
            return late.screen
        session = _first(rt, call, known)
    elif session.conversation.step in FLOW and session.goes_on(history):
        if session.taken_up:
            return session.screen
        session = _walk(rt, call).go_on(session, history)
    elif (said := session.said(history)) or session.taken_up:
        return said or session.screen
    else:
        missed = _from_start(rt, call, remembered(rt, call.key), history)
        if len(history) < session.length:
            return missed.screen
        session = missed
    _save(rt, call, known, session)
    return session.screen


def take_ended(rt: Runtime, ended: Ended) -> None:
    """The end of a session: what was keyed last and never reached us is heard now.

    Nothing depends on it.  It may come twice, late, or for a session we know nothing of; answers
    that a later session gave, or asks for, stay as they are.
    """
    history = ended.history
    if not history:
        return
    call = _call(rt, ended.session, ended.address, ended.service_code)
    known = _known(rt, call)
    session = known.session
    if session is None:
        if ended.at and rt.now() - ended.at > timedelta(seconds=LONGEST_SESSION):
            return
        session = _from_start(rt, call, remembered(rt, call.key), history)
        known = known._replace(is_earlier=known.other is not None)
    elif session.taken_up or session.conversation.step not in FLOW:
        return
    elif session.goes_on(history) and not has_ended(session):
        session = _walk(rt, call).go_on(session, history, missed=True)
    else:
        return
    _save(rt, call, known, session)


def warm_up(rt: Runtime) -> None:
    """Read the registry and its names, so that the first step is as quick as the thousandth."""
    registry.desks(rt)
    registry.ladder_of(rt, "")
    with rt.transaction() as session:
        registry.calendar(rt, session)
        triage.names_of(rt, session, "")


@dataclass(frozen=True, slots=True)
class _Call:
    """Who calls, bound to the code that was dialled; `dialled` is what followed our own code."""

    address: str
    lookup: bytes
    person: str
    key: str
    dialled: str


class _Known(NamedTuple):
    """What is remembered of a call's session; `is_earlier` when it is not its caller's last.

    forgot: Redis may have lost it minutes ago.
    """

    session: Session | None
    other: Session | None
    language: str
    forgot: bool
    invited: str = ""
    is_earlier: bool = False


def _call(rt: Runtime, session: str, address: str, service_code: str) -> _Call:
    settings = rt.settings
    return _bound(settings.phone_keys, settings.at_ussd_code, session, address, service_code)


@lru_cache(maxsize=2048)  # a session comes back with each key: worked out once, for all that last
def _bound(
    keys: tuple[bytes, ...], ours: str, session: str, address: str, service_code: str
) -> _Call:
    address = normalise(address)
    lookup = KeyRing(keys).lookup(address)
    person = lookup.hex()
    code, dialled = _base(ours, service_code)
    if not code:
        return _Call(address, lookup, person, f"{session}:{person[:16]}", dialled)
    return _Call(address, lookup, f"{person}:{code}", f"{session}:{person[:16]}:{code}", dialled)


def _base(ours: str, service_code: str) -> tuple[str, str]:
    """The code a session belongs to, empty for our own, and what followed it in a long dial.

    `*384*77*1234#` on `*384*77#` gives `1234`.
    """
    if service_code == ours or not service_code:
        return "", ""
    stem = ours.rstrip("#") + "*"
    if service_code.startswith(stem):
        return "", service_code.removeprefix(stem).rstrip("#")
    return service_code[:40], ""


def _known(rt: Runtime, call: _Call) -> _Known:
    known = _Known(*rt.conversations.load(call.person, call.key, int(rt.now().timestamp())))
    if known.session or not known.other:
        return known
    session = rt.conversations.load_earlier(call.key)
    return known._replace(session=session, is_earlier=session is not None)


def _walk(rt: Runtime, call: _Call, *, quiet: bool = False) -> Walk:
    return Walk(rt, registry.catalogue(rt), call.address, call.lookup, call.key, quiet)


def _first(rt: Runtime, call: _Call, known: _Known) -> Session:
    """A session that begins now: a new one, or one that goes on with the last.

    The database is not asked for a language that Redis does not know: a question costs less than
    a look-up for every first call.
    """
    walk = _walk(rt, call)
    start = known.other and take_up(
        rt, walk.catalogue, call.key, known.other, call.dialled, forgot=known.forgot
    )
    if not start:
        start = begin_anew(rt, call.key, _beginning(walk, call, known))
    return walk.begin(start.conversation, start.at, start.origin)


def _beginning(walk: Walk, call: _Call, known: _Known) -> Conversation:
    """The survey, if its caller is invited and has not dialled for another service; else the menu.

    It needs their language: the invitation was written in one.
    """
    if known.invited and not call.dialled:
        answers = json.loads(known.invited)
        language = answers.pop("language")
        if answers["service"] in walk.catalogue.services:
            return invited(known.language or language, answers)
    return begin(known.language, call.dialled, walk.catalogue)


def _first_again(rt: Runtime, call: _Call) -> Session | None:
    """A session that began before Redis forgot it: this is a late copy of its first call.

    It is not kept: its next call is walked through the whole history.
    """
    rows = remembered(rt, call.key)
    return _from_start(rt, call, rows, "") if rows.start or rows.taken_up else None


def _from_start(
    rt: Runtime, call: _Call, rows: Remembered, history: str, language: str = ""
) -> Session:
    """A history walked from where its session started: what its row says, or the language.

    language: the caller's, for a long dial that comes as a text: its code means the same after the
    question as before it, and from here on a row says where the session began.
    """
    walk = _walk(rt, call, quiet=rows.taken_up)
    start = rows.start
    if start is None:
        known = language if walk.catalogue.poster(history) or read_code(history) else ""
        start = begin_anew(rt, call.key, begin(known, call.dialled, walk.catalogue))
    session = walk.begin(start.conversation, start.at, start.origin)
    return walk.go_on(session, history, missed=True) if history else session


def _save(rt: Runtime, call: _Call, known: _Known, session: Session) -> None:
    """Keep the session as its caller's last, or, when a later one is, beside it."""
    if known.is_earlier or session.taken_up:
        rt.conversations.save_earlier(session)
        return
    other = known.other
    if other and session.source != source_of(call.key):
        other = other._replace(taken_up=True)
    before = known.session
    rt.conversations.save(
        call.person,
        session,
        seconds=seconds_to_keep(rt, session),
        is_new_there=session.standing and not (before and before.sealed),
        instead_of=other,
    )
