"""Photos and voice notes from WhatsApp: fetched once, told by content, sealed, joined to a case."""

import hashlib
from datetime import timedelta

import pytest
import sqlalchemy as sa

import channels
from channels.contract import Location, Media
from feedback_service import attachments, identity, outbox
from feedback_service.attachments import MOST_A_DAY
from feedback_service.attachments.fetching import LEASE, RETRIES
from feedback_service.identity import KeyRing
from feedback_service.models import (
    Attachment,
    AttachmentContent,
    AttachmentState,
    Message,
)
from tests.handset import ME, OTHER
from tests.integration.attachments.shelf import photo
from tests.unit.attachments import samples

WHATSAPP = "twilio-whatsapp"
LIMIT = 5_000_000


def test_a_photo_is_fetched_stripped_sealed_and_deleted_there(wa, shelf, send, things):
    send(photo(shelf))
    assert attachments.drain(wa) == 1
    thing = things()[0]
    shown = samples.jpeg()
    assert (thing.state, thing.content_type) == (AttachmentState.KEPT, "image/jpeg")
    assert (thing.size, thing.sha256) == (len(shown), hashlib.sha256(shown).hexdigest())
    assert thing.url == ""
    assert shelf.things == {}
    with wa.transaction() as session:
        sealed = session.get_one(AttachmentContent, thing.id).sealed
    assert samples.PLACE not in sealed
    assert shown[2:40] not in sealed
    assert KeyRing(wa.settings.phone_keys).unseal_bytes(sealed, thing.id.bytes) == shown


def test_sealed_content_opens_by_its_own_row_and_after_a_new_key(wa, shelf, send, things):
    send(photo(shelf), photo(shelf))
    attachments.drain(wa)
    first, second = things()
    newer = KeyRing([b"n" * 32, *wa.settings.phone_keys])
    with wa.transaction() as session:
        sealed = session.get_one(AttachmentContent, first.id).sealed
    assert newer.unseal_bytes(sealed, first.id.bytes) == samples.jpeg()
    with pytest.raises(identity.NoKey, match="was changed"):
        newer.unseal_bytes(sealed, second.id.bytes)
    with pytest.raises(identity.NoKey, match="PHONE_KEYS lacks"):
        KeyRing([b"n" * 32]).unseal_bytes(sealed, first.id.bytes)


def test_copies_of_a_message_and_of_a_job_make_one_thing(wa, shelf, send, things):
    media = photo(shelf)
    assert [send(media), send(media)] == [1, 0]
    assert [attachments.drain(wa), attachments.drain(wa)] == [1, 0]
    assert len(things()) == 1
    assert len([asked for asked in shelf.asked if asked.where == "network"]) == 1


def test_several_things_of_one_message_are_several(wa, shelf, send, things):
    send(photo(shelf), photo(shelf, samples.OGG, "audio/ogg"), photo(shelf, samples.PDF, ""))
    attachments.drain(wa)
    kinds = ["image/jpeg", "audio/ogg", "application/pdf"]
    assert [thing.content_type for thing in things()] == kinds


REFUSED = {
    "a page": (samples.HTML, "text/html", "type"),
    "a drawing with a script": (samples.SVG, "image/svg+xml", "type"),
    "a page called a photo": (samples.HTML, "image/jpeg", "type"),
    "a paper called a photo": (samples.PDF, "image/jpeg", "type"),
    "a broken photo": (samples.jpeg()[:-5], "image/jpeg", "damaged"),
    "too much": (samples.OGG + bytes(LIMIT), "audio/ogg", "size"),
}


@pytest.mark.parametrize(("content", "called", "word"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_taken_is_refused_told_once_and_deleted(
    content, called, word, wa, shelf, send, things, told
):
    send(photo(shelf, content, called), photo(shelf, content, called))
    attachments.drain(wa)
    attachments.drain(wa)
    assert {(t.state, t.reason, t.url) for t in things()} == {(AttachmentState.REFUSED, word, "")}
    assert told() == ["sms-media-refused"]
    assert shelf.things == {}
    with wa.transaction() as session:
        assert session.scalars(sa.select(AttachmentContent)).all() == []


def test_a_foreign_address_is_never_asked_and_is_lost_at_once(wa, shelf, send, things, told):
    send(Media("https://169.254.169.254/latest/meta-data", "image/jpeg"))
    attachments.drain(wa)
    assert [(t.state, t.url) for t in things()] == [(AttachmentState.LOST, "")]
    assert shelf.asked == []
    assert told() == ["sms-media-lost"]


def test_a_store_that_is_away_is_asked_until_it_is_there(wa, clock, shelf, send, things):
    media = photo(shelf)
    send(media)
    shelf.statuses = [503, 404]
    attachments.drain(wa)
    assert (things()[0].state, things()[0].attempts) == (AttachmentState.WAITING, 1)
    assert attachments.drain(wa) == 0
    for wait in RETRIES[:2]:
        clock.forward(seconds=wait.total_seconds())
        attachments.drain(wa)
    assert things()[0].state is AttachmentState.KEPT


def test_what_never_comes_is_lost_and_the_citizen_told_once(wa, clock, shelf, send, things, told):
    send(Media(photo(shelf).url + "x", "image/jpeg"))
    for wait in (timedelta(), *RETRIES):
        clock.forward(seconds=wait.total_seconds())
        attachments.drain(wa)
    assert things()[0].state is AttachmentState.LOST
    assert told() == ["sms-media-lost"]
    clock.forward(days=2)
    attachments.drain(wa)
    assert things()[0].url == ""


def test_a_delete_that_fails_is_tried_again_and_keeps_the_thing(wa, clock, shelf, send, things):
    send(photo(shelf))
    fetch = shelf.things.copy()
    shelf.statuses = []
    way, asked = wa.ways[WHATSAPP], []
    real = way.forget
    way.forget = lambda url: asked.append(url) or _away(asked, real, url)
    attachments.drain(wa)
    assert (things()[0].state, bool(things()[0].url)) == (AttachmentState.KEPT, True)
    assert shelf.things == fetch
    clock.forward(seconds=RETRIES[0].total_seconds())
    attachments.drain(wa)
    assert things()[0].url == ""
    assert shelf.things == {}


def _away(asked, real, url):
    if len(asked) == 1:
        raise channels.contract.NotFetched("away", retry=True)
    real(url)


def test_a_worker_that_died_while_fetching_loses_nothing(wa, clock, shelf, send, things):
    send(photo(shelf))
    with wa.transaction() as session:
        session.execute(sa.update(Attachment).values(claimed_at=wa.now()))
    assert attachments.drain(wa) == 0
    clock.forward(seconds=LEASE.total_seconds() + 1)
    assert attachments.drain(wa) == 1
    assert things()[0].state is AttachmentState.KEPT


def test_the_clock_rings_for_what_waits_and_for_nothing_else(wa, redis, shelf, send):
    attachments.sweep(wa)
    assert wa.queue.count == 0
    send(photo(shelf))
    wa.queue.empty()
    redis.delete("rung:media")
    attachments.sweep(wa)
    assert [job.func_name for job in wa.queue.jobs] == ["feedback_service.jobs.media"]


def test_a_person_may_send_so_many_a_day_and_is_told_once(wa, clock, shelf, send, things, told):
    media = photo(shelf)
    for number in range(MOST_A_DAY + 3):
        send(media, name=f"SM{number:03}")
    refused = [thing for thing in things() if thing.state is AttachmentState.REFUSED]
    assert [thing.reason for thing in refused] == ["too-many"] * 3
    assert told() == ["sms-media-enough"]
    send(media, number=OTHER, name="SMother")
    clock.forward(hours=25)
    send(media, name="SMlater")
    assert {t.state for t in things()[-2:]} == {AttachmentState.WAITING}


def test_what_came_before_its_case_joins_the_next_one_of_that_person(
    wa, clock, shelf, send, things, complain
):
    send(photo(shelf), name="SMold")
    clock.forward(hours=25)
    send(photo(shelf), name="SMnew")
    send(photo(shelf), number=OTHER, name="SMother")
    case = complain()
    with wa.transaction() as session:
        assert attachments.join(session, case.citizen_id, case, wa.now()) == 1
    joined = {t.source.split(":")[1]: t.case_id for t in things()}
    assert joined == {"SMold": None, "SMnew": case.id, "SMother": None}


PLACES = [
    (Location(-1.2864, 36.8172, "Duka Moja", "Ngong Road"), "en",
     "Place: Duka Moja, Ngong Road (-1.2864, 36.8172)"),
    (Location(-1.2864, 36.8172), "sw", "Mahali: (-1.2864, 36.8172)"),
    (Location(0, 0), "en", "Place: (0, 0)"),
    (Location(-4.05467123, 39.6636, "Fort", "Fort"), "en", "Place: Fort (-4.05467, 39.6636)"),
    (Location(1, 35.5, "a\nb\t c {office}", ""), "en", "Place: a b c {office} (1, 35.5)"),
]  # fmt: skip


@pytest.mark.parametrize(("place", "language", "words"), PLACES)
def test_a_place_is_said_in_words(place, language, words):
    assert attachments.place_words(place, language) == words


def test_a_citizen_whose_number_was_given_up_is_told_nothing(wa, shelf, send, told):
    send(photo(shelf, samples.HTML, "text/html"))
    with wa.transaction() as session:
        citizen = identity.find_or_add(session, KeyRing(wa.settings.phone_keys), ME, wa.now())
        identity.retire(session, citizen.id, wa.now())
    attachments.drain(wa)
    assert told() == []


def test_a_photo_that_is_refused_is_answered_in_the_citizens_language(wa, shelf, send):
    send(photo(shelf, samples.HTML, "text/html"))
    with wa.transaction() as session:
        ring = KeyRing(wa.settings.phone_keys)
        identity.find_or_add(session, ring, ME, wa.now()).language = "sw"
    attachments.drain(wa)
    outbox.drain(wa)
    with wa.transaction() as session:
        said = session.scalars(sa.select(Message)).one()
    assert said.text.startswith("Hatukuweza kuhifadhi faili")
    assert "MB 5" in said.text
