"""Which numbers of a running survey may be told anew, so that no two tellings differ by one to four
answers: neither the whole, nor a row of it, nor what its rows together do not yet tell.

Numbers are told by *block* (`marks`, `problems`): a block is the least that must be of one moment,
since its figures share denominators.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from operator import attrgetter
from typing import TypeVar

from analytics.suppression import MINIMUM
from analytics.tallies import QUESTIONS, SUMS, RatingCounts

Key = TypeVar("Key", bound=Hashable)
Rows = Mapping[Key, RatingCounts]
Numbers = tuple[int, ...]


@dataclass(frozen=True)
class Block:
    """Numbers of `RatingCounts` that are told together: answers by the question they belong to,
    sums of amounts, and `free` numbers, which tell of no answer and hold nothing back."""

    families: tuple[tuple[str, ...], ...]
    amounts: tuple[str, ...]
    free: tuple[str, ...]
    questions: tuple[str, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        return (*dict.fromkeys(name for family in self.families for name in family), *self.amounts)

    @cached_property
    def of(self) -> Callable[[RatingCounts], Numbers]:
        """The answers of a tally in the order of `names`."""
        return attrgetter(*self.names)

    @cached_property
    def _places(self) -> tuple[tuple[int, ...], ...]:
        return tuple(tuple(self.names.index(name) for name in family) for family in self.families)

    def sizes(self, moved: Numbers) -> tuple[int, ...]:
        """How many answers of each family must have changed for its numbers to move so: one that
        became another is one, in whatever direction."""
        if not any(moved):
            return (0,) * (len(self.families) + 1)
        found = [_least([moved[at] for at in places]) for places in self._places]
        # An amount that was put right moves no count, and is one person's.
        lone = not any(found) and any(moved[len(moved) - len(self.amounts) :])
        return (*found, int(lone))


MARKS = Block(
    (
        ("score_1", "score_2", "score_3", "score_4", "score_5"),
        ("on_time", "late"),
        ("cost_kept", "paid_more"),
        ("cost_kept", "paid_extra_said"),
        ("courteous", "discourteous"),
    ),
    ("paid_extra_kes",),
    ("incomplete", "simulated"),
    ("score", "on_time", "cost", "courtesy"),
)
PROBLEMS = Block(
    (("no_problem", "problem_reported", "problem_unreported"),),
    (),
    ("problem_unsaid", "problem_unasked"),
    ("problem",),
)
BLOCKS = (MARKS, PROBLEMS)


def ripe(block: Block, told: RatingCounts, live: RatingCounts, least: int = MINIMUM) -> bool:
    """Whether the whole may be told as it is now: `least` records moved it or more, and each
    question was answered otherwise by none or by five at least."""
    sizes = block.sizes(_less(block.of(live), block.of(told)))
    free = _least([getattr(live, name) - getattr(told, name) for name in block.free])
    return _in_batches(sizes) and max(*sizes, free) >= max(MINIMUM, least)


def movable(
    block: Block, whole: tuple[RatingCounts, RatingCounts], told: Rows[Key], live: Rows[Key]
) -> set[Key] | None:
    """The rows that may be told anew with their whole, given as it was told and as it is now; None
    where whichever are told, the whole less its rows would tell of few.

    A row moves by five answers or more, or stays as it was told; then the smallest that could move
    stay with it until what all of them lack, and what that changed by, is five again or nothing.
    """
    none = RatingCounts()
    moved = {
        key: _less(block.of(live.get(key, none)), block.of(told.get(key, none)))
        for key in {**told, **live}
    }
    sizes = {key: block.sizes(numbers) for key, numbers in moved.items()}
    going = {key for key in moved if _in_batches(sizes[key])}
    waiting = sorted((key for key in going if any(moved[key])), key=lambda key: max(sizes[key]))
    nothing = block.of(none)
    before = _less(block.of(whole[0]), _sum([block.of(row) for row in told.values()], nothing))
    while True:
        rest = _sum([moved[key] for key in moved if key not in going], nothing)
        if all(_in_batches(block.sizes(of)) for of in (rest, _less(rest, before))):
            return going
        if not waiting:
            return None
        going.discard(waiting.pop(0))


def taken_over(block: Block, told: RatingCounts, live: RatingCounts) -> RatingCounts:
    """What was told, with the block as it is now."""
    mine = {name: getattr(live, name) for name in (*block.names, *block.free)}
    sums = {
        name: many
        for of in (told, live)
        for name, many in of.clusters.items()
        if (_QUESTION[name] in block.questions) is (of is live)
    }
    return replace(told, **mine, clusters=sums)


def far(one: Numbers, other: Numbers) -> bool:
    """Whether numbers of one question are of the same answers, or of five others at least."""
    return _in_batches([_least(_less(one, other))])


_QUESTION = {f"{question}_{of}": question for question in QUESTIONS for of in SUMS}
"""The question that a sum of clusters belongs to."""


def _in_batches(sizes: Iterable[int]) -> bool:
    return all(size == 0 or size >= MINIMUM for size in sizes)


def _least(moved: Iterable[int]) -> int:
    """The fewest records whose coming, going or changing moves numbers so."""
    given = list(moved)
    up = sum(one for one in given if one > 0)
    return max(up, up - sum(given))


def _less(one: Numbers, other: Numbers) -> Numbers:
    return tuple(a - b for a, b in zip(one, other, strict=True))


def _sum(given: list[Numbers], nothing: Numbers) -> Numbers:
    return tuple(map(sum, zip(nothing, *given, strict=True)))
