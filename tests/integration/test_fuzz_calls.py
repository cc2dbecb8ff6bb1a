"""Whatever a gateway posts: a USSD call is answered with a screen, a message with what stops its
repetition, and nobody ever sees an error of ours."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.fuzzing import screens
from tests.handset import SMS, USSD

pytestmark = [pytest.mark.usefixtures("loaded_rt"), pytest.mark.timeout(300)]

# The client lives as long as the test, and examples may build on each other: so do real calls.
many = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NUMBERS = st.sampled_from(
    ["+254712345678", " 254712345678", "254712345678", "0712345678", "712345678", "+1", "22555",
     "MPESA", "", "+", "KE.1a2b", "+254712345678\0", "\u0660\u0667", "9" * 400]
)  # fmt: skip
ANYTHING = st.text(max_size=40) | st.sampled_from(["*", "1*", "*1", "1**2", "0*0", "9*9*9", "\0"])
KEYS = st.lists(st.sampled_from([*"01234569*x", "1003", "1101", "47", "na"]), max_size=12)
CODES = st.sampled_from(
    ["*384*77#", "*384*77*1003#", "*384*77*#", "*1#", "", "#", "*" * 300, "*384*77*\0#"]
)


@many
@given(
    session=st.sampled_from(["ATUid_1", "ATUid_2", "", "x" * 500, "a:b:c", "\0"]) | ANYTHING,
    number=NUMBERS | ANYTHING,
    text=ANYTHING | KEYS.map("*".join),
    code=CODES | ANYTHING,
)
@example(session="ATUid_3", number="+254712345678", text="1*1003*3*1*words*\0*2", code="*384*77#")
def test_any_call_gets_a_screen(client, session, number, text, code):
    form = {"sessionId": session, "phoneNumber": number, "text": text, "serviceCode": code}
    answer = client.post(USSD, data=form)
    screens.check(answer.status_code, answer.text)
    assert client.post(f"{USSD}/ended", data=form | {"status": code}).status_code == 200


@many
@given(body=st.binary(max_size=200), extra=st.sampled_from([b"", b"text=1&", b"sessionId=a&"]))
def test_any_bytes_get_a_screen(client, body, extra):
    answer = client.post(USSD, data=extra + body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    screens.check(answer.status_code, answer.text)


@many
@given(
    made=st.sampled_from(["m1", "m2", "\0", " "]) | ANYTHING,
    number=NUMBERS | ANYTHING,
    text=st.text(max_size=400) | KEYS.map(" ".join),
    date=st.sampled_from(["", "2026-03-02 06:00:00", "9999-12-31T23:59:59Z", "0001-01-01", "x"]),
)
def test_any_message_is_taken_or_put_aside(client, made, number, text, date):
    form = {"id": made, "from": number, "text": text, "to": "22555", "date": date}
    assert client.post(SMS, data=form).status_code == 200
    report = {"id": made, "status": text[:20], "phoneNumber": number, "failureReason": date}
    assert client.post(f"{SMS}/receipts", data=report).status_code == 200
    assert client.post(f"{SMS}/opt-outs", data={"phoneNumber": number}).status_code == 200
