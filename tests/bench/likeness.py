"""How well near-duplicates planted by hand are told apart: `make bench ARGS=likeness`.

The thresholds were chosen on the incidents marked `tune`; the figures are of those marked `test`.
`python -m tests.bench.likeness count` writes the counts of words again after the corpus changed.
"""

import csv
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from pathlib import Path

from analytics import similarity
from analytics.similarity import SUGGESTED, SURE, Report
from analytics.triage import read_corpus
from tests.bench.processes import Bench

PLANTED = Path(__file__).with_name("likeness.csv")
COUNTS = Path(similarity.__file__).with_name("words.csv")
OPEN_CASES = 1_000
TUNE, TEST = "tune", "test"


@dataclass(frozen=True)
class Planted:
    """One complaint, and the incident it is about."""

    part: str
    incident: str
    report: Report


@dataclass(frozen=True)
class Found:
    """Pairs at a threshold: rightly joined, wrongly, missed; and who met nobody of theirs."""

    right: int
    wrong: int
    missed: int
    alone: int
    reporters: int

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    @property
    def reached(self) -> float:
        """The share of reporters who have companions and were shown at least one of them."""
        return 1 - self.alone / max(1, self.reporters)


def planted(part: str) -> list[Planted]:
    """The complaints of one part, as the file has them."""
    with PLANTED.open(encoding="utf-8", newline="") as lines:
        return [_planted(row) for row in csv.DictReader(lines) if row["part"] == part]


def measure(part: str, least: float) -> Found:
    """What a threshold does to every pair of one part."""
    right = wrong = missed = 0
    have: set[int] = set()
    met: set[int] = set()
    for (a, one), (b, other), score in pairs(planted(part)):
        same = one.incident == other.incident
        right, wrong = right + (same and score >= least), wrong + (not same and score >= least)
        missed += same and score < least
        have |= {a, b} if same else set()
        met |= {a, b} if same and score >= least else set()
    return Found(right, wrong, missed, len(have - met), len(have))


def pairs(
    them: Sequence[Planted],
) -> Iterator[tuple[tuple[int, Planted], tuple[int, Planted], float]]:
    for one, other in combinations(enumerate(them), 2):
        yield one, other, similarity.likeness(one[1].report, other[1].report)


def false_in_corpus(least: float) -> float:
    """Suggestions to a planted complaint among a thousand messages about other things.

    The mean of all; the corpus says no place, so that every one of them might be the same.
    """
    others = corpus(OPEN_CASES)
    found = [
        sum(score >= least for score in similarity.likenesses(one.report, others))
        for one in planted(TEST)
    ]
    return sum(found) / len(found)


def milliseconds() -> tuple[float, float]:
    """CPU for one new case against a thousand: the first time, and when the texts were seen."""
    others, new = corpus(OPEN_CASES), planted(TEST)[0].report
    similarity.fingerprint.cache_clear()
    first = _cpu(partial(similarity.likenesses, new, others))
    later = [_cpu(partial(similarity.likenesses, one.report, others)) for one in planted(TEST)]
    return first, sorted(later)[len(later) // 2]


def corpus(number: int) -> list[Report]:
    return [Report(row.text) for row in read_corpus()[:number]]


def counted_texts() -> list[str]:
    """The team's messages: the thresholds were chosen with their counts."""
    return [row.text for row in read_corpus() if row.judges]


def count_words() -> int:
    """Write down again how many texts hold each meaning."""
    number, held = similarity.counted(counted_texts())
    with COUNTS.open("w", encoding="utf-8", newline="") as out:
        lines = csv.writer(out, lineterminator="\n")
        lines.writerow(("texts", number))
        lines.writerows(held.items())
    return len(held)


def report(_: Bench) -> str:
    lines = ["\nlikeness of complaints"]
    for name, least in (("suggested to a person", SUGGESTED), ("sure enough for the rule", SURE)):
        at = measure(TEST, least)
        lines.append(
            f"{name}, from {least}: precision {at.precision:.0%}, recall {at.recall:.0%} of "
            f"{at.right + at.missed} pairs, {at.reached:.0%} of {at.reporters} reporters meet one; "
            f"{false_in_corpus(least):.2f} false ones among {OPEN_CASES:,} messages of the corpus"
        )
    first, later = milliseconds()
    lines.append(
        f"one new case against {OPEN_CASES:,}: {later:.1f} ms CPU, {first:.0f} ms where none of "
        "the texts was seen before"
    )
    return "\n".join(lines)


def _planted(row: dict[str, str]) -> Planted:
    county = int(row["county"]) if row["county"] else None
    about = Report(row["text"], row["service"] or None, row["place"] or None, county)
    return Planted(row["part"], row["incident"], about)


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


if __name__ == "__main__":
    if sys.argv[1:] != ["count"]:
        sys.exit("say `count` to write words.csv again; `make bench ARGS=likeness` measures")
    print(count_words())
