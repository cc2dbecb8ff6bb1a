"""A thing is what it holds, not what it is called; what could run in a browser is not taken."""

import pytest

from feedback_service.attachments.kinds import TAKEN, content_type
from feedback_service.attachments.refusal import Refused
from tests.unit.attachments import samples

TAKEN_THINGS = [
    ("a photo", samples.jpeg(), "image/jpeg", "image/jpeg"),
    ("a screenshot", samples.png(), "image/png", "image/png"),
    ("a sticker", samples.webp(), "image/webp", "image/webp"),
    ("a voice note", samples.OGG, "audio/ogg; codecs=opus", "audio/ogg"),
    ("a voice note by its container", samples.OGG, "application/ogg", "audio/ogg"),
    ("an old phone's voice", samples.AMR, "audio/amr", "audio/amr"),
    ("a recording", samples.MP3, "audio/mpeg", "audio/mpeg"),
    ("a recording with its tag", b"ID3" + samples.MP3, "audio/mpeg", "audio/mpeg"),
    ("another recording", samples.AAC, "audio/aac", "audio/aac"),
    ("an iPhone's voice memo", samples.M4A, "audio/mp4", "audio/mp4"),
    ("a voice in a film's container", samples.film(), "audio/mp4", "audio/mp4"),
    ("a film", samples.film(), "video/mp4", "video/mp4"),
    ("an iPhone's film", samples.film(brand=b"qt  "), "video/quicktime", "video/mp4"),
    ("an old phone's film", samples.GP3, "video/3gpp", "video/3gpp"),
    ("an old phone's voice in its container", samples.GP3, "audio/3gpp", "audio/3gpp"),
    ("a paper", samples.PDF, "application/pdf", "application/pdf"),
    ("a photo without a type", samples.jpeg(), "", "image/jpeg"),
    ("a photo called bytes", samples.jpeg(), "application/octet-stream", "image/jpeg"),
    ("a screenshot called a photo", samples.png(), "image/jpeg", "image/png"),
]
REFUSED_THINGS = [
    ("a drawing with a script", samples.SVG, "image/svg+xml"),
    ("a drawing called a photo", samples.SVG, "image/jpeg"),
    ("a page", samples.HTML, "text/html"),
    ("a page called a paper", samples.HTML, "application/pdf"),
    ("a moving picture", samples.GIF, "image/gif"),
    ("an archive", samples.ZIP, "application/zip"),
    ("a document of an office", samples.DOC, "application/msword"),
    ("a program", samples.EXE, "application/x-msdownload"),
    ("a program called a photo", samples.ELF, "image/jpeg"),
    ("nothing", b"", "image/jpeg"),
    ("a contact", b"BEGIN:VCARD\nEND:VCARD\n", "text/vcard"),
    ("a photo called a page", samples.jpeg(), "text/html"),
    ("a paper called a photo", samples.PDF, "image/jpeg"),
    ("a photo called a sound", samples.jpeg(), "audio/ogg"),
    ("a voice called a paper", samples.OGG, "application/pdf"),
]


@pytest.mark.parametrize(
    ("content", "told", "found"), [t[1:] for t in TAKEN_THINGS], ids=[t[0] for t in TAKEN_THINGS]
)
def test_what_is_taken_is_told_by_its_content(content, told, found):
    assert content_type(content, told) == found


@pytest.mark.parametrize(
    ("content", "told"), [t[1:] for t in REFUSED_THINGS], ids=[t[0] for t in REFUSED_THINGS]
)
def test_all_else_is_refused_whatever_it_is_called(content, told):
    with pytest.raises(Refused) as refused:
        content_type(content, told)
    assert refused.value.word == "type"


def test_nothing_that_a_browser_runs_is_on_the_list():
    assert not {t for t in TAKEN if t.startswith("text/") or "svg" in t or "xml" in t}
