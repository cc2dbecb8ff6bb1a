"""Identifiers tell when they were made, down to less than a microsecond."""

import time
import uuid

from feedback_service.models import new_id


def test_what_is_made_in_a_row_stays_in_that_order() -> None:
    made = [new_id() for _ in range(2_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_an_identifier_is_a_version_seven_of_its_moment() -> None:
    before = time.time_ns() // 1_000_000
    made = new_id()
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert before <= made.int >> 80 <= time.time_ns() // 1_000_000
