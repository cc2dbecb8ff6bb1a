"""What is said: how many citizens use a term of late, against the weeks before at the same place.

A term is a word folded to what it means, two such words side by side, or what the caller knows of
a report without words (its service, what went wrong).  It is judged as a share of what is said
there, so that a rise of everything is nobody's term.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from analytics.alarms.parameters import PARAMETERS, Finding, Parameters, Place
from analytics.alarms.tails import Numbers, tail
from analytics.similarity.folding import meaning_of, weight_of, words_of

TELLS_ENOUGH = 2.3
"""Logarithm of how few texts hold a word: under it, the word stands in a tenth of all texts."""
PAIR = " + "
SPREAD_PRIOR = (10.0, 1.5)
FEWEST_TEXTS = 40
"""Texts of the weeks before under which nobody knows what is usual to say at a place."""
_NUMBER = re.compile(r"\d")


@dataclass(frozen=True)
class TermCounts:
    """The candidates of one place and day: rows are terms, columns windows or weeks.

    observed, volume: different citizens who used the term, and all, in each window.  weekly,
    volumes: the same in each week before the guard.  prior: the term's share of what is said in
    the whole country.  vocabulary: how many terms could have been found here.
    """

    place: Place
    terms: Sequence[str]
    observed: Numbers
    volume: Numbers
    weekly: Numbers
    volumes: Numbers
    prior: Numbers
    vocabulary: int


def terms_of(text: str) -> frozenset[str]:
    """The terms of one text: meanings that tell enough, and two of them side by side."""
    told = [meaning for word in words_of(text) if _tells(meaning := meaning_of(word), word)]
    pairs = {PAIR.join(sorted(two)) for two in pairwise(told) if len(set(two)) > 1}
    return frozenset(told) | pairs


def spoken(term: str, texts: Iterable[str]) -> str:
    """A term in the words that most of these texts use for it; the term where none does."""
    used: dict[str, Counter[str]] = {meaning: Counter() for meaning in term.split(PAIR)}
    for text in texts:
        for word in set(words_of(text)):
            if (meaning := meaning_of(word)) in used:
                used[meaning][word] += 1
    return " ".join(max(n, key=lambda w: (n[w], w)) if n else m for m, n in used.items())


@lru_cache(maxsize=20_000)
def _tells(meaning: str, word: str) -> bool:
    plain = len(word) > 2 and not _NUMBER.search(word)
    return plain and weight_of(meaning) >= TELLS_ENOUGH


def chances(
    observed: Numbers, volume: Numbers, weekly: Numbers, volumes: Numbers, prior: Numbers,
    given: Parameters = PARAMETERS,
) -> tuple[Numbers, Numbers]:  # fmt: skip
    """Expected counts and the chance of so many, row by row.

    observed, volume, prior: one number a row.  weekly, volumes: a row's weeks.
    """
    weight = np.ones_like(weekly)
    for _ in range(2):
        all_told = given.prior_texts + (weight * volumes).sum(axis=1)
        share = (given.prior_texts * prior + (weight * weekly).sum(axis=1)) / all_told
        should = np.maximum(share[:, None] * volumes, 0.2)
        sigma = (weekly - share[:, None] * volumes) / np.sqrt(SPREAD_PRIOR[1] * should)
        cut = given.downweight_from
        weight = np.where(sigma > cut, (cut / np.maximum(sigma, cut)) ** 2, 1.0)
    believed, usual = SPREAD_PRIOR
    square = weight * (weekly - share[:, None] * volumes) ** 2 / should
    spread = (believed * usual + square.sum(axis=1)) / (believed + weight.sum(axis=1))
    spread = np.maximum(spread, 1.1)
    mean = share * volume
    unsure = spread / (share * all_told) + given.level_drift**2
    return mean, tail(observed, mean, spread * mean + unsure * mean**2)


def judge_terms(found: Sequence[TermCounts], given: Parameters = PARAMETERS) -> list[Finding]:
    """What is said more of, at most one finding a place and term: its least likely window."""
    known = [one for one in found if one.volumes.sum() >= FEWEST_TEXTS]
    tests = sum(one.vocabulary for one in known) * len(given.windows)
    return [finding for one in known for finding in _at(one, tests, given)]


def _at(one: TermCounts, tests: int, given: Parameters) -> list[Finding]:
    if not one.terms:
        return []
    each = []
    for column, _ in enumerate(given.windows):
        observed = one.observed[:, column]
        volume = np.full(len(observed), one.volume[column])
        weeks = np.broadcast_to(one.volumes, one.weekly.shape)
        mean, chance = chances(observed, volume, one.weekly, weeks, one.prior, given)
        chance = np.where(telling(observed, mean, given), chance, 1.0)
        each.append((mean, chance))
    means, least = (np.stack([pair[n] for pair in each], axis=1) for n in (0, 1))
    found = []
    for row in np.flatnonzero(least.min(axis=1) * tests <= given.still).tolist():
        column = int(least[row].argmin())
        p = least[row, column]
        found.append(
            Finding(
                one.place, one.terms[row], given.windows[column], int(one.observed[row, column]),
                float(means[row, column]), float(-np.log10(p * tests)),
                bool(p * tests <= given.a_day),
            )
        )  # fmt: skip
    return found


def telling(
    observed: Numbers, mean: Numbers, given: Parameters = PARAMETERS
) -> npt.NDArray[np.bool_]:
    """Whether enough different people say it, and so many more than are expected to."""
    enough = observed >= given.fewest_saying
    many: npt.NDArray[np.bool_] = observed >= given.least_term_ratio * mean
    return enough & many
