"""The ladders' file: no gap, no two ladders for one reporting line, nobody unknown on a rung."""

import pytest

from feedback_service.registry.files import DATA, BadRows, read
from feedback_service.registry.shapes import HOLDERS, ReportingLine
from tests.unit.registry_planting import change, copy_to


@pytest.fixture(scope="module")
def shipped():
    return read(DATA)


def test_each_reporting_line_leads_to_one_ladder_of_four_rungs(shipped):
    ladders = {rung.ladder for rung in shipped.rungs}
    lines = [line for rung in shipped.rungs if rung.level == 0 for line in rung.lines]
    assert sorted(lines) == sorted(ReportingLine)
    for ladder in ladders:
        levels = [rung.level for rung in shipped.rungs if rung.ladder == ladder]
        assert levels == [0, 1, 2, 3]


def test_oversight_leads_to_the_bodies_of_the_policy(shipped):
    holders = {r.ladder: set(r.holder) for r in shipped.rungs if r.key == "oversight_body"}
    assert holders == {
        "ministry": {"GPMCO"}, "state_corporation": {"ISC"}, "county": {"COG", "delivery"},
        "teachers": {"TSC", "chair"}, "judiciary": {"JSC"}, "parliament": {"PARLSC"},
        "commission": {"chair"},
    }  # fmt: skip
    bodies = set().union(*holders.values()) - set(HOLDERS)
    assert bodies < {institution.id for institution in shipped.institutions}


@pytest.mark.parametrize(
    ("where", "new", "told"),
    [
        ({"level": "2"}, {"level": "3", "key": "other"}, "already in row"),
        ({"level": "1"}, {"overdue_working_days": "7"}, "less than on the rung below"),
        ({"level": "3"}, {"holder": "NOBODY"}, "is neither of officer"),
        ({"level": "3"}, {"holder": "head|"}, "is no list of them"),
        ({"level": "0"}, {"lines": "cog"}, "leads to no ladder"),
        ({"level": "1"}, {"lines": "cog"}, "is not what the ladder's first rung says"),
        ({"level": "1"}, {"level": "9"}, "is outside 0 to 3"),
        ({"level": "1"}, {"name_sw": "x" * 23}, "takes 23 of 22"),
    ],
)
def test_a_mistake_in_a_ladder_is_told_and_nothing_is_loaded(tmp_path, where, new, told):
    directory = copy_to(tmp_path)
    change(directory, "ladders.csv", {"ladder": "state_corporation", **where}, new)
    with pytest.raises(BadRows, match=told):
        read(directory)
