"""Notices by mail: urgent ones at once, the rest at seven on working days, retried, once."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import notices
from feedback_service.models import Notice, Role, Staff
from tests.desk_world import DeskWorld
from tests.letterbox import letterbox

pytestmark = pytest.mark.servers

SECRET = "They beat my brother at the station"


@pytest.fixture
def post_box(rt: Any) -> Iterator[tuple[Any, list[Any]]]:
    """The runtime with a mail server, and the letters it has taken."""
    with letterbox() as (url, letters):
        yield with_mail(rt, url), letters


def with_mail(rt: Any, url: str) -> Any:
    settings = dataclasses.replace(rt.settings, smtp_url=url, mail_from="huduma@example.go.ke")
    return dataclasses.replace(rt, settings=settings)


def nairobi(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour - 3, minute, tzinfo=UTC)


@pytest.fixture
def told(rt: Any, world: DeskWorld) -> Any:
    """Tell a supervisor of one case; the second key is another notice of it."""
    boss, case = world.staff(Role.SUPERVISOR, "NRB", unit_id="NRB-R"), world.case(SECRET)

    def post(key: str = "k", kind: str = "rose", *, urgent: bool = False) -> Any:
        with rt.transaction() as session:
            notices.post(
                session, key, kind, [boss.id], rt.now(), case_id=case.id, urgent=urgent,
                data={"instead": True},
            )  # fmt: skip
        return boss

    return post


def test_a_digest_leaves_at_seven_of_the_next_working_day(
    told: Any, post_box: Any, clock: Any
) -> None:
    rt, letters = post_box
    clock.set(nairobi(6, 16))  # a Friday
    boss = told("one")
    told("two", "soon")
    for at in (nairobi(6, 17), nairobi(7, 9), nairobi(9, 6, 59)):
        clock.set(at)
        assert notices.mail_waiting(rt) == 0
    clock.set(nairobi(9, 7))
    assert [notices.mail_waiting(rt) for _ in range(3)] == [1, 0, 0]
    (letter,) = letters
    assert letter["To"] == boss.email
    assert letter["Subject"] == "Huduma Feedback: 2 notices"
    words = letter.get_content()
    assert "A case has risen to you" in words
    assert "due within a working day" in words
    assert "desk of last resort" in words
    assert "/desk/notices" in words


def test_what_comes_after_seven_waits_for_the_next_day(
    told: Any, post_box: Any, clock: Any
) -> None:
    rt, letters = post_box
    clock.set(nairobi(9, 7, 1))
    told()
    assert notices.mail_waiting(rt) == 0
    clock.set(nairobi(10, 7))
    assert notices.mail_waiting(rt) == 1
    assert len(letters) == 1


def test_an_urgent_one_leaves_at_once_at_any_hour(told: Any, post_box: Any, clock: Any) -> None:
    rt, letters = post_box
    clock.set(nairobi(7, 23))  # a Saturday night
    told(kind="danger", urgent=True)
    assert notices.mail_waiting(rt) == 1
    assert "Danger: open this case now" in letters[0].get_content()


def test_no_letter_carries_a_citizen_s_words_or_number(
    told: Any, post_box: Any, clock: Any
) -> None:
    rt, letters = post_box
    told(kind="disputed", urgent=True)
    notices.mail_waiting(rt)
    whole = letters[0].as_string()
    assert "brother" not in whole
    assert "254712" not in whole


def test_a_letter_not_taken_is_tried_again_ever_later(
    told: Any, post_box: Any, rt: Any, clock: Any
) -> None:
    served, letters = post_box
    away = with_mail(rt, "smtp://127.0.0.1:9")
    told(urgent=True)
    assert notices.mail_waiting(away) == 0
    clock.forward(minutes=4)
    assert notices.mail_waiting(served) == 0, "the first wait is five minutes"
    clock.forward(minutes=1)
    assert notices.mail_waiting(served) == 1
    with rt.transaction() as session:
        row = session.scalars(sa.select(Notice)).one()
        assert (row.attempts, row.mailed_at) == (1, clock())
    assert len(letters) == 1


def test_a_closed_account_is_not_written_to(told: Any, post_box: Any, rt: Any) -> None:
    served, letters = post_box
    boss = told(urgent=True)
    with rt.transaction() as session:
        session.get_one(Staff, boss.id).disabled_at = rt.now()
    assert notices.mail_waiting(served) == 0
    assert letters == []


def test_an_office_without_an_account_is_written_to_in_english(
    world: DeskWorld, post_box: Any
) -> None:
    rt, letters = post_box
    with rt.transaction() as session:
        notices.post(
            session, "k", "rose", [], rt.now(), addresses=["ps@example.go.ke"], urgent=True
        )
    assert notices.mail_waiting(rt) == 1
    assert letters[0]["To"] == "ps@example.go.ke"


def test_nothing_is_tried_where_no_server_is_set(told: Any, rt: Any) -> None:
    told(urgent=True)
    assert notices.mail_waiting(rt) == 0
    with rt.transaction() as session:
        assert session.scalars(sa.select(Notice.attempts)).all() == [0]
