"""Every combination of states a record can be in counts once in every indicator: held against a
plain reading of each rule, and printed as docs/indicators.md has it."""

import pytest

from analytics.indicators import DEFINITIONS
from analytics.indicators.denominators import (
    ABOVE_AND_BELOW,
    BELOW,
    CASE_AXES,
    COUNTS,
    RATING_AXES,
    case_roles,
    rating_roles,
    table,
)
from tests.bench import indicators_page

CASES = [(dict(zip(CASE_AXES, state, strict=True)), roles) for state, roles in case_roles().items()]
RATINGS = [
    (dict(zip(RATING_AXES, state, strict=True)), roles) for state, roles in rating_roles().items()
]


def left(reason):
    return f"left out: {reason}"


def before(case):
    """What no figure of the register judges."""
    if case["due"] == "not yet":
        return left("not yet due")
    gone = case["verdict"] == "withdrawn by the date" and case["answer that stands"] == "none"
    return left("withdrawn before due") if gone else None


def share(holds):
    return ABOVE_AND_BELOW if holds else BELOW


def acknowledged(case):
    if case["acknowledged"] == "nothing promised":
        return left("no promised moment")
    return share(case["acknowledged"] == "in time")


def confirmed(case):
    said = {
        "confirmed": ABOVE_AND_BELOW, "disputed": BELOW, "not upheld": left("not upheld"),
        "withdrawn by the date": left("withdrawn"), "withdrawn later": left("withdrawn"),
    }  # fmt: skip
    if case["verdict"] in said:
        return said[case["verdict"]]
    if case["answer that stands"] == "none":
        return left("unresolved")
    silences = {"asked, never replied": "silent", "never reached": "unreached"}
    return left(silences.get(case["verdict"], "may still answer"))


def waited(case):
    if case["answer that stands"] != "none":
        return "counts, answered after so many days"
    gone = " (until withdrawn)" if case["verdict"] == "withdrawn later" else ""
    return "counts, waits at least so long" + gone


def answered(case):
    return case["answer that stands"] != "none"


def again(case):
    return case["an answer did not last"] == "yes"


def stands_open(case):
    return case["answer that stands"] == "none" and case["verdict"] != "withdrawn later"


PLAIN_CASES = {
    "acknowledged_in_time": acknowledged,
    "resolved": lambda case: share(answered(case)),
    "requests_answered": lambda case: share(answered(case)),
    "resolved_in_time": lambda case: share(case["answer that stands"] == "in time"),
    "requests_in_time": lambda case: share(case["answer that stands"] == "in time"),
    "citizen_confirmed": confirmed,
    "reopened": lambda case: (
        share(again(case)) if answered(case) or again(case) else left("never answered")
    ),
    "urgent_in_time": lambda case: (
        share(case["answer that stands"] == "in time")
        if case["urgent"] == "yes"
        else left("not urgent")
    ),
    "median_days": waited,
    "p90_days": waited,
    "backlog_days": lambda case: COUNTS if stands_open(case) else left("not open"),
    "cases_per_1000_visits": lambda case: COUNTS,
    "cost_per_confirmed": lambda case: (
        left("price not known")
        if case["price of each message"] == "not known"
        else COUNTS
        if case["verdict"] == "confirmed"
        else left("not confirmed")
    ),
}


@pytest.mark.parametrize("name", PLAIN_CASES)
def test_every_state_of_a_case_counts_as_the_rule_reads(name):
    assert len(CASES) == 3 * 3 * 8 * 3 * 2 * 2 * 2
    for case, roles in CASES:
        assert roles[name] == (before(case) or PLAIN_CASES[name](case)), case


def of_charter(axis, good):
    def role(rating):
        if rating["complete"] == "no":
            return left("contract-1")
        if rating[axis] == "not answered":
            return left("not answered")
        return share(rating[axis] == good)

    return role


def extra(rating):
    if rating["complete"] == "no":
        return left("contract-1")
    missing = {
        "more paid, not said": left("did not say how much"), "not answered": left("not answered")
    }  # fmt: skip
    return missing.get(rating["cost"], COUNTS)


HIDDEN = {
    "not asked": left("not asked"), "none": BELOW, "reported": BELOW,
    "not reported": ABOVE_AND_BELOW, "reported or not: not said": left("did not say"),
}  # fmt: skip
PLAIN_RATINGS = {
    "satisfaction": lambda rating: COUNTS if rating["complete"] == "yes" else left("contract-1"),
    "charter_time_kept": of_charter("promised time", "kept"),
    "cost_kept": of_charter("cost", "no more paid"),
    "courtesy": of_charter("courtesy", "yes"),
    "hidden_problems": lambda rating: HIDDEN[rating["problem"]],
    "extra_paid": extra,
}


@pytest.mark.parametrize("name", PLAIN_RATINGS)
def test_every_state_of_a_rating_counts_as_the_rule_reads(name):
    assert len(RATINGS) == 2 * 3 * 4 * 3 * 5
    for rating, roles in RATINGS:
        assert roles[name] == PLAIN_RATINGS[name](rating), rating


def test_every_indicator_but_the_called_one_has_its_lines():
    assert {line.indicator for line in table()} == set(DEFINITIONS) - {"verified"}
    assert {*PLAIN_CASES, *PLAIN_RATINGS} == set(DEFINITIONS) - {"verified"}


def test_the_lines_of_an_indicator_hold_every_state_once():
    for name in PLAIN_CASES:
        lines = [line for line in table() if line.indicator == name]
        for case, roles in CASES:
            answered_gone = case["answer that stands"] != "none" and "withdrawn" in case["verdict"]
            if answered_gone:  # cannot be: only what is open is withdrawn
                continue
            fits = [
                line
                for line in lines
                if all(case[axis] in values for axis, values in line.where.items())
            ]
            assert [line.role for line in fits] == [roles[name]], case


def test_the_page_holds_the_definitions_and_denominators_in_use():
    told = indicators_page.PAGE.read_text(encoding="utf-8")
    assert told == indicators_page.filled(told), "python -m tests.bench.indicators_page"
    assert indicators_page.definitions() in told
    assert indicators_page.denominators() in told
