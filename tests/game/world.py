"""Honest quarters with known truth: what was solved, who was content; uneven as real ones are.

Offices differ in size and in ways of working; ends of months are busy, a failure brings forty
complaints in three days, a call-centre day puts many people behind one phone.  Each life carries
its own random draws, so that the same citizen meets an honest office and a cheating one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import exp
from random import Random

from analytics.integrity import Move, Quarter
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import CaseKind

START = datetime(2026, 7, 1, tzinfo=NAIROBI)
END = datetime(2026, 10, 1, tzinfo=NAIROBI)
QUARTER = Quarter(START, END, END + timedelta(days=30))
PROMISE = timedelta(days=7)
CATEGORIES = ("delay", "staff_conduct", "cost", "access", "quality", "system_failure")
DAY = timedelta(days=1)

# Canned replies are a way of working: one for each category, filled with a name and a number.
CANNED = {
    "delay": "Your {thing} is ready. Collect it at window {n} with your waiting card.",
    "staff_conduct": "The officer was spoken to and asked to apologise. Reference {n}.",
    "cost": "The amount was checked; {n} shillings will be paid back to you.",
    "access": "The office is open again at the usual hours, ask for window {n}.",
    "quality": "The {thing} was printed again with the right name, call at desk {n}.",
    "system_failure": "The system works again since this morning, ticket {n} is done.",
}
THINGS = ("ID card", "passport", "licence", "certificate", "permit")
WORDS = tuple(
    word
    for line in (
        "we called went found paid mended printed sent checked moved opened wrote asked made kept",
        "your the card file road water light office form name date window clerk nurse meter bill",
        "again today now there with from after before because until with care twice",
    )
    for word in line.split()
)


@dataclass
class Life:
    """One complaint: its truth, the citizen's draws, and what the office does about it."""

    number: int
    body: str
    category: str
    received_at: datetime
    draws: tuple[float, ...]
    solved: bool
    solved_at: datetime
    founded: bool = True
    reachable: bool = True
    wrong_desk: bool = False
    only_asks: bool = False
    gives_up: bool = False
    outbreak: str | None = None
    # What the office did.
    holder: str = ""
    acknowledged_at: datetime | None = None
    answered_at: datetime | None = None
    rejected: bool = False
    words: str = ""
    contacted: bool = True
    kind: CaseKind = CaseKind.COMPLAINT
    questions: list[datetime] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    incident: str | None = None
    likeness: float | None = None
    withdrawn_at: datetime | None = None
    prompted: bool = False

    @property
    def first_due_at(self) -> datetime:
        return self.received_at + PROMISE

    def part(self, share: float) -> datetime:
        return self.received_at + PROMISE * share


@dataclass
class Visit:
    """One person served: content or not, drawn by the sampler, or rating by the receipt's code."""

    number: int
    at: datetime
    score: int
    on_time: bool
    courteous: bool
    person: str
    place: str
    fed: bool = True
    answers: bool = False  # drawn, asked later at a random hour, and answered
    rates_at: datetime | None = None  # by the receipt's code, of their own accord or not
    rates: int = 0  # what is said then


@dataclass
class Body:
    """One institution's quarter."""

    name: str
    lives: list[Life]
    visits: list[Visit]
    staff: frozenset[str]
    rng: Random
    planted: list[Visit] = field(default_factory=list)


@dataclass(frozen=True)
class Manner:
    """How one honest office works: shares from 0 to 1."""

    size: int
    visits: int
    solves: float
    rejects: float
    asks: float
    passes_on: float
    is_asked: float
    mistaken: float
    unreached: float
    canned: float
    month_end: float
    quality: float


def honest(
    seed: object, bodies: int = 20, *, lives: bool = True, visits: bool = True
) -> list[Body]:
    """So many institutions, each playing an honest quarter; the same seed, the same quarter."""
    made = []
    for number in range(bodies):
        rng = Random(f"{seed}:{number}")
        manner, name = _manner(rng), f"B{number:03}"
        lived = _lives(name, manner, rng) if lives else []
        for life in lived:
            work_honestly(life, manner, rng)
        seen = _visits(name, manner, rng) if visits else []
        staff = frozenset(f"staff-{name}-{n}" for n in range(12))
        made.append(Body(name, lived, seen, staff, Random(f"{seed}:{number}:cheat")))
    return made


def copy(body: Body) -> Body:
    """The same quarter again, to be played differently."""
    lives = [replace(life, questions=[*life.questions], moves=[*life.moves]) for life in body.lives]
    visits = [replace(visit) for visit in body.visits]
    rng = Random()
    rng.setstate(body.rng.getstate())
    return Body(body.name, lives, visits, body.staff, rng)


def work_honestly(life: Life, manner: Manner, rng: Random) -> None:
    """What an office does that neither hides nor invents anything."""
    life.holder = life.body
    life.acknowledged_at = life.received_at + DAY * rng.uniform(0.05, 1.15)
    if life.gives_up:
        life.withdrawn_at = life.part(rng.uniform(0.1, 0.9))
        life.prompted = rng.random() < 0.08
        return
    if life.wrong_desk:
        life.moves = [Move(life.part(_early(rng)), life.body, f"{life.body}-desk")]
        life.holder = "elsewhere"
    if rng.random() < manner.asks:
        life.questions = [life.part(_early(rng))]
    if life.only_asks:
        life.kind = CaseKind.INFORMATION
    if not life.founded:
        life.answered_at, life.rejected = life.part(rng.uniform(0.3, 1.0)), True
        life.words = own_words(rng)
        return
    if life.solved:
        life.answered_at = _by_month_end(life.solved_at, manner, rng)
        life.words = _words(life, manner, rng)
        life.contacted = not life.reachable or rng.random() >= manner.unreached
        life.solved = life.draws[3] >= manner.mistaken
    if life.outbreak:
        life.incident, life.likeness = life.outbreak, rng.uniform(0.45, 0.95)


def _manner(rng: Random) -> Manner:
    """Offices differ: by a factor that is lognormal for rare things, and evenly for the rest."""

    def rare(usual: float, apart: float = 0.25) -> float:
        return min(0.9, usual * exp(rng.gauss(0, apart)))

    return Manner(
        size=int(min(2_500, max(80, 420 * exp(rng.gauss(0, 0.7))))),
        visits=int(min(6_000, max(600, 2_200 * exp(rng.gauss(0, 0.5))))),
        solves=rng.uniform(0.62, 0.9), rejects=rare(0.06), asks=rare(0.065), passes_on=rare(0.035),
        is_asked=rare(0.01), mistaken=rng.uniform(0.02, 0.08), unreached=rare(0.025),
        canned=rng.uniform(0.2, 0.9), month_end=rng.uniform(0.0, 0.12),
        quality=rng.uniform(-0.4, 0.5),
    )  # fmt: skip


def _lives(name: str, manner: Manner, rng: Random) -> list[Life]:
    span = (END - START) + PROMISE
    moments = [(START - PROMISE + span * rng.random(), None) for _ in range(manner.size)]
    for number in range(rng.choices((0, 1, 2), (6, 3, 1))[0]):
        begins = START + (END - START) * rng.uniform(0.02, 0.9)
        moments += [
            (begins + 3 * DAY * rng.random(), f"{name}-outbreak-{number}")
            for _ in range(rng.randint(15, 40))
        ]
    return [
        _life(name, number, at, cause, manner, rng)
        for number, (at, cause) in enumerate(sorted(moments, key=lambda one: one[0]))
    ]


def _life(
    name: str, number: int, at: datetime, cause: str | None, manner: Manner, rng: Random
) -> Life:
    solves = 0.9 if cause else manner.solves
    part = rng.betavariate(2.2, 2.4) * 1.35
    return Life(
        number=number, body=name, category="system_failure" if cause else rng.choice(CATEGORIES),
        received_at=at, draws=tuple(rng.random() for _ in range(6)),
        solved=rng.random() < solves, solved_at=at + PROMISE * part,
        founded=cause is not None or rng.random() >= manner.rejects,
        reachable=rng.random() >= 0.05,
        wrong_desk=cause is None and rng.random() < manner.passes_on,
        only_asks=cause is None and rng.random() < manner.is_asked,
        gives_up=rng.random() < 0.03, outbreak=cause,
    )  # fmt: skip


def _early(rng: Random) -> float:
    """Most questions and transfers come early, a few when the time is nearly up."""
    return rng.uniform(0.76, 1.0) if rng.random() < 0.06 else rng.betavariate(1.3, 5.0) * 0.74


def _by_month_end(at: datetime, manner: Manner, rng: Random) -> datetime:
    """Some of what is ready in a month's last week is finished in its last two days."""
    following = (at.replace(day=1) + 32 * DAY).replace(day=1, hour=0, minute=0, second=0)
    left = following - at
    if DAY * 2 < left < DAY * 7 and rng.random() < manner.month_end * 2:
        return following - DAY * 2 * rng.random() - timedelta(hours=1)
    return at


def _words(life: Life, manner: Manner, rng: Random) -> str:
    if life.outbreak:
        return "The line that served your area was mended and the service is back."
    if rng.random() < manner.canned:
        n, thing = rng.randrange(1, 60), rng.choice(THINGS)
        return CANNED[life.category].format(n=n, thing=thing)
    return own_words(rng)


def own_words(rng: Random) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(9, 22)))


def _visits(name: str, manner: Manner, rng: Random) -> list[Visit]:
    """Weekdays, office hours; one helper's phone now and then for several people on a busy day."""
    found: list[Visit] = []
    days = [START + DAY * n for n in range((END - START).days)]
    open_days = [day for day in days if day.weekday() < 5]
    helping_days = set(rng.sample(open_days, rng.choice((0, 1, 2))))
    for number in range(manner.visits):
        day = rng.choice(open_days)
        at = day + timedelta(hours=8 + 9 * rng.random())
        score = min(5, max(1, round(rng.gauss(3.7 + manner.quality, 1.1))))
        visit = Visit(
            number, at, score, on_time=rng.random() < 0.5 + 0.09 * score,
            courteous=rng.random() < 0.55 + 0.085 * score, person=f"{name}-{number}",
            place=f"{name}-P{rng.randrange(3)}", answers=rng.random() < 0.15 * 0.45,
        )  # fmt: skip
        if rng.random() < 0.06:
            visit.rates_at = at + timedelta(minutes=rng.expovariate(1 / 180))
            visit.rates = score
            if day in helping_days and rng.random() < 0.4:
                visit.person = f"{name}-helper-{day:%j}-{rng.randrange(3)}"
            elif rng.random() < 0.04:
                visit.person = f"{name}-household-{rng.randrange(40)}"
        found.append(visit)
    return _numbered(found)


def _numbered(visits: Sequence[Visit]) -> list[Visit]:
    """Receipts are numbered as each place prints them."""
    ordered = sorted(visits, key=lambda visit: visit.at)
    last: Counter[str] = Counter()
    for visit in ordered:
        last[visit.place] += 1
        visit.number = last[visit.place]
    return ordered
