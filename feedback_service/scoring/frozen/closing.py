"""A period closed for good: what everybody's figures were, from which records, by which versions,
sealed by hashes and signed.  A quarter's records are read here, a year's quarters in `years`."""

import secrets
import uuid
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from analytics.coverage import Coverage
from analytics.evidence import merkle, signing
from analytics.evidence.archive import parsed
from analytics.evidence.figures import methods_in_use
from analytics.evidence.making import (
    FIGURES,
    Body,
    Statement,
    content,
    full_files,
    public_files,
    tree,
)
from analytics.evidence.plain import said
from analytics.scorecards import NOTHING, Scorecard
from analytics.tallies import Cohort
from feedback_service import audit
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.chain import BrokenChain
from feedback_service.domain.periods import MATURES_IN, Period
from feedback_service.domain.ratings import Sample
from feedback_service.models import AuditLine, FrozenPeriod, FrozenTallies
from feedback_service.runtime import Runtime
from feedback_service.scoring import reading, rollups
from feedback_service.scoring.books import Reader
from feedback_service.scoring.counting import Dimension, bounds
from feedback_service.scoring.frozen import tallies, years
from feedback_service.scoring.frozen.gathering import Question, gather
from feedback_service.scoring.frozen.storing import (
    NOBODYS,
    CannotFreeze,
    Drawn,
    Part,
    compare,
    signature,
    store,
)

__all__ = ["CannotFreeze", "Closing", "Say", "freeze", "matures_at"]

Say = Callable[[str, int, int], None]
"""Told of each institution as it is done: its id, how many are, and of how many."""


@dataclass(frozen=True)
class Closing:
    """What is to be closed, by whom (None: the clock or a command), and before it is mature only
    for a `reason`."""

    period: Period
    reason: str = ""
    staff_id: uuid.UUID | None = None


@dataclass(frozen=True)
class _Found:
    """A period read as of one moment, with the audit's last line."""

    drawn: Drawn
    parts: Mapping[str, Part]
    head: tuple[int, str]


def freeze(rt: Runtime, closing: Closing, say: Say) -> FrozenPeriod:
    """Close a quarter, or a year whose quarters are.  Raises CannotFreeze where it is closed
    already, is not mature and no reason is given, a quarter of it is open, a history is broken, or
    the records do not give the figures that stand published."""
    period = closing.period
    early, reason = _check(rt, closing)
    secret, cohort = secrets.token_bytes(32), Cohort(*bounds(period), rt.now())
    rollups.prepare(rt)
    try:
        found = _found(rt, (period, secret, cohort), say)
    except BrokenChain as error:
        raise CannotFreeze(f"{period.label}: {error}") from error
    bodies = {name: part.body for name, part in found.parts.items()}
    statement = Statement(
        period.label, rt.now(), cohort.as_of, early, reason, *found.head, methods_in_use(),
        bodies, merkle.root(tree(bodies)).hex(), signing.public_key(rt.settings.signing_key),
        simulated=found.drawn.whole.whole.simulated,
    )  # fmt: skip
    with rt.transaction() as session:
        row = _period_row(rt, closing, statement, secret)
        session.add(row)
        try:
            session.flush()  # its packs and cards point at it
        except sa.exc.IntegrityError as error:
            raise CannotFreeze(_already(period)) from error
        store(rt, session, statement, found.drawn, found.parts)
        audit.note(
            session, "period.freeze", period.label, rt.now(), closing.staff_id,
            {"early": early, "reason": reason, "root": statement.root,
             "statement": row.signature},
        )  # fmt: skip
    return row


def matures_at(period: Period) -> str:
    return (period.end + MATURES_IN).isoformat()


def _check(rt: Runtime, closing: Closing) -> tuple[bool, str]:
    """Whether it is early, and why all the same."""
    period = closing.period
    with rt.transaction() as session:
        if session.get(FrozenPeriod, period.label):
            raise CannotFreeze(_already(period))
        if period.quarter is None:
            return years.check(session, period, closing.reason)
    today = rt.now().astimezone(NAIROBI).date()
    if today <= period.end:
        raise CannotFreeze(
            f"{period.label} ends on {period.end}: nobody can undo a freeze. Wait until it is over"
        )
    early = today <= period.end + MATURES_IN
    if early and not closing.reason.strip():
        raise CannotFreeze(
            f"{period.label} is provisional until {matures_at(period)}: citizens may still confirm "
            "or dispute. Wait, or freeze it early with a reason, which is written down"
        )
    return early, closing.reason


def _already(period: Period) -> str:
    return f"{period.label} is frozen already: it is never changed, contest a figure instead"


def _found(rt: Runtime, when: tuple[Period, bytes, Cohort], say: Say) -> _Found:
    """Everybody's cards and records, and the audit's last line, all as of one moment."""
    period, _, cohort = when
    with rt.transaction() as session:
        # Cards, facts, flags and histories of all institutions are of one moment.
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        source = rollups.tallies_now(session)
        reader = Reader(session, cohort.as_of, public=False, source=source)
        drawn = Drawn(
            *(reading.drawn(one, period, list(Dimension)) for one in (reader, reader.as_public()))
        )
        newest = sa.select(AuditLine).order_by(AuditLine.number.desc()).limit(1)
        last = session.scalars(newest).one_or_none()
        head = (last.number, last.hash) if last else (0, "")
        if period.quarter is None:
            return _Found(drawn, years.gathered(session, period, cohort, drawn, say), head)
        parts: dict[str, Part] = {}
        everyone: dict[str, Scorecard | None] = {**drawn.whole.cards, NOBODYS: None}
        for done, (name, card) in enumerate(everyone.items(), 1):
            parts[name] = _part(rt, reader, when, (name, card), drawn)
            say(name, done, len(everyone))
        return _Found(drawn, parts, head)


def _part(
    rt: Runtime,
    reader: Reader,
    when: tuple[Period, bytes, Cohort],
    of: tuple[str, Scorecard | None],
    drawn: Drawn,
) -> Part:
    (period, secret, cohort), (name, card) = when, of
    frame = reader.ground(period).frames.get(name)
    asked = Question(
        period, cohort, name, card.simulated if card else drawn.whole.whole.simulated,
        card.sample if card else Sample.OPEN, secret, card.known if card else NOTHING, frame,
    )  # fmt: skip
    found = gather(rt, reader.session, asked)
    files = full_files(found.stated, found.facts, found.events, found.leaves)
    reader.session.expunge_all()  # one institution's records at a time stay in memory
    if card is not None:
        compare(files[FIGURES], card, drawn.whole.tables.get(name, {}))
    public = public_files(drawn.published(name))
    root = merkle.root(found.leaves).hex()
    held = {file: zlib.compress(one, 1) for file, one in files.items()}
    return Part(
        lambda _: {file: zlib.decompress(one) for file, one in held.items()},
        public, b"".join(found.leaves),
        Body(content(files), content(public), root, len(found.leaves)),
        parsed(files[FIGURES])["readings"], _tallies(reader, period, name, frame),
    )  # fmt: skip


def _tallies(
    reader: Reader, period: Period, name: str, frame: Coverage | None
) -> list[FrozenTallies]:
    """What a year will be added up from."""
    ground = reader.ground(period)
    whole = {group: cell for group, cell in ground.groups.items() if group.institution == name}
    known = {invented: of for (of_name, invented), of in ground.known.items() if of_name == name}
    rows = [tallies.row_of(period, name, tallies.WHOLE, whole, tallies.beside_of(known, frame))]
    for dimension in Dimension:
        groups = reader.groups(period, dimension).get(name, {})
        rows.append(tallies.row_of(period, name, dimension.value, groups, {}))
    return rows


def _period_row(rt: Runtime, closing: Closing, statement: Statement, secret: bytes) -> FrozenPeriod:
    return FrozenPeriod(
        period=statement.period, frozen_at=statement.frozen_at, as_of=statement.as_of,
        early=statement.early, reason=statement.reason, staff_id=closing.staff_id,
        root=statement.root, statement=said(statement),
        signature=signature(rt, statement), leaf_secret=secret,
    )  # fmt: skip
