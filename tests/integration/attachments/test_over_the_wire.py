"""Photos and places as Twilio brings them: each joins its case, each once."""

import pytest

from feedback_service import attachments
from feedback_service.models import (
    AttachmentState,
    Case,
    CaseEvent,
)
from tests.handset import ME, whatsapp
from tests.integration.attachments.shelf import photo

COMPLAINT = "No water in Kisumu for a week"


def with_photo(shelf):
    media = photo(shelf)
    return {"NumMedia": "1", "MediaUrl0": media.url, "MediaContentType0": media.content_type}


@pytest.mark.usefixtures("loaded_rt")
def test_a_photo_joins_its_case_whether_it_comes_before_with_or_after_the_words(
    wa, client, clock, shelf, things, all_of
):
    orders = {
        "+254700000001": [(COMPLAINT, with_photo(shelf))],
        "+254700000002": [("", with_photo(shelf)), (COMPLAINT, {})],
        "+254700000003": [(COMPLAINT, {}), ("", with_photo(shelf))],
    }
    for number, messages in orders.items():
        for words, more in messages:
            clock.forward(minutes=1)
            assert whatsapp(client, words, number, **more).status_code == 200
    attachments.drain(wa)
    cases = {case.citizen_id: case.id for case in all_of(Case)}
    assert len(cases) == 3
    assert [(t.state, t.case_id == cases[t.citizen_id]) for t in things()] == [
        (AttachmentState.KEPT, True)
    ] * 3


@pytest.mark.usefixtures("loaded_rt")
def test_a_copy_of_the_webhook_brings_its_photo_once(wa, client, shelf, things):
    more = with_photo(shelf)
    for _ in range(3):
        whatsapp(client, COMPLAINT, ME, "SMtwice", **more)
    assert len(things()) == 1


@pytest.mark.usefixtures("loaded_rt")
def test_a_place_becomes_words_of_the_case(client, all_of):
    whatsapp(client, COMPLAINT)
    whatsapp(client, "", Latitude="-0.0917", Longitude="34.768", Label="Kibuye Market")
    said = [event.data.get("text", "") for event in all_of(CaseEvent)]
    assert len(all_of(Case)) == 1
    assert "Place: Kibuye Market (-0.0917, 34.768)" in said
