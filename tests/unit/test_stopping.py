"""A test that hangs beyond its time, even while it is cleaned up, ends its process and is named."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.stopping import time_of

ROOT = Path(__file__).parents[2]
RUN = """
import sys, pytest
from tests.stopping import LastResort
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", *sys.argv[1:]], [LastResort(1, grace=1)]))
"""
HANGS = """
import threading, pytest

@pytest.fixture
def browser_that_does_not_close():
    yield
    threading.Event().wait()

def test_in_teardown(browser_that_does_not_close): pass

def test_at_the_end():
    threading.Thread(target=threading.Event().wait).start()
"""


@pytest.mark.parametrize(
    ("test", "told"),
    [("test_in_teardown", "in browser_that_does_not_close"), ("test_at_the_end", "in wait")],
)
def test_what_hangs_ends_its_process_with_every_stack(tmp_path, test, told):
    (tmp_path / "test_hangs.py").write_text(HANGS)
    ran = subprocess.run(
        [sys.executable, "-c", RUN, f"{tmp_path}/test_hangs.py::{test}", f"--rootdir={tmp_path}"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert told in ran.stderr


@pytest.mark.timeout(300)
def test_a_test_may_take_the_time_of_its_mark(request):
    assert time_of(request.node, 120) == 300


def test_a_test_without_a_mark_may_take_the_time_of_all(request):
    assert time_of(request.node, 120) == 120
