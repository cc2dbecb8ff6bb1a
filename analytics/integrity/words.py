"""Answers copied from each other: one text sent to people who complained of different things."""

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz, process

from analytics.integrity.facts import Finding, Handled, Records, Signal
from analytics.integrity.parameters import CopiedWords, Parameters

MOST_TEXTS = 1_500
"""Different texts of one desk that are compared with each other; the most used come first."""
_NOISE = re.compile(r"[\W\d_]+")


def copied_words(records: Records, given: Parameters) -> list[Finding]:
    """Desks whose one text, give or take a word, answers many and various complaints.

    An incident has one answer for all, and a canned reply fits one kind of complaint: neither is
    a copy.  What the citizen confirmed was solved, in whatever words.
    """
    asked, found = given.copied_words, []
    desks: dict[tuple[str, str], list[Handled]] = defaultdict(list)
    for case in records.cases:
        if case.answered_at and case.words:
            desks[case.institution, case.unit].append(case)
    for (institution, unit), cases in desks.items():
        for number, group in enumerate(_alike(cases, asked), 1):
            if _is_copied(group, len(cases), asked):
                found.append(_finding(institution, unit, number, group, cases))
    return found


def _finding(
    institution: str, unit: str, number: int, group: Sequence[Handled], cases: Sequence[Handled]
) -> Finding:
    kinds = {case.category for case in group}
    detail = {"hits": len(group), "of": len(cases), "categories": len(kinds)}
    ids = tuple(case.id for case in group)
    return Finding(
        Signal.COPIED_WORDS, institution, unit, f"{unit}:{number}", ids, detail
    )  # fmt: skip


def _alike(cases: Sequence[Handled], asked: CopiedWords) -> list[list[Handled]]:
    """The answers in groups of like words, the largest first, without those of incidents."""
    texts: dict[str, list[Handled]] = defaultdict(list)
    for case in cases:
        if case.incident is None:
            texts[plain(case.words)].append(case)
    ordered = sorted(texts, key=lambda text: (-len(texts[text]), text))[:MOST_TEXTS]
    like = process.cdist(
        ordered, ordered, scorer=fuzz.ratio, score_cutoff=asked.alike, dtype=np.uint8
    )
    groups: list[list[Handled]] = []
    taken: set[int] = set()
    for number in range(len(ordered)):
        if number in taken:
            continue
        members = [int(n) for n in np.flatnonzero(like[number]) if n not in taken]
        taken.update(members)
        groups.append([case for n in members for case in texts[ordered[n]]])
    return groups


def _is_copied(group: Sequence[Handled], of: int, asked: CopiedWords) -> bool:
    return (
        len(group) >= asked.least
        and len(group) >= asked.share * of
        and len({case.category for case in group}) >= asked.categories
    )


def plain(words: str) -> str:
    """The words without what fills a form: digits, marks, capitals."""
    return _NOISE.sub(" ", words.casefold()).strip()
