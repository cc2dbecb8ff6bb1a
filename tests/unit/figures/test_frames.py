"""Which frames are measured: what control visits may say, and from how many on."""

import pytest

from analytics.coverage import Coverage, WhyNot
from analytics.evidence.figures import methods_in_use
from feedback_service.reports import coverage_values
from feedback_service.web.public import asked


@pytest.mark.parametrize(
    ("planted", "found", "why"),
    [(1, 0, None), (4, 0, None), (5, 0, WhyNot.CONTROLS), (10, 8, None), (10, 3, WhyNot.CONTROLS)],
)
def test_few_control_visits_judge_nobody(planted, found, why):
    frame = Coverage("NRB", "FY2025/26-Q3", 10, 10, declared=10, planted=planted, found=found)
    assert frame.why_not is why


def test_a_pack_says_by_which_rule_visits_counted():
    assert methods_in_use()["coverage"] == "frame.2"


@pytest.mark.parametrize(("planted", "told", "words"), [(4, 0, None), (5, 5, "4 / 5")])
def test_few_control_visits_are_not_told(planted, told, words):
    frame = Coverage("NRB", "FY2025/26-Q3", 10, 10, declared=10, planted=planted, found=4)
    assert coverage_values(frame)["controls"] == told
    assert asked._asked(frame, None, None).controls == words
