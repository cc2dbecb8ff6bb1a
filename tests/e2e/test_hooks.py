"""The addresses that providers call, over HTTP: who is let in, what a bad call gets."""

import io
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from feedback_service.app import create_app
from feedback_service.domain import gsm7
from feedback_service.models import Base, Case, Message, MessageState
from feedback_service.runtime import assemble
from feedback_service.web.webhooks import LARGEST
from tests.conftest import REFERENCE_TABLES, SECRETS
from tests.counterpart import inbound_form, signed
from tests.handset import ME, SMS, USSD, WHATSAPP, arrived, sms, whatsapp

pytestmark = pytest.mark.usefixtures("loaded_rt")

STEP = inbound_form("africastalking-ussd", ME, "", "ATUid_1")
WORDS = inbound_form("africastalking-sms", ME, "No water in Kisumu for a week", "sms-1")
CHAT = inbound_form("twilio-whatsapp", ME, "No water in Kisumu for a week", "SM1")
ROOT = "http://127.0.0.1:8000"


@pytest.fixture
def stored(loaded_rt):
    """How many rows all tables hold that citizens can fill."""

    def rows():
        tables = [t for t in Base.metadata.sorted_tables if t.name not in REFERENCE_TABLES]
        with loaded_rt.transaction() as session:
            return sum(session.scalar(sa.select(sa.func.count()).select_from(t)) for t in tables)

    return rows


FORGED = {
    "USSD, another secret": ("/hooks/africastalking-ussd/wrong", STEP | {"text": "1"}, {}),
    "USSD, no secret": ("/hooks/africastalking-ussd", STEP, {}),
    "USSD, the secret cut short": (USSD[:-1], STEP, {}),
    "SMS, another secret": ("/hooks/africastalking-sms/wrong", WORDS, {}),
    "SMS, another secret, report": ("/hooks/africastalking-sms/wrong/receipts", {"id": "1"}, {}),
    "WhatsApp, unsigned": (WHATSAPP, CHAT, {}),
    "WhatsApp, another token": (WHATSAPP, CHAT, signed(ROOT + WHATSAPP, CHAT, "other")),
    "WhatsApp, another address": (
        WHATSAPP, CHAT, signed("https://x" + WHATSAPP, CHAT, SECRETS["TWILIO_AUTH_TOKEN"]),
    ),
    "WhatsApp, a word changed": (
        WHATSAPP, CHAT | {"Body": "Pay me"},
        signed(ROOT + WHATSAPP, CHAT, SECRETS["TWILIO_AUTH_TOKEN"]),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("path", "form", "headers"), FORGED.values(), ids=FORGED.keys())
def test_a_forged_call_is_refused_and_leaves_nothing(path, form, headers, client, redis, stored):
    answer = client.post(path, data=form, headers=headers)
    assert answer.status_code == 403
    assert (stored(), redis.dbsize()) == (0, 0)
    assert SECRETS["AT_CALLBACK_SECRET"] not in answer.text


@pytest.mark.parametrize(
    "form",
    [
        {},
        {**STEP, "sessionId": ""},
        {**STEP, "phoneNumber": ""},
        {**STEP, "phoneNumber": "nobody"},
        {**STEP, "phoneNumber": "+"},
        {name: value for name, value in STEP.items() if name != "text"},
        {name: value for name, value in STEP.items() if name != "sessionId"},
        {name: value for name, value in STEP.items() if name != "phoneNumber"},
    ],
)
def test_a_step_that_makes_no_sense_ends_with_a_word(form, client, stored):
    answer = client.post(USSD, data=form)
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain")
    assert answer.text.startswith("END ")
    assert gsm7.fits(answer.text)
    assert stored() == 0


def test_a_step_without_its_lesser_fields_is_answered(client):
    bare = {name: STEP[name] for name in ("sessionId", "phoneNumber", "text")}
    assert client.post(USSD, data=bare).text.startswith("CON Karibu.")
    more = STEP | {"aFieldOfTomorrow": "1", "networkCode": "00000"}
    assert client.post(USSD, data=more).text.startswith("CON Karibu.")


BODIES = {
    "no form": "{'phoneNumber': 1}",
    "bytes": b"\xff\xfe\x00phoneNumber=%ff",
    "nul": "sessionId=a%00b&phoneNumber=%00&text=%00",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize("path", [USSD, SMS, f"{SMS}/receipts", f"{SMS}/opt-outs"])
def test_junk_is_answered_with_200_so_that_it_does_not_come_again(path, body, client, stored):
    answer = client.post(path, data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert path != USSD or answer.text.startswith(("END ", "CON "))
    assert stored() == 0


def test_a_genuine_call_larger_than_any_of_its_company_is_not_read(client, stored):
    words = "No water. " * (LARGEST // 10)
    assert sms(client, words).status_code == 200, "or it would come again for twelve hours"
    assert whatsapp(client, words).status_code == 403
    assert client.post(USSD, data=STEP | {"text": words}).text.startswith("END Samahani")
    assert stored() == 0


def test_a_call_that_comes_in_chunks_is_read_whole(client):
    body = io.BytesIO(urlencode(STEP).encode())
    chunks = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    answer = client.post(USSD, input_stream=body, environ_overrides=chunks)
    assert answer.text.startswith("CON Karibu.")


@pytest.mark.parametrize("path", [USSD, SMS, WHATSAPP])
def test_only_a_post_is_a_call(path, client):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/hooks/", "/hooks/nobody", "/hooks/nobody/secret", "/hooks/../x"]
)
def test_an_address_that_is_nobodys_is_not_found(path, client):
    assert client.post(path, data=STEP).status_code == 404


@pytest.mark.parametrize("path", [f"{USSD}/elsewhere", f"{SMS}/elsewhere"])
def test_an_unknown_kind_of_call_is_taken_and_forgotten(path, client, stored):
    assert client.post(path, data=STEP).status_code == 200
    assert stored() == 0


def test_the_end_of_a_session_is_taken(client, stored):
    event = STEP | {
        "date": "2026-03-02 06:01:00", "status": "Incomplete", "cost": "0.05", "hopsCount": "3",
        "durationInMillis": "9000", "input": "1*1003", "lastAppResponse": "CON x",
    }  # fmt: skip
    assert client.post(f"{USSD}/ended", data=event).status_code == 200
    assert client.post(f"{USSD}/ended", data={}).status_code == 200
    assert stored() == 0


def test_a_report_on_a_message_is_matched_to_it(client, loaded_rt, all_of):
    sms(client, "No water in Kisumu for a week")
    arrived(loaded_rt)
    (message,) = all_of(Message)
    report = {"id": message.provider_id, "status": "Success", "phoneNumber": ME}
    assert client.post(f"{SMS}/receipts", data=report).status_code == 200
    assert [m.state for m in all_of(Message)] == [MessageState.DELIVERED]


@pytest.mark.parametrize("status", ["Success", "Failed", "Tomorrow's", ""])
def test_a_report_on_nothing_of_ours_is_answered_with_200(status, client):
    report = {"id": "ATXid_unknown", "status": status, "phoneNumber": ME}
    assert [client.post(f"{SMS}/receipts", data=report).status_code for _ in range(2)] == [200] * 2


def test_a_signed_whatsapp_message_is_taken_once(client, all_of):
    for _ in range(2):
        assert (
            whatsapp(client, "No water in Kisumu for a week", provider_id="SM7").status_code == 200
        )
    assert len(all_of(Case)) == 1


def test_an_sms_that_cannot_be_stored_is_asked_for_again(loaded_rt, client, all_of):
    """Africa's Talking repeats what gets no 200; nothing was stored, so nothing is doubled."""
    rt = loaded_rt
    nobody = sa.create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    lame = create_app(assemble(rt.settings, nobody, rt.redis, rt.ways, rt.now)).test_client()
    assert sms(lame, "No water in Kisumu for a week", provider_id="once").status_code == 503
    assert sms(client, "No water in Kisumu for a week", provider_id="once").status_code == 200
    assert len(all_of(Case)) == 1


def test_no_secret_and_no_number_reaches_an_answer_or_a_log(client, capsys, caplog):
    client.post("/hooks/africastalking-ussd/wrong", data=STEP)
    client.post(USSD, data=STEP | {"phoneNumber": "+2547123456789999"})
    client.post(WHATSAPP, data=CHAT)
    said = capsys.readouterr()
    logged = said.out + said.err + caplog.text
    assert "forged call" in logged
    for secret in (SECRETS["AT_CALLBACK_SECRET"], "712345678", "Kisumu"):
        assert secret not in logged
