"""What the model keeps for people first, and that its threshold keeps what it promises."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.triage import Row
from analytics.triage.calibration import Floats
from analytics.triage.fitting import concerned
from analytics.triage.grave import is_grave, is_grave_or_near
from analytics.triage.hold_fitting import RECALL, fit_hold, held_by_words, lower_bound
from analytics.triage.holding import Hold, chance_of_grave, evidence
from analytics.triage.labels import CATEGORY, CONFIDENTIAL, SCORED
from analytics.triage.rows import Source

BRIBERY = CATEGORY.labels.index("bribery")


def row(at: int, category: str = "delay", author: str = "w1", alt: str = "") -> Row:
    return Row(
        id=f"X-{at}", text=f"file number {at}", category=category, alt_category=alt,
        intent="complaint", urgent=False, sector="lands", institution="", lang="en", county="",
        author=author,
    )  # fmt: skip


def chances(confidential: Floats) -> dict[str, Floats]:
    """Chances of every head that say nothing, but for the confidential one."""
    size = len(confidential)
    table = {
        head.name: np.full((size, len(head.labels)), 1 / max(2, len(head.labels)))
        for head in SCORED
    }
    return table | {"confidential": confidential.reshape(-1, 1)}


def test_grave_is_bribery_by_its_label_and_what_the_second_reader_found() -> None:
    assert is_grave(row(1, "bribery"))
    assert not is_grave(row(1, "delay", alt="bribery"))
    assert is_grave_or_near(row(1, "delay", alt="bribery"))
    assert not is_grave_or_near(row(1))


def test_a_desks_label_never_teaches_that_a_message_may_pass() -> None:
    said = [replace(row(1, category), source=Source.STAFF) for category in ("delay", "bribery")]
    assert concerned(CONFIDENTIAL, [row(1), *said]).tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("found", "total", "low"),
    [(330, 330, 0.991), (326, 330, 0.9725), (325, 330, 0.9684), (0, 10, 0.0), (10, 10, 0.741)],
)
def test_the_bound_is_the_exact_one(found: int, total: int, low: float) -> None:
    assert lower_bound(found, total) == pytest.approx(low, abs=0.0006)


def test_so_much_is_held_that_the_bound_keeps_the_promise() -> None:
    draw = np.random.default_rng(3)
    grave = np.arange(2_000) < 400
    rows = [
        row(at, "bribery" if is_one else "delay", f"w{at % 5}") for at, is_one in enumerate(grave)
    ]
    said = chances(1 / (1 + np.exp(-draw.normal(np.where(grave, 2.0, -2.0), 1.5))))
    hold = fit_hold(rows, said, np.zeros(2_000, dtype=bool))
    held = chance_of_grave(said, hold) >= hold.least
    assert lower_bound(int(held[grave].sum()), 400) >= RECALL
    assert held.mean() < 0.7


def test_what_is_alarming_already_need_not_be_held_again() -> None:
    draw = np.random.default_rng(3)
    grave = np.arange(600) < 200
    rows = [
        row(at, "bribery" if is_one else "delay", f"w{at % 5}") for at, is_one in enumerate(grave)
    ]
    said = chances(1 / (1 + np.exp(-draw.normal(np.where(grave, 1.0, -1.0), 1.5))))
    alone = fit_hold(rows, said, np.zeros(600, dtype=bool))
    beside = fit_hold(rows, said, grave & (said["confidential"][:, 0] < 0.5))
    assert beside.least > alone.least


def test_with_nothing_confidential_to_learn_from_every_message_is_held() -> None:
    said = chances(np.array([0.1, 0.9]))
    hold = fit_hold([row(1, author="w1"), row(2, author="w2")], said, np.zeros(2, dtype=bool))
    assert (chance_of_grave(said, hold) >= hold.least).all()


def test_more_of_any_sign_never_makes_a_message_less_grave() -> None:
    hold = Hold((1.0, 0.5, *(0.0,) * 5, 0.8), -1.0, 0.3)
    low, high = chances(np.array([0.2])), chances(np.array([0.6]))
    assert chance_of_grave(high, hold) > chance_of_grave(low, hold)
    bribed = {name: table.copy() for name, table in low.items()}
    bribed["category"][:, BRIBERY] = 0.9
    assert chance_of_grave(bribed, hold) > chance_of_grave(low, hold)
    assert evidence(low).shape == (1, len(hold.weights))


def test_words_hold_by_themselves() -> None:
    assert held_by_words("askari anadai hongo")
    assert not held_by_words("asante sana kwa huduma nzuri")
