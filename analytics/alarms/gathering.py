"""One problem of what is one: findings of several terms and places about the same reports."""

from collections.abc import Hashable, Sequence, Set
from dataclasses import dataclass

from analytics.alarms.parameters import Finding, Place

SHARED = 0.5
"""Findings that share so much of the smaller one's reports are one problem."""
MOST = 0.8
"""What rises in a county is one body's if so much of it is."""
EXPLAINED = 0.5
"""A rise of everything, so much of which a term accounts for, is that term's."""


@dataclass(frozen=True)
class Problem:
    """The finding that tells it best, and the others that tell the same, best first."""

    best: Finding
    others: tuple[Finding, ...] = ()

    @property
    def sure(self) -> bool:
        return any(finding.sure for finding in (self.best, *self.others))

    @property
    def terms(self) -> tuple[str, ...]:
        """Each term once, the best first; none where everything rises."""
        said = (finding.term for finding in (self.best, *self.others))
        return tuple(dict.fromkeys(term for term in said if term))

    @property
    def reports(self) -> frozenset[int]:
        return self.best.reports


@dataclass(frozen=True)
class Known:
    """By what a problem is known again: its place, each of its terms ("" for sheer volume), and its
    reports, by whatever tells them apart."""

    place: Place
    terms: frozenset[str]
    reports: frozenset[Hashable]


def goes_on(old: Known, new: Known) -> bool:
    """Whether the new is the old again: one of its terms at its place, or half of its reports."""
    named = old.place == new.place and bool(old.terms & new.terms)
    return named or _shared(old.reports, new.reports)


def gathered(findings: Sequence[Finding]) -> list[Problem]:
    """Problems, the least likely first: terms before volumes, which terms may explain."""
    groups: list[list[Finding]] = []
    order = sorted(findings, key=lambda one: (not one.term, -one.score, one.place, one.term))
    for finding in order:
        homes = [group for group in groups if _one(group, finding)]
        if not homes:
            groups.append([finding])
            continue
        first, *others = homes if finding.term else homes[:1]
        for group in others:  # what links two is of both: one thing
            first += group
        groups = [group for group in groups if group not in others]
        first.append(finding)
    return [_told(group) for group in groups]


def _told(group: list[Finding]) -> Problem:
    """By the likeliest finding; where that is a county's, by the one body that nearly all of its
    reports are about: somebody must answer."""
    first = group[0]
    if not first.place.institution:
        many = MOST * len(first.reports)
        bodies = (
            n for n in group if n.place.institution and len(n.reports & first.reports) >= many
        )
        first = next(bodies, first)
    return Problem(first, tuple(one for one in group if one is not first))


def _one(group: Sequence[Finding], finding: Finding) -> bool:
    """Whether a finding tells of what one of a group tells: the same thing has many words."""
    if finding.term or not group[0].term:
        return any(_shared(one.reports, finding.reports) for one in group)
    told = frozenset[int]().union(*(one.reports for one in group))
    return len(told & finding.reports) >= EXPLAINED * max(finding.excess, 1)


def _shared(one: Set[Hashable], other: Set[Hashable]) -> bool:
    return len(one & other) >= SHARED * min(len(one), len(other)) > 0
