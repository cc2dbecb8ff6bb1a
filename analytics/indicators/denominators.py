"""Which states of a record count in which indicator: above the line, below it, or left out and why.

Nothing is written down here but the states: each one is counted as any record is, and the table is
what came of it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product

from analytics.indicators.definitions import Figure
from analytics.indicators.register import case_figures, redress_figures, request_figures
from analytics.indicators.survey import rating_figures, visit_figures
from analytics.indicators.waits import per_visit_figures, wait_figures
from analytics.tallies import (
    CaseCounts,
    CaseFact,
    Cohort,
    RatingFact,
    count_cases,
    count_ratings,
)
from feedback_service.domain.cases import Outcome

State = tuple[str, ...]
"""One value of each axis, in their order."""
Axes = Mapping[str, Sequence[str]]

ABOVE_AND_BELOW = "numerator and denominator"
BELOW = "denominator"
COUNTS = "counts"
"""In a mean or a number of days there is no numerator: the record is one of n."""

_YES, _NO, _NEVER = "yes", "no", "not answered"
CASE_AXES: Axes = {
    "due": ("not yet", "past", "first date past, clock paused"),
    "answer that stands": ("none", "in time", "late"),
    "verdict": (
        "none yet", "confirmed", "disputed", "asked, never replied", "never reached",
        "not upheld", "withdrawn by the date", "withdrawn later",
    ),
    "acknowledged": ("in time", "late or never", "nothing promised"),
    "an answer did not last": (_NO, _YES),
    "urgent": (_NO, _YES),
    "price of each message": ("known", "not known"),
}  # fmt: skip
RATING_AXES: Axes = {
    "complete": (_YES, _NO),
    "promised time": ("kept", "not kept", _NEVER),
    "cost": ("no more paid", "more paid, said how much", "more paid, not said", _NEVER),
    "courtesy": (_YES, _NO, _NEVER),
    "problem": ("not asked", "none", "reported", "not reported", "reported or not: not said"),
}


@dataclass(frozen=True)
class Line:
    """One line of the printed table: the values an axis may have, of each axis that matters.

    Axes that do not matter are not named.
    """

    indicator: str
    where: Mapping[str, tuple[str, ...]]
    role: str


def table() -> list[Line]:
    """Every indicator's lines; together they hold every state once that a record can be in."""
    found: list[Line] = []
    for axes, roles in ((RATING_AXES, rating_roles()), (CASE_AXES, case_roles())):
        names = list(next(iter(roles.values())))
        for name in names:
            of = {state: given[name] for state, given in roles.items() if _can_be(state)}
            found += [Line(name, where, role) for where, role in _lines(axes, of)]
    return found


def _can_be(state: State) -> bool:
    """A case is not withdrawn once it is answered."""
    return state[1] == "none" or not any("withdrawn" in value for value in state)


@cache
def case_roles() -> Mapping[State, Mapping[str, str]]:
    """Every state of a case -> indicator -> its role."""
    return {state: _case_role(case_in(state)) for state in product(*CASE_AXES.values())}


@cache
def rating_roles() -> Mapping[State, Mapping[str, str]]:
    """Every state of a rating -> indicator -> its role."""
    return {state: _rating_role(rating_in(state)) for state in product(*RATING_AXES.values())}


_START = datetime(2026, 7, 1, tzinfo=UTC)
_DUE, _AS_OF = _START + timedelta(days=30), _START + timedelta(days=60)
COHORT = Cohort(_START, _START + timedelta(days=92), _AS_OF)
_VERDICTS = {
    "none yet": None, "confirmed": Outcome.CONFIRMED, "disputed": Outcome.DISPUTED,
    "asked, never replied": Outcome.CLOSED_UNCONFIRMED, "never reached": Outcome.UNREACHED,
    "not upheld": Outcome.NOT_UPHELD, "withdrawn by the date": Outcome.WITHDRAWN,
    "withdrawn later": Outcome.WITHDRAWN,
}  # fmt: skip


def case_in(state: State) -> CaseFact:
    """A case in that state, its cohort COHORT."""
    due, answer, verdict, told, again, urgent, price = state
    moment = _DUE if due == "past" else _AS_OF + timedelta(days=2)
    first = _DUE if due == "first date past, clock paused" else moment
    late = moment + timedelta(days=1)
    closed = {"withdrawn by the date": moment, "withdrawn later": late}.get(verdict)
    return CaseFact(
        institution="", service=None, service_point=None, county=None, channel="", language="",
        received_at=_START, due_at=moment, first_due_at=first,
        acknowledge_due_at=None if told == "nothing promised" else _START + timedelta(days=1),
        acknowledged_at=_START if told == "in time" else None,
        resolved_at={"none": None, "in time": moment, "late": late}[answer],
        closed_at=closed, outcome=_VERDICTS[verdict], urgent=urgent == _YES,
        reopened=again == _YES, messages_cost=None if price == "not known" else 0,
    )  # fmt: skip


def rating_in(state: State) -> RatingFact:
    """A rating in that state."""
    complete, time, cost, courtesy, problem = state
    had = {"not asked": None, "none": False}.get(problem, True)
    return RatingFact(
        "", "", None, None, "", "", 4,
        on_time={"kept": True, "not kept": False}.get(time),
        paid_more={"no more paid": False, _NEVER: None}.get(cost, True),
        paid_extra_kes=100 if cost == "more paid, said how much" else None,
        courteous={_YES: True, _NO: False}.get(courtesy),
        complete=complete == _YES, had_problem=had,
        reported_problem={"reported": True, "not reported": False}.get(problem),
    )  # fmt: skip


def _case_role(fact: CaseFact) -> dict[str, str]:
    counts = count_cases([fact], COHORT)
    shares = case_figures(counts) | redress_figures(counts) | request_figures(counts)
    roles = {name: _of_share(figure) for name, figure in shares.items()}
    waits = wait_figures(counts, _AS_OF.date())
    beside = per_visit_figures(counts, 1000)
    return roles | {
        name: _of_wait(figure, counts) if name in ("median_days", "p90_days") else _one_of(figure)
        for name, figure in (waits | beside).items()
    }


def _rating_role(fact: RatingFact) -> dict[str, str]:
    counts = count_ratings([fact])
    found = rating_figures(counts) | visit_figures(counts)
    means = ("satisfaction", "extra_paid")
    return {
        name: _one_of(figure) if name in means else _of_share(figure)
        for name, figure in found.items()
    }


def _of_share(figure: Figure) -> str:
    if figure.n:
        return ABOVE_AND_BELOW if figure.value else BELOW
    return _left_out(figure)


def _one_of(figure: Figure) -> str:
    return COUNTS if figure.n else _left_out(figure)


def _of_wait(figure: Figure, counts: CaseCounts) -> str:
    if not figure.n:
        return _left_out(figure)
    if counts.days:
        return "counts, answered after so many days"
    return "counts, waits at least so long" + (" (until withdrawn)" if counts.gone else "")


def _left_out(figure: Figure) -> str:
    return "left out: " + " + ".join(reason for reason, many in figure.excluded.items() if many)


def _lines(
    axes: Axes, roles: Mapping[State, str]
) -> Iterator[tuple[dict[str, tuple[str, ...]], str]]:
    """Splits by the first axis that matters; values with the same lines below share a line."""
    names = list(axes)
    yield from _split(names, list(axes.values()), roles, {})


def _split(
    names: Sequence[str],
    values: Sequence[Sequence[str]],
    roles: Mapping[State, str],
    where: dict[str, tuple[str, ...]],
) -> Iterator[tuple[dict[str, tuple[str, ...]], str]]:
    if len(set(roles.values())) == 1:
        yield where, next(iter(roles.values()))
        return
    below = {value: under for value in values[0] if (under := _under(roles, value))}
    for alike in _alike(below, lambda value: tuple(sorted(below[value].items()))):
        more = where if len(alike) == len(below) else where | {names[0]: alike}
        yield from _split(names[1:], values[1:], below[alike[0]], more)


def _under(roles: Mapping[State, str], value: str) -> dict[State, str]:
    return {state[1:]: role for state, role in roles.items() if state[0] == value}


def _alike(
    values: Iterable[str], of: Callable[[str], tuple[tuple[State, str], ...]]
) -> list[tuple[str, ...]]:
    groups: dict[tuple[tuple[State, str], ...], list[str]] = {}
    for value in values:
        groups.setdefault(of(value), []).append(value)
    return [tuple(group) for group in groups.values()]
