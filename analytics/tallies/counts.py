"""Tallies: whole numbers under names, added name by name, from which all figures are made.

A named number is an integer or a small mapping of integers, so that a tally can be kept as JSON and
a year is the sum of its quarters to the last digit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

Histogram = Mapping[str, int]
"""How many records have each value; the values are written as text, as JSON has them."""


@dataclass(frozen=True)
class Tally:
    """Whole numbers and mappings of whole numbers, added name by name.

    A tally can be a key (what was made of it is kept by it): mappings count in its equality, and
    not in its hash.
    """

    def __add__(self, other: Self) -> Self:
        return self.total((self, other))

    @classmethod
    def total(cls, tallies: Iterable[Self]) -> Self:
        """All of them added; without any, noughts."""
        given = list(tallies)
        if len(given) < 2:
            return given[0] if given else cls()
        return cls(
            **{name: _sum([getattr(of, name) for of in given]) for name in cls.__dataclass_fields__}
        )

    def __sub__(self, other: Self) -> Self:
        """What is left without the records of `other`, which were counted in this tally.

        Sums of squares (`clusters`) cannot be taken apart so: nothing may be read from those left.
        """
        names = [field.name for field in fields(self)]
        return type(self)(
            **{name: _rest(getattr(self, name), getattr(other, name)) for name in names}
        )

    @classmethod
    def read(cls, numbers: Mapping[str, Any]) -> Self:
        """The tally whose numbers (as `numbers` gives them) stand under these names."""
        return cls(**numbers)

    def numbers(self) -> dict[str, Any]:
        """Only what is not nought: `read` gives the same tally back."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: dict(value) if isinstance(value, Mapping) else value
            for name, value in named.items()
            if value
        }


QUESTIONS = ("score", "on_time", "cost", "courtesy", "problem")
SUMS = ("places", "nn", "nt", "tt")


@dataclass(frozen=True)
class RatingCounts(Tally):
    """The votes of one class of ratings: drawn by the sampler, open, or assisted.

    From `score_1` to `paid_extra_kes` only complete ratings count (rule contract-1).
    `paid_extra_said` of those who paid more said how much, together `paid_extra_kes`.  The problem
    block counts all votes: who had a problem and reported it, who did not report it, who did not
    say, and who had none.
    `clusters`: of each of QUESTIONS the sums over places and days that a design effect needs, under
    `<question>_<sum>`: how many places and days were heard, and of the answers n and the total t of
    each the sums of n*n, n*t and t*t.
    """

    score_1: int = 0
    score_2: int = 0
    score_3: int = 0
    score_4: int = 0
    score_5: int = 0
    on_time: int = 0
    late: int = 0
    cost_kept: int = 0
    paid_more: int = 0
    courteous: int = 0
    discourteous: int = 0
    paid_extra_said: int = 0
    paid_extra_kes: int = 0
    no_problem: int = 0
    problem_reported: int = 0
    problem_unreported: int = 0
    problem_unsaid: int = 0
    problem_unasked: int = 0
    incomplete: int = 0
    simulated: int = 0
    clusters: Histogram = field(default_factory=dict, hash=False)

    @property
    def scores(self) -> tuple[int, ...]:
        """How many gave each score from 1 to 5."""
        return (self.score_1, self.score_2, self.score_3, self.score_4, self.score_5)

    @property
    def votes(self) -> int:
        return sum(self.scores) + self.incomplete


@dataclass(frozen=True)
class CaseCounts(Tally):
    """Of one cohort and one kind (complaints, or requests for information).

    A case is in `not_yet_due`, in `withdrawn_before_due`, or in exactly one of each block:
    (acknowledged_in_time, acknowledged_late, no_acknowledgement_due),
    (resolved_in_time, resolved_late, unresolved) and (confirmed ... withdrawn), where three
    silences stay apart: `nothing_to_confirm` (the office never answered), `unreached` (no question
    reached the citizen), `silent` (asked, never replied); `awaiting` may still speak.
    Besides, due cases that are `reopened` (an answer was given and did not last), those of them
    that are unresolved, and urgent ones answered in time or not.  `messages_cost` is what the
    messages about due cases cost, in ten-thousandths of a shilling, without the `unpriced` cases,
    of whose messages one has no known price; `unpriced_confirmed` of these were confirmed.

    Every due case is in one of three histograms: `days` (answered, by whole days from receipt to
    the answer that stands), `gone` (withdrawn unanswered after it was due, by days), `waiting`
    (unanswered, by the day of receipt as its ordinal: the day counts, not the age, so that a tally
    does not change while nothing happens).
    """

    acknowledged_in_time: int = 0
    acknowledged_late: int = 0
    no_acknowledgement_due: int = 0
    resolved_in_time: int = 0
    resolved_late: int = 0
    unresolved: int = 0
    confirmed: int = 0
    disputed: int = 0
    silent: int = 0
    unreached: int = 0
    awaiting: int = 0
    nothing_to_confirm: int = 0
    not_upheld: int = 0
    withdrawn: int = 0
    reopened: int = 0
    reopened_unresolved: int = 0
    urgent_in_time: int = 0
    urgent_late: int = 0
    not_yet_due: int = 0
    withdrawn_before_due: int = 0
    messages_cost: int = 0
    unpriced: int = 0
    unpriced_confirmed: int = 0
    confidential: int = 0
    simulated: int = 0
    days: Histogram = field(default_factory=dict, hash=False)
    gone: Histogram = field(default_factory=dict, hash=False)
    waiting: Histogram = field(default_factory=dict, hash=False)

    @property
    def resolved(self) -> int:
        return self.resolved_in_time + self.resolved_late

    @property
    def due(self) -> int:
        """The denominator of most figures."""
        return self.resolved + self.unresolved


def _sum(values: list[Any]) -> Any:
    if type(values[0]) is int:
        return sum(values)
    found: dict[str, int] = {}
    for value in values:
        for key, many in value.items():
            found[key] = found.get(key, 0) + many
    return found


def _rest(one: Any, other: Any) -> Any:
    if not isinstance(one, Mapping):
        return one - other
    left = {key: one.get(key, 0) - other.get(key, 0) for key in {**one, **other}}
    return {key: many for key, many in left.items() if many}
