"""Every channel keeps the same contract, whatever company is behind it."""

import subprocess
import sys

import pytest

import channels
from channels.contract import (
    Channel,
    Forged,
    Inbound,
    Malformed,
    Nothing,
    SendFailed,
    Webhook,
    WrongSetting,
)
from channels.providers import africastalking
from tests.counterpart import Counterpart, inbound_form, signed
from tests.unit.channels.conftest import SETTINGS

NAMES = sorted(channels.known())
URL = "https://feedback.example/hooks/"


@pytest.fixture(params=NAMES)
def channel(request: pytest.FixtureRequest) -> Channel:
    return channels.build([request.param], SETTINGS)[request.param]


def call(channel: Channel, form: dict[str, str], path: str = "") -> Webhook:
    """An authentic call: the secret in the address, or Twilio's signature in a header."""
    url = URL + channel.name + (f"/{path}" if path else "")
    headers = {name.lower(): value for name, value in _signature(channel, url, form).items()}
    return Webhook(path, url, SETTINGS["AT_CALLBACK_SECRET"], form, headers)


def _signature(channel: Channel, url: str, form: dict[str, str]) -> dict[str, str]:
    twilio = channel.name.startswith("twilio")
    return signed(url, form, SETTINGS["TWILIO_AUTH_TOKEN"]) if twilio else {}


def test_the_four_channels_are_known_by_the_names_in_their_addresses() -> None:
    assert NAMES == ["africastalking-sms", "africastalking-ussd", "twilio-sms", "twilio-whatsapp"]


def test_a_file_and_its_channel_bear_the_same_name() -> None:
    for name, kind in channels.known().items():
        assert kind.__module__ == f"channels.{name.replace('-', '_')}"


def test_an_authentic_message_is_heard_as_it_was_written(channel: Channel) -> None:
    hook = call(channel, inbound_form(channel.name, "+254700000001", "Maji yameisha"))
    channel.authenticate(hook)
    heard = channel.receive(hook)
    assert isinstance(heard, Inbound)
    assert (heard.address, heard.text) == ("+254700000001", "Maji yameisha")


def test_two_copies_of_a_call_have_one_id_and_two_calls_have_two(channel: Channel) -> None:
    def heard(text: str, made: str) -> str:
        form = inbound_form(channel.name, "+254700000001", text, made)
        inbound = channel.receive(call(channel, form))
        assert isinstance(inbound, Inbound)
        return inbound.provider_id

    assert heard("1", "A1") == heard("1", "A1")
    assert heard("1", "A1") != heard("1", "A2")


def test_a_call_without_proof_is_forged(channel: Channel) -> None:
    form = inbound_form(channel.name, "+254700000001", "1")
    for secret in ("", "guess", "callback-secret-for-testsX", "ufunguo-ü"):
        with pytest.raises(Forged):
            channel.authenticate(Webhook("", URL + channel.name, secret, form, {}))


@pytest.mark.parametrize(
    "form", [{}, {"text": "1"}, {"Body": "1"}], ids=["nothing", "text", "Body"]
)
def test_a_call_without_a_sender_is_malformed_and_still_answered_200(
    channel: Channel, form: dict[str, str]
) -> None:
    with pytest.raises(Malformed) as caught:
        channel.receive(call(channel, form))
    assert caught.value.field in str(caught.value)
    assert channel.refused().status == 200


def test_a_secret_that_was_never_set_proves_nothing() -> None:
    assert not africastalking.proves("", "")


def test_a_call_to_an_address_that_nothing_listens_at_is_nothing(channel: Channel) -> None:
    form = inbound_form(channel.name, "+254700000001", "1")
    assert isinstance(channel.receive(call(channel, form, "elsewhere")), Nothing)


def test_the_provider_is_told_200_in_the_type_it_understands(channel: Channel) -> None:
    status, body, content_type = channel.accepted()
    kinds = {"twilio": ("text/xml", "<Response/>"), "africastalking": ("text/plain", "OK")}
    kind, words = kinds[channel.name.partition("-")[0]]
    assert (status, body, content_type.partition(";")[0]) == (200, words, kind)


def test_what_is_heard_shows_no_number_and_no_words_when_it_is_logged(channel: Channel) -> None:
    hook = call(channel, inbound_form(channel.name, "+254700000001", "Maji yameisha"))
    shown = f"{hook!r} {channel.receive(hook)!r}"
    for private in ("254700000001", "Maji", "A citizen", SETTINGS["AT_CALLBACK_SECRET"]):
        assert private not in shown


def test_without_a_key_or_an_address_a_channel_sends_nothing(channel: Channel) -> None:
    assert not channel.configured(SETTINGS)
    with pytest.raises(SendFailed):
        channel.send("+254700000001", "Habari")


def test_a_key_or_an_address_makes_a_channel_send(channel: Channel) -> None:
    for name in ("AT_API_KEY", "AT_API_URL", "TWILIO_ACCOUNT_SID", "TWILIO_API_URL"):
        company = "twilio" if name.startswith("TWILIO") else "africastalking"
        expected = channel.name.startswith(company)
        assert channel.configured({**SETTINGS, name: "http://x"}) is expected


def test_only_ussd_answers_in_the_response(channel: Channel) -> None:
    if channel.inline:
        assert channel.answer("Chagua:\n1. Ndiyo", False)[0] == "CON Chagua:\n1. Ndiyo"
        assert channel.answer("Asante", True) == ("END Asante", "text/plain; charset=utf-8")
    else:
        with pytest.raises(NotImplementedError, match=channel.name):
            channel.answer("Asante", True)


def test_a_channel_that_is_not_inline_sends_and_names_the_message(network: Counterpart) -> None:
    for channel in channels.build(NAMES, network.env()).values():
        if not channel.inline:
            sent = channel.send("+254700000001", f"Habari kwa {channel.name}")
            assert sent.provider_id == network.accepted[-1].id
            assert network.accepted[-1].text == f"Habari kwa {channel.name}"


def test_an_unknown_channel_is_named_with_what_there_is() -> None:
    with pytest.raises(channels.UnknownChannel, match=r'"telegram".*africastalking-sms,afr'):
        channels.build(["telegram"], SETTINGS)


@pytest.mark.parametrize("name", NAMES)
def test_a_channel_without_the_secret_that_proves_its_calls_is_not_built(name: str) -> None:
    with pytest.raises(WrongSetting, match=r"(AT_CALLBACK_SECRET|TWILIO_AUTH_TOKEN) is not set"):
        channels.build([name], {})


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        pytest.param({"AT_CALLBACK_SECRET": "a/b"}, "AT_CALLBACK_SECRET", id="slash in the secret"),
        pytest.param({"AT_API_KEY": "k"}, "AT_USERNAME", id="key without its user"),
        pytest.param({"AT_API_URL": "localhost:1"}, "AT_API_URL", id="no web address"),
        pytest.param({"TWILIO_ACCOUNT_SID": "AC1"}, "TWILIO_SMS_FROM", id="no sender"),
        pytest.param({"TWILIO_TEMPLATES": "HX1"}, "TWILIO_TEMPLATES", id="no JSON"),
        pytest.param({"TWILIO_TEMPLATES": '{"a": "b"}'}, "TWILIO_TEMPLATES", id="no ContentSid"),
    ],
)
def test_a_wrong_setting_is_named_with_an_example(settings: dict[str, str], wrong: str) -> None:
    with pytest.raises(WrongSetting, match="Example") as caught:
        channels.build(NAMES, SETTINGS | settings)
    assert caught.value.name == wrong


def test_knowing_and_building_the_channels_imports_nothing_heavy() -> None:
    program = (
        "import sys, channels\n"
        f"channels.build(channels.known(), {SETTINGS!r})\n"
        "heavy = {'twilio', 'africastalking', 'requests', 'urllib3', 'flask', 'sqlalchemy'}\n"
        "print(*sorted(heavy & set(sys.modules)), end='')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("", "")
