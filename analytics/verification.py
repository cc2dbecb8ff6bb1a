"""Verified resolution: which over cases are called back, drawn by lot, and the share of all due
cases that their citizens, asked by people outside the institution, say was solved.

Who answers a message is not who was served: the content answer more.  So the estimate rests on a
stratified random sample that somebody calls, with what the calls could not learn said beside it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256

from analytics.intervals import Interval, score_interval, t_quantile
from analytics.methods import chosen


class Group(StrEnum):
    """What the register knows of an over case: the strata of a draw."""

    SILENT = "silent"  # closed without the citizen's word, reached or not
    CONFIRMED = "confirmed"  # the citizen said yes: a few are checked
    DISPUTED = "disputed"  # the citizen said no, after it was over: a few are checked
    SET_ASIDE = "set-aside"  # not upheld or withdrawn: nothing leaves the frame


@dataclass(frozen=True)
class Member:
    """A case of the frame; `person` is the number of somebody with several cases in it, else 0."""

    reference: str
    group: Group
    person: int = 0


@dataclass(frozen=True)
class Method:
    """One version of how many are drawn and what is needed to publish a figure."""

    version: str
    drawn: Mapping[Group, int]
    attempts: int
    fewest: int
    fewest_reached: float
    fewest_callable: float
    contract_weight: float


@dataclass(frozen=True)
class Stratum:
    """One group of one draw: cases in it, cases drawn, what the citizens reached have said."""

    group: Group
    size: int
    drawn: int
    solved: int
    unsolved: int

    @property
    def answers(self) -> int:
        return self.solved + self.unsolved


@dataclass(frozen=True)
class Calls:
    """What the calls of an institution and period rest on.

    `unresolved` due cases stand open past their date: not solved, without a call.  `unknown` are
    over or answered and in no draw yet; `not_callable` have no number or are quiet.
    """

    strata: tuple[Stratum, ...] = ()
    unresolved: int = 0
    unknown: int = 0
    not_callable: int = 0

    def __add__(self, other: "Calls") -> "Calls":
        return Calls(
            self.strata + other.strata,
            self.unresolved + other.unresolved,
            self.unknown + other.unknown,
            self.not_callable + other.not_callable,
        )


@dataclass(frozen=True)
class Verified:
    """The share of due cases solved, from 0 to 1, with its 95 % interval.

    `n`: citizens who answered a call; `of`: the due cases it speaks for; `drawn`: cases drawn.
    `none_of_the_rest`, `all_of_the_rest`: the share if none, or all, of those who were drawn and
    did not answer had it solved.  `why_not` is empty, or why the figure is not to be shown.
    """

    share: float | None
    interval: Interval | None
    n: int
    of: int
    drawn: int
    none_of_the_rest: float | None = None
    all_of_the_rest: float | None = None
    why_not: str = ""
    left_out: Mapping[str, int] = field(default_factory=dict)


def method(version: str | None = None) -> Method:
    """The method of that version, or the one in use.  Raises UnknownMethod."""
    row = chosen("verification", version)
    return Method(
        row["version"],
        {Group(name): int(many) for name, many in row["drawn"].items()},
        int(row["attempts"]),
        int(row["fewest"]),
        float(row["fewest_reached"]),
        float(row["fewest_callable"]),
        float(row["contract_weight"]),
    )


# --- The lot ------------------------------------------------------------------------------------


def listing(frame: Iterable[Member]) -> str:
    """The frame as text, one line a case in the order of the references: what its hash seals."""
    rows = sorted(frame, key=lambda member: member.reference)
    return "".join(f"{one.reference} {one.group} {one.person}\n" for one in rows)


def read_listing(text: str) -> tuple[Member, ...]:
    rows = (line.split(" ") for line in text.splitlines())
    return tuple(Member(name, Group(group), int(person)) for name, group, person in rows)


def frame_hash(frame: Iterable[Member]) -> str:
    return sha256(listing(frame).encode()).hexdigest()


def draw(frame: Iterable[Member], seed: str, wanted: Mapping[Group, int]) -> list[Member]:
    """The cases to call, in the order of their lots; anybody with frame and seed gets the same.

    A case's lot is SHA-256 of `seed:reference`; of each group the smallest lots are taken, of each
    person one case at most.
    """
    left, seen, taken = dict(wanted), set[int](), []
    for member in sorted(frame, key=lambda member: lot(seed, member.reference)):
        if left.get(member.group, 0) < 1 or member.person in seen:
            continue
        left[member.group] -= 1
        seen |= {member.person} - {0}
        taken.append(member)
    return taken


def lot(seed: str, reference: str) -> str:
    return sha256(f"{seed}:{reference}".encode()).hexdigest()


# --- The estimate -------------------------------------------------------------------------------


def estimate(calls: Calls, how: Method | None = None) -> Verified:
    """The verified share of the cases that were due.

    Stratified estimator with finite population correction: in each stratum those who answered
    stand for it, a confirmed one too, whose few calls check what was said by phone.  Strata with
    fewer than two answers are joined to others of their group; a group nobody answered for is left
    out, and said.  Interval: Wilson's with the sample's effective size and Student's t.
    """
    how = how or method()
    strata, unheard = _joined(calls.strata)
    of = sum(one.size for one in strata) + calls.unresolved
    n, drawn = sum(s.answers for s in strata), sum(s.drawn for s in calls.strata)
    left_out = {
        "not drawn yet": calls.unknown + unheard,
        "no number or quiet": calls.not_callable,
        "drawn but not reached": drawn - sum(s.answers for s in calls.strata),
    }
    found = Verified(None, None, n, of, drawn, left_out=left_out)
    if not n:
        return replace(found, why_not="no calls")
    share = sum(one.size / of * one.solved / one.answers for one in strata)
    low, high = _bounds(strata, of)
    return replace(
        found, share=share, interval=_interval(share, strata, of, n),
        none_of_the_rest=low, all_of_the_rest=high, why_not=_why_not(found, calls, how),
    )  # fmt: skip


def _joined(strata: Sequence[Stratum]) -> tuple[list[Stratum], int]:
    """Strata that can speak for themselves, and how many cases have nobody to speak for them."""
    by_group: dict[Group, list[Stratum]] = defaultdict(list)
    for one in strata:
        if one.size:
            by_group[one.group].append(one)
    kept: list[Stratum] = []
    unheard = 0
    for group in by_group.values():
        while len(group) > 1 and min(one.answers for one in group) < 2:
            group.sort(key=lambda one: one.answers)
            group[:2] = [_together(group[0], group[1])]
        kept += [one for one in group if one.answers]
        unheard += sum(one.size for one in group if not one.answers)
    return kept, unheard


def _together(a: Stratum, b: Stratum) -> Stratum:
    return Stratum(
        a.group, a.size + b.size, a.drawn + b.drawn, a.solved + b.solved, a.unsolved + b.unsolved
    )


def _bounds(strata: Iterable[Stratum], of: int) -> tuple[float, float]:
    low = high = 0.0
    for one in strata:
        missing = one.drawn - one.answers
        low += one.size / of * one.solved / one.drawn
        high += one.size / of * (one.solved + missing) / one.drawn
    return low, high


def _interval(share: float, strata: Sequence[Stratum], of: int, n: int) -> Interval:
    """The spread in a stratum is its group's, with half a yes and half a no more than were heard:
    thirty equal answers do not prove that the next one is equal."""
    variance = middle = 0.0
    for one in strata:
        alike = [other for other in strata if other.group is one.group]
        solved, heard = sum(s.solved for s in alike), sum(s.answers for s in alike)
        part, near = one.size / of, (solved + 0.5) / (heard + 1)
        left = max(0.0, 1 - one.answers / one.size)
        variance += part * part * left * near * (1 - near) / one.answers
        middle += part * near
    if variance == 0:
        return Interval(share, share)
    effective = middle * (1 - middle) / variance
    return score_interval(share, effective, t_quantile(max(1, n - len(strata))))


def _why_not(found: Verified, calls: Calls, how: Method) -> str:
    callable_share = 1 - calls.not_callable / max(1, found.of + calls.unknown + calls.not_callable)
    if found.n < how.fewest:
        return f"fewer than {how.fewest} answers"
    if found.n < how.fewest_reached * found.drawn:
        return f"fewer than {how.fewest_reached:.0%} of those drawn answered"
    if callable_share < how.fewest_callable:
        return f"fewer than {how.fewest_callable:.0%} of the cases can be called"
    return ""
