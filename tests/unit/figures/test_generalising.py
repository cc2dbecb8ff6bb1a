"""What may be told of single records: nobody stands alone, and no small rest is left over."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from analytics.generalising import nameable, told
from analytics.suppression import MINIMUM


def test_a_value_that_few_share_is_not_named():
    assert nameable(["a"] * 9 + ["b"] * 4 + [None] * 3) == {"a"}


def test_a_small_rest_takes_the_smallest_named_value_with_it():
    assert nameable(["a"] * 9 + ["b"] * 6 + ["c"] * 2) == {"a"}
    assert nameable(["a"] * 9 + ["c"] * 2) == frozenset()


def test_all_are_named_where_all_are_many():
    assert nameable(["a"] * 5 + ["b"] * 5) == {"a", "b"}


@given(st.lists(st.sampled_from(["a", "b", "c", "d", None]), max_size=60))
def test_every_group_that_is_told_has_five_or_is_all_there_is(values):
    groups = told(values, lambda value: value)
    assert sorted(map(len, groups.values()), reverse=True) == sorted(
        Counter(value if value in groups else None for value in values).values(), reverse=True
    )
    if len(values) >= MINIMUM:
        assert all(len(group) >= MINIMUM for group in groups.values())
