"""Does the corpus deceive its makers? Each gate holds for it, and fails for a set of templates.

That templates must beat their seeds is asked where there are templates; this corpus has none.
"""

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from analytics.triage import Row
from analytics.triage.evaluate import leaks, probes
from analytics.triage.fitting import read_cues
from analytics.triage.labels import CATEGORY
from analytics.triage.rows import without_repeats
from tests.unit.triage import light

SEED = 3
GREETINGS = ("", "Habari, ", "Please, ", "Hello, ", "Jameni ")
COPIES = 16


@pytest.fixture(scope="module")
def rows(corpus: list[Row]) -> list[Row]:
    return without_repeats(corpus)


@pytest.fixture(scope="module")
def complaints(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.judges and row.intent == "complaint"]


@pytest.fixture(scope="module")
def unread(complaints: list[Row]) -> np.ndarray:
    return light.by_writer(complaints)


def templated(seeds: list[Row], writers: int, shared: bool) -> list[Row]:
    """One sentence a category, of each writer or of all, refilled with numbers and greetings."""
    draw = Random(SEED)
    by_category = {
        name: [row for row in seeds if row.category == name and len(row.text) > 60]
        for name in CATEGORY.labels
    }
    made = []
    for writer in range(writers):
        for rows in by_category.values():
            seed = rows[0 if shared else writer]
            texts = (
                f"{draw.choice(GREETINGS)}{seed.text} {draw.randrange(90)}" for _ in range(COPIES)
            )
            made += [replace(seed, text=text, author=f"t{writer}") for text in texts]
    return made


def broken(gates: list[probes.Gate]) -> list[str]:
    return [
        f"{gate.name}: {gate.value:.3f}, bound {gate.bound}" for gate in gates if not gate.holds
    ]


@pytest.mark.parametrize("field", ["source", "author"])
def test_messages_are_sentences_and_not_templates(rows: list[Row], field: str) -> None:
    groups = sorted({getattr(row, field) for row in rows})
    for group in groups:
        texts = [row.text for row in rows if getattr(row, field) == group]
        assert broken(probes.text_gates(texts)) == [], group


def test_no_writer_copied_another(rows: list[Row]) -> None:
    judged = [row for row in rows if row.judges][::4]  # all of them in a report: this is quicker
    assert broken(probes.overlap_gates(probes.nearest(judged, rows))) == []


def test_a_random_split_boasts_no_more_than_an_unread_writer(
    complaints: list[Row], unread: np.ndarray
) -> None:
    random = light.at_random(complaints, SEED)
    assert leaks.gap_gate(random, unread).holds


def test_dealt_labels_teach_nothing(complaints: list[Row]) -> None:
    dealt = leaks.dealt(complaints, SEED)
    assert leaks.dealt_gate(light.by_writer(dealt, folds=3), dealt).holds


def test_learning_beats_the_keyword_rules(complaints: list[Row], unread: np.ndarray) -> None:
    assert leaks.rules_gate(leaks.rules_right(complaints), unread).holds


def test_templates_are_told_by_their_text(complaints: list[Row]) -> None:
    texts = [row.text for row in templated(complaints, writers=4, shared=False)]
    assert len(broken(probes.text_gates(texts))) == 3


def test_templates_shared_between_writers_are_told_as_copies(complaints: list[Row]) -> None:
    shared = templated(complaints, writers=3, shared=True)
    assert len(broken(probes.overlap_gates(probes.nearest(shared, shared)))) == 2


def test_templates_boast_in_a_random_split(complaints: list[Row]) -> None:
    own = templated(complaints, writers=4, shared=False)
    gate = leaks.gap_gate(light.at_random(own, SEED), light.by_writer(own))
    assert not gate.holds
    assert gate.value > 0.3


def test_copies_on_both_sides_teach_dealt_labels(complaints: list[Row]) -> None:
    dealt = leaks.dealt(templated(complaints, writers=3, shared=True), SEED)
    assert not leaks.dealt_gate(light.by_writer(dealt), dealt).holds


def test_messages_made_of_cue_phrases_do_not_need_learning(complaints: list[Row]) -> None:
    cues = [cue for cue in read_cues() if cue.head == "category"]
    made = [
        replace(complaints[0], text=f"{cue.phrase}", category=cue.label, author=f"t{at % 3}")
        for at, cue in enumerate(cues)
    ]
    learnt = light.by_writer(made)
    assert not leaks.rules_gate(leaks.rules_right(made), learnt).holds


@pytest.mark.parametrize(
    ("value", "most", "holds"),
    [(0.5, False, True), (0.49, False, False), (0.5, True, True), (0.51, True, False)],
)
def test_a_gate_holds_at_its_bound(value: float, most: bool, holds: bool) -> None:
    assert probes.Gate("a figure", value, 0.5, most).holds is holds


def test_numbers_and_points_are_masked() -> None:
    assert probes.mask("Nimelipa KES 2,500 leo! (ref. 77)") == probes.mask(
        "nimelipa kes 3 leo ref 1"
    )
