"""Who takes a new case: the first rule that matches and finds somebody who is there."""

from __future__ import annotations

from uuid import UUID

import pytest

from feedback_service.domain.assignment import Rule, Worker, busier, give, without

ANN, BEN, SUE = (UUID(int=n) for n in (1, 2, 3))
IDS, NAIROBI, REST = (UUID(int=n) for n in (11, 12, 13))

THERE = [Worker(ANN, load=4), Worker(BEN, load=2), Worker(SUE, load=0, stands_by=True)]
TO_ANN = Rule(IDS, {"service_id": "id-first"}, ANN)
TO_BEN = Rule(NAIROBI, {"service_id": "id-first", "county_code": 47}, BEN)
LEAST = Rule(REST, {})
ID_CASE = {"service_id": "id-first", "county_code": 47, "language": "sw"}

TABLE = [
    ("no rule gives nothing", [], ID_CASE, THERE, None),
    ("the first that matches counts", [TO_ANN, TO_BEN], ID_CASE, THERE, (ANN, IDS)),
    ("in the other order the other", [TO_BEN, TO_ANN], ID_CASE, THERE, (BEN, NAIROBI)),
    ("one that asks more does not match less", [TO_BEN], {"service_id": "id-first"}, THERE, None),
    ("without a person whoever has least to do", [LEAST], ID_CASE, THERE, (BEN, REST)),
    ("a supervisor only where nobody else is", [LEAST], ID_CASE, THERE[2:], (SUE, REST)),
    ("a supervisor who is named takes it", [Rule(IDS, {}, SUE)], ID_CASE, THERE, (SUE, IDS)),
    ("who is away is passed over", [TO_ANN, LEAST], ID_CASE, THERE[1:], (BEN, REST)),
    ("where all are away nobody gets it", [TO_ANN, LEAST], ID_CASE, [], None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "facts", "there", "expected"),
    [row[1:] for row in TABLE],
    ids=[row[0] for row in TABLE],
)
def test_a_case_goes_to_whom_the_first_rule_finds(
    rules: list[Rule],
    facts: dict[str, object],
    there: list[Worker],
    expected: tuple[UUID, UUID] | None,
) -> None:
    given = give(rules, facts, there)
    assert ((given.person, given.rule) if given else None) == expected


def test_whom_a_case_is_shut_for_does_not_get_it() -> None:
    given = give([LEAST], ID_CASE, without(THERE, {BEN}))
    assert given
    assert given.person == ANN


def test_an_urgent_case_weighs_as_three_others() -> None:
    there = [Worker(ANN, 0), Worker(BEN, 0)]
    there, taken = busier(there, ANN, urgent=True), []
    for _ in range(4):
        given = give([LEAST], ID_CASE, there)
        assert given
        taken.append(given.person)
        there = busier(there, given.person, urgent=False)
    assert taken == [BEN, BEN, BEN, ANN]
