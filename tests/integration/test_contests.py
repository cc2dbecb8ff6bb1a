"""A frozen figure is contested in time, answered by its owner, moderated beside, never changed."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import jobs, schedule
from feedback_service.doctor import freezing
from feedback_service.domain.cases import Outcome
from feedback_service.models import AuditLine, Case, FrozenCard, FrozenPeriod, Notice, Role
from feedback_service.scoring.frozen import by_clock, contests
from feedback_service.scoring.frozen.contests import (
    Agreement,
    Answer,
    Doubt,
    Moderation,
    NotTaken,
)
from feedback_service.scoring.frozen.keeping import frozen_quarters
from tests.integration.frozen_planting import MATURED, PERIOD, frozen, plant

pytestmark = pytest.mark.servers

WORDS = "Two of these cases were never ours."


@pytest.fixture
def closed(world: Any, rt: Any, clock: Any) -> Any:
    """A frozen quarter, an officer of the bureau, an analyst of the scorecard's owner."""
    plant(rt, world, clock)
    frozen(rt, clock)
    officer = world.staff(Role.PERFORMANCE, "NRB")
    analyst = world.staff(Role.ANALYST, None)
    return world, officer, analyst


def doubt(officer: Any, **other: Any) -> Doubt:
    usual = Doubt(
        PERIOD.label, "NRB", "resolved", WORDS, "See the transfer of 3 March.", officer.id
    )
    return replace(usual, **other)


def test_a_figure_is_contested_answered_and_moderated_and_stays(
    closed: Any, rt: Any, clock: Any
) -> None:
    world, officer, analyst = closed
    before = card(rt)
    one = contests.contest(rt, doubt(officer))
    contests.answer(rt, Answer(one, True, "They belong to Immigration.", analyst.id, None))
    score = Moderation(PERIOD.label, "NRB", "resolved", 0.9, "Without the two.", analyst.id, None)
    first = contests.moderate(rt, score)
    contests.moderate(rt, replace(score, value=0.8))
    second = world.staff(Role.ANALYST, None, name="The second analyst")
    with pytest.raises(NotTaken, match="own-score"):
        contests.agree(rt, Agreement(first, analyst.id, None))
    for near in ("NRB", "DIS"):
        with pytest.raises(NotTaken, match="own-body"):
            contests.agree(rt, Agreement(first, second.id, near))
    with rt.transaction() as session:
        assert contests.moderated(session, PERIOD.label) == [], "one person's word counts nowhere"
    contests.agree(rt, Agreement(first, second.id, None))
    with pytest.raises(NotTaken, match="agreed-already"):
        contests.agree(rt, Agreement(first, second.id, None))
    assert card(rt) == before
    with rt.transaction() as session:
        (found,) = contests.contests(session, PERIOD.label)
        assert (found.by, found.answered_by) == ("The performance", "The analyst")
        assert found.row.upheld is True
        assert [one.row.value for one in contests.proposed(session, PERIOD.label)] == [0.9, 0.8]
        (stands,) = contests.moderated(session, PERIOD.label)
        assert (stands.row.value, stands.agreed_by) == (0.9, "The second analyst")
        told = dict(session.execute(sa.select(Notice.kind, Notice.staff_id)).all())
        assert (told["contested"], told["contest_answered"]) == (analyst.id, officer.id)
        noted = session.scalars(sa.select(AuditLine.what).order_by(AuditLine.number)).all()
    assert noted[-5:] == [
        "figure.contest", "figure.answer", "figure.moderate", "figure.moderate", "figure.agree"
    ]  # fmt: skip
    for statement in CHANGES:
        with pytest.raises(sa.exc.DBAPIError, match="never changed"), rt.transaction() as session:
            session.execute(sa.text(statement))


CHANGES = (
    "delete from contests", "update contests set reasons = 'Other words.'", "truncate contests",
    "update contests set answer = 'Another answer.'", "truncate moderated_scores cascade",
    "delete from moderation_agreements", "truncate frozen_cards", "truncate frozen_packs",
)  # fmt: skip


def test_what_is_no_contest_is_not_taken(closed: Any, rt: Any, clock: Any) -> None:
    wrong = {
        "not-frozen": {"period": PERIOD.previous().label},
        "no-figure": {"indicator": "happiness"},
        "reason-missing": {"reasons": "  no.  "},
        "names-somebody": {"reasons": "It was the one with 0712 345 678."},
        "too-late": {},
    }
    for why, other in wrong.items():
        clock.forward(days=15 if why == "too-late" else 0)
        with pytest.raises(NotTaken) as found:
            contests.contest(rt, doubt(closed[1], **other))
        assert found.value.why == why


def test_a_contest_is_made_once_answered_once_and_never_by_the_body_itself(
    closed: Any, rt: Any
) -> None:
    _, officer, analyst = closed
    one = contests.contest(rt, doubt(officer))
    say = Answer(one, False, "The transfer was refused.", analyst.id, None)
    refused = {
        "contested-already": lambda: contests.contest(rt, doubt(officer)),
        "own-body": lambda: contests.answer(rt, replace(say, works_for="NRB")),
        "reason-missing": lambda: contests.answer(rt, replace(say, text="no")),
    }
    for why, do in refused.items():
        with pytest.raises(NotTaken) as found:
            do()
        assert found.value.why == why
    contests.answer(rt, say)
    with pytest.raises(NotTaken, match="answered-already"):
        contests.answer(rt, say)
    with pytest.raises(contests.NoSuchContest):
        contests.answer(rt, replace(say, contest_id=uuid.uuid4()))
    score = Moderation(PERIOD.label, "NRB", "resolved", 1.2, WORDS, analyst.id, None)
    outside = {"value": -1.0, "indicator": "backlog_days"}
    for why, other in (
        ("value-outside", {}),
        ("value-outside", outside),
        ("value-outside", outside | {"value": 1e300}),
        ("nothing-computed", {"institution": "DIS", "value": 0.5}),
        ("no-figure", {"institution": "national", "value": 0.5}),
        ("names-somebody", {"value": 0.5, "reason": "Without case 10000004 it is half."}),
        ("own-body", {"value": 0.5, "works_for": "DIS"}),
    ):
        with pytest.raises(NotTaken, match=why):
            contests.moderate(rt, replace(score, **other))


def test_a_score_is_proposed_and_agreed_to_within_half_a_year(
    closed: Any, rt: Any, clock: Any
) -> None:
    world, _, analyst = closed
    score = Moderation(PERIOD.label, "NRB", "resolved", 0.9, WORDS, analyst.id, None)
    second = world.staff(Role.ANALYST, None, name="The second analyst")
    clock.forward(days=180)
    said = Agreement(contests.moderate(rt, score), second.id, None)
    clock.forward(seconds=1)
    for late in (lambda: contests.moderate(rt, score), lambda: contests.agree(rt, said)):
        with pytest.raises(NotTaken, match="too-late"):
            late()


def test_of_two_scores_the_one_agreed_to_last_counts(closed: Any, rt: Any, clock: Any) -> None:
    world, _, analyst = closed
    second = world.staff(Role.ANALYST, None, name="The second analyst")
    score = Moderation(PERIOD.label, "NRB", "resolved", 0.9, WORDS, analyst.id, None)
    ids = [contests.moderate(rt, replace(score, value=value)) for value in (0.9, 0.8)]
    for one in reversed(ids):
        clock.forward(days=1)
        contests.agree(rt, Agreement(one, second.id, None))
    with rt.transaction() as session:
        proposed, agreed = (
            [one.row.value for one in read(session, PERIOD.label)]
            for read in (contests.proposed, contests.moderated)
        )
    assert (proposed, agreed) == ([0.9, 0.8], [0.8, 0.9])


def test_the_clock_has_a_worker_close_the_quarter_when_it_is_mature(
    world: Any, rt: Any, clock: Any
) -> None:
    plant(rt, world, clock)
    rt.queue.empty()
    clock.set(MATURED.replace(month=4))
    schedule.DUTIES["freeze"].do(rt)
    assert rt.queue.jobs == []
    clock.set(MATURED)
    schedule.DUTIES["freeze"].do(rt)
    assert [job.func_name for job in rt.queue.jobs] == ["feedback_service.jobs.freezing"]
    assert frozen_quarters(rt) == []
    jobs.use(rt)
    for _ in range(2):
        jobs.freezing()
    assert frozen_quarters(rt) == [PERIOD]
    rt.queue.empty()
    by_clock.close_soon(rt)
    assert rt.queue.jobs == []
    schedule.move_dates(rt)


def test_the_clock_forgets_no_quarter_and_tells_who_can_help_when_one_is_refused(
    world: Any, rt: Any, clock: Any
) -> None:
    analyst = world.staff(Role.ANALYST, None)
    plant(rt, world, clock)
    frozen(rt, clock)
    for month in (5, 8):
        clock.set(MATURED.replace(month=month))
        plant(rt, world, clock)
    later = [PERIOD.parse("FY2025/26-Q4"), PERIOD.parse("FY2026/27-Q1")]
    with rt.transaction() as session:
        opened = sa.select(Case).where(Case.outcome == Outcome.CONFIRMED).order_by(Case.received_at)
        session.scalars(opened).all()[1].outcome = None  # in the quarter that the clock missed
    clock.set(MATURED.replace(month=11))
    assert by_clock.due(rt) == later
    assert [one.what for one in freezing.checks(rt, None)] == [
        "Mature, and not frozen: FY2025/26-Q4, FY2026/27-Q1"
    ]
    for _ in range(2):
        by_clock.close_due(rt)
    assert by_clock.due(rt) == later[:1]
    with rt.transaction() as session:
        told = sa.select(Notice.staff_id, Notice.data).where(Notice.kind == "freeze_refused")
        assert session.execute(told).all() == [(analyst.id, {"period": "FY2025/26-Q4"})]


def card(rt: Any) -> Any:
    with rt.transaction() as session:
        assert session.get(FrozenPeriod, PERIOD.label) is not None
        return session.get_one(FrozenCard, (PERIOD.label, "NRB")).full
