"""Twilio's signature, checked against what Twilio's own SDK computes."""

import pytest
from twilio.request_validator import RequestValidator

from channels.contract import Forged, Webhook
from channels.twilio_whatsapp import TwilioWhatsApp

TOKEN, SECOND = "a-token-for-tests", "a-second-token-for-tests"
URL = "https://feedback.example/hooks/twilio-whatsapp"
FORM = {"From": "whatsapp:+254700000001", "Body": " Habari  ", "MessageSid": "SM1", "Empty": ""}
CHANNEL = TwilioWhatsApp([TOKEN, SECOND], None)


def hook(
    url: str = URL,
    form: dict[str, str] = FORM,
    signature: str = "",
    pairs: tuple[tuple[str, str], ...] = (),
    settings: str = "",
) -> Webhook:
    headers = {"x-twilio-signature": signature}
    if settings:
        headers["x-twilio-webhooks-signature-settings"] = settings
    return Webhook("", url, "", form, headers, pairs=pairs)


def sign(url: str = URL, form: dict[str, str] = FORM, token: str = TOKEN) -> str:
    return str(RequestValidator(token).compute_signature(url, form))


def test_the_example_of_twilios_documents_is_valid() -> None:
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    channel = TwilioWhatsApp(["12345"], None)
    channel.authenticate(hook(url, form, "RSOYDt4T1cUTdK1PDd93/VVr8B8="))


@pytest.mark.parametrize("token", [TOKEN, SECOND], ids=["primary", "secondary"])
@pytest.mark.parametrize(
    "url",
    [
        pytest.param(URL, id="plain"),
        pytest.param(URL + "/receipts?key=case%3A1", id="with a query"),
        pytest.param("https://feedback.example:443/hooks/twilio-whatsapp", id="with the port"),
    ],
)
def test_what_the_sdk_signs_with_either_token_is_genuine(url: str, token: str) -> None:
    CHANNEL.authenticate(hook(url, signature=sign(url, token=token)))


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(hook(URL.replace("https", "http"), signature=sign()), id="http for https"),
        pytest.param(hook(URL + "/", signature=sign()), id="slash at the end"),
        pytest.param(hook(URL + "?key=1", signature=sign()), id="query added"),
        pytest.param(hook(URL.replace("feedback", "evil"), signature=sign()), id="another host"),
        pytest.param(hook(form=FORM | {"Body": "Habari"}, signature=sign()), id="value stripped"),
        pytest.param(hook(form=FORM | {"Body": "Ndiyo"}, signature=sign()), id="value changed"),
        pytest.param(hook(form=FORM | {"More": "1"}, signature=sign()), id="field added"),
        pytest.param(hook(signature=sign(token="another")), id="another token"),
        pytest.param(hook(signature=sign(token="")), id="empty token"),
        pytest.param(hook(signature=""), id="no signature"),
        pytest.param(hook(signature="ü"), id="no ASCII"),
    ],
)
def test_what_was_changed_on_the_way_is_forged(call: Webhook) -> None:
    with pytest.raises(Forged, match="PUBLIC_URL"):
        CHANNEL.authenticate(call)


@pytest.mark.parametrize("tokens", [[], [""], ["", ""]])
def test_without_a_token_every_call_is_forged(tokens: list[str]) -> None:
    for signature in ("", sign(token="")):
        with pytest.raises(Forged):
            TwilioWhatsApp(tokens, None).authenticate(hook(signature=signature))


class Values(dict[str, list[str]]):
    """A form as Flask gives it to Twilio's SDK: several values a name."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


def test_every_value_of_a_name_is_signed() -> None:
    values = Values({"Body": ["b", "a", "b"], "MessageSid": ["SM1"]})
    signature = str(RequestValidator(TOKEN).compute_signature(URL, values))
    pairs = (("Body", "b"), ("Body", "a"), ("Body", "b"), ("MessageSid", "SM1"))
    form = {"Body": "b", "MessageSid": "SM1"}
    CHANNEL.authenticate(hook(form=form, signature=signature, pairs=pairs))
    with pytest.raises(Forged):
        CHANNEL.authenticate(hook(form=form, signature=signature))


def test_a_field_outside_the_pairs_is_not_left_unsigned() -> None:
    pairs = tuple(FORM.items())
    with pytest.raises(Forged):
        CHANNEL.authenticate(hook(form=FORM | {"More": "1"}, signature=sign(), pairs=pairs))


def test_a_shared_key_signs_with_sha256() -> None:
    settings = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
    signature = str(RequestValidator(SECOND).compute_signature(URL, FORM, "HMAC_SHA256"))
    CHANNEL.authenticate(hook(signature=signature, settings=settings))
    with pytest.raises(Forged):
        CHANNEL.authenticate(hook(signature=signature))
    with pytest.raises(Forged):
        CHANNEL.authenticate(hook(signature=sign(), settings="key=k,algorithm=HMAC_MD5"))
