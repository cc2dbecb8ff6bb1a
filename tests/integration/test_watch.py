"""The watch on real tables: alarms raised once, ended when over, told by log and mail."""

from __future__ import annotations

import dataclasses
import socket
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import identity, schedule, watch
from feedback_service.identity import KeyRing
from feedback_service.models import Alarm, Heard, Message, MessageState
from feedback_service.outbox.pace import Breaker
from feedback_service.watch import Kind

pytestmark = pytest.mark.servers

SMS = "africastalking-sms"


@pytest.fixture
def speaking(rt: Any) -> Any:
    """A service whose SMS go to a provider, so that receipts are expected."""
    raw = {**rt.settings.raw, "AT_API_URL": "http://127.0.0.1:9", "AT_API_KEY": "k"}
    settings = dataclasses.replace(rt.settings, raw={**raw, "AT_USERNAME": "huduma"})
    changed = dataclasses.replace(rt, settings=settings)
    assert changed.ways[SMS].configured(settings.raw)
    return changed


@pytest.fixture
def citizen(rt: Any) -> Any:
    with rt.transaction() as session:
        ring = KeyRing(rt.settings.phone_keys)
        return identity.find_or_add(session, ring, "+254700000001", rt.now(), "en").id


def hear(rt: Any, citizen: Any, at: datetime, number: int = 1) -> None:
    with rt.transaction() as session:
        for n in range(number):
            session.add(
                Heard(
                    source=f"{SMS}:{at.isoformat()}:{n}", citizen_id=citizen, channel=SMS,
                    text="-", at=at, became="words",
                )
            )  # fmt: skip


def send(rt: Any, citizen: Any, at: datetime, state: MessageState, number: int = 1) -> None:
    with rt.transaction() as session:
        for n in range(number):
            session.add(
                Message(
                    key=f"{state}:{at.isoformat()}:{n}", citizen_id=citizen, channel=SMS,
                    wording="sms-help", language="en", text="-", state=state, not_before_at=at,
                    created_at=at, claimed_at=at,
                    sent_at=None if state is MessageState.QUEUED else at,
                )
            )  # fmt: skip


def open_now(rt: Any) -> list[tuple[str, str]]:
    with rt.transaction() as session:
        return [(alarm.kind, alarm.subject) for alarm in watch.open_alarms(session)]


def test_a_silent_hour_raises_one_alarm_that_ends_with_the_first_message(
    rt: Any, citizen: Any, clock: Any, caplog: pytest.LogCaptureFixture
) -> None:
    clock.forward(hours=3)  # noon in Nairobi
    for days in range(1, 5):
        hear(rt, citizen, clock() - timedelta(days=days, minutes=20), 2)
    assert [alarm.kind for alarm in watch.look(rt)] == [Kind.SILENT_IN]
    clock.forward(minutes=5)
    assert watch.look(rt) == []
    assert open_now(rt) == [(Kind.SILENT_IN, SMS)]
    told = [line for line in caplog.messages if line.startswith("alarm:")]
    assert told == [
        f"alarm: {SMS}: nothing came in for 60 minutes; in these hours of the last 7 days 8 did"
    ]
    hear(rt, citizen, clock())
    watch.look(rt)
    assert open_now(rt) == []
    with rt.transaction() as session:
        (alarm,) = session.scalars(sa.select(Alarm))
        assert (alarm.ended_at - alarm.raised_at) == timedelta(minutes=5)


def test_an_alarm_that_comes_back_is_another_row(rt: Any, citizen: Any, clock: Any) -> None:
    Breaker(rt, "twilio")
    for broken in (["twilio"], [], ["twilio"]):
        watch.look(rt, broken)
        clock.forward(minutes=1)
    with rt.transaction() as session:
        ended = [alarm.ended_at is not None for alarm in session.scalars(sa.select(Alarm))]
    assert sorted(ended) == [False, True]


def test_the_clock_sees_a_company_that_is_left_alone(rt: Any) -> None:
    for _ in range(3):
        Breaker(rt, "twilio").failed()
    schedule.watch_channels(rt)
    assert open_now(rt) == [(Kind.BREAKER_OPEN, "twilio")]


def test_messages_that_do_not_arrive_raise_alarms(speaking: Any, citizen: Any, clock: Any) -> None:
    now = clock()
    send(speaking, citizen, now - timedelta(minutes=30), MessageState.SENT, 6)
    send(speaking, citizen, now - timedelta(minutes=40), MessageState.UNKNOWN)
    send(speaking, citizen, now - timedelta(minutes=11), MessageState.QUEUED)
    watch.look(speaking)
    assert sorted(open_now(speaking)) == [
        (Kind.NOTHING_DELIVERED, SMS), (Kind.OUTBOX_STUCK, SMS), (Kind.UNKNOWN_WAITING, SMS),
    ]  # fmt: skip
    send(speaking, citizen, now - timedelta(minutes=29), MessageState.DELIVERED)
    watch.look(speaking)
    assert (Kind.NOTHING_DELIVERED, SMS) not in open_now(speaking)


def test_a_company_whose_messages_all_go_another_way_is_seen(
    speaking: Any, citizen: Any, clock: Any
) -> None:
    at = clock() - timedelta(minutes=30)
    send(speaking, citizen, at, MessageState.DELIVERED, 6)
    given_up = {"channel": SMS, "provider_id": "ATXid_1", "at": at.isoformat()}
    with speaking.transaction() as session:
        session.execute(sa.update(Message).values(channel="twilio-sms", tried=[given_up]))
    watch.look(speaking)
    assert open_now(speaking) == [(Kind.NOTHING_DELIVERED, SMS)]


def test_practice_phones_send_no_receipts_and_raise_nothing(
    rt: Any, citizen: Any, clock: Any
) -> None:
    send(rt, citizen, clock() - timedelta(minutes=30), MessageState.SENT, 50)
    assert watch.look(rt) == []


def test_the_usual_rate_is_that_of_a_week(speaking: Any, citizen: Any, clock: Any) -> None:
    now = clock()
    send(speaking, citizen, now - timedelta(days=2), MessageState.DELIVERED, 60)
    send(speaking, citizen, now - timedelta(minutes=30), MessageState.FAILED, 18)
    send(speaking, citizen, now - timedelta(minutes=30), MessageState.DELIVERED, 2)
    watch.look(speaking)
    assert open_now(speaking) == [(Kind.DELIVERY_FELL, SMS)]


# --- by mail ----------------------------------------------------------------------------------


@pytest.fixture
def mail_server() -> Iterator[tuple[int, list[str]]]:
    """A mail server that takes one letter: its port, and the lines it heard."""
    heard: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=take_letter, args=(listening, heard), daemon=True)
        thread.start()
        yield listening.getsockname()[1], heard
        thread.join(5)


def take_letter(listening: socket.socket, heard: list[str]) -> None:
    connection, _ = listening.accept()
    with connection, connection.makefile("rw", encoding="utf-8", newline="\r\n") as talk:
        say(talk, "220 here")
        in_letter = False
        for line in talk:
            heard.append(line.rstrip())
            if in_letter and line.strip() != ".":
                continue
            in_letter = line.upper().startswith("DATA")
            say(
                talk,
                "354 go on"
                if in_letter
                else "221 bye"
                if line.upper().startswith("QUIT")
                else "250 ok",
            )
            if line.upper().startswith("QUIT"):
                return


def say(talk: Any, line: str) -> None:
    talk.write(f"{line}\n")
    talk.flush()


def mailing(rt: Any, port: int) -> Any:
    settings = dataclasses.replace(
        rt.settings, smtp_url=f"smtp://127.0.0.1:{port}", mail_from="huduma@example.go.ke",
        operator_mail=("ops@example.go.ke", "second@example.go.ke"),
    )  # fmt: skip
    return dataclasses.replace(rt, settings=settings)


def test_operators_are_mailed_what_is_wrong(rt: Any, mail_server: Any) -> None:
    port, heard = mail_server
    watch.look(mailing(rt, port), ["twilio"])
    letter = "\n".join(heard)
    assert "ops@example.go.ke, second@example.go.ke" in letter
    assert "Subject: Huduma Feedback: twilio: does not answer" in letter
    assert "/desk/channels" in letter


def test_a_mail_server_that_is_away_breaks_nothing(
    rt: Any, caplog: pytest.LogCaptureFixture
) -> None:
    assert len(watch.look(mailing(rt, 9), ["twilio"])) == 1
    assert open_now(rt) == [(Kind.BREAKER_OPEN, "twilio")]
    assert "alarm not mailed: ConnectionRefusedError" in caplog.messages


def test_nobody_is_mailed_when_nothing_changed(rt: Any) -> None:
    watch.look(rt, ["twilio"])
    assert watch.look(mailing(rt, 9), ["twilio"]) == []
