"""The game in small: no strategy pays, fraud is found, honest quarters are not flagged; and the
page tells what was measured."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from analytics.integrity import Signal, look
from tests.game import play as game
from tests.game import recall
from tests.game.play import DOSES, HELD, LIMIT, Gain, play
from tests.game.recall import PLANTED, Found
from tests.game.records import fact, kept, of_the_quarter, records, truly_solved
from tests.game.run import PAGE, page, verdict, written_gains, written_recall
from tests.game.strategies import ON_COMPLAINTS, STRATEGIES
from tests.game.world import copy, honest

pytestmark = pytest.mark.timeout(600)

CHEAP = ("bait withdrawals by voice", "close without contact", "drop visits")


@cache
def played() -> tuple[Gain, ...]:
    """Everything at two doses, in one world."""
    return tuple(play(["small"], (0.1, 1.0)))


def test_no_strategy_pays() -> None:
    assert verdict(played()) == [f"No strategy gains more than 1 point in {', '.join(HELD)}."]


def test_every_strategy_of_the_list_is_played() -> None:
    assert {gain.strategy for gain in played()} == STRATEGIES.keys()


def test_no_strategy_solves_anything_more() -> None:
    """The game would prove nothing if the cheats changed the truth."""
    assert {gain.truly_solved for gain in played()} == {0.0}


def test_a_strategy_that_pays_fails_the_game() -> None:
    gain = played()[0]
    for figure in HELD:
        paying = replace(gain, points={**gain.points, figure: LIMIT + 0.01})
        assert paying.pays
        assert verdict([paying])[0].startswith("PAYS:")
        assert not replace(paying, truly_solved=1.5).pays, "it solved more"


def test_without_the_detectors_cheating_would_pay(monkeypatch: pytest.MonkeyPatch) -> None:
    """The defence is the detectors' and the readings', not the world's."""
    monkeypatch.setattr(game, "look", lambda _: [])
    paying = {gain.strategy for gain in play(["small"], (1.0,), CHEAP) if gain.pays}
    assert paying == set(CHEAP)


def test_at_full_dose_what_is_done_to_complaints_is_flagged() -> None:
    seen = {
        g.strategy: g.flagged for g in played() if g.dose == 1.0 and g.strategy in ON_COMPLAINTS
    }
    assert min(seen.values()) > 0
    assert sum(seen.values()) / len(seen) > 0.7


@pytest.mark.parametrize("name", STRATEGIES)
def test_playing_leaves_the_honest_world_as_it_was(name: str) -> None:
    (body,) = honest("copied", 1)
    before = [fact(life) for life in body.lives], [replace(v) for v in body.visits]
    cheat = copy(body)
    STRATEGIES[name](cheat, 1.0)
    assert ([fact(life) for life in body.lives], body.visits) == before
    assert kept(cheat) != kept(body), "it does something"


def test_the_same_seed_is_the_same_country() -> None:
    one, two = ([kept(body) for body in honest(7, 2)] for _ in range(2))
    assert [part.cases for part in one] == [part.cases for part in two]
    assert one[0].cases != next(kept(body) for body in honest(8, 1)).cases


def test_honest_offices_are_as_uneven_as_real_ones() -> None:
    bodies = honest("uneven", 30, visits=False)
    sizes = [len(body.lives) for body in bodies]
    solved = [
        sum(map(truly_solved, of_the_quarter(b.lives))) / len(of_the_quarter(b.lives))
        for b in bodies
    ]
    assert max(sizes) > 5 * min(sizes)
    assert min(solved) < 0.65
    assert max(solved) > 0.75
    assert sum(life.outbreak is not None for body in bodies for life in body.lives) > 100


def test_planted_fraud_is_found_and_honest_quarters_are_not_flagged() -> None:
    found = {row.signal: row for row in recall.measure(plant=["t"], innocent=range(1))}
    assert found.keys() == set(Signal)
    assert sum(row.flagged for row in found.values()) == 0, "of twenty honest quarters"
    sure = {Signal.STAFF_PHONE, Signal.MISSING_VISITS, Signal.PAUSED, Signal.TRANSFERRED,
            Signal.MERGED, Signal.RELABELLED}  # fmt: skip
    assert {signal for signal in sure if found[signal].recall < 1} == set()
    assert sum(row.found for row in found.values()) >= 0.8 * sum(r.planted for r in found.values())


def test_an_honest_country_has_no_flag_with_complaints_and_ratings_together() -> None:
    assert look(records(map(kept, honest("together", 8)))) == []


# --- What is written down ---------------------------------------------------------------------


def test_the_page_tells_what_was_measured() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text


def test_what_was_measured_is_what_the_code_plays_today() -> None:
    """A change of the detectors, the readings or the world asks for `make game ARGS=write`."""
    written = {(gain.strategy, gain.dose): gain for gain in written_gains()}
    assert written.keys() == {(name, dose) for name in STRATEGIES for dose in DOSES}
    assert not any(gain.pays for gain in written.values())
    for name in ("pause at the last moment", "hoard codes"):
        again = [play([seed], (0.3,), [name])[0] for seed in (0, 1, 2, 3)]
        for figure, value in written[name, 0.3].points.items():
            mean = sum(gain.points[figure] for gain in again) / 4
            assert mean == pytest.approx(value, abs=0.001), (name, figure)


def test_false_flags_were_within_what_is_asked() -> None:
    written: list[Found] = written_recall()
    assert [row.signal for row in written] == list(PLANTED)
    for row in written:
        assert row.honest >= 4_000
        assert row.flagged / row.honest <= 0.001, row.signal
