"""What of one officer's own cases counts for appraisal: answered in own time, reasons given,
transfers accepted.  Never stars, confirmations or disputes: those score units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from analytics.methods import UnknownMethod, published
from feedback_service.domain import clocks
from feedback_service.domain.calendar import NAIROBI, WorkingCalendar
from feedback_service.domain.cases import Action
from feedback_service.domain.charter import CommitmentKind
from feedback_service.domain.clocks import Moment

_ANSWERS = (Action.RESOLVE, Action.REJECT)
_ENDS = (*_ANSWERS, Action.WITHDRAW)
_BEGINS = (Action.ACKNOWLEDGE, Action.ASK, Action.NOTE, *_ANSWERS)


class Measure(StrEnum):
    """What an officer controls; nothing else of a case is ever counted for a person."""

    TIME = "own_time"
    REASONS = "own_reasons"
    TRANSFERS = "own_transfers"


@dataclass(frozen=True)
class Deed:
    """One event of a case, with who did it (an id, or "" for citizen and clock)."""

    action: Action
    at: datetime
    data: Mapping[str, Any]
    staff: str = ""


@dataclass(frozen=True)
class Fact:
    """One thing that counts, `kept` or not, on the day in Nairobi on which it counts."""

    officer: str
    measure: Measure
    day: date
    kept: bool


@dataclass(frozen=True)
class Rule:
    """One version of what counts; `least`: under so many cases a figure is no score.

    early: an answer counts when it is given, also while its time runs on, as the first version had
    it; an open case counted only when its time was over, so that a running quarter looked better.
    """

    version: str
    least: int
    least_share: int
    letters: int
    take: int
    fewest_colleagues: int
    early: bool
    words: Mapping[str, Sequence[str]]

    @classmethod
    def load(cls, version: str | None = None) -> "Rule":
        """That version, or the one in use.  Raises UnknownMethod."""
        known = published("own_cases.json")["own_cases"]
        named = [one for one in known if version in (None, one["version"])]
        if not named:
            names = ", ".join(one["version"] for one in known)
            raise UnknownMethod(f"own_cases: no method has version {version!r}; use one of {names}")
        one = named[-1]
        return cls(
            one["version"], one["least"], one["least_share_working_days"], one["reason_letters"],
            one["take_working_days"], one["fewest_colleagues"],
            one.get("early_answers_count", "at_once") == "at_once", one["rules"],
        )  # fmt: skip


@dataclass(frozen=True)
class Stretch:
    """An officer's custody: the events `first` to `last` of the case, or None while it goes on.

    `given`: it came by assignment, not by acting on what nobody had; `moved`: after a transfer.
    """

    officer: str
    first: int
    last: int | None
    given: bool
    moved: bool


def facts_of(
    deeds: Sequence[Deed], calendar: WorkingCalendar, now: datetime, rule: Rule
) -> list[Fact]:
    """What one case, its opening first, says of the officers who held it until its first answer."""
    until = _first_answer(deeds)
    told = deeds if until is None else deeds[: until + 1]
    found = []
    for stretch in stretches(told):
        found += _time(told, stretch, calendar, now, rule)
        found += _transfer(told, stretch, calendar, now, rule)
    return found + (_reasons(told[-1], rule) if until is not None else [])


def stretches(deeds: Sequence[Deed]) -> list[Stretch]:
    """Who held the case as a person, from when to when, until its first answer."""
    found: list[Stretch] = []
    held: Stretch | None = None
    moved = False
    for number, deed in enumerate(deeds[1:], start=1):
        now_with, ends = _now_with(deed, held), deed.action in _ENDS
        if now_with != (held.officer if held else "") or ends:
            if held:
                found.append(Stretch(held.officer, held.first, number, held.given, held.moved))
            held = None
            if now_with and not ends:
                given = deed.action is Action.ASSIGN
                held, moved = Stretch(now_with, number, None, given, moved and given), False
        moved = moved or deed.action is Action.TRANSFER
        if ends:
            return found
    return [*found, held] if held else found


def _first_answer(deeds: Sequence[Deed]) -> int | None:
    return next((n for n, deed in enumerate(deeds) if deed.action in _ENDS), None)


def _now_with(deed: Deed, held: Stretch | None) -> str:
    """Who has the case after this event, "" for nobody."""
    if deed.action is Action.ASSIGN:
        return str(deed.data.get("to") or "")
    if deed.action is Action.TRANSFER or (deed.action is not Action.ESCALATE
                                          and "holder" in deed.data):  # fmt: skip
        return ""
    if held:
        return held.officer
    return deed.staff if deed.action in (Action.ACKNOWLEDGE, Action.ASK) else ""


def _time(
    deeds: Sequence[Deed], held: Stretch, calendar: WorkingCalendar, now: datetime, rule: Rule
) -> list[Fact]:
    """Whether it was answered within the share that remained; nothing while that runs."""
    began = deeds[held.first].at
    last = deeds[held.last] if held.last is not None else None
    if last and not held.given and last.at == began:
        return []  # answered in the act of taking it: no custody to measure
    share = _share(deeds, held, calendar, rule)
    if share is None:
        return []
    until = min(last.at, now) if last else now
    over = calendar.time_between(began, until) - _waited(deeds, began, until, calendar) > share
    answered = last is not None and last.staff == held.officer and last.action in _ANSWERS
    if not (answered or over):
        return []  # still in time, or passed on before its time ran out
    runs_out = calendar.add_time(began, share + _waited(deeds, began, until, calendar))
    if runs_out > now and not rule.early:
        return []
    return [Fact(held.officer, Measure.TIME, _day(runs_out), not over)]


def _share(
    deeds: Sequence[Deed], held: Stretch, calendar: WorkingCalendar, rule: Rule
) -> timedelta | None:
    """Working time of the promise that remained when the case came; None without a promise."""
    events = [Moment(deed.action, deed.at, deed.data) for deed in deeds]
    known = events if held.last is None else events[: held.last + 1]
    promise = clocks.promised(known, CommitmentKind.RESOLVE)
    if promise is None:
        return None
    due = clocks.due_at(events[: held.first + 1], promise, calendar)
    return max(
        calendar.time_between(deeds[held.first].at, due), rule.least_share * calendar.day_length
    )


def _waited(
    deeds: Sequence[Deed], began: datetime, until: datetime, calendar: WorkingCalendar
) -> timedelta:
    events = [Moment(deed.action, deed.at, deed.data) for deed in deeds]
    waits = (
        calendar.time_between(max(pause.started_at, began), min(pause.ended_at, until))
        for pause in clocks.pauses(events, calendar)
    )
    return sum((wait for wait in waits if wait > timedelta(0)), timedelta(0))


def _transfer(
    deeds: Sequence[Deed], held: Stretch, calendar: WorkingCalendar, now: datetime, rule: Rule
) -> list[Fact]:
    """Whether a case that came by transfer was begun in time and not sent back without reason."""
    if not held.moved:
        return []
    last = held.last if held.last is not None else len(deeds) - 1
    theirs = [one for one in deeds[held.first : last + 1] if one.staff == held.officer]
    limit = calendar.add_time(deeds[held.first].at, rule.take * calendar.day_length)
    sent = [one for one in theirs if one.action is Action.TRANSFER]
    begun = any(one.action in (*_BEGINS, Action.TRANSFER) and one.at <= limit for one in theirs)
    ended = deeds[held.last].at if held.last is not None else None
    if not begun and min(ended or now, now) <= limit:
        return []  # the day is not over, or it was taken away within it
    if sent and _wordless(sent[0]):
        return []
    bare = bool(sent) and _back(deeds, held, sent[0]) and _letters(sent[0]) < rule.letters
    return [Fact(held.officer, Measure.TRANSFERS, _day(limit), begun and not bare)]


def _back(deeds: Sequence[Deed], held: Stretch, sent: Deed) -> bool:
    came = next(d for d in reversed(deeds[: held.first]) if d.action is Action.TRANSFER)
    return sent.data.get("holder") == came.data.get("from")


def _reasons(answer: Deed, rule: Rule) -> list[Fact]:
    if answer.action not in _ANSWERS or not answer.staff or _wordless(answer):
        return []
    ground = answer.action is Action.RESOLVE or bool(answer.data.get("ground"))
    kept = ground and _letters(answer) >= rule.letters
    return [Fact(answer.staff, Measure.REASONS, _day(answer.at), kept)]


def _wordless(deed: Deed) -> bool:
    """The words were there and are no longer kept."""
    return "erased" in deed.data


def _letters(deed: Deed) -> int:
    return sum(letter.isalnum() for letter in str(deed.data.get("text", "")))


def _day(at: datetime) -> date:
    return at.astimezone(NAIROBI).date()
