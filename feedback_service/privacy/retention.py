"""How long each kind of thing is kept: a table anybody can read, carried out every night.

The days stand in data/retention.csv with their basis; what is removed stands here.  Each rule works
in small transactions, may be stopped at any moment, and writes down what it did.
"""

import csv
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import identity
from feedback_service.models import (
    Appraisal,
    Attachment,
    AttachmentState,
    Case,
    Citizen,
    Compliment,
    ContractFile,
    ContractFileContent,
    ControlVisit,
    Heard,
    Look,
    Message,
    MessageState,
    Notice,
    Resumption,
    RetentionRun,
    SignIn,
    Visit,
)
from feedback_service.privacy import erasing
from feedback_service.runtime import Runtime

AT_ONCE, MOST = 500, 100_000
"""Rows of one transaction, and of one night: what is left is removed the next."""
ONCE_IN = timedelta(hours=20)


@dataclass(frozen=True)
class Rule:
    """One line of the table: `days` after `since`, `removed` goes; `basis` is why."""

    name: str
    days: int
    since: str
    removed: str
    basis: str


@dataclass(frozen=True)
class _Work:
    """Which rows are too old, by their key, and how they are removed."""

    old: Callable[[datetime], sa.Select[Any]]
    remove: Callable[[Runtime, Session, Sequence[Any]], object]


@cache
def rules() -> tuple[Rule, ...]:
    """The table, in its order."""
    text = resources.files(__package__).joinpath("data/retention.csv").read_text("utf-8")
    return tuple(
        Rule(row["rule"], int(row["days"]), row["from"], row["removed"], row["basis"])
        for row in csv.DictReader(text.splitlines())
    )


def too_old(rt: Runtime) -> dict[str, int]:
    """By rule: how many would be removed now."""
    with rt.transaction() as session:
        return {
            rule.name: session.scalar(
                sa.select(sa.func.count()).select_from(
                    _WORK[rule.name].old(_before(rt, rule)).subquery()
                )
            )
            or 0
            for rule in rules()
        }


def nightly(rt: Runtime) -> dict[str, int]:
    """What the clock does: every rule, unless it was carried out within the day."""
    with rt.transaction() as session:
        lately = sa.select(RetentionRun.id).where(RetentionRun.at > rt.now() - ONCE_IN)
        if session.scalar(lately.limit(1)):
            return {}
    return run(rt)


def run(rt: Runtime) -> dict[str, int]:
    """Carry out every rule now; by rule, how many were removed."""
    return {rule.name: _run(rt, rule) for rule in rules()}


def _run(rt: Runtime, rule: Rule) -> int:
    work, before, removed = _WORK[rule.name], _before(rt, rule), 0
    while removed < MOST:
        with rt.transaction() as session:
            keys = list(session.scalars(work.old(before).limit(AT_ONCE)))
            if keys:
                work.remove(rt, session, keys)
        removed += len(keys)
        if len(keys) < AT_ONCE:
            break
    with rt.transaction() as session:
        session.add(RetentionRun(rule=rule.name, at=rt.now(), before=before, removed=removed))
    return removed


def _before(rt: Runtime, rule: Rule) -> datetime:
    return rt.now() - timedelta(days=rule.days)


def _old_files(before: datetime) -> sa.Select[Any]:
    return (
        sa.select(Attachment.id)
        .outerjoin(Case, Case.id == Attachment.case_id)
        .where(
            sa.func.coalesce(Case.closed_at, Attachment.created_at) < before,
            sa.or_(Attachment.case_id.is_(None), Case.closed_at.is_not(None)),
            Attachment.reason != erasing.ERASED,
            Attachment.state != AttachmentState.WAITING,
        )
    )


def _old_cases(before: datetime) -> sa.Select[Any]:
    return sa.select(Case.id).where(Case.closed_at < before, erasing.has_words())


def _old_heard(before: datetime) -> sa.Select[Any]:
    return sa.select(Heard.source).where(
        Heard.at < before, Heard.text != "", _outside_open_cases(Heard.case_id)
    )


def _old_praise(before: datetime) -> sa.Select[Any]:
    return sa.select(Compliment.id).where(Compliment.received_at < before, Compliment.text != "")


def _old_contract_files(before: datetime) -> sa.Select[Any]:
    return (
        sa.select(ContractFileContent.file_id)
        .join(ContractFile, ContractFile.id == ContractFileContent.file_id)
        .where(ContractFile.added_at < before)
    )


def _delete_bytes(rt: Runtime, session: Session, keys: Sequence[Any]) -> None:
    session.execute(sa.delete(ContractFileContent).where(ContractFileContent.file_id.in_(keys)))


def _old_messages(before: datetime) -> sa.Select[Any]:
    return sa.select(Message.id).where(
        Message.created_at < before, Message.text != "", Message.state != MessageState.QUEUED,
        _outside_open_cases(Message.case_id),
    )  # fmt: skip


def _old_numbers(before: datetime) -> sa.Select[Any]:
    waits = sa.exists().where(Case.citizen_id == Citizen.id, Case.closed_at.is_(None))
    last = sa.func.coalesce(Citizen.heard_at, Citizen.created_at)
    return sa.select(Citizen.id).where(
        last < before, Citizen.retired_at.is_(None), ~waits, ~_visited_since(before)
    )


def _old_visitors(before: datetime) -> sa.Select[Any]:
    """Known from a feed alone: never heard, and so without a case, a rating or a message."""
    planted = sa.exists().where(
        ControlVisit.citizen_id == Citizen.id, ControlVisit.visited_at >= before
    )
    return sa.select(Citizen.id).where(
        Citizen.heard_at.is_(None),
        Citizen.created_at < before,
        Citizen.retired_at.is_(None),
        ~_visited_since(before),
        ~planted,
    )


def _old_serials(before: datetime) -> sa.Select[Any]:
    return sa.select(Visit.id).where(Visit.at < before, Visit.serial != "")


def _visited_since(before: datetime) -> sa.ColumnElement[bool]:
    return sa.exists().where(Visit.citizen_id == Citizen.id, Visit.at >= before)


def _outside_open_cases(case_id: Any) -> sa.ColumnElement[bool]:
    waits = sa.exists().where(Case.id == case_id, Case.closed_at.is_(None))
    return sa.or_(case_id.is_(None), ~waits)


def _retire(rt: Runtime, session: Session, people: Sequence[uuid.UUID]) -> None:
    for citizen_id in people:
        identity.retire(session, citizen_id, rt.now())


def _empty(column: Any, key: Any, **more: Any) -> Callable[[Runtime, Session, Sequence[Any]], None]:
    def emptied(rt: Runtime, session: Session, keys: Sequence[Any]) -> None:
        values = {column.key: "", **more}
        session.execute(sa.update(column.class_).where(key.in_(keys)).values(values))

    return emptied


def _gone(key: Any, at: Any) -> _Work:
    """Rows that go whole."""

    def delete(rt: Runtime, session: Session, keys: Sequence[Any]) -> None:
        session.execute(sa.delete(key.class_).where(key.in_(keys)))

    return _Work(lambda before: sa.select(key).where(at < before), delete)


_WORK = {
    "files": _Work(_old_files, lambda rt, s, keys: erasing.files(s, Attachment.id.in_(keys))),
    "cases": _Work(_old_cases, lambda rt, s, keys: erasing.words_of_cases(s, keys)),
    "heard": _Work(_old_heard, _empty(Heard.text, Heard.source)),
    "praise": _Work(_old_praise, _empty(Compliment.text, Compliment.id)),
    "messages": _Work(_old_messages, _empty(Message.text, Message.id, data={})),
    "numbers": _Work(_old_numbers, _retire),
    "visitors": _Work(_old_visitors, _retire),
    "serials": _Work(_old_serials, _empty(Visit.serial, Visit.id)),
    "looks": _gone(Look.id, Look.at),
    "appraisals": _gone(Appraisal.id, Appraisal.made_at),
    "contract_files": _Work(_old_contract_files, _delete_bytes),
    "notices": _gone(Notice.id, Notice.at),
    "sign_ins": _gone(SignIn.token_hash, SignIn.expires_at),
    "sessions": _gone(Resumption.session, Resumption.at),
}
