"""One message by the next way when the first cannot carry it: never two copies, never lost."""

from decimal import Decimal
from itertools import permutations

import pytest
import sqlalchemy as sa

from channels.twilio_whatsapp import TwilioWhatsApp
from feedback_service import outbox
from feedback_service.conversations.wording import phrase
from feedback_service.models import Citizen, MessageState, Stop
from feedback_service.runtime import Runtime
from tests.counterpart import receipt_form, signed
from tests.handset import ME
from tests.integration.outbox.conftest import AT, TWILIO, WHATSAPP

SENT, FAILED, UNKNOWN = MessageState.SENT, MessageState.FAILED, MessageState.UNKNOWN
QUEUED, DELIVERED = MessageState.QUEUED, MessageState.DELIVERED
USER = "whatsapp:KE.Ab12Cd34"
LATE = {"reference": "1234 5678", "office": "KRA", "day": "Fri 4 Dec", "rung": "the county"}


def drain_for(rt, clock, minutes):
    """What workers do in a while."""
    for _ in range(minutes * 2):
        outbox.drain(rt)
        outbox.sweep(rt)
        clock.forward(seconds=30)


def test_sms_goes_by_twilio_when_africas_talking_refuses_for_good(rt, post, message, network):
    network.fault("empty-recipients", provider="africastalking")
    post()
    outbox.drain(rt)
    assert (message().state, message().channel, message().key) == (SENT, TWILIO, "one")
    assert [taken.provider for taken in network.accepted] == ["twilio"]
    (tried,) = message().tried
    assert (tried["channel"], tried["cause"]) == (AT, "account")


def test_a_company_that_is_busy_is_asked_three_times_before_the_other(
    rt, post, message, network, clock
):
    network.fault("429", times=9, provider="africastalking")
    post()
    drain_for(rt, clock, 3)
    assert (message().state, message().channel, message().attempts) == (SENT, TWILIO, 4)
    assert len(network.accepted) == 1


@pytest.mark.parametrize("fault", ["lose-response", "accepted-503", "504", "html"])
def test_nothing_goes_elsewhere_that_may_have_been_taken(fault, rt, post, message, network, clock):
    network.fault(fault, provider="africastalking")
    post()
    drain_for(rt, clock, 5)
    assert (message().state, message().channel, len(network.asked)) == (UNKNOWN, AT, 1)


def test_a_final_report_of_failure_sends_it_by_the_other_company(
    rt, post, message, network, report
):
    post()
    outbox.drain(rt)
    first = network.accepted[0]
    for _ in range(3):
        report(first, "Rejected")
    assert (message().state, message().channel) == (QUEUED, TWILIO)
    outbox.drain(rt)
    report(first, "Sent")
    report(first, "Rejected")
    assert (message().state, len(network.accepted)) == (SENT, 2)
    assert str(message().cost_kes) == "0.8000", "what the first attempt cost is not forgotten"


def test_a_report_that_is_not_final_moves_nothing(rt, post, message, network, report):
    post()
    outbox.drain(rt)
    report(network.accepted[0], "Expired")
    assert (message().state, message().channel) == (FAILED, AT)
    report(network.accepted[0], "Success")
    assert message().state is DELIVERED


def test_a_late_delivery_of_the_first_attempt_counts_and_stops_the_second(
    rt, post, message, network, report
):
    post()
    outbox.drain(rt)
    report(network.accepted[0], "Failed", "UserNotSubscribedToProduct")
    report(network.accepted[0], "Success")
    outbox.drain(rt)
    assert (message().state, len(network.accepted)) == (DELIVERED, 1)
    report(network.accepted[0], "Failed", "UserNotSubscribedToProduct")
    assert message().state is DELIVERED


def test_an_absent_handset_is_tried_again_later_and_few_times(
    rt, post, message, network, report, clock
):
    post()
    for tries in range(1, 9):
        outbox.drain(rt)
        if len(network.accepted) < tries:
            break
        taken = network.accepted[-1]
        status = ("Failed", "DeliveryFailure") if taken.provider == "africastalking" else None
        report(taken, *(status or ("undelivered", "30003")))
        clock.forward(hours=5)
    ways = [taken.provider for taken in network.accepted]
    assert ways == ["africastalking"] * 2 + ["twilio"] * 4
    assert (message().state, message().cause) == (FAILED, "absent")


# --- WhatsApp ----------------------------------------------------------------------------------


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


# --- What asks for an answer --------------------------------------------------------------------


def test_a_question_by_a_one_way_sender_names_the_short_code(rt, post, message, network):
    network.fault("empty-recipients", provider="africastalking")
    values = {"reference": "1234 5678", "office": "KRA"}
    post(phrase="sms-confirm", values=values)
    outbox.drain(rt)
    (taken,) = network.accepted
    assert taken.provider == "twilio"
    assert taken.text == f"{message().text} {phrase('sms-reply-to', 'en', code='22555')}"
    assert message().parts == 1


def test_who_is_told_of_stop_by_a_one_way_sender_is_told_where(rt, citizen, message, network):
    person = citizen()
    with rt.transaction() as session:
        found = session.get_one(Citizen, person.id)
        found.noticed_at = None
        say = outbox.Wording("sms-help", "one", {})
        outbox.post(session, found, AT, "sw", say, rt.now())
    network.fault("empty-recipients", provider="africastalking")
    outbox.drain(rt)
    (taken,) = network.accepted
    notice, where = phrase("sms-notice", "sw"), phrase("sms-reply-to", "sw", code="22555")
    assert taken.provider == "twilio"
    assert taken.text.endswith(f"{notice} {where}")


def test_a_question_by_the_short_code_needs_no_such_words(rt, post, message, network):
    post(phrase="sms-confirm", values={"reference": "1234 5678", "office": "KRA"})
    outbox.drain(rt)
    assert network.accepted[0].text == message().text


def test_options_are_numbered_lines_by_sms_and_buttons_by_whatsapp(rt, post, messages, network):
    options = [["1", "Yes"], ["2", "No"], ["0", "Back"]]
    for channel in (AT, WHATSAPP):
        post(channel, channel=channel, phrase="sms-step", values={"text": "Go?"}, options=options)
    outbox.drain(rt)
    by = {taken.provider: taken for taken in network.accepted}
    assert by["africastalking"].text.endswith("\n1 Yes\n2 No\n0 Back")
    assert by["twilio"].form["ContentSid"] == "HXb2"
    assert '"2": "Yes", "3": "No"' in by["twilio"].form["ContentVariables"]
    assert "0 Back" in by["twilio"].form["ContentVariables"]


# --- A person decides ---------------------------------------------------------------------------


def test_what_is_unknown_is_shown_after_a_quarter_hour_and_sent_again_by_a_person(
    rt, post, message, network, clock
):
    network.fault("504")
    post()
    outbox.drain(rt)
    with rt.transaction() as session:
        assert outbox.troubles(session, rt.now()) == []
    clock.forward(minutes=16)
    with rt.transaction() as session:
        assert [found.id for found in outbox.troubles(session, rt.now())] == [message().id]
    outbox.send_again(rt, message().id, message().id)
    outbox.drain(rt)
    assert (message().state, len(network.accepted)) == (SENT, 1)
    with pytest.raises(outbox.NotInTrouble):
        outbox.send_again(rt, message().id, message().id)


def test_what_a_person_found_in_the_company_s_log_left_and_may_yet_be_reported(
    rt, post, message, network, report
):
    network.fault("lose-response", provider="africastalking")
    post()
    outbox.drain(rt)
    left = message().claimed_at
    outbox.was_taken(rt, message().id, message().id)
    assert (message().state, message().failure, message().sent_at) == (SENT, "", left)
    with pytest.raises(outbox.NotInTrouble):
        outbox.was_taken(rt, message().id, message().id)
    report(network.accepted[0], "Success")
    assert (message().state, message().provider_id) == (DELIVERED, network.accepted[0].id)


def test_a_report_finds_a_message_of_unknown_fate_by_its_number(rt, post, message, network, report):
    network.fault("lose-response", provider="africastalking")
    post()
    outbox.drain(rt)
    assert message().state is UNKNOWN
    assert (message().sent_at, message().cost_kes) == (None, None)
    report(network.accepted[0], "Success")
    assert (message().state, message().provider_id) == (DELIVERED, network.accepted[0].id)
    assert (message().failure, message().cause) == ("", "")


@pytest.mark.parametrize("more", [{"MESSAGE_PRICES": '{"africastalking-sms": 0.8}'}])
def test_what_only_a_report_tells_of_left_and_has_its_price(rt, post, message, network, report):
    network.fault("lose-response", provider="africastalking")
    post()
    outbox.drain(rt)
    left = message().claimed_at
    report(network.accepted[0], "Sent")
    assert (message().state, message().failure) == (SENT, "")
    assert (message().sent_at, message().cost_estimated) == (left, True)
    with rt.transaction() as session:
        (sums,) = outbox.costs.spent(session, rt.now().date())
    assert (sums.messages, sums.kes, sums.unpriced) == (1, Decimal("0.8"), 0)


@pytest.mark.parametrize("key", ["of-another-service", "%00", "1" * 40])
def test_a_receipt_with_a_key_that_is_not_ours_is_taken(key, rt, post, message, network, client):
    post(channel=WHATSAPP)
    outbox.drain(rt)
    path = f"/hooks/{WHATSAPP}/receipts?key={key}"
    form = receipt_form(network.accepted[0], "delivered") | {"MessageSid": "SMnotours"}
    proof = signed(rt.settings.public_url + path, form, rt.settings.twilio_auth_token)
    assert client.post(path, data=form, headers=proof).status_code == 200
    assert message().state is SENT


def test_of_reports_that_come_too_early_the_one_that_says_most_is_kept(
    rt, post, message, network, report, clock
):
    post()
    from tests.counterpart import Accepted

    early = Accepted("africastalking", ME, "x", "ATXid_early")
    for status in ("Success", "Sent", "Failed"):
        report(early, status)
    taken = sa.text("select state, final from early_receipts")
    with rt.transaction() as session:
        assert session.execute(taken).one() == ("delivered", True)


@pytest.mark.parametrize("channel", [AT, WHATSAPP])
def test_in_whatever_order_reports_come_what_arrived_has_arrived(
    channel, rt, post, messages, network, report
):
    words = {
        AT: [("Sent", ""), ("Success", ""), ("Rejected", ""), ("Buffered", "")],
        WHATSAPP: [("sent", ""), ("delivered", ""), ("failed", "63016"), ("queued", "")],
    }[channel]
    orders = list(permutations(words))
    for number in range(len(orders)):
        post(f"m{number}", f"+2547111000{number:02d}", channel=channel, phrase="sms-help")
    outbox.drain(rt)
    by_id = {message.provider_id: message.key for message in messages()}
    taken = {by_id[one.id]: one for one in network.accepted}
    for number, order in enumerate(orders):
        for status, reason in order:
            report(taken[f"m{number}"], status, reason)
    outbox.drain(rt)
    assert {message.state for message in messages()} == {DELIVERED}
    assert len(network.accepted) == len(orders), "a second copy left"
