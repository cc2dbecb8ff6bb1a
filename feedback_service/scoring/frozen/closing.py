"""A quarter closed for good: what everybody's figures were, from which records, by which versions,
sealed by hashes and signed, in one transaction."""

import secrets
import uuid
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.evidence import merkle, signing
from analytics.evidence.archive import parsed
from analytics.evidence.figures import methods_in_use
from analytics.evidence.making import (
    FIGURES,
    Body,
    Edition,
    Statement,
    content,
    full_files,
    public_files,
    seal_of,
    signed,
    tree,
)
from analytics.evidence.plain import canonical, said
from analytics.scorecards import NOTHING, Scorecard
from analytics.tallies import Cohort
from feedback_service import audit
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.chain import BrokenChain
from feedback_service.domain.periods import MATURES_IN, Period
from feedback_service.domain.ratings import Sample
from feedback_service.models import (
    AuditLine,
    FrozenCard,
    FrozenLeaves,
    FrozenPack,
    FrozenPeriod,
)
from feedback_service.runtime import Runtime
from feedback_service.scoring import reading
from feedback_service.scoring.counting import Dimension
from feedback_service.scoring.frozen.gathering import Question, cohort_of, gather
from feedback_service.scoring.reading import Edition as Cards

Say = Callable[[str, int, int], None]
"""Told of each institution as it is done: its id, how many are, and of how many."""
NOBODYS = ""
"""Answers that are of no institution we know."""
WHOLE = "national"


class CannotFreeze(Exception):
    """The period cannot be closed now; the message says why and what to do."""


@dataclass(frozen=True)
class Closing:
    """What is to be closed, by whom (None: the clock or a command), and before it is mature only
    for a `reason`."""

    period: Period
    reason: str = ""
    staff_id: uuid.UUID | None = None


@dataclass(frozen=True)
class _Part:
    """One institution's files, held small until all are there."""

    full: Mapping[str, bytes]
    public: Mapping[str, bytes]
    leaves: bytes
    body: Body
    readings: object


def freeze(rt: Runtime, closing: Closing, say: Say) -> FrozenPeriod:
    """Close a quarter.  Raises CannotFreeze where it is closed already, is not mature and no reason
    is given, a history is broken, or the records do not give the figures that stand published."""
    early = _check(rt, closing)
    period = closing.period
    secret, cohort = secrets.token_bytes(32), cohort_of(period, rt)
    whole = reading.edition(rt, period, list(Dimension), public=False)
    public = reading.edition(rt, period, list(Dimension), public=True)
    try:
        parts, head = _gathered(rt, (period, secret, cohort), whole, public, say)
    except BrokenChain as error:
        raise CannotFreeze(f"{period.label}: {error}") from error
    bodies = {name: part.body for name, part in parts.items()}
    statement = Statement(
        period.label, rt.now(), cohort.as_of, early, closing.reason, *head, methods_in_use(),
        bodies, merkle.root(tree(bodies)).hex(), signing.public_key(rt.settings.signing_key),
        simulated=whole.whole.simulated,
    )  # fmt: skip
    with rt.transaction() as session:
        row = _period_row(rt, closing, statement, secret)
        session.add(row)
        try:
            session.flush()  # its packs and cards point at it
        except sa.exc.IntegrityError as error:
            raise CannotFreeze(_already(period)) from error
        _keep(rt, session, statement, parts)
        _keep_cards(session, period, whole, public, parts)
        audit.note(
            session, "period.freeze", period.label, rt.now(), closing.staff_id,
            {"early": early, "reason": closing.reason, "root": statement.root,
             "statement": row.signature},
        )  # fmt: skip
    return row


def matures_at(period: Period) -> str:
    return (period.end + MATURES_IN).isoformat()


def _check(rt: Runtime, closing: Closing) -> bool:
    period = closing.period
    if period.quarter is None:
        raise CannotFreeze(f"{period.label} is a year: freeze its quarters, it is made of them")
    with rt.transaction() as session:
        if session.get(FrozenPeriod, period.label):
            raise CannotFreeze(_already(period))
    early = rt.now().astimezone(NAIROBI).date() <= period.end + MATURES_IN
    if early and not closing.reason.strip():
        raise CannotFreeze(
            f"{period.label} is provisional until {matures_at(period)}: citizens may still confirm "
            "or dispute. Wait, or freeze it early with a reason, which is written down"
        )
    return early


def _already(period: Period) -> str:
    return f"{period.label} is frozen already: it is never changed, contest a figure instead"


def _gathered(
    rt: Runtime, when: tuple[Period, bytes, Cohort], whole: Cards, public: Cards, say: Say
) -> tuple[dict[str, _Part], tuple[int, str]]:
    """Every institution's part, and the audit's last line, read as of one moment."""
    period, secret, cohort = when
    parts: dict[str, _Part] = {}
    with rt.transaction() as session:
        # Facts, flags and histories of all institutions are of one moment.
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        for done, (name, card) in enumerate({**whole.cards, NOBODYS: None}.items(), 1):
            simulated = card.simulated if card else whole.whole.simulated
            sample = card.sample if card else Sample.OPEN
            known = card.known if card else NOTHING
            asked = Question(period, cohort, name, simulated, sample, secret, known)
            shown = public_files(_published(public, name))
            parts[name] = _part(rt, session, asked, shown, card)
            say(name, done, len(whole.cards) + 1)
        newest = sa.select(AuditLine).order_by(AuditLine.number.desc()).limit(1)
        last = session.scalars(newest).one_or_none()
        return parts, (last.number, last.hash) if last else (0, "")


def _part(
    rt: Runtime,
    session: Session,
    asked: Question,
    public: Mapping[str, bytes],
    card: Scorecard | None,
) -> _Part:
    found = gather(rt, session, asked)
    files = full_files(found.stated, found.facts, found.events, found.leaves)
    session.expunge_all()  # one institution's records at a time stay in memory
    figures = parsed(files[FIGURES])
    if card is not None:
        _compare(figures, card)
    root = merkle.root(found.leaves).hex()
    body = Body(content(files), content(public), root, len(found.leaves))
    held = {name: zlib.compress(one, 1) for name, one in files.items()}
    return _Part(held, public, b"".join(found.leaves), body, figures["readings"])


def _compare(figures: Mapping[str, Mapping[str, object]], card: Scorecard) -> None:
    """The figures made from the records are those that are read on the scorecard."""
    if not any(figure.n for figure in card.figures.values()):
        return  # Of a body without records nothing is known, in whatever words.
    again = figures["classes"][card.sample.value]
    assert isinstance(again, Mapping)
    for name, figure in card.figures.items():
        if name in again and canonical(again[name]) != canonical(figure):
            raise CannotFreeze(
                f"{card.institution}, {name}: the records do not give the figure that is published "
                f"({figure.value}, n {figure.n}). Run `feedback rollup verify`, then freeze again"
            )


def _published(public: Cards, name: str) -> dict[str, object]:
    if name == NOBODYS:
        return {}
    return {"card": public.cards[name], "by": public.tables.get(name, {})}


def _period_row(rt: Runtime, closing: Closing, statement: Statement, secret: bytes) -> FrozenPeriod:
    return FrozenPeriod(
        period=statement.period, frozen_at=statement.frozen_at, as_of=statement.as_of,
        early=statement.early, reason=statement.reason, staff_id=closing.staff_id,
        root=statement.root, statement=said(statement),
        signature=signing.signature(rt.settings.signing_key, canonical(statement)),
        leaf_secret=secret,
    )  # fmt: skip


def _keep(rt: Runtime, session: Session, statement: Statement, parts: Mapping[str, _Part]) -> None:
    seal = seal_of(statement, rt.settings.signing_key)
    for name, part in parts.items():
        session.add(FrozenLeaves(period=statement.period, institution_id=name, leaves=part.leaves))
        if name == NOBODYS:
            continue
        whole = {file: zlib.decompress(one) for file, one in part.full.items()}
        for edition, files in ((Edition.FULL, whole), (Edition.PUBLIC, part.public)):
            packed = signed(seal, name, edition, files)
            session.add(
                FrozenPack(
                    period=statement.period,
                    institution_id=name,
                    edition=edition.value,
                    content=packed,
                )
            )
        session.flush()  # one institution's packs at a time stay in memory
        session.expunge_all()


def _keep_cards(
    session: Session, period: Period, whole: Cards, public: Cards, parts: Mapping[str, _Part]
) -> None:
    for name, card in {WHOLE: whole.whole, **whole.cards}.items():
        shown = public.whole if name == WHOLE else public.cards[name]
        session.add(
            FrozenCard(
                period=period.label,
                institution_id=name,
                full=said({"card": card, "by": whole.tables.get(name, {})}),
                public=said({"card": shown, "by": public.tables.get(name, {})}),
                readings=said(parts[name].readings) if name in parts else {},
            )
        )
