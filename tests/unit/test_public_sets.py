"""The public sets of the benchmark are whole, kept apart, and judged by the figures before."""

import pytest

from tests.bench.public_sets import DATA, TASKS, read, verdict

SIZES = {
    "banking77": (10_003, 3_080),
    "injongo_swa": (2_240, 640),
    "injongo_eng": (1_157, 622),
    "disaster": (1_047, 1_069),
}


@pytest.mark.parametrize("name", SIZES)
def test_each_set_has_the_rows_of_its_published_split(name: str) -> None:
    column = next(task.column for task in TASKS if task.files == name)
    parts = [read(f"{name}_{part}.csv.gz", column) for part in ("train", "test")]
    assert tuple(len(texts) for texts, _ in parts) == SIZES[name]
    assert set(parts[1][1]) <= set(parts[0][1])


def test_no_english_intent_text_is_on_both_sides() -> None:
    train, test = (read(f"injongo_eng_{part}.csv.gz", "label")[0] for part in ("train", "test"))
    assert not set(train) & set(test)


def test_each_set_is_told_with_its_licence() -> None:
    told = (DATA / "README.md").read_text(encoding="utf-8")
    assert {task.files for task in TASKS} == set(SIZES)
    assert all(f"`{name}_" in told for name in SIZES)
    assert told.count("CC BY 4.0") == 2
    assert "Apache-2.0" in told


@pytest.mark.parametrize(
    ("figure", "word"), [(0.9119, "at"), (0.918, "at"), (0.9186, "above"), (0.9114, "below")]
)
def test_the_verdict_is_to_three_digits(figure: float, word: str) -> None:
    assert verdict(figure, (0.912, 0.918)) == word
