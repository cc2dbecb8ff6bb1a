"""What was worked out is kept while what it was made of is the same, and no longer."""

from feedback_service.scoring.remembered import Remembered


def doubled(kept: Remembered[list[int]], key: str, values: list[int], made: list[str]) -> list[int]:
    def make() -> list[int]:
        made.append(key)
        return [2 * value for value in values]

    return kept.of(key, list(values), make)


def test_the_same_values_are_worked_out_once() -> None:
    kept, made = Remembered[list[int]](2), list[str]()
    assert doubled(kept, "a", [1, 2], made) == doubled(kept, "a", [1, 2], made) == [2, 4]
    assert made == ["a"]


def test_other_values_are_worked_out_anew() -> None:
    kept, made = Remembered[list[int]](2), list[str]()
    doubled(kept, "a", [1], made)
    assert doubled(kept, "a", [3], made) == [6]
    assert doubled(kept, "a", [1], made) == [2]
    assert made == ["a", "a", "a"]


def test_no_more_is_kept_than_there_is_room_for() -> None:
    kept, made = Remembered[list[int]](2), list[str]()
    for key in ("a", "b", "c", "b", "a"):
        doubled(kept, key, [1], made)
    assert made == ["a", "b", "c", "a"]
