"""One changed, lost, added or moved event is found; a copy through a database still holds."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback_service.domain.calendar import NaiveTime
from feedback_service.domain.chain import (
    GENESIS,
    BrokenChain,
    Link,
    NotSealable,
    next_link,
    seal,
    verify,
)

AT = datetime(2026, 7, 1, 5, 30, tzinfo=UTC)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
datas = st.lists(
    st.dictionaries(st.text(max_size=5), json_values, max_size=3), min_size=1, max_size=5
)


def _chain(*datas: dict[str, Any]) -> list[Link]:
    links: list[Link] = []
    for number, data in enumerate(datas):
        last = links[-1] if links else None
        at = AT + timedelta(minutes=number)
        links.append(next_link("case-1", last, "note", "officer", at, data))
    return links


def test_the_seal_is_pinned_so_that_old_chains_stay_readable() -> None:
    canonical = (
        '{"action":"note","actor":"officer","at":"2026-07-01T05:30:00.000000+00:00",'
        '"case_id":"case-1","data":{"a":[1,2.5],"b":"\\u0129"},"number":1,"previous":"'
        + GENESIS
        + '"}'
    )
    sealed = seal("case-1", 1, "note", "officer", AT, {"b": "ĩ", "a": (1.0, 2.5)}, GENESIS)
    assert sealed == hashlib.sha256(canonical.encode()).hexdigest()


@settings(max_examples=60, deadline=None)
@given(datas)
def test_an_untouched_chain_holds_also_after_a_trip_through_json(
    datas: list[dict[str, Any]],
) -> None:
    links = _chain(*datas)
    verify("case-1", links, head=links[-1].hash)
    verify("case-1", [replace(link, data=json.loads(json.dumps(link.data))) for link in links])


@pytest.mark.parametrize(
    ("sealed", "returned"),
    [(2.0, 2), (1e16, 10**16), (-0.0, 0), ((1, 2), [1, 2]), (1e-7, 0.0000001)],
)
def test_a_number_a_database_spells_otherwise_is_the_same(sealed: Any, returned: Any) -> None:
    link = _chain({"x": sealed})[0]
    verify("case-1", [replace(link, data={"x": returned})])


def test_the_same_moment_in_another_zone_is_the_same_event() -> None:
    link = _chain({})[0]
    verify("case-1", [replace(link, at=link.at.astimezone(timezone(timedelta(hours=3))))])


CHANGES: dict[str, dict[str, Any]] = {
    "action": {"action": "resolve"},
    "actor": {"actor": "citizen"},
    "time": {"at": AT + timedelta(microseconds=1)},
    "data": {"data": {"x": 99}},
    "hash": {"hash": "f" * 64},
    "previous": {"previous": "f" * 64},
    "unsealable data": {"data": {"x": object()}},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("number", [1, 2, 4])
def test_one_edited_event_is_named(number: int, change: dict[str, Any]) -> None:
    links = _chain({"x": 1}, {"x": 2}, {"x": 3}, {"x": 4})
    links[number - 1] = replace(links[number - 1], **change)
    with pytest.raises(BrokenChain, match=f"event {number} of case case-1") as broken:
        verify("case-1", links)
    assert broken.value.number == number


def test_an_event_edited_and_sealed_again_breaks_at_the_next_one() -> None:
    links = _chain({"x": 1}, {"x": 2}, {"x": 3})
    links[1] = next_link("case-1", links[0], "note", "officer", AT, {"x": "forged"})
    with pytest.raises(BrokenChain) as broken:
        verify("case-1", links)
    assert broken.value.number == 3


@pytest.mark.parametrize(
    ("order", "wrong"), [([0, 2], 2), ([1, 2], 1), ([0, 2, 1], 2), ([0, 1, 1, 2], 3), ([1, 0], 1)]
)
def test_a_lost_moved_or_repeated_event_is_named(order: list[int], wrong: int) -> None:
    links = _chain({"x": 1}, {"x": 2}, {"x": 3})
    with pytest.raises(BrokenChain) as broken:
        verify("case-1", [links[place] for place in order])
    assert broken.value.number == wrong


def test_a_history_whose_beginning_was_sealed_away_is_found() -> None:
    sealed = seal("case-1", 2, "note", "officer", AT, {}, GENESIS)
    with pytest.raises(BrokenChain, match=r"event 1 .* missing, event 2 stands in its place"):
        verify("case-1", [Link(2, "note", "officer", AT, {}, GENESIS, sealed)])


def test_a_chain_cut_at_its_end_is_found_by_its_head() -> None:
    links = _chain({"x": 1}, {"x": 2}, {"x": 3})
    verify("case-1", links[:2])
    with pytest.raises(BrokenChain, match="does not end where it was sealed") as broken:
        verify("case-1", links[:2], head=links[2].hash)
    assert broken.value.number == 3


def test_a_history_moved_to_another_case_is_found() -> None:
    with pytest.raises(BrokenChain):
        verify("case-2", _chain({"x": 1}))


def test_an_empty_history_is_whole() -> None:
    verify("case-1", [], head=GENESIS)


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ({"x": {"y": [1, AT]}}, r"event\.data\.x\.y\[1\] is a datetime"),
        ({"x": float("nan")}, r"event\.data\.x is nan"),
        ({"x": {1: 2}}, r"event\.data\.x has the key 1"),
        ({"x": b"a"}, r"event\.data\.x is a bytes"),
    ],
)
def test_what_cannot_be_written_one_way_is_refused_by_name(data: Any, named: str) -> None:
    with pytest.raises(NotSealable, match=named):
        seal("case-1", 1, "note", "officer", AT, data, GENESIS)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveTime):
        seal("case-1", 1, "note", "officer", AT.replace(tzinfo=None), {}, GENESIS)
