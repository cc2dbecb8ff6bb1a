"""Every way we know of to look better without solving more.  Each plays its part on `dose` of what
it could touch, 0 to 1, and leaves the truth as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from analytics.integrity import Move
from feedback_service.domain.cases import CaseKind
from tests.game.records import handled
from tests.game.world import DAY, END, Body, Life, Visit, own_words

Strategy = Callable[[Body, float], None]
SENT_BACK = 0.8
"""What the office that is given a stranger's case does with it."""
EMPTY_WORDS = "Your matter has been dealt with. Thank you for your patience and co-operation."


def reject(body: Body, dose: float) -> None:
    """Refuse, with reasons of its own each time, what was not solved."""
    for life in _unsolved(body, dose):
        _answer(body, life, life.part(0.9), rejected=True)


def close_falsely(body: Body, dose: float) -> None:
    """Declare solved what is not, with an SMS and new words each time."""
    for life in _unsolved(body, dose):
        _answer(body, life, life.part(0.9))


def close_at_quarter_end(body: Body, dose: float) -> None:
    """Close whatever is open in the last three days."""
    for life in _unsolved(body, dose):
        at = END - 3 * DAY * life.draws[2]
        if at > life.received_at:
            _answer(body, life, at)


def copy_words(body: Body, dose: float) -> None:
    """Declare it solved with one text for all."""
    for life in _unsolved(body, dose):
        _answer(body, life, life.part(0.9))
        life.words = EMPTY_WORDS


def close_without_contact(body: Body, dose: float) -> None:
    """Declare it solved and see to it that the citizen does not hear."""
    for life in _unsolved(body, dose):
        _answer(body, life, life.part(0.9))
        life.contacted = False


def pause(body: Body, dose: float) -> None:
    """Ask the citizen something when the time is nearly up."""
    for life in _late(body, dose):
        life.questions = [*life.questions, life.part(0.9)][:2]


def pause_early(body: Body, dose: float) -> None:
    """Ask something at once, whatever the case."""
    for life in body.lives:
        if life.draws[5] < dose:
            life.questions = [*life.questions, life.part(0.05)][:2]


def transfer(body: Body, dose: float) -> None:
    """Pass on, at the last moment, what will not be solved."""
    for life in _unsolved(body, dose):
        _pass_on(body, life, 0.9)


def transfer_early(body: Body, dose: float) -> None:
    """Pass on at once what looks hard."""
    for life in _unsolved(body, dose):
        _pass_on(body, life, 0.1)


def merge(body: Body, dose: float) -> None:
    """Gather what has nothing in common, and answer it once."""
    for life in _unsolved(body, dose):
        _answer(body, life, life.part(0.9))
        life.incident, life.likeness, life.words = f"{body.name}-all", 0.05, EMPTY_WORDS


def relabel(body: Body, dose: float) -> None:
    """Call a complaint a request for information, which has three weeks."""
    for life in _late(body, dose):
        life.kind = CaseKind.INFORMATION


def bait_withdrawals(body: Body, dose: float) -> None:
    """Write to the citizen that taking it back is quickest."""
    for life in _unsolved(body, dose):
        life.withdrawn_at, life.prompted = life.part(0.8), True


def bait_by_voice(body: Body, dose: float) -> None:
    """Talk the citizen into it where nothing is written down."""
    for life in _unsolved(body, dose):
        life.withdrawn_at = life.part(0.8)


def coerce(body: Body, dose: float) -> None:
    """Stand by while visitors rate on their own phones at the counter."""
    for visit in body.visits:
        if body.rng.random() < dose * 0.3:
            visit.rates_at, visit.rates = visit.at + timedelta(minutes=2), 5


def drop_visits(body: Body, dose: float) -> None:
    """Do not tell the sampler of those who left angry."""
    worst = sorted(body.visits, key=lambda visit: (visit.score, visit.number))
    for visit in worst[: int(len(worst) * dose * 0.3)]:
        visit.fed = False


def hoard_codes(body: Body, dose: float) -> None:
    """Keep receipts back and rate by their codes after closing, from many phones."""
    for n, visit in enumerate(_unrated(body, dose)):
        day = visit.at.replace(hour=18, minute=0, second=0)
        visit.rates_at, visit.rates = day + timedelta(seconds=20 * (n % 60)), 5
        visit.person = f"{body.name}-lent-{n % 90}"


def few_sims(body: Body, dose: float) -> None:
    """Rate with three phones, day after day."""
    for n, visit in enumerate(_unrated(body, dose)):
        visit.rates_at, visit.rates = visit.at + timedelta(minutes=40), 5
        visit.person = f"{body.name}-sim-{n % 3}"


def staff_rate(body: Body, dose: float) -> None:
    """Have the staff rate the office with their own phones."""
    staff = sorted(body.staff)
    for n, visit in enumerate(_unrated(body, dose)):
        visit.rates_at, visit.rates = visit.at + timedelta(minutes=40), 5
        visit.person = staff[n % len(staff)]


def flag_themselves(body: Body, dose: float) -> None:
    """Plant crude bad ratings beside true ones, so that the true ones go out with them."""
    bad = [visit for visit in body.visits if visit.rates_at and visit.rates <= 2]
    for visit in bad:
        if body.rng.random() >= dose:
            continue
        for n in range(7):
            minutes = timedelta(minutes=1 + n)
            body.planted.append(
                replace(
                    visit, number=visit.number + 10_000 * (n + 1), answers=False, rates=1,
                    rates_at=(visit.rates_at or visit.at) + minutes, fed=False,
                    person=f"{body.name}-own-{len(body.planted) % 4}",
                )
            )  # fmt: skip


def all_at_once(body: Body, dose: float) -> None:
    """A little of everything that is done to complaints."""
    ways = (close_falsely, reject, transfer, merge, bait_by_voice, close_at_quarter_end)
    for n, life in enumerate(list(_unsolved(body, dose))):
        ways[n % len(ways)](Body(body.name, [life], [], body.staff, body.rng), 1.0)
    pause(body, dose)


ON_COMPLAINTS: Mapping[str, Strategy] = {
    "reject": reject,
    "close falsely": close_falsely,
    "close at quarter end": close_at_quarter_end,
    "copy one text": copy_words,
    "close without contact": close_without_contact,
    "pause at the last moment": pause,
    "pause at once": pause_early,
    "transfer at the last moment": transfer,
    "transfer at once": transfer_early,
    "merge the unlike": merge,
    "relabel as information": relabel,
    "bait withdrawals in writing": bait_withdrawals,
    "bait withdrawals by voice": bait_by_voice,
    "a little of everything": all_at_once,
}
ON_RATINGS: Mapping[str, Strategy] = {
    "coerce at the counter": coerce,
    "drop visits": drop_visits,
    "hoard codes": hoard_codes,
    "rate from few SIMs": few_sims,
    "rate from staff phones": staff_rate,
    "flag themselves": flag_themselves,
}
STRATEGIES: Mapping[str, Strategy] = {**ON_COMPLAINTS, **ON_RATINGS}


def _unsolved(body: Body, dose: float) -> Iterator[Life]:
    """What an honest office leaves open, in its own hands."""
    for life in body.lives:
        mine = life.holder == body.name and life.answered_at is None and life.withdrawn_at is None
        if mine and life.draws[5] < dose:
            yield life


def _late(body: Body, dose: float) -> Iterator[Life]:
    """What will not be answered by its date, or never."""
    for life in body.lives:
        case = handled(life)
        late = life.answered_at is None or life.answered_at > case.due_at
        mine = life.holder == body.name and life.withdrawn_at is None
        if late and mine and life.draws[5] < dose:
            yield life


def _answer(body: Body, life: Life, at: datetime, *, rejected: bool = False) -> None:
    life.answered_at, life.rejected = at, rejected
    life.words, life.contacted = own_words(body.rng), True


def _pass_on(body: Body, life: Life, part: float) -> None:
    """To an office that sends most of it back: it is not theirs, and would count against them."""
    life.moves = [*life.moves, Move(life.part(part), body.name, f"{body.name}-desk")]
    if life.draws[4] < SENT_BACK:
        life.moves.append(Move(life.part(part + 0.1), "elsewhere", "elsewhere-desk"))
    else:
        life.holder = "elsewhere"


def _unrated(body: Body, dose: float) -> Iterator[Visit]:
    """So many more ratings as there are honest ones, at full dose."""
    rated = sum(visit.rates_at is not None for visit in body.visits)
    free = [visit for visit in body.visits if visit.rates_at is None]
    yield from free[: int(rated * dose)]
