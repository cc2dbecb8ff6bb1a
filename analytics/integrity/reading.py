"""A figure with and without what is suspect: both are shown, and what stands until somebody has
reviewed it is the reading less favourable to whoever could have made the records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from analytics.indicators import Figure, case_figures, designs_of, rating_figures
from analytics.integrity.facts import Finding, Handled, Signal
from analytics.intervals import Design
from analytics.scorecards import Cell
from analytics.tallies import (
    CaseFact,
    Cohort,
    RatingCounts,
    RatingFact,
    count_cases,
    count_ratings,
)
from feedback_service.domain.cases import CaseKind
from feedback_service.domain.ratings import Sample


class Maker(StrEnum):
    """Who could have made suspect records."""

    BODY = "body"  # the institution itself, or its staff
    OTHERS = "others"  # whoever wishes it ill


class Review(StrEnum):
    WAITING = "waiting"
    UPHELD = "upheld"  # the suspicion is right: the records stay out
    CLEARED = "cleared"  # it is wrong: they count


class Undo(StrEnum):
    """What the reading without a suspect record does with it: no complaint is ever left out."""

    LEAVE_OUT = "leave-out"  # a rating
    COUNT_WORST = "count-worst"  # a visit nobody was told of: asked, and dissatisfied
    NOT_ANSWERED = "not-answered"
    FIRST_DATE = "first-date"
    FIRST_HOLDER = "first-holder"
    FIRST_KIND = "first-kind"
    STILL_OPEN = "still-open"


UNDO: Mapping[Signal, Undo] = {
    Signal.SIM_BURST: Undo.LEAVE_OUT,
    Signal.STAFF_PHONE: Undo.LEAVE_OUT,
    Signal.HOARDED_CODES: Undo.LEAVE_OUT,
    Signal.MISSING_VISITS: Undo.COUNT_WORST,
    Signal.QUARTER_END: Undo.NOT_ANSWERED,
    Signal.COPIED_WORDS: Undo.NOT_ANSWERED,
    Signal.NO_CONTACT: Undo.NOT_ANSWERED,
    Signal.REJECTED: Undo.NOT_ANSWERED,
    Signal.MERGED: Undo.NOT_ANSWERED,
    Signal.NOT_BELIEVED: Undo.NOT_ANSWERED,
    Signal.PAUSED: Undo.FIRST_DATE,
    Signal.TRANSFERRED: Undo.FIRST_HOLDER,
    Signal.RELABELLED: Undo.FIRST_KIND,
    Signal.WITHDRAWN: Undo.STILL_OPEN,
}


@dataclass(frozen=True)
class Suspicion:
    """A finding and what became of it."""

    finding: Finding
    review: Review = Review.WAITING

    @property
    def makers(self) -> frozenset[Maker]:
        """Only phones leave ratings that do an institution harm to somebody else's credit."""
        if self.finding.signal is Signal.SIM_BURST and not self.finding.favourable:
            return frozenset({Maker.OTHERS})
        return frozenset({Maker.BODY})


@dataclass(frozen=True)
class Reading:
    """One figure three ways: every record counted, the suspect undone, and the one that stands."""

    counted: Figure
    without: Figure
    stands: Figure


@dataclass(frozen=True)
class Suspects:
    """The records behind an institution's suspicions, as the scorecard counts them, by id.

    A rating that is no vote of its own (its giver voted again that day) is not among them.
    """

    institution: str
    cohort: Cohort
    ratings: Mapping[str, RatingFact] = field(default_factory=dict)
    cases: Mapping[str, tuple[CaseFact, Handled]] = field(default_factory=dict)


def readings(
    counted: Cell,
    suspects: Suspects,
    suspicions: Sequence[Suspicion],
    sample: Sample = Sample.OPEN,
    deff: float = 1.0,
) -> dict[str, Reading]:
    """Every figure of an institution three ways; `counted` is its whole cell, suspects included.
    The survey's figures are those of one class of ratings.

    Each suspicion is weighed for each figure by itself: were they weighed together, an institution
    could plant records whose absence serves it beside those whose presence does.
    """
    ratings = {key: fact for key, fact in suspects.ratings.items() if fact.sample is sample}
    suspects = replace(suspects, ratings=ratings)
    counted = Cell(open=counted.votes(sample), cases=counted.cases)
    designs = designs_of(counted.open)
    whole = _Books(_rest(counted, suspects), suspects, ratings, _facts(suspects), deff, designs)
    bare = whole
    for one in suspicions:
        bare = bare if one.review is Review.CLEARED else bare.undoing(one)
    stands, without = _Standing(whole, _in_order(suspicions)), bare.figures
    return {
        name: Reading(figure, without[name], stands.figure(name))
        for name, figure in whole.figures.items()
    }


def undone(fact: CaseFact, case: Handled, signal: Signal) -> CaseFact:
    """The case as it would count had the suspect act not been done."""
    undo = UNDO[signal]
    if undo is Undo.NOT_ANSWERED:
        return replace(fact, resolved_at=None, closed_at=None, outcome=None)
    if undo is Undo.STILL_OPEN:
        return replace(fact, closed_at=None, outcome=None)
    if undo is Undo.FIRST_HOLDER:
        return replace(fact, institution=case.origin.institution)
    if undo is Undo.FIRST_KIND:
        return replace(fact, due_at=case.first_due_at, kind=CaseKind.COMPLAINT)
    if undo is Undo.FIRST_DATE:
        return replace(fact, due_at=case.first_due_at)
    return fact


def less_favourable(one: Figure, other: Figure, makers: frozenset[Maker]) -> Figure:
    """Of two readings the one that serves those who could have made the records less.

    All indicators here rise with performance.  A figure that cannot be shown serves nobody, least
    of all the institution; where both sides could have made the records its own counts.
    """
    if Maker.BODY in makers:
        return min(one, other, key=_worth)
    return max(one, other, key=_worth)


def standing(counted: Figure, without: Figure, suspicion: Suspicion) -> Figure:
    """Which reading stands: by the review where there was one, else the less favourable."""
    if suspicion.review is Review.UPHELD:
        return without
    if suspicion.review is Review.CLEARED:
        return counted
    return less_favourable(counted, without, suspicion.makers)


@dataclass(frozen=True)
class _Books:
    """What is counted: the records nobody suspects, and the suspect ones as they stand here."""

    rest: Cell
    suspects: Suspects
    ratings: Mapping[str, RatingFact]
    cases: Mapping[str, CaseFact]
    deff: float
    designs: Mapping[str, Design]
    worst: int = 0

    def undoing(self, suspicion: Suspicion) -> "_Books":
        signal, ids = suspicion.finding.signal, frozenset(suspicion.finding.records)
        if UNDO[signal] is Undo.LEAVE_OUT:
            left = {key: fact for key, fact in self.ratings.items() if key not in ids}
            return replace(self, ratings=left)
        if UNDO[signal] is Undo.COUNT_WORST:
            return replace(self, worst=self.worst + self._unseen(suspicion.finding))
        changed = {
            key: undone(fact, self.suspects.cases[key][1], signal) if key in ids else fact
            for key, fact in self.cases.items()
        }
        return replace(self, cases=changed)

    @cached_property
    def figures(self) -> dict[str, Figure]:
        whole = self._cell
        return rating_figures(whole.open, self.deff, self.designs) | case_figures(
            whole.cases, self.deff
        )

    @cached_property
    def _cell(self) -> Cell:
        suspects = self.suspects
        theirs = _complaints_of(suspects, self.cases.values())
        ratings = _summed(count_ratings(self.ratings.values())) + replace(
            count_ratings([]), score_1=self.worst, late=self.worst, paid_more=self.worst,
            discourteous=self.worst,
        )  # fmt: skip
        cases = count_cases(theirs, suspects.cohort)
        return Cell(open=self.rest.open + ratings, cases=self.rest.cases + cases)

    def _unseen(self, finding: Finding) -> int:
        """The answers that the missing visits would have given at the rate of the others."""
        answers = sum(self._cell.open.scores)
        fed = finding.detail["fed"]
        return round(finding.detail["missing"] * answers / fed) if fed else 0


class _Standing:
    """Finds the reading of each figure that stands, counting each set of undone acts once."""

    def __init__(self, whole: _Books, suspicions: Sequence[Suspicion]) -> None:
        self._suspicions = suspicions
        self._books: dict[tuple[int, ...], _Books] = {(): whole}

    def figure(self, name: str) -> Figure:
        taken: tuple[int, ...] = ()
        for number, suspicion in enumerate(self._suspicions):
            more = (*taken, number)
            if more not in self._books:
                self._books[more] = self._books[taken].undoing(suspicion)
            one, other = (self._books[key].figures[name] for key in (taken, more))
            if standing(one, other, suspicion) is other:
                taken = more
        return self._books[taken].figures[name]


def _in_order(suspicions: Sequence[Suspicion]) -> list[Suspicion]:
    """Those that are decided first, then what others could have made, then what the body could."""
    return sorted(
        suspicions, key=lambda one: (one.review is Review.WAITING, Maker.BODY in one.makers)
    )


def _facts(suspects: Suspects) -> dict[str, CaseFact]:
    return {key: fact for key, (fact, _) in suspects.cases.items()}


def _complaints_of(suspects: Suspects, facts: Iterable[CaseFact]) -> list[CaseFact]:
    ours = [fact for fact in facts if fact.institution == suspects.institution]
    return [fact for fact in ours if fact.kind is CaseKind.COMPLAINT]


def _rest(counted: Cell, suspects: Suspects) -> Cell:
    theirs = _complaints_of(suspects, _facts(suspects).values())
    ratings, cases = count_ratings(suspects.ratings.values()), count_cases(theirs, suspects.cohort)
    return Cell(open=_summed(counted.open) - _summed(ratings), cases=counted.cases - cases)


def _summed(counts: RatingCounts) -> RatingCounts:
    """Without the squares, which cannot be taken apart: every reading has the whole's design."""
    return replace(counts, clusters={})


def _worth(figure: Figure) -> float:
    return figure.value if figure.shown and figure.value is not None else float("-inf")
