"""Tests that share what is dear to set up go to one process, each other test by itself."""

import os
from pathlib import Path

import pytest

from tests.scheduling import MOST, TOGETHER, WHOLE, kept_together

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("tests/unit/a.py::test_b", "tests/unit/a.py::test_c[x@y]", True),
        ("tests/unit/a.py::test_b", "tests/unit/b.py::test_b", False),
        ("tests/e2e/test_run.py::test_a", "tests/e2e/test_run.py::test_b", True),
        ("tests/integration/test_demo.py::t", "tests/e2e/test_public_browser.py::t", True),
        ("tests/integration/a.py::test_b", "tests/integration/a.py::test_c", False),
        ("tests/integration/a.py::test_b[1]", "tests/integration/a.py::test_b[2]", False),
    ],
)
def test_what_is_set_up_once_stays_in_one_process(one, other, together):
    assert (kept_together(one) == kept_together(other)) is together


@pytest.mark.parametrize("file", sorted({*TOGETHER, *WHOLE}))
def test_a_file_that_is_kept_together_is_there(file):
    assert (ROOT / file).is_file()


def test_the_scheduler_of_this_run_is_ours(pytestconfig):
    assert pytestconfig.pluginmanager.has_plugin("scheduling")


def test_with_auto_there_is_one_process_more_than_cores(pytestconfig):
    asked = pytestconfig.hook.pytest_xdist_auto_num_workers(config=pytestconfig)
    assert asked == min(len(os.sched_getaffinity(0)) + 1, MOST)
