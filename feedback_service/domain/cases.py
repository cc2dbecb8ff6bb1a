"""What may be done to a case, by whom, and what comes of it: the tables that decide every case.

Status says what has been done for the citizen.  Who must answer for it is the escalation level,
kept apart in `escalation` so that the two do not multiply.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from feedback_service.domain.calendar import require_aware


class CaseStatus(StrEnum):
    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"  # the office says so; the citizen has not spoken yet
    REJECTED = "rejected"
    CLOSED = "closed"


class CaseKind(StrEnum):
    COMPLAINT = "complaint"
    INFORMATION = "information"  # a request under the Access to Information Act, with its own dates


class Action(StrEnum):
    RECEIVE = "receive"  # the opening event; it makes a case and so leads from no status
    ACKNOWLEDGE = "acknowledge"
    RESOLVE = "resolve"
    REJECT = "reject"
    CONFIRM = "confirm"
    DISPUTE = "dispute"  # "not solved": of a resolution, a rejection, or a closing
    REOPEN = "reopen"
    TRANSFER = "transfer"
    WITHDRAW = "withdraw"
    ASK = "ask"  # the desk asks the citizen something
    ANSWER = "answer"  # the citizen answers, or adds words
    NOTE = "note"
    ASSIGN = "assign"
    ESCALATE = "escalate"
    EXPIRE = "expire"  # closed because the citizen stayed silent
    CLEAR = "clear"  # released from closed-until-cleared to its desk
    RECLASSIFY = "reclassify"  # handled as another kind, with another clock; or proposed so
    EXTEND = "extend"  # a request for information, once, by the days the Act allows


class Actor(StrEnum):
    CITIZEN = "citizen"
    OFFICER = "officer"
    CLOCK = "clock"
    TRIAGE = "triage"
    SUPERVISOR = "supervisor"


class Outcome(StrEnum):
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    CLOSED_UNCONFIRMED = "closed-unconfirmed"  # asked twice, and no answer came; or talked out of
    UNREACHED = "unreached"  # the question was not delivered as often as silence needs
    WITHDRAWN = "withdrawn"  # unprompted, from the citizen's own telephone
    NOT_UPHELD = "not-upheld"  # rejected, with reasons


class Ground(StrEnum):
    """Why a case is not upheld; the office's own words stand beside it."""

    OUTSIDE_MANDATE = "outside_mandate"
    RULES_FOLLOWED = "rules_followed"
    BEFORE_COURT = "before_court"
    NO_FACTS = "no_facts"


class Lane(StrEnum):
    OPEN = "open"
    HELD = "held"  # closed until cleared: the institution does not see it yet
    CONFIDENTIAL = "confidential"  # passes the accused institution


class ActionNotAllowed(Exception):
    """The case is not in a status where this may be done; the message says what can be done."""


class NotTheirAction(ActionNotAllowed):
    """Somebody else has to do this."""


START = CaseStatus.RECEIVED
OPEN = frozenset({CaseStatus.RECEIVED, CaseStatus.ACKNOWLEDGED})
CHANGE_OF_MIND = timedelta(days=30)
# The verdict is not asked sooner, so that a fix has to last a day before it is praised.
VERDICT_AFTER = timedelta(hours=24)
# A desk's words count as the cause of a withdrawal for as long as its question may pause the clock:
# five working days, which are a week.
PROMPTED_WITHIN = timedelta(days=7)

_S, _A = CaseStatus, Action

# Read a line as: a case that is ... may be ..., and is then ...
TRANSITIONS: Mapping[tuple[CaseStatus, Action], CaseStatus] = {
    # Received: nobody has told the citizen yet that the case is in hand.
    (_S.RECEIVED, _A.ACKNOWLEDGE): _S.ACKNOWLEDGED,
    (_S.RECEIVED, _A.WITHDRAW): _S.CLOSED,
    (_S.RECEIVED, _A.CLEAR): _S.RECEIVED,
    (_S.RECEIVED, _A.TRANSFER): _S.RECEIVED,
    (_S.RECEIVED, _A.ASSIGN): _S.RECEIVED,
    (_S.RECEIVED, _A.ESCALATE): _S.RECEIVED,
    (_S.RECEIVED, _A.ASK): _S.RECEIVED,
    (_S.RECEIVED, _A.ANSWER): _S.RECEIVED,
    (_S.RECEIVED, _A.NOTE): _S.RECEIVED,
    (_S.RECEIVED, _A.RECLASSIFY): _S.RECEIVED,
    # Acknowledged: an office is working on it.
    (_S.ACKNOWLEDGED, _A.RESOLVE): _S.RESOLVED,
    (_S.ACKNOWLEDGED, _A.REJECT): _S.REJECTED,
    (_S.ACKNOWLEDGED, _A.WITHDRAW): _S.CLOSED,
    (_S.ACKNOWLEDGED, _A.CLEAR): _S.ACKNOWLEDGED,
    (_S.ACKNOWLEDGED, _A.TRANSFER): _S.ACKNOWLEDGED,
    (_S.ACKNOWLEDGED, _A.ASSIGN): _S.ACKNOWLEDGED,
    (_S.ACKNOWLEDGED, _A.ESCALATE): _S.ACKNOWLEDGED,
    (_S.ACKNOWLEDGED, _A.ASK): _S.ACKNOWLEDGED,
    (_S.ACKNOWLEDGED, _A.ANSWER): _S.ACKNOWLEDGED,
    (_S.ACKNOWLEDGED, _A.NOTE): _S.ACKNOWLEDGED,
    (_S.ACKNOWLEDGED, _A.RECLASSIFY): _S.ACKNOWLEDGED,
    (_S.ACKNOWLEDGED, _A.EXTEND): _S.ACKNOWLEDGED,
    # Resolved: the office says so; now the citizen speaks.
    (_S.RESOLVED, _A.CONFIRM): _S.CLOSED,
    (_S.RESOLVED, _A.DISPUTE): _S.ACKNOWLEDGED,
    (_S.RESOLVED, _A.EXPIRE): _S.CLOSED,
    (_S.RESOLVED, _A.REOPEN): _S.ACKNOWLEDGED,
    (_S.RESOLVED, _A.CLEAR): _S.RESOLVED,
    (_S.RESOLVED, _A.ASSIGN): _S.RESOLVED,
    (_S.RESOLVED, _A.ANSWER): _S.RESOLVED,
    (_S.RESOLVED, _A.NOTE): _S.RESOLVED,
    # Rejected, with reasons: the citizen may accept it or dispute it.
    (_S.REJECTED, _A.CONFIRM): _S.CLOSED,
    (_S.REJECTED, _A.DISPUTE): _S.ACKNOWLEDGED,
    (_S.REJECTED, _A.EXPIRE): _S.CLOSED,
    (_S.REJECTED, _A.REOPEN): _S.ACKNOWLEDGED,
    (_S.REJECTED, _A.CLEAR): _S.REJECTED,
    (_S.REJECTED, _A.ASSIGN): _S.REJECTED,
    (_S.REJECTED, _A.ANSWER): _S.REJECTED,
    (_S.REJECTED, _A.NOTE): _S.REJECTED,
    # Closed: the citizen's last word counts, and may change for 30 days.
    (_S.CLOSED, _A.CONFIRM): _S.CLOSED,
    (_S.CLOSED, _A.DISPUTE): _S.ACKNOWLEDGED,
    (_S.CLOSED, _A.REOPEN): _S.ACKNOWLEDGED,
    (_S.CLOSED, _A.CLEAR): _S.CLOSED,
    (_S.CLOSED, _A.ANSWER): _S.CLOSED,
    (_S.CLOSED, _A.NOTE): _S.CLOSED,
}

_DESK = frozenset({Actor.OFFICER, Actor.SUPERVISOR, Actor.TRIAGE})
_CITIZEN = frozenset({Actor.CITIZEN})

# Who may do what.  An officer may file a case for a citizen, never speak the citizen's verdict.
ACTORS: Mapping[Action, frozenset[Actor]] = {
    _A.RECEIVE: _DESK | _CITIZEN,
    _A.ACKNOWLEDGE: _DESK,
    _A.RESOLVE: _DESK,
    _A.REJECT: _DESK,
    _A.CONFIRM: _CITIZEN,
    _A.DISPUTE: _CITIZEN,
    _A.WITHDRAW: _CITIZEN,
    _A.ANSWER: _CITIZEN,
    _A.REOPEN: frozenset({Actor.SUPERVISOR, Actor.TRIAGE}),
    _A.TRANSFER: _DESK,
    _A.ASK: _DESK,
    _A.NOTE: _DESK,
    _A.RECLASSIFY: _DESK,
    _A.EXTEND: _DESK,
    _A.ASSIGN: _DESK | {Actor.CLOCK},
    _A.ESCALATE: frozenset({Actor.CLOCK, Actor.CITIZEN, Actor.SUPERVISOR, Actor.TRIAGE}),
    _A.EXPIRE: frozenset({Actor.CLOCK}),
    _A.CLEAR: frozenset({Actor.TRIAGE, Actor.CLOCK}),  # the clock stands for the automatic check
}

# What a verdict or its absence leaves behind.  Accepting a rejection does not make it a solution.
_OUTCOMES: Mapping[tuple[CaseStatus, Action], Outcome] = {
    (_S.ACKNOWLEDGED, _A.REJECT): Outcome.NOT_UPHELD,
    (_S.RECEIVED, _A.WITHDRAW): Outcome.WITHDRAWN,
    (_S.ACKNOWLEDGED, _A.WITHDRAW): Outcome.WITHDRAWN,
    (_S.RESOLVED, _A.CONFIRM): Outcome.CONFIRMED,
    (_S.RESOLVED, _A.DISPUTE): Outcome.DISPUTED,
    (_S.RESOLVED, _A.EXPIRE): Outcome.CLOSED_UNCONFIRMED,
    (_S.REJECTED, _A.DISPUTE): Outcome.DISPUTED,
    (_S.CLOSED, _A.DISPUTE): Outcome.DISPUTED,
}
_SILENT = frozenset({Outcome.CLOSED_UNCONFIRMED, Outcome.UNREACHED})
_VERDICTS = frozenset({_A.CONFIRM, _A.DISPUTE})


def after(status: CaseStatus, action: Action, *, within_window: bool = True) -> CaseStatus:
    """The status that `action` leads to; raises `ActionNotAllowed`.

    `within_window` (from `may_change_mind`) says whether a closed case may still be confirmed or
    disputed.
    """
    if (status, action) not in TRANSITIONS:
        raise ActionNotAllowed(
            f"cannot {action} a case that is {status}: {_remedy(status, action)}"
        )
    if status is CaseStatus.CLOSED and action in _VERDICTS and not within_window:
        raise ActionNotAllowed(
            f"cannot {action} a case closed more than {CHANGE_OF_MIND.days} days ago: "
            "file a new case that quotes this reference"
        )
    return TRANSITIONS[status, action]


def allowed(status: CaseStatus, *, within_window: bool = True) -> tuple[Action, ...]:
    """What may be done next, in the table's order, for menus and buttons."""
    late = status is CaseStatus.CLOSED and not within_window
    return tuple(
        action
        for start, action in TRANSITIONS
        if start is status and not (late and action in _VERDICTS)
    )


def check_actor(action: Action, actor: Actor) -> None:
    """Raises `NotTheirAction` unless `actor` may do this."""
    if actor not in ACTORS[action]:
        theirs = ", ".join(sorted(ACTORS[action]))
        raise NotTheirAction(f"actor is {actor}, who cannot {action} a case: leave it to {theirs}")


def may_change_mind(closed_at: datetime, now: datetime) -> bool:
    """True for 30 days after closing: the citizen's last word counts until then."""
    return require_aware(now, "now") - require_aware(closed_at, "closed_at") <= CHANGE_OF_MIND


def outcome_after(
    status: CaseStatus, action: Action, outcome: Outcome | None = None,
    *, reached: bool = True, prompted: bool = False,
) -> Outcome | None:  # fmt: skip
    """The outcome once `action` is done in `status`, where `outcome` stood before (None: none yet).

    `reached` says whether the question "was it solved?" was delivered: silence counts as
    `closed-unconfirmed` only then, else as `unreached`.  `prompted`: a withdrawal came after words
    of the desk, or from another telephone, and is no better than silence.
    """
    if action is Action.REOPEN:
        return None
    if action is Action.WITHDRAW and prompted:
        return Outcome.CLOSED_UNCONFIRMED
    if (status, action) == (CaseStatus.RESOLVED, Action.EXPIRE) and not reached:
        return Outcome.UNREACHED
    if (status, action) == (CaseStatus.CLOSED, Action.CONFIRM) and outcome in _SILENT:
        return Outcome.CONFIRMED
    return _OUTCOMES.get((status, action), outcome)


def _remedy(status: CaseStatus, action: Action) -> str:
    for first in (Action.ACKNOWLEDGE, Action.REOPEN):
        between = TRANSITIONS.get((status, first))
        if between and (between, action) in TRANSITIONS and ACTORS[action] & _DESK:
            return f"{first} it first"
    return "what can be done is " + ", ".join(allowed(status))
