"""The list for the Performance Week: who stands above a fixed standard, or below it, by the whole
interval in two closed quarters in a row.  Proposals with their evidence; a person of the
scorecards' owner takes or drops each in words, and nothing is ever taken by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.evidence.plain import said
from analytics.scorecards import Scorecard, Tier, standards
from feedback_service import audit
from feedback_service.domain.periods import Period
from feedback_service.models import Contest, Flag, Proposal, WeekDecision
from feedback_service.runtime import Runtime
from feedback_service.scoring.frozen import keeping
from feedback_service.staff import Viewer

FEWEST_LETTERS = 10
_SIDES = {Tier.ABOVE: Proposal.RECOGNISE, Tier.BELOW: Proposal.IMPROVE}


class NotDecided(ValueError):
    """The decision cannot be taken; `why` says what is in the way."""

    def __init__(self, why: str) -> None:
        super().__init__(f"performance week: {why}: see docs/recognition.md")
        self.why = why


class Wait(StrEnum):
    """Why a proposal cannot be taken yet, or at all."""

    FLAG_OPEN = "flag_open"  # nobody outside the body has reviewed it
    FLAG_STANDS = "flag_stands"  # it was reviewed, and the suspicion is right
    CONTESTED = "contested"  # the institution doubts the figure and has no answer


@dataclass(frozen=True)
class Stand:
    """An indicator in one closed quarter, as frozen."""

    period: str
    value: float
    low: float | None
    high: float | None
    n: int
    version: str


@dataclass(frozen=True)
class Evidence:
    """Two quarters, the newer first, the standard they were held against, and the flags of both:
    raised, not reviewed, upheld."""

    stands: tuple[Stand, ...]
    standard: float
    standard_version: str
    flags: int
    flags_open: int
    flags_upheld: int
    simulated: bool


@dataclass(frozen=True)
class Proposed:
    """One proposal; `decision` once a person took or dropped it, whose evidence then stands."""

    institution: str
    indicator: str
    proposal: Proposal
    evidence: Evidence
    wait: Wait | None
    decision: WeekDecision | None


def periods(rt: Runtime) -> list[Period]:
    """Closed quarters whose quarter before is closed too, the newest first."""
    closed = set(keeping.frozen_quarters(rt))
    found = [one for one in closed if one.previous() in closed]
    return sorted(found, key=lambda one: one.start, reverse=True)


def proposals(rt: Runtime, session: Session, period: Period) -> list[Proposed]:
    """Those of a closed quarter and the one before it, by what the public is told: nobody is
    praised or blamed on paper by a figure that is kept back, and the scorecards' owner, whose
    analysts decide here, is not judged by itself.  Nothing where either is open."""
    found = [keeping.cards(rt, session, one, public=True) for one in (period, period.previous())]
    if found[0] is None or found[1] is None:
        return []
    flags, decided = _flags(session, period), _decided(session, period)
    contested = _contested(session, period)
    lines = []
    for name, indicator, proposal, stands in in_a_row(found[0].cards, found[1].cards):
        if name == rt.settings.scorecard_owner:
            continue
        evidence = _evidence(found[0].cards[name], indicator, stands, flags.get(name, (0, 0, 0)))
        lines.append(
            Proposed(
                name, indicator, proposal, evidence,
                _wait(proposal, evidence, contested=(name, indicator) in contested),
                decided.get((name, indicator)),
            )
        )  # fmt: skip
    return lines


def in_a_row(
    newer: Mapping[str, Scorecard], older: Mapping[str, Scorecard]
) -> Iterator[tuple[str, str, Proposal, tuple[Stand, Stand]]]:
    """Institution, indicator, what is proposed and where both stood: on one side of the standard
    with the whole interval, twice.  Another way of counting in between is no row."""
    for name in sorted(newer.keys() & older.keys() - {keeping.WHOLE}):
        new, old = newer[name], older[name]
        for indicator in standards():
            side, stands = new.tier(indicator), [_stand(one, indicator) for one in (new, old)]
            if side not in _SIDES or old.tier(indicator) is not side:
                continue
            first, second = stands
            alike = first and second and first.version == second.version
            if first and second and alike and new.simulated == old.simulated:
                yield name, indicator, _SIDES[side], (first, second)


def decide(
    rt: Runtime, session: Session, viewer: Viewer, period: Period, key: tuple[str, str],
    *, taken: bool, words: str,
) -> None:  # fmt: skip
    """Take or drop one, once; `key` is institution and indicator.  Raises NotDecided."""
    only = f"week {period.label} {' '.join(key)}"  # two at once: the second finds it decided
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(only, 19))))
    one = next(
        (p for p in proposals(rt, session, period) if (p.institution, p.indicator) == key), None
    )
    if one is None:
        raise NotDecided("no_proposal")
    if one.decision is not None:
        raise NotDecided("decided")
    if taken and one.wait is not None:
        raise NotDecided(one.wait.value)
    if len(words.strip()) < FEWEST_LETTERS:
        raise NotDecided("words")
    evidence: dict[str, Any] = said(one.evidence)
    session.add(
        WeekDecision(
            period=period.label, institution_id=one.institution, indicator=one.indicator,
            proposal=one.proposal, evidence=evidence, taken=taken, words=words.strip(),
            decided_by_id=viewer.staff_id, decided_at=rt.now(),
        )
    )  # fmt: skip
    data = {
        "period": period.label, "institution": one.institution, "indicator": one.indicator,
        "proposal": one.proposal.value, "taken": taken, "words": words.strip(),
        "evidence": evidence,
    }  # fmt: skip
    audit.note(session, "week.decide", one.institution, rt.now(), viewer.staff_id, data)


def _stand(card: Scorecard, indicator: str) -> Stand | None:
    figure = card.figures.get(indicator)
    if figure is None or figure.value is None:
        return None
    return Stand(card.period, figure.value, figure.low, figure.high, figure.n, figure.version)


def _evidence(
    card: Scorecard, indicator: str, stands: tuple[Stand, Stand], flags: tuple[int, int, int]
) -> Evidence:
    standard = standards()[indicator]
    return Evidence(stands, standard.value, standard.version, *flags, simulated=card.simulated)


def _wait(proposal: Proposal, evidence: Evidence, *, contested: bool) -> Wait | None:
    """No figure is used against its contest, and none is praised that may have been made."""
    if contested:
        return Wait.CONTESTED
    if proposal is Proposal.IMPROVE:
        return None
    if evidence.flags_upheld:
        return Wait.FLAG_STANDS
    return Wait.FLAG_OPEN if evidence.flags_open else None


def _flags(session: Session, period: Period) -> dict[str, tuple[int, int, int]]:
    """By institution: flags of both quarters raised, not reviewed, upheld."""
    of = (period.label, period.previous().label)
    number = sa.func.count()
    found = (
        sa.select(
            Flag.institution_id, number, number.filter(Flag.reviewed_at.is_(None)),
            number.filter(Flag.stands.is_(True)),
        )
        .where(Flag.period.in_(of))
        .group_by(Flag.institution_id)
    )  # fmt: skip
    return {row[0]: (row[1], row[2], row[3]) for row in session.execute(found)}


def _contested(session: Session, period: Period) -> set[tuple[str, str]]:
    of = (period.label, period.previous().label)
    found = sa.select(Contest.institution_id, Contest.indicator).where(
        Contest.period.in_(of), Contest.answered_at.is_(None)
    )
    return {(row[0], row[1]) for row in session.execute(found)}


def _decided(session: Session, period: Period) -> dict[tuple[str, str], WeekDecision]:
    rows: Sequence[WeekDecision] = session.scalars(
        sa.select(WeekDecision).where(WeekDecision.period == period.label)
    ).all()
    return {(row.institution_id, row.indicator): row for row in rows}
