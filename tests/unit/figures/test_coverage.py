"""Simulated quarters with known truth: intervals of the figures that are shown hold it as often as
promised.  `python -m tests.bench.coverage` does them all, 1,000 times each."""

import pytest

from tests.bench.coverage import SCENES, measured

LONG = {
    "600 answers at 4 places, 60 days, alike 0.1": 0,
    "360 answers at 6 places, 60 days, alike 0.05": 0,
    "90 answers at 1 place, 22 days, alike 0.1": 400,
}
"""Drawn place by place: left to the benchmark, or done less often."""


@pytest.mark.parametrize("what", [scene for scene in SCENES if LONG.get(scene, 1)])
def test_intervals_hold_the_truth_as_often_as_promised(what):
    for one in measured(what, LONG.get(what, 1000)):
        if one.promised:
            assert one.shown > 300
            assert one.holds, (one.figure, one.covered)
        else:
            assert one.covered < 0.75, "what is not promised must be seen to fail"
