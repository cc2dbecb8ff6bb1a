"""WhatsApp and its 24 hours: free words, a template, or an SMS; and who cannot have it there."""

import pytest
import sqlalchemy as sa

from channels.twilio_whatsapp import TwilioWhatsApp
from feedback_service import outbox
from feedback_service.models import MessageState, Stop
from feedback_service.runtime import Runtime
from tests.handset import ME
from tests.integration.outbox.conftest import AT, TWILIO, WHATSAPP

SENT, FAILED = MessageState.SENT, MessageState.FAILED
USER = "whatsapp:KE.Ab12Cd34"
LATE = {"reference": "1234 5678", "office": "KRA", "day": "Fri 4 Dec", "rung": "the county"}


def test_inside_the_window_free_text_leaves(rt, post, message, network):
    post(channel=WHATSAPP, phrase="sms-help")
    outbox.drain(rt)
    assert (network.accepted[0].text, message().parts) == (message().text, 1)


def test_outside_the_window_a_template_leaves_with_its_values(rt, post, network, clock):
    post(channel=WHATSAPP, phrase="sms-late", values=LATE)
    clock.forward(hours=25)
    outbox.drain(rt)
    form = network.accepted[0].form
    assert (form["ContentSid"], "Body" in form) == ("HXlate", False)
    assert LATE["reference"] in form["ContentVariables"]


def test_outside_the_window_without_a_template_an_sms_leaves(rt, post, message, network, clock):
    post(channel=WHATSAPP, phrase="sms-help")
    clock.forward(hours=25)
    outbox.drain(rt)
    assert (message().channel, network.accepted[0].to) == (AT, ME)
    assert message().tried[0]["cause"] == "needs-template"


def test_who_shows_no_number_gets_no_sms(rt, post, message, network, clock):
    post(channel=WHATSAPP, phrase="sms-help", number=USER)
    clock.forward(hours=25)
    outbox.drain(rt)
    assert (message().state, message().failure) == (FAILED, "outside the 24 hours, no template")
    assert network.asked == []


def test_who_shows_no_number_is_written_to_by_whatsapp_wherever_the_case_came_from(
    rt, post, citizen, message, network
):
    citizen(USER, wrote=True)
    post(channel="desk", phrase="sms-help", number=USER)
    outbox.drain(rt)
    assert (message().state, network.accepted[0].to) == (SENT, USER)


@pytest.mark.parametrize(
    ("wording", "content", "last"),
    [("sms-late", "HXlate", WHATSAPP), ("sms-help", None, AT)],
    ids=["a template", "no template: SMS"],
)
def test_an_asynchronous_63016_is_answered_by_a_template_or_an_sms(
    wording, content, last, rt, post, message, network, report
):
    post(channel=WHATSAPP, phrase=wording, values=LATE)
    outbox.drain(rt)
    first = network.accepted[0]
    assert "ContentSid" not in first.form
    report(first, "failed", "63016")
    outbox.drain(rt)
    assert (message().state, message().channel) == (SENT, last)
    assert network.accepted[1].form.get("ContentSid") == content
    report(first, "failed", "63016")
    report(first, "sent")
    assert (message().state, len(network.accepted)) == (SENT, 2)


def test_a_failure_reported_before_our_own_note_still_leads_to_the_sms(
    rt, post, message, network, report
):
    """Twilio calls back with 63016 while its answer is on its way."""

    class FailsAtOnce(TwilioWhatsApp):
        def send(self, address, text, *, key=""):
            sent = super().send(address, text, key=key)
            report(network.accepted[-1], "failed", "63016")
            return sent

    hasty = {**rt.ways, WHATSAPP: FailsAtOnce.from_env(rt.settings.raw)}
    post(channel=WHATSAPP, phrase="sms-help")
    outbox.drain(Runtime(**{**vars(rt), "ways": hasty}))
    assert (message().state, message().channel) == (SENT, AT)
    assert network.texts(ME) == [message().text] * 2, "what failed, and what was sent for it"


def test_a_template_that_fails_as_well_leaves_the_sms(rt, post, message, network, report, clock):
    post(channel=WHATSAPP, phrase="sms-late", values=LATE)
    clock.forward(hours=25)
    outbox.drain(rt)
    report(network.accepted[0], "failed", "63016")
    outbox.drain(rt)
    assert (message().channel, message().state) == (AT, SENT)


@pytest.mark.parametrize("code", ["63003", "63024", "63032", "63013"])
def test_who_cannot_have_it_by_whatsapp_gets_an_sms(code, rt, post, message, network, report):
    post(channel=WHATSAPP, phrase="sms-help")
    outbox.drain(rt)
    report(network.accepted[0], "undelivered", code)
    outbox.drain(rt)
    assert (message().channel, network.texts(ME)[-1]) == (AT, message().text)


def test_a_stop_by_sms_holds_for_what_comes_from_whatsapp(rt, post, message, network, clock):
    from feedback_service import identity

    post(channel=WHATSAPP, phrase="sms-help")
    with rt.transaction() as session:
        identity.stop(session, message().citizen_id, outbox.family(TWILIO), rt.now())
    clock.forward(hours=25)
    outbox.drain(rt)
    assert (message().state, network.asked) == (FAILED, [])


@pytest.mark.parametrize(
    ("channel", "status", "code"),
    [(AT, "Failed", "UserInBlackList"), (WHATSAPP, "failed", "63014"), (TWILIO, "failed", "21610")],
)
def test_a_networks_own_opt_out_is_a_stop_of_the_family(
    channel, status, code, rt, post, message, network, report
):
    if channel == TWILIO:
        network.fault("empty-recipients", provider="africastalking")
    post(channel=AT if channel == TWILIO else channel, phrase="sms-help")
    outbox.drain(rt)
    report(network.accepted[0], status, code)
    outbox.drain(rt)
    assert (message().state, len(network.accepted)) == (FAILED, 1)
    with rt.transaction() as session:
        assert session.scalars(sa.select(Stop.channel)).all() == [outbox.family(channel)]
