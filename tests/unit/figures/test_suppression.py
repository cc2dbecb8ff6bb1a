"""No hidden cell can be worked out, even by a reader who knows the rule and the total."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.suppression import suppress


@pytest.mark.parametrize(
    ("cells", "total_shown", "hidden"),
    [
        pytest.param({"a": 9, "b": 5}, True, "", id="nothing small"),
        pytest.param({"a": 4, "b": 9, "c": 30}, False, "a", id="no total, no subtraction"),
        pytest.param({"a": 4, "b": 9, "c": 30}, True, "ab", id="second smallest goes too"),
        pytest.param({"a": 4, "b": 3, "c": 30}, True, "ab", id="two differing are enough"),
        pytest.param({"a": 4, "b": 4, "c": 5, "d": 9}, True, "abc", id="equal ones are not"),
        pytest.param({"a": 4, "b": 9, "c": 9, "d": 30}, True, "abc", id="equals go together"),
        pytest.param({"a": 0, "b": 9, "c": 30}, True, "ab", id="nought is a small number"),
        pytest.param({}, True, "", id="empty"),
        pytest.param({"a": 7, "b": 30}, True, "", id="all may be shown"),
    ],
)
def test_which_cells_are_hidden(cells, total_shown, hidden):
    assert suppress(cells, total_shown) == frozenset(hidden)


def test_records_no_cell_shows_hide_one_cell_with_them():
    assert suppress({"a": 7, "b": 30}, total_shown=True, withheld=True) == {"a"}
    assert suppress({"a": 7, "b": 30}, total_shown=False, withheld=True) == set()


def readings(cells, minimum, unseen=None):
    """Every table a reader cannot tell from this one: same shown cells, same total, same rule."""
    withheld = unseen is not None
    hidden = sorted(suppress(cells, True, minimum, withheld))
    left = sum(cells[key] for key in hidden) + (unseen or 0)
    for values in product(range(left + 1), repeat=len(hidden)):
        rest = left - sum(values)
        table = cells | dict(zip(hidden, values, strict=True))
        plausible = rest >= 0 if withheld else rest == 0
        if plausible and suppress(table, True, minimum, withheld) == set(hidden):
            yield {key: table[key] for key in hidden} | ({"unseen": rest} if withheld else {})


TABLES = st.lists(st.integers(0, 6), min_size=1, max_size=4).map(lambda n: dict(enumerate(n)))


@settings(max_examples=100, deadline=None)
@given(TABLES)
def test_no_hidden_cell_can_be_derived_from_a_shown_total(cells):
    minimum = 3
    hidden = suppress(cells, True, minimum)
    assert {key for key, count in cells.items() if count < minimum} <= hidden
    if not hidden or sum(cells.values()) < minimum:
        return
    tables = list(readings(cells, minimum))
    for key in hidden:
        assert len({table[key] for table in tables}) > 1


@settings(max_examples=100, deadline=None)
@given(TABLES, st.integers(0, 4))
def test_nor_when_the_total_counts_records_no_cell_shows(cells, unseen):
    """Save where the hidden add up to nought: there is nobody to be told then."""
    minimum = 3
    tables = list(readings(cells, minimum, unseen))
    if any(tables[0].values()):
        for key in [*suppress(cells, True, minimum, withheld=True), "unseen"]:
            assert len({table[key] for table in tables}) > 1


def test_hiding_only_the_small_cell_would_be_found_out():
    cells = {"a": 4, "b": 9, "c": 30}
    shown = sum(cells[key] for key in "bc")
    assert sum(cells.values()) - shown == cells["a"]
    assert "b" in suppress(cells, total_shown=True)
