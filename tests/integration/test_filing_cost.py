"""What filing asks of the database, counted: each statement costs its millisecond at every case."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from feedback_service import intake
from feedback_service.models import Case, Message
from tests.handset import sms

pytestmark = pytest.mark.usefixtures("loaded_rt")

PASSPORT = "I have waited three months for my passport at Immigration"
REFUND = "KRA has kept my refund since May"
TO_ITS_WORDS = ("1", "3", "1", "3", "1")
WORDS = "They asked me to come back three times"


@pytest.fixture
def asked(loaded_rt, engine):
    """How many statements something takes, the registry's copies being young as they mostly are."""
    said = []

    def note(connection, cursor, statement, *rest):
        said.append(statement)

    def count(something):
        intake.warm_up(loaded_rt)
        said.clear()
        something()
        return len(said)

    sa.event.listen(engine, "before_cursor_execute", note)
    yield count
    sa.event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("text", [PASSPORT, "The lights in our street are out since Monday"])
def test_a_first_complaint_by_sms_takes_ten_statements(text, asked, client, all_of):
    assert asked(lambda: sms(client, text)) <= 10
    assert (len(all_of(Case)), len(all_of(Message))) == (1, 1)


def test_a_later_complaint_by_sms_takes_twelve(asked, client, clock, all_of):
    sms(client, PASSPORT)
    clock.forward(hours=2)
    assert asked(lambda: sms(client, REFUND)) <= 12
    assert (len(all_of(Case)), len(all_of(Message))) == (2, 2)


def test_words_for_a_case_take_no_more_than_a_complaint(asked, client, case, all_of):
    assert asked(lambda: sms(client, f"{case.reference} he said to come on Friday")) <= 18
    assert (len(all_of(Case)), len(all_of(Message))) == (1, 2)


def test_filing_by_ussd_takes_eight_statements_and_the_way_to_answer_three(asked, dial, all_of):
    phone, _ = dial(*TO_ITS_WORDS)
    assert asked(lambda: phone.keys(WORDS)) <= 8
    assert (len(all_of(Case)), len(all_of(Message))) == (1, 1)
    assert asked(lambda: phone.keys("1")) <= 3


def test_a_known_number_files_by_ussd_with_nine(asked, dial):
    dial(*TO_ITS_WORDS, WORDS, "1")
    phone, _ = dial(*TO_ITS_WORDS)
    assert asked(lambda: phone.keys(WORDS)) <= 9
