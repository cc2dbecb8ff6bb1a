"""The settings of a service with all four channels on, and the channels built from them."""

from collections.abc import Iterator

import pytest

from tests.counterpart import Counterpart

SETTINGS = {
    "AT_CALLBACK_SECRET": "callback-secret-for-tests",
    "TWILIO_AUTH_TOKEN": "twilio-token-for-tests",
    "TWILIO_AUTH_TOKEN_SECONDARY": "second-token-for-tests",
}


@pytest.fixture
def network() -> Iterator[Counterpart]:
    with Counterpart() as network:
        yield network
