"""Whatever is killed, what was acknowledged is done, and nothing is done twice."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from feedback_service import identity, redress, registry
from feedback_service.identity import KeyRing
from feedback_service.models import Case, Citizen, Message, MessageState, Suggestion, new_id
from feedback_service.outbox.sending import AT_ONCE
from feedback_service.redress import Complaint
from tests.conftest import SECRETS
from tests.counterpart import Counterpart

MESSAGES, CASES, KILLS = 400, 150, 10


class Crew:
    """Two workers and a clock, as processes that can be killed."""

    def __init__(self, env: dict[str, str]) -> None:
        self._env = env
        self._workers = [self._start("worker") for _ in range(2)]
        self._clock = self._start("clock")
        self.kills = 0

    def kill_one(self) -> None:
        victim = self._workers.pop(0)
        victim.send_signal(signal.SIGKILL)
        victim.wait(60)
        self.kills += 1
        self._workers.append(self._start("worker"))

    def stop(self) -> None:
        for process in (*self._workers, self._clock):
            process.kill()
            process.wait(60)

    def _start(self, word: str) -> subprocess.Popen[bytes]:
        command = [str(Path(sys.executable).with_name("feedback")), word]
        return subprocess.Popen(
            command, env=self._env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )


@pytest.fixture
def network() -> Iterator[Counterpart]:
    with Counterpart() as network:
        yield network


@pytest.fixture
def crew(rt, network, database_url, redis_url, tmp_path) -> Iterator[Crew]:
    env = {
        "PATH": os.environ["PATH"], **SECRETS, **network.env(), "DATABASE_URL": database_url,
        "REDIS_URL": redis_url, "VAR_DIR": str(tmp_path),
    }  # fmt: skip
    crew = Crew(env)
    yield crew
    crew.stop()


@pytest.mark.timeout(240)
def test_ten_killed_workers_and_a_lost_redis_lose_nothing_and_repeat_nothing(rt, network, crew):
    registry.load(rt)
    _post(rt)
    _open_cases(rt)
    for kill in range(KILLS):
        time.sleep(0.7)
        crew.kill_one()
        if kill == KILLS // 2:
            rt.redis.flushdb()
    _wait_until_done(rt)

    sent = Counter(accepted.text for accepted in network.accepted)
    assert max(sent.values()) == 1, "a citizen got two copies"
    states = _states(rt)
    assert states[MessageState.QUEUED] == states[MessageState.SENDING] == 0
    # A message whose worker died while it was at the company is unknown, never blindly repeated.
    assert states[MessageState.SENT] + states[MessageState.UNKNOWN] == sum(states.values())
    assert _failures(rt) <= {"the worker died while sending"}
    assert states[MessageState.UNKNOWN] <= crew.kills * AT_ONCE
    assert len(sent) >= states[MessageState.SENT]
    _every_case_has_one_suggestion(rt)


def _post(rt) -> None:
    """Messages to as many people, as the outbox writes them."""
    ring, now = KeyRing(rt.settings.phone_keys), rt.now()
    with rt.transaction() as session:
        for number in range(MESSAGES):
            citizen = identity.find_or_add(session, ring, f"+2547000{number:05d}", now)
            row = {
                "id": new_id(), "key": f"test:{number}", "citizen_id": citizen.id,
                "channel": "africastalking-sms", "wording": "sms-help", "language": "en",
                "text": f"message {number} {uuid.uuid4()}", "expects_reply": False,
                "state": MessageState.QUEUED, "not_before_at": now, "created_at": now,
                "attempts": 0, "failure": "",
            }  # fmt: skip
            session.execute(insert(Message).values(row))


def _open_cases(rt) -> None:
    with rt.transaction() as session:
        for number in range(CASES):
            redress.open_case(
                rt, session,
                Complaint(f"test:{number}", "web", "en", f"No water for {number} days in Nyeri"),
            )  # fmt: skip


def _wait_until_done(rt, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with rt.transaction() as session:
            waiting = session.scalar(
                sa.select(sa.func.count())
                .select_from(Message)
                .where(Message.state.in_((MessageState.QUEUED, MessageState.SENDING)))
            )
            untouched = session.scalar(
                sa.select(sa.func.count()).select_from(Case).where(Case.triaged_at.is_(None))
            )
        if not waiting and not untouched:
            return
        time.sleep(0.5)
    raise AssertionError(f"after {seconds} s: {waiting} messages and {untouched} cases wait")


def _states(rt) -> Counter[MessageState]:
    with rt.transaction() as session:
        rows = session.execute(sa.select(Message.state, sa.func.count()).group_by(Message.state))
        return Counter({state: count for state, count in rows})  # noqa: C416 - a Row is no tuple


def _failures(rt) -> set[str]:
    unknown = sa.select(Message.failure).where(Message.state == MessageState.UNKNOWN)
    with rt.transaction() as session:
        return set(session.scalars(unknown))


def _every_case_has_one_suggestion(rt) -> None:
    with rt.transaction() as session:
        counts = session.execute(
            sa.select(sa.func.count(Suggestion.case_id))
            .select_from(Case)
            .outerjoin(Suggestion, Suggestion.case_id == Case.id)
            .group_by(Case.id)
        ).scalars()
        assert set(counts) == {1}
        assert session.scalar(sa.select(sa.func.count()).select_from(Citizen)) == MESSAGES
