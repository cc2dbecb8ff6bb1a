"""One USSD step: the same call always gets the same screen, and every answer is stored before it.

The network repeats the whole history with each key.  What we remember of a session tells the new
part from the old; without a memory (Redis lost, a long dial) the history is walked from its start,
which is safe because every effect can be done twice.  A redial goes on where a session dropped.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from channels.contract import Ended, Inbound
from feedback_service import identity, registry, triage
from feedback_service.conversation_store import Session
from feedback_service.conversations.engine import Screen
from feedback_service.conversations.flows import begin
from feedback_service.domain.phones import normalise
from feedback_service.identity import KeyRing
from feedback_service.intake.resuming import remembered, seconds_to_keep, take_up
from feedback_service.intake.walking import CHANNEL, FLOW, Walk, has_ended, source_of
from feedback_service.runtime import Runtime

__all__ = ["CHANNEL", "take_ended", "take_step", "warm_up"]

LONGEST_SESSION = timedelta(minutes=5)
"""No network keeps a session half as long: who was known before it began, was known in it."""


def take_step(rt: Runtime, heard: Inbound) -> Screen:
    """The screen that answers one call; NotAPhone when nobody can be behind its number."""
    call = _call(rt, heard.session, heard.address, heard.service_code)
    history = heard.history or ""
    known = _known(rt, call)
    session = known.session
    if session is None:
        session = _first(rt, call, known, history)
    elif session.conversation.step in FLOW and session.goes_on(history):
        if session.taken_up:
            return session.screen
        session = _walk(rt, call).go_on(session, history)
    elif (said := session.said(history)) or session.taken_up:
        return said or session.screen
    else:
        missed = _from_start(rt, call, known.language, history)
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
        if ended.at and rt.now() - ended.at > LONGEST_SESSION:
            return
        session = _from_start(rt, call, known.language, history)
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
    registry.catalogue(rt)
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
    """What is remembered of a call's session; `is_earlier` when it is not its caller's last."""

    session: Session | None
    other: Session | None
    language: str
    is_earlier: bool


def _call(rt: Runtime, session: str, address: str, service_code: str) -> _Call:
    address = normalise(address)
    lookup = KeyRing(rt.settings.phone_keys).lookup(address)
    person = lookup.hex()
    code, dialled = _base(rt.settings.at_ussd_code, service_code)
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
    found = rt.conversations.load(call.person, call.key)
    if found.session or not found.other:
        return _Known(found.session, found.other, found.language, False)
    session = rt.conversations.load_earlier(call.key)
    return _Known(session, found.other, found.language, session is not None)


def _walk(rt: Runtime, call: _Call, *, quiet: bool = False) -> Walk:
    return Walk(rt, registry.catalogue(rt), call.address, call.lookup, call.key, quiet)


def _first(rt: Runtime, call: _Call, known: _Known, history: str) -> Session:
    """A session that nothing is remembered of: a new one, a redial, or one that was forgotten."""
    if history:
        return _from_start(rt, call, known.language, history)
    walk = _walk(rt, call)
    if known.other and (start := take_up(rt, walk.catalogue, call.key, known.other, call.dialled)):
        return walk.begin(start.conversation, start.at, start.origin)
    conversation = begin(known.language, call.dialled, walk.catalogue)
    return walk.begin(conversation, int(rt.now().timestamp()))


def _from_start(rt: Runtime, call: _Call, language: str, history: str) -> Session:
    """A history walked from where its session started.

    Only here is the database asked for the language: a new session asks its caller again instead,
    because a question costs less than a look-up for every first call.
    """
    now = rt.now()
    rows = remembered(rt, call.key, now)
    walk = _walk(rt, call, quiet=rows.taken_up)
    if rows.start:
        session = walk.begin(rows.start.conversation, rows.start.at, rows.start.origin)
    else:
        language = language or identity.language_of(rt, call.lookup, now - LONGEST_SESSION)
        session = walk.begin(begin(language, call.dialled, walk.catalogue), int(now.timestamp()))
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
