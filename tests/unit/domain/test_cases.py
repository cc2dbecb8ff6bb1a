"""The tables of a case, tested whole: every line, whatever is no line, every actor."""

from datetime import UTC, datetime, timedelta

import pytest

from feedback_service.domain.calendar import NaiveTime
from feedback_service.domain.cases import (
    ACTORS,
    OPEN,
    START,
    TRANSITIONS,
    Action,
    ActionNotAllowed,
    Actor,
    CaseStatus,
    NotTheirAction,
    Outcome,
    after,
    allowed,
    check_actor,
    may_change_mind,
    outcome_after,
)

A, S, O = Action, CaseStatus, Outcome  # noqa: E741 - the tables below read like the rules

# From each status: what changes it, and what leaves it as it is.  Everything else is refused.
MOVES = {
    S.RECEIVED: {A.ACKNOWLEDGE: S.ACKNOWLEDGED, A.WITHDRAW: S.CLOSED},
    S.ACKNOWLEDGED: {A.RESOLVE: S.RESOLVED, A.REJECT: S.REJECTED, A.WITHDRAW: S.CLOSED},
    S.RESOLVED: {
        A.CONFIRM: S.CLOSED,
        A.EXPIRE: S.CLOSED,
        A.DISPUTE: S.ACKNOWLEDGED,
        A.REOPEN: S.ACKNOWLEDGED,
    },
    S.REJECTED: {
        A.CONFIRM: S.CLOSED,
        A.EXPIRE: S.CLOSED,
        A.DISPUTE: S.ACKNOWLEDGED,
        A.REOPEN: S.ACKNOWLEDGED,
    },
    S.CLOSED: {A.DISPUTE: S.ACKNOWLEDGED, A.REOPEN: S.ACKNOWLEDGED},
}
WORK = {A.CLEAR, A.TRANSFER, A.ASSIGN, A.ESCALATE, A.ASK, A.ANSWER, A.NOTE, A.RECLASSIFY}
STAYS = {
    S.RECEIVED: WORK,
    S.ACKNOWLEDGED: WORK | {A.EXTEND},
    S.RESOLVED: {A.CLEAR, A.ASSIGN, A.ANSWER, A.NOTE},
    S.REJECTED: {A.CLEAR, A.ASSIGN, A.ANSWER, A.NOTE},
    S.CLOSED: {A.CLEAR, A.CONFIRM, A.ANSWER, A.NOTE},
}
PAIRS = [(status, action) for status in CaseStatus for action in Action]


@pytest.mark.parametrize(("status", "action"), PAIRS)
def test_every_pair_of_status_and_action_is_decided(status: CaseStatus, action: Action) -> None:
    if action in MOVES[status]:
        assert after(status, action) is MOVES[status][action]
    elif action in STAYS[status]:
        assert after(status, action) is status
    else:
        with pytest.raises(ActionNotAllowed, match=f"cannot {action} a case that is {status}: "):
            after(status, action)


@pytest.mark.parametrize("status", CaseStatus)
def test_allowed_lists_what_after_accepts(status: CaseStatus) -> None:
    accepted = {action for action in Action if (status, action) in TRANSITIONS}
    assert set(allowed(status)) == accepted
    assert len(allowed(status)) == len(accepted)


def test_every_status_can_be_reached_and_an_open_case_can_end_well() -> None:
    seen = {START}
    for _ in CaseStatus:
        seen |= {TRANSITIONS[pair] for pair in TRANSITIONS if pair[0] in seen}
    assert seen == set(CaseStatus)
    assert {S.RECEIVED, S.ACKNOWLEDGED} == OPEN


@pytest.mark.parametrize(
    ("status", "action", "remedy"),
    [
        (S.RECEIVED, A.RESOLVE, "acknowledge it first"),
        (S.RECEIVED, A.REJECT, "acknowledge it first"),
        (S.RESOLVED, A.TRANSFER, "reopen it first"),
        (S.CLOSED, A.ASK, "reopen it first"),
        (S.RECEIVED, A.CONFIRM, "what can be done is acknowledge, withdraw, "),
        (S.CLOSED, A.WITHDRAW, "what can be done is confirm, dispute, "),
    ],
)
def test_a_refusal_says_what_can_be_done_instead(
    status: CaseStatus, action: Action, remedy: str
) -> None:
    with pytest.raises(ActionNotAllowed, match=remedy):
        after(status, action)


@pytest.mark.parametrize("action", [A.CONFIRM, A.DISPUTE])
def test_after_the_window_a_closed_case_keeps_its_last_word(action: Action) -> None:
    with pytest.raises(ActionNotAllowed, match="30 days ago: file a new case"):
        after(S.CLOSED, action, within_window=False)
    assert action not in allowed(S.CLOSED, within_window=False)
    assert A.ANSWER in allowed(S.CLOSED, within_window=False)


@pytest.mark.parametrize("status", [S.RESOLVED, S.REJECTED])
def test_the_window_concerns_closed_cases_only(status: CaseStatus) -> None:
    assert after(status, A.DISPUTE, within_window=False) is S.ACKNOWLEDGED
    assert A.DISPUTE in allowed(status, within_window=False)


CLOSED_AT = datetime(2026, 7, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("later", "may"),
    [
        (timedelta(0), True),
        (timedelta(days=30), True),
        (timedelta(days=30, microseconds=1), False),
        (timedelta(minutes=-1), True),
    ],
)
def test_a_mind_may_be_changed_for_thirty_days(later: timedelta, may: bool) -> None:
    assert may_change_mind(CLOSED_AT, CLOSED_AT + later) is may


def test_the_window_needs_zones() -> None:
    with pytest.raises(NaiveTime, match="now"):
        may_change_mind(CLOSED_AT, CLOSED_AT.replace(tzinfo=None))


DESK = {Actor.OFFICER, Actor.SUPERVISOR, Actor.TRIAGE}
WHO = {
    A.RECEIVE: DESK | {Actor.CITIZEN},
    A.CONFIRM: {Actor.CITIZEN},
    A.DISPUTE: {Actor.CITIZEN},
    A.WITHDRAW: {Actor.CITIZEN},
    A.ANSWER: {Actor.CITIZEN},
    A.EXPIRE: {Actor.CLOCK},
    A.REOPEN: {Actor.SUPERVISOR, Actor.TRIAGE},
    A.CLEAR: {Actor.TRIAGE, Actor.CLOCK},
    A.ASSIGN: DESK | {Actor.CLOCK},
    A.ESCALATE: {Actor.CLOCK, Actor.CITIZEN, Actor.SUPERVISOR, Actor.TRIAGE},
}


@pytest.mark.parametrize(("action", "actor"), [(a, b) for a in Action for b in Actor])
def test_every_action_has_its_actors(action: Action, actor: Actor) -> None:
    if actor in WHO.get(action, DESK):
        check_actor(action, actor)
        assert actor in ACTORS[action]
    else:
        with pytest.raises(NotTheirAction, match=f"{actor}, who cannot {action} a case: leave"):
            check_actor(action, actor)


@pytest.mark.parametrize(
    ("status", "action", "before", "reached", "expected"),
    [
        (S.RESOLVED, A.CONFIRM, None, True, O.CONFIRMED),
        (S.RESOLVED, A.CONFIRM, O.DISPUTED, True, O.CONFIRMED),
        (S.RESOLVED, A.DISPUTE, None, True, O.DISPUTED),
        (S.RESOLVED, A.EXPIRE, None, True, O.CLOSED_UNCONFIRMED),
        (S.RESOLVED, A.EXPIRE, None, False, O.UNREACHED),
        (S.RESOLVED, A.EXPIRE, O.DISPUTED, True, O.CLOSED_UNCONFIRMED),
        (S.ACKNOWLEDGED, A.REJECT, None, True, O.NOT_UPHELD),
        (S.ACKNOWLEDGED, A.RESOLVE, O.DISPUTED, True, O.DISPUTED),
        (S.REJECTED, A.CONFIRM, O.NOT_UPHELD, True, O.NOT_UPHELD),
        (S.REJECTED, A.EXPIRE, O.NOT_UPHELD, False, O.NOT_UPHELD),
        (S.REJECTED, A.DISPUTE, O.NOT_UPHELD, True, O.DISPUTED),
        (S.RECEIVED, A.WITHDRAW, None, True, O.WITHDRAWN),
        (S.ACKNOWLEDGED, A.WITHDRAW, O.DISPUTED, True, O.WITHDRAWN),
        (S.CLOSED, A.DISPUTE, O.CONFIRMED, True, O.DISPUTED),
        (S.CLOSED, A.CONFIRM, O.CLOSED_UNCONFIRMED, True, O.CONFIRMED),
        (S.CLOSED, A.CONFIRM, O.UNREACHED, True, O.CONFIRMED),
        (S.CLOSED, A.CONFIRM, O.NOT_UPHELD, True, O.NOT_UPHELD),
        (S.CLOSED, A.CONFIRM, O.WITHDRAWN, True, O.WITHDRAWN),
        (S.CLOSED, A.NOTE, O.CONFIRMED, True, O.CONFIRMED),
        (S.CLOSED, A.REOPEN, O.CONFIRMED, True, None),
        (S.REJECTED, A.REOPEN, O.NOT_UPHELD, True, None),
    ],
)
def test_the_outcome_follows_the_citizens_last_word(
    status: CaseStatus, action: Action, before: Outcome | None, reached: bool, expected: Outcome
) -> None:
    assert outcome_after(status, action, before, reached=reached) is expected


@pytest.mark.parametrize("status", [S.RECEIVED, S.ACKNOWLEDGED])
@pytest.mark.parametrize("before", [None, *Outcome])
def test_a_withdrawal_that_the_desk_prompted_is_no_better_than_silence(
    status: CaseStatus, before: Outcome | None
) -> None:
    assert outcome_after(status, A.WITHDRAW, before, prompted=True) is O.CLOSED_UNCONFIRMED


def test_only_the_citizens_own_actions_make_a_case_confirmed() -> None:
    for status, action in TRANSITIONS:
        for before in (None, *Outcome):
            now = outcome_after(status, action, before)
            if now is O.CONFIRMED and before is not O.CONFIRMED:
                assert ACTORS[action] == {Actor.CITIZEN}
