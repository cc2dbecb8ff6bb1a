"""The menu by WhatsApp as Twilio is asked to send it: buttons and lists, each tap an answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import outbox
from feedback_service.models import Rating
from tests.integration.outbox.conftest import WHATSAPP
from tests.texting import Texting


@pytest.fixture
def more() -> dict[str, str]:
    sizes = {f"list.{size}": f"HXl{size}" for size in range(2, 11)}
    return {"TWILIO_TEMPLATES": json.dumps(sizes | {"buttons.2": "HXb2", "buttons.3": "HXb3"})}


def asked(rt: Any, network: Any) -> tuple[str, dict[str, str]]:
    """What Twilio was last asked to show: the content, and its variables or the plain text."""
    outbox.drain(rt)
    form = network.accepted[-1].form
    plain = json.dumps({"1": form.get("Body")})
    return form.get("ContentSid", ""), json.loads(form.get("ContentVariables", plain))


def test_the_menu_goes_by_lists_and_buttons_and_is_answered_by_taps(
    rt: Any, own_registry: None, network: Any, clock: Any
) -> None:
    phone = Texting(rt, WHATSAPP)
    phone.say("MENU")
    content, shown = asked(rt, network)
    assert (content, shown["2"], shown["3"]) == ("HXb2", "English", "Kiswahili")
    seen = []
    for said in ("1", "2", "1003", "2"):
        clock.forward(seconds=5)
        phone.say(said, about=phone.last().provider_id)
        content, shown = asked(rt, network)
        seen.append((content, shown["2"]))
        assert "\n1 " not in shown["1"]
    assert seen == [
        ("HXl6", "Before you go"), ("HXl9", "ID, birth, passport"), ("HXl5", "Very good"),
        ("HXb3", "Yes"),
    ]  # fmt: skip
    with rt.transaction() as session:
        assert session.scalars(sa.select(Rating.score)).all() == [4]


def test_a_step_for_words_is_plain_text(rt: Any, own_registry: None, network: Any) -> None:
    Texting(rt, WHATSAPP).says("MENU", "1", "3", "1109")
    content, shown = asked(rt, network)
    assert content == ""
    assert shown["1"].startswith("Which county?")
