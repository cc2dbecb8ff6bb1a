"""`python -m tests.bench.verification`: simulated quarters with known truth; the content answer
messages more. How far the naive share of confirmations is off, and how often the verified share's
95 % interval holds the truth."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from statistics import fmean

from analytics.verification import Calls, Group, Member, Stratum, Verified, draw, estimate, method

SEED = 20_261_122


@dataclass(frozen=True)
class Manners:
    """A country: chances from 0 to 1 of those whose case was solved, and of those whose was not."""

    name: str
    solved: float = 0.55
    writes: tuple[float, float] = (0.40, 0.15)
    answers_call: tuple[float, float] = (0.65, 0.65)
    presses_wrong: float = 0.1
    """Of those whose case was not solved and who answer, who say yes: by mistake, or with somebody
    of the office beside them."""
    cases: tuple[int, int] = (150, 1500)


COUNTRY = Manners("content people answer messages more")
COUNTRIES = (
    COUNTRY,
    Manners("the same, nearly all solved", solved=0.92),
    Manners("the same, small offices", cases=(60, 150)),
    Manners("few answer messages or calls", writes=(0.2, 0.05), answers_call=(0.5, 0.5)),
    Manners("content people answer calls more too", answers_call=(0.75, 0.55)),
)


@dataclass(frozen=True)
class Quarter:
    """The truth among due cases, and among answered ones; what is said of them."""

    truth: float
    truth_of_resolved: float
    naive: float
    verified: Verified


@dataclass(frozen=True)
class Measured:
    """Over many quarters: mean error in points of 100, share of intervals with the truth in them,
    their half width in points; how often the bounds held it; how many had a figure to show."""

    naive_error: float
    verified_error: float
    covered: float
    half_width: float
    bounded: float
    shown: float


def main(words: Sequence[str]) -> int:
    many = int(words[0]) if words else 1000
    print("country | naive error | verified error | 95 % interval holds | half width | shown")
    for country in COUNTRIES:
        m = measured(country, many)
        print(
            f"{country.name} | {m.naive_error:+.1f} | {m.verified_error:+.1f} | {m.covered:.1%} | "
            f"{m.half_width:.1f} | {m.shown:.1%}"
        )
    return 0


def measured(country: Manners, many: int, seed: int = SEED) -> Measured:
    quarters = [quarter(country, Random(f"{seed}:{n}")) for n in range(many)]
    shown = [one for one in quarters if not one.verified.why_not]
    told = [(q, q.verified.share, q.verified.interval, q.verified) for q in shown]
    held = [low.low <= q.truth <= low.high for q, _, low, _ in told if low]
    return Measured(
        100 * fmean(q.naive - q.truth_of_resolved for q in quarters),
        100 * fmean((share or 0.0) - q.truth for q, share, _, _ in told),
        fmean(held),
        50 * fmean(i.high - i.low for _, _, i, _ in told if i),
        fmean((v.none_of_the_rest or 0) <= q.truth <= (v.all_of_the_rest or 0)
              for q, _, _, v in told),
        len(shown) / many,
    )  # fmt: skip


def quarter(country: Manners, rng: Random) -> Quarter:
    """Offices close one due case in ten too late to count; of the rest some are solved."""
    truth: dict[str, bool] = {}
    group: dict[str, Group] = {}
    unresolved = disputed = resolved_solved = 0
    cases = rng.randint(*country.cases)
    rate = min(0.99, max(0.05, rng.gauss(country.solved, 0.1)))
    for number in range(cases):
        name, solved = f"{number:08}", rng.random() < rate
        if rng.random() < 0.1:
            unresolved += 1
            continue
        resolved_solved += solved
        answered = rng.random() < country.writes[not solved]
        if answered and not solved and rng.random() >= country.presses_wrong:
            disputed += 1  # open again, at the desk: not solved, and nobody needs to call
            continue
        truth[name] = solved
        group[name] = Group.CONFIRMED if answered else Group.SILENT
        if not answered and rng.random() < 0.08:
            group[name] = Group.SET_ASIDE
    confirmed = sum(one is Group.CONFIRMED for one in group.values())
    calls = _called(country, rng, group, truth, unresolved + disputed)
    return Quarter(
        sum(truth.values()) / cases,
        resolved_solved / (cases - unresolved),
        confirmed / max(1, confirmed + disputed),
        estimate(calls),
    )


def _called(
    country: Manners, rng: Random, group: dict[str, Group], truth: dict[str, bool], open_: int
) -> Calls:
    """Three draws, a month each."""
    strata = []
    for wave in range(3):
        frame = [Member(name, g) for name, g in group.items() if int(name) % 3 == wave]
        taken = draw(frame, f"{rng.random()}", method().drawn)
        for one in Group:
            mine = [member for member in taken if member.group is one]
            said = [
                truth[member.reference]
                for member in mine
                if rng.random() < country.answers_call[not truth[member.reference]]
            ]
            size = sum(member.group is one for member in frame)
            strata.append(Stratum(one, size, len(mine), sum(said), len(said) - sum(said)))
    return Calls(tuple(strata), unresolved=open_)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
