"""Whom the survey asks: visits of one day drawn by lot, so that anybody with frame and seed draws
the same, and how many of each service and place are wanted on a day.

The seed's hash is told before the day begins: who drew cannot have tried seeds out on the frame.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256
from math import ceil, floor

from analytics.methods import chosen
from feedback_service.domain.periods import Period

OVER_AFTER = timedelta(days=6)
"""After a draw: the last invitation has left by the third day and is over two days later."""
_DRAWN_BY = timedelta(days=3)
"""After a day's first moment: a clock that stood still draws it then at the latest."""


def days_over(today: date) -> date:
    """The last day whose draw is over: nobody who came then can be asked any more."""
    return today - _DRAWN_BY - OVER_AFTER


class LeftOut(StrEnum):
    """Why a visit of the frame cannot be asked about; it stays in the frame and is counted."""

    NO_NUMBER = "no-number"  # the feed brought none that can be written to
    STOPPED = "stopped"  # the citizen said stop where we would write
    GONE = "gone"  # the network says that nobody has the number
    RECYCLED = "recycled"  # silent so long that it may be somebody else's by now
    CAPPED = "capped"  # this person was asked not long ago, about this or another office
    REPEATED = "repeated"  # this visit was fed before: fed thrice it has no more chances than once
    FED_LATE = "fed-late"  # fed so late that no hour to ask in is left


@dataclass(frozen=True)
class Member:
    """A visit of the frame; `person` numbers somebody with several visits in it, else 0."""

    visit: str
    stratum: str
    person: int = 0
    left_out: str = ""


@dataclass(frozen=True)
class Method:
    """One version of how many are asked.

    per_quarter: of an institution.  fewest: of a stratum, as far as half of all suffices.
    beyond: times its target a stratum is asked at most.  cap_days: between two invitations of one
    person, over all institutions.
    """

    version: str
    per_quarter: int
    fewest: int
    beyond: float
    cap_days: int


@dataclass(frozen=True)
class Stratum:
    """A service at a place: visits fed today, those that may be asked about, and since the quarter
    began, today included, visits fed and invitations before.

    Parts of the quarter's days: `elapsed` from the first that was fed to today, `reach` from that
    one to the last.  Who begins late gets the share of the days left, and no day of theirs counts
    for those before it.
    """

    today: int
    askable: int
    so_far: int
    asked: int
    elapsed: float
    reach: float = 1.0


def method(version: str | None = None) -> Method:
    """The method of that version, or the one in use.  Raises UnknownMethod."""
    row = chosen("sampling", version)
    return Method(
        row["version"], int(row["per_quarter"]), int(row["fewest"]), float(row["beyond"]),
        int(row["cap_days"]),
    )  # fmt: skip


def stratum(service: str, place: str | None) -> str:
    """What the frame knows of a visit: its service at its place."""
    return f"{service}@{place or '-'}"


# --- How many -----------------------------------------------------------------------------------


def wanted(
    strata: Mapping[str, Stratum], seed: str, how: Method | None = None
) -> dict[str, int]:  # fmt: skip
    """How many of each stratum to take today; no institution chooses the busy or the quiet day.

    Every visit has the chance that the quarter's invitations leave it among the institution's
    visits; those of a small stratum at least what its own fewest leave among its own.  Parts of one
    are rounded by lot, so that small strata get theirs in the long run.
    """
    how = how or method()
    whole, fewest = max(1, sum(one.so_far for one in strata.values())), _fewest(strata, how)
    elapsed = max((one.elapsed for one in strata.values()), default=0.0)
    reach = max((one.reach for one in strata.values()), default=0.0)
    found = {}
    for name, one in sorted(strata.items()):
        exact = one.today * max(
            how.per_quarter * elapsed / whole, fewest * one.elapsed / max(1, one.so_far)
        )
        goal = max(fewest, how.per_quarter * one.so_far / whole) * reach
        left = ceil(how.beyond * goal) - one.asked
        found[name] = max(0, min(one.askable, left, _rounded(exact, seed, name)))
    return found


def parts(quarter: Period, first: date, today: date) -> tuple[float, float]:
    """`elapsed` and `reach` of a stratum that was fed first on one day and stands at another."""
    days = (quarter.end - quarter.start).days + 1
    return ((today - first).days + 1) / days, ((quarter.end - first).days + 1) / days


def _fewest(strata: Mapping[str, Stratum], how: Method) -> float:
    """What a small stratum gets of the quarter's invitations, as far as half of all suffices."""
    return min(how.fewest, how.per_quarter / 2 / max(1, len(strata)))


def _rounded(exact: float, seed: str, name: str) -> int:
    part = int(lot(seed, name)[:12], 16) / 16**12
    return floor(exact) + (part < exact - floor(exact))


# --- The lot ------------------------------------------------------------------------------------


def sealed(frame: Iterable[Member]) -> list[Member]:
    """The frame as a draw's record shows it: who was left out, and not why.  Why is a trait of one
    person, whom the office may know by the service and place."""
    return [replace(member, left_out="out" if member.left_out else "") for member in frame]


def listing(frame: Iterable[Member]) -> str:
    """The frame as text, one line a visit in the order of the ids: what its hash seals."""
    rows = sorted(frame, key=lambda member: member.visit)
    return "".join(f"{m.visit} {m.stratum} {m.person} {m.left_out or '-'}\n" for m in rows)


def read_listing(text: str) -> tuple[Member, ...]:
    rows = (line.split(" ") for line in text.splitlines())
    return tuple(
        Member(visit, stratum, int(person), "" if why == "-" else why)
        for visit, stratum, person, why in rows
    )


def frame_hash(frame: Iterable[Member]) -> str:
    return sha256(listing(frame).encode()).hexdigest()


def seed_hash(seed: str) -> str:
    """What is told of a seed before the day begins: it cannot be another one later."""
    return sha256(seed.encode()).hexdigest()


def draw(frame: Iterable[Member], seed: str, wanted: Mapping[str, int]) -> list[Member]:
    """The visits to ask about, in the order of their lots, at most one of a person.

    A visit's lot is SHA-256 of `seed:visit`; of each stratum the smallest lots are taken.
    """
    left, seen, taken = dict(wanted), set[int](), []
    for member in sorted(frame, key=lambda member: lot(seed, member.visit)):
        if member.left_out or left.get(member.stratum, 0) < 1 or member.person in seen:
            continue
        left[member.stratum] -= 1
        seen |= {member.person} - {0}
        taken.append(member)
    return taken


def lot(seed: str, name: str) -> str:
    return sha256(f"{seed}:{name}".encode()).hexdigest()


def by_stratum(members: Iterable[Member]) -> dict[str, int]:
    return dict(sorted(Counter(member.stratum for member in members).items()))


def reasons(frame: Iterable[Member]) -> dict[str, int]:
    """How many visits of a frame could not be asked about, by reason."""
    return dict(sorted(Counter(m.left_out for m in frame if m.left_out).items()))
