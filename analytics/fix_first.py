"""What an institution should mend first: its troubles in the order of how many citizens a remedy
would reach, and which of them cannot be told apart.

Troubles of answers (a sample) are spread over the visits where these are known, else they count who
told of them; troubles of cases are all there were.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

from analytics.indicators import FEWEST_ANSWERS, Figure
from analytics.intervals import wilson


class Trouble(StrEnum):
    """A promise that was not kept, by the figure that tells of it."""

    SLOW = "charter_time_kept"
    PAID_MORE = "cost_kept"
    RUDE = "courtesy"
    ANSWERED_LATE = "resolved_in_time"
    NOT_SOLVED = "citizen_confirmed"


class Doubt(StrEnum):
    """Why the place in the order is uncertain."""

    FEW = "few"  # so few answers that chance may have made them
    CLOSE = "close"  # another one may reach as many


SAMPLED = frozenset({Trouble.SLOW, Trouble.PAID_MORE, Trouble.RUDE})
"""Told by those who answered; the others are in the register, every one."""


@dataclass(frozen=True)
class Met:
    """How many of those asked met a trouble at a place of the institution (a service, a kind)."""

    trouble: Trouble
    where: str
    met: int
    asked: int


@dataclass(frozen=True)
class Mend:
    """A trouble with how many citizens a remedy reaches, the range of it, and what is doubtful."""

    met: Met
    reach: float
    low: float
    high: float
    doubt: Doubt | None = None


def met_in(where: str, figures: Mapping[str, Figure]) -> list[Met]:
    """The troubles that a row's figures tell of; none from a figure that is not there."""
    found = []
    for trouble in Trouble:
        figure = figures.get(trouble)
        if figure is not None and figure.value is not None and figure.n:
            found.append(Met(trouble, where, round((1 - figure.value) * figure.n), figure.n))
    return found


def order(met: Iterable[Met], visits: Mapping[str, int] | None = None) -> list[Mend]:
    """Those that anybody met, the farthest reaching first; `visits` by where, if they are known."""
    known = visits or {}
    mends = [_mend(one, known.get(one.where)) for one in met if one.met]
    if not mends:
        return []
    mends.sort(key=lambda mend: (-mend.reach, mend.met.where, mend.met.trouble))
    return [_doubted(mend, close) for mend, close in zip(mends, _overlaps(mends), strict=True)]


def _overlaps(mends: Sequence[Mend]) -> list[bool]:
    """Of each in their order, whether its range meets that of any before or behind it."""
    highs = accumulate((mend.high for mend in reversed(mends[1:])), max, initial=-math.inf)
    lows = accumulate((mend.low for mend in mends[:-1]), min, initial=math.inf)
    behind = reversed(list(highs))
    return [
        high > mend.low or low < mend.high
        for mend, high, low in zip(mends, behind, lows, strict=True)
    ]


def _mend(met: Met, visits: int | None) -> Mend:
    if met.trouble not in SAMPLED:
        return Mend(met, met.met, met.met, met.met)
    of = max(visits or 0, met.asked)
    between = wilson(met.met, met.asked)
    low, high = (between.low, between.high) if between else (0.0, 1.0)
    return Mend(met, met.met / met.asked * of, low * of, high * of)


def _doubted(mend: Mend, is_close: bool) -> Mend:
    doubt = None
    if mend.met.trouble in SAMPLED and mend.met.asked < FEWEST_ANSWERS:
        doubt = Doubt.FEW
    elif is_close:
        doubt = Doubt.CLOSE
    return Mend(mend.met, mend.reach, mend.low, mend.high, doubt)
