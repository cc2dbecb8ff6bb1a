"""A store of media, a service that fetches from it, and what came of that."""

import pytest
import sqlalchemy as sa

import channels
from channels.contract import Inbound
from feedback_service import attachments, identity, runtime
from feedback_service.identity import KeyRing
from feedback_service.models import (
    Attachment,
    Message,
)
from feedback_service.settings import Settings
from tests.conftest import SECRETS
from tests.counterpart.media import ACCOUNT, TOKEN, MediaShelf
from tests.handset import ME

WHATSAPP = "twilio-whatsapp"
LIMIT = 5_000_000


@pytest.fixture
def shelf():
    with MediaShelf() as shelf:
        yield shelf


@pytest.fixture
def wa(rt, shelf, settings):
    """The runtime with its WhatsApp pointed at the shelf."""
    env = {
        **settings.raw, **SECRETS, "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_URL": shelf.url, "TWILIO_WHATSAPP_FROM": "+254700000000",
    }  # fmt: skip
    ours = Settings.from_env(env)
    ways = {**rt.ways, WHATSAPP: channels.build([WHATSAPP], ours.raw)[WHATSAPP]}
    found = runtime.assemble(ours, rt.engine, rt.redis, ways, rt.now)
    yield found
    found.quick.dispose()


@pytest.fixture
def send(wa):
    """A message with these things arrives; a number makes it somebody's."""

    def sent(*media, number=ME, case=None, name="SM1"):
        heard = Inbound(name, number, "", media=media)
        with wa.transaction() as session:
            ring = KeyRing(wa.settings.phone_keys)
            citizen = identity.find_or_add(session, ring, number, wa.now())
            return attachments.hear(
                wa, session, citizen, f"{WHATSAPP}:{name}", heard, case and case.id, wa.now()
            )

    return sent


@pytest.fixture
def things(wa):
    def found():
        with wa.transaction() as session:
            return session.scalars(sa.select(Attachment).order_by(Attachment.source)).all()

    return found


@pytest.fixture
def told(wa):
    """What the citizens were told of their files, by wording."""

    def found():
        with wa.transaction() as session:
            said = session.scalars(sa.select(Message).order_by(Message.created_at))
            return [m.wording for m in said if m.wording.startswith("sms-media")]

    return found
