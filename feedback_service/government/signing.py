"""Signing an aggregate off with words, sending it up, giving figures back, answering: each step a
line of the chained audit, and told to whoever must act on it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.evidence.plain import said
from feedback_service import audit, notices
from feedback_service.domain.periods import Period
from feedback_service.government import standing as stands
from feedback_service.government.aggregates import Aggregate
from feedback_service.government.lines import Signatory
from feedback_service.models import LineReturn, LineSheet, Role, Staff, new_id
from feedback_service.runtime import Runtime

FEWEST_LETTERS = 10
"""Letters of words that say something."""


class NotTaken(ValueError):
    """The step cannot be taken; `why` is the key of what is wrong."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(
            f"sign-off: {why}: sign what is over, with words of {FEWEST_LETTERS} letters, send up "
            "what is signed, give back what came up, answer what was given back"
        )


@dataclass(frozen=True)
class Signing:
    """Who signs what, with which words; `digest` is that of the figures on the signer's page."""

    period: Period
    signatory: Signatory
    words: str
    digest: str
    staff_id: uuid.UUID


@dataclass(frozen=True)
class Returning:
    """Whose figures are given back, in which line, and why."""

    period: Period
    line: str
    institution: str
    reason: str
    staff_id: uuid.UUID


def sign(rt: Runtime, what: Signing, contracts: Mapping[str, Mapping[str, str]]) -> LineSheet:
    """Keep the figures as they were signed.  Raises NotTaken: also where they are no longer those
    that the signer saw."""
    if not stands.is_over(what.period, rt.now()):
        raise NotTaken("not-over")
    figures = stands.drawn(rt, what.period, what.signatory, contracts)
    with rt.transaction() as session:
        _one_at_a_time(session, what.period, what.signatory.line.key)
        words, last = _worded(what.words), _last(session, what.period, what.signatory)
        if what.digest != figures.digest:
            raise NotTaken("figures-moved")
        if last and last.sent_at and last.digest == figures.digest and not _backs(session, what):
            raise NotTaken("gone-up")
        row = LineSheet(
            id=new_id(), period=what.period.label, line=what.signatory.line.key.value,
            holder_id=what.signatory.holder, number=last.number + 1 if last else 1,
            provisional=figures.provisional, figures=said(figures), digest=figures.digest,
            words=words, signed_by_id=what.staff_id, signed_at=rt.now(),
        )  # fmt: skip
        session.add(row)
        for back in _backs(session, what):
            back.answer, back.answered_by_id, back.answered_at = words, what.staff_id, rt.now()
        _note(session, rt, "government.sign", row, what.staff_id, _summary(figures, words))
        return row


def send_up(rt: Runtime, period: Period, signatory: Signatory, staff_id: uuid.UUID) -> None:
    """Let what is signed go up; whoever it goes to is told.  Raises NotTaken: also where a body
    was given back, or answered, after the signature."""
    with rt.transaction() as session:
        _one_at_a_time(session, period, signatory.line.key)
        row = _last(session, period, signatory)
        (status,) = stands.standing(session, period, rt.now(), [signatory])
        if row is None or status.signed is None or status.state is not stands.State.SIGNED:
            raise NotTaken("not-signed")
        if status.signed.left_out != stands.left_out(session, period, rt.now(), signatory):
            raise NotTaken("figures-moved")
        row.sent_by_id, row.sent_at = staff_id, rt.now()
        _note(session, rt, "government.send", row, staff_id, {"to": signatory.to or "owner"})
        notices.post(
            session, f"line:{row.id}", "line_up", _receivers(session, rt, signatory), rt.now(),
            data={"period": period.label, "holder": signatory.holder},
        )  # fmt: skip


def give_back(rt: Runtime, what: Returning, *, gone_up: bool) -> uuid.UUID:
    """Give a body's figures back with a reason; its performance officers are told.

    `gone_up`: the body signs for itself and its aggregate had come up.  Raises NotTaken.
    """
    with rt.transaction() as session:
        _one_at_a_time(session, what.period, what.line)
        reason = _worded(what.reason)
        waiting = stands.open_returns(session, what.period)
        if any((row.line, row.institution_id) == (what.line, what.institution) for row in waiting):
            raise NotTaken("returned-already")
        row = LineReturn(
            id=new_id(), period=what.period.label, line=what.line,
            institution_id=what.institution, reason=reason, by_id=what.staff_id, at=rt.now(),
        )  # fmt: skip
        session.add(row)
        audit.note(
            session, "government.return", f"{row.period} {row.line} {row.institution_id}",
            rt.now(), what.staff_id, {"reason": reason, "gone_up": gone_up},
        )  # fmt: skip
        notices.post(
            session, f"line:{row.id}", "line_returned", _people(session, what.institution),
            rt.now(), data={"period": row.period},
        )  # fmt: skip
        return row.id


def answer(
    rt: Runtime, return_id: uuid.UUID, institution: str, words: str, staff_id: uuid.UUID
) -> None:
    """Answer for a body that does not sign for itself; whoever gave it back is told.

    Raises NotTaken.
    """
    with rt.transaction() as session:
        row = session.get(LineReturn, return_id, with_for_update=True)
        if row is None or row.institution_id != institution or row.answered_at is not None:
            raise NotTaken("nothing-to-answer")
        period = Period.parse(row.period)
        if stands.of_holder(stands.signatories(session, period), row.line, institution):
            raise NotTaken("sign-again")
        row.answer, row.answered_by_id, row.answered_at = _worded(words), staff_id, rt.now()
        audit.note(
            session, "government.answer", f"{row.period} {row.line} {row.institution_id}",
            rt.now(), staff_id, {"answer": row.answer},
        )  # fmt: skip
        notices.post(
            session, f"line:{row.id}:answer", "line_answered", [row.by_id], rt.now(),
            data={"period": row.period, "institution": institution},
        )  # fmt: skip


def _worded(text: str) -> str:
    words = text.strip()
    if sum(letter.isalpha() for letter in words) < FEWEST_LETTERS:
        raise NotTaken("words-missing")
    return words


def _one_at_a_time(session: Session, period: Period, line: str) -> None:
    """Two who sign in a line, send up or give back at once do so one after the other."""
    key = f"{period.label} {line}"
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 19))))


def _last(session: Session, period: Period, signatory: Signatory) -> LineSheet | None:
    return stands.last_sheet(session, period.label, signatory)


def _backs(session: Session, what: Signing) -> list[LineReturn]:
    return [
        row
        for row in stands.open_returns(session, what.period)
        if (row.line, row.institution_id) == (what.signatory.line.key, what.signatory.holder)
    ]


def _summary(figures: Aggregate, words: str) -> dict[str, object]:
    return {
        "words": words, "digest": figures.digest, "provisional": figures.provisional,
        "bodies": len(figures.bodies), "left_out": dict(figures.left_out),
    }  # fmt: skip


def _note(
    session: Session,
    rt: Runtime,
    what: str,
    row: LineSheet,
    staff_id: uuid.UUID,
    data: Mapping[str, object],
) -> None:
    subject = f"{row.period} {row.line} {row.holder_id}"
    audit.note(session, what, subject, rt.now(), staff_id, {"number": row.number, **data})


def _receivers(session: Session, rt: Runtime, signatory: Signatory) -> list[uuid.UUID]:
    """The unit of the line, or the owner's analysts."""
    here = Staff.institution_id == (signatory.to or rt.settings.scorecard_owner)
    if signatory.to:
        wanted = sa.and_(Staff.role == Role.OVERSIGHT, here)
    else:
        owner = sa.or_(here, Staff.institution_id.is_(None))
        wanted = sa.and_(Staff.role == Role.ANALYST, owner)
    found = sa.select(Staff.id).where(wanted, Staff.disabled_at.is_(None))
    return list(session.scalars(found.order_by(Staff.id)))


def _people(session: Session, institution: str) -> list[uuid.UUID]:
    """Whoever answers for a body's figures: its performance officers, its oversight where it signs
    a line."""
    roles = Staff.role.in_((Role.PERFORMANCE, Role.OVERSIGHT))
    here = Staff.institution_id == institution
    found = sa.select(Staff.id).where(roles, here, Staff.disabled_at.is_(None))
    return list(session.scalars(found.order_by(Staff.id)))
