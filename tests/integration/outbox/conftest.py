"""The runtime with both companies at a counterpart, and what tests of the outbox do with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

import channels
from feedback_service import identity, outbox, runtime
from feedback_service.identity import KeyRing
from feedback_service.models import Citizen, Heard, Message, new_id
from feedback_service.outbox import Wording
from feedback_service.runtime import Runtime
from feedback_service.settings import Settings
from tests.conftest import SECRETS
from tests.counterpart import Counterpart, receipt_form, signed
from tests.handset import ME

AT, TWILIO, WHATSAPP = "africastalking-sms", "twilio-sms", "twilio-whatsapp"
TEMPLATES = {"sms-late.en": "HXlate", "buttons.2": "HXb2", "list.4": "HXl4"}


@pytest.fixture
def network() -> Iterator[Counterpart]:
    with Counterpart() as network:
        yield network


@pytest.fixture
def more() -> dict[str, str]:
    """Settings beside those that point to the counterpart; a test may ask for others."""
    return {}


@pytest.fixture
def rt(
    network: Counterpart, more: dict[str, str], database_url: str, redis_url: str, engine: Any,
    redis: Any, clock: Any,
) -> Iterator[Runtime]:  # fmt: skip
    """The runtime with both companies at our counterpart."""
    env = {
        **SECRETS, **network.env(), "TWILIO_TEMPLATES": json.dumps(TEMPLATES), **more,
        "DATABASE_URL": database_url, "REDIS_URL": redis_url,
    }  # fmt: skip
    settings = Settings.from_env(env)
    made = runtime.assemble(
        settings, engine, redis, channels.build(settings.channels, settings.raw), clock
    )
    yield made
    made.quick.dispose()


@pytest.fixture
def citizen(rt: Runtime) -> Callable[..., Citizen]:
    """Somebody who has had the first notice, and just wrote by WhatsApp if `wrote`."""

    def found(number: str = ME, *, wrote: bool = False) -> Citizen:
        with rt.transaction() as session:
            ring = KeyRing(rt.settings.phone_keys)
            person = identity.find_or_add(session, ring, number, rt.now())
            person.noticed_at = rt.now()
            if wrote:
                row = {
                    "source": f"{WHATSAPP}:{new_id()}", "citizen_id": person.id,
                    "channel": WHATSAPP, "text": "x", "at": rt.now(), "became": "words",
                }  # fmt: skip
                session.execute(sa.insert(Heard).values(row))
            return person

    return found


@pytest.fixture
def post(rt: Runtime, citizen: Callable[..., Citizen]) -> Callable[..., None]:
    """Queue one message; the key makes it one."""

    def queued(
        key: str = "one", number: str = ME, channel: str = AT, phrase: str = "sms-started",
        case_id: Any = None, *, wrote: bool = True, answers: bool = False, **data: Any,
    ) -> None:  # fmt: skip
        values = data.pop("values", {})
        person = citizen(number, wrote=wrote and channel == WHATSAPP)
        with rt.transaction() as session:
            say = Wording(phrase, key, values, answers, data)
            outbox.post(session, person, channel, "en", say, rt.now(), case_id)

    return queued


@pytest.fixture
def messages(rt: Runtime) -> Callable[[], list[Message]]:
    def rows() -> list[Message]:
        with rt.transaction() as session:
            return list(session.scalars(sa.select(Message).order_by(Message.id)))

    return rows


@pytest.fixture
def message(messages: Callable[[], list[Message]]) -> Callable[[], Message]:
    """The only message there is."""

    def one() -> Message:
        (found,) = messages()
        return found

    return one


@pytest.fixture
def report(rt: Runtime, client: Any) -> Callable[..., int]:
    """The company that took a message reports on it."""

    def posted(taken: Any, status: str, reason: str = "", **other: str) -> int:
        form = receipt_form(taken, status, reason) | other
        if taken.provider == "africastalking":
            path, headers = f"/hooks/{AT}/{rt.settings.at_callback_secret}/receipts", {}
        else:
            path = taken.status_callback.removeprefix(rt.settings.public_url)
            headers = signed(taken.status_callback, form, rt.settings.twilio_auth_token)
        answered: int = client.post(path, data=form, headers=headers).status_code
        return answered

    return posted
