"""Who takes a new case at a desk: the first rule that matches and names somebody who is there."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

WEIGHT, WEIGHT_URGENT = 1, 3
"""Of an open case in somebody's work: one with a life in danger takes the place of three."""


@dataclass(frozen=True)
class Rule:
    """What a case must be, by the names of its facts; without `person` whoever has least to do."""

    id: UUID
    wanted: Mapping[str, object]
    person: UUID | None = None

    def matches(self, facts: Mapping[str, object]) -> bool:
        return all(facts.get(name) == value for name, value in self.wanted.items())


@dataclass(frozen=True)
class Worker:
    """Somebody at the desk who is there today, and the weight of what they have open.

    stands_by: takes what falls to nobody else, as a supervisor does.
    """

    id: UUID
    load: int = 0
    stands_by: bool = False


@dataclass(frozen=True)
class Given:
    """A case given to somebody, and the rule that did it."""

    person: UUID
    rule: UUID


def give(
    rules: Iterable[Rule], facts: Mapping[str, object], workers: Iterable[Worker]
) -> Given | None:
    """The first rule that matches and finds somebody; None leaves the case to be taken by hand.

    A rule that names somebody who is away or may not hear of the case is passed over.
    """
    there = sorted(workers, key=lambda one: (one.stands_by, one.load, one.id))
    for rule in rules:
        if not rule.matches(facts):
            continue
        fit = [one for one in there if rule.person in (None, one.id)]
        if fit:
            return Given(fit[0].id, rule.id)
    return None


def busier(workers: Sequence[Worker], person: UUID, *, urgent: bool) -> list[Worker]:
    """The same people after one of them was given one more case."""
    more = weight(urgent=urgent)
    return [replace(one, load=one.load + more) if one.id == person else one for one in workers]


def weight(*, urgent: bool) -> int:
    return WEIGHT_URGENT if urgent else WEIGHT


def without(workers: Iterable[Worker], shut_out: Collection[UUID]) -> list[Worker]:
    """Those who may hear of a case."""
    return [one for one in workers if one.id not in shut_out]
