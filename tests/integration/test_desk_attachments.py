"""What came with a case, at its desk: listed with its state, opened by who sees the case and nobody
else, never run by a browser, and every opening written down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service.identity import KeyRing
from feedback_service.models import (
    Attachment,
    AttachmentContent,
    AttachmentState,
    Case,
    Look,
    Role,
    new_id,
)
from tests.desk_world import PHONE, Browser, DeskWorld
from tests.unit.attachments import samples

pytestmark = pytest.mark.servers

WAITING, KEPT, REFUSED, LOST = AttachmentState


@pytest.fixture
def came(rt: Any, clock: Any) -> Callable[..., str]:
    """Something that came with a case; gives the address it is opened at."""

    def added(
        case: Case, content: bytes = b"", kind: str = "image/jpeg", state: Any = KEPT, why: str = ""
    ) -> str:
        clock.forward(seconds=1)
        row = Attachment(
            id=new_id(), source=f"test:{new_id()}", citizen_id=case.citizen_id, case_id=case.id,
            channel="twilio-whatsapp", url="", told_type=kind, state=state, reason=why,
            content_type=kind if state is KEPT else None, size=len(content) or None,
            not_before_at=rt.now(), created_at=rt.now(),
        )  # fmt: skip
        with rt.transaction() as session:
            session.add(row)
            session.flush()  # the content points at it
            if state is KEPT:
                sealed = KeyRing(rt.settings.phone_keys).seal_bytes(content, row.id.bytes)
                session.add(AttachmentContent(attachment_id=row.id, sealed=sealed))
            theirs = sa.select(sa.func.count()).where(Attachment.case_id == case.id)
            number = session.scalar(theirs)
        return f"/desk/cases/{case.reference}/attachments/{number}"

    return added


@pytest.fixture
def case(world: DeskWorld) -> Case:
    return world.case()


SHOWN = [
    ("a photo", samples.jpeg(), "image/jpeg", "inline", "jpg"),
    ("a voice note", samples.OGG, "audio/ogg", "inline", "ogg"),
    ("a film", samples.film(), "video/mp4", "inline", "mp4"),
    ("a paper", samples.PDF, "application/pdf", "attachment", "pdf"),
]


@pytest.mark.parametrize(
    ("content", "kind", "how", "ending"), [s[1:] for s in SHOWN], ids=[s[0] for s in SHOWN]
)
def test_a_thing_is_handed_out_as_what_it_is_and_nothing_runs(
    content: bytes, kind: str, how: str, ending: str, came: Any, case: Case, officer: Browser
) -> None:
    answer = officer.get(came(case, content, kind))
    assert (answer.status_code, answer.data) == (200, content)
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Content-Disposition"] == f"{how}; filename={case.reference}-1.{ending}"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_recording_can_be_wound_on(came: Any, case: Case, officer: Browser) -> None:
    path = came(case, samples.OGG, "audio/ogg")
    part = officer.client.get(path, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"OggS")


def test_the_page_lists_what_came_with_its_state(came: Any, case: Case, officer: Browser) -> None:
    photo = came(case, samples.jpeg())
    sound = came(case, samples.OGG, "audio/ogg")
    paper = came(case, samples.PDF, "application/pdf")
    for state, why in ((WAITING, ""), (LOST, "Twilio answered 404")):
        came(case, state=state, why=why)
    for why in ("type", "size", "damaged", "too-many"):
        came(case, state=REFUSED, why=why)
    page = officer.get(f"/desk/cases/{case.reference}").text
    assert f'<img src="{photo}" alt="Photo 1 of case' in page
    assert f'<audio controls preload="none" src="{sound}"' in page
    assert f'href="{paper}"' in page
    assert "Being fetched" in page
    assert "did not reach us" in page
    for words in ("not a photo", "too large", "damaged", "more than a day"):
        assert f"Refused: {words}" in page
    assert "Twilio" not in page


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_a_case_without_things_says_nothing_of_them(
    lang: str, case: Case, officer: Browser
) -> None:
    page = officer.get(f"/desk/cases/{case.reference}?lang={lang}").text
    assert 'class="things"' not in page


@pytest.mark.parametrize("state", [WAITING, REFUSED, LOST])
def test_what_is_not_kept_cannot_be_opened(
    state: Any, came: Any, case: Case, officer: Browser
) -> None:
    assert officer.get(came(case, state=state)).status_code == 404


@pytest.mark.parametrize("number", ["0", "2", "99", "-1", "x", "1.jpg", "../1"])
def test_a_number_that_is_not_there_is_not_found(
    number: str, came: Any, case: Case, officer: Browser
) -> None:
    came(case, samples.jpeg())
    assert officer.get(f"/desk/cases/{case.reference}/attachments/{number}").status_code == 404


def test_who_may_not_see_the_case_sees_nothing_of_it(
    came: Any, case: Case, world: DeskWorld, app: Any
) -> None:
    path = came(case, samples.jpeg())
    elsewhere = Browser(app, world.staff(Role.OFFICER, "DIS", unit_id="DIS-R"))
    integrity = Browser(app, world.staff(Role.INTEGRITY, "NRB"))
    for stranger in (elsewhere, integrity):
        assert stranger.get(path).status_code == 404
    assert Browser(app).get(path).status_code == 303
    assert Browser(app, world.staff(Role.AUDITOR, "CENTRAL")).get(path).status_code == 200


def test_a_confidential_photo_passes_the_accused_office(
    rt: Any, came: Any, world: DeskWorld, officer: Browser, app: Any
) -> None:
    case = world.confidential()
    path = came(case, samples.jpeg())
    assert officer.get(path).status_code == 404
    with rt.transaction() as session:
        assert session.scalars(sa.select(Look)).all() == []


def test_every_opening_is_written_down_and_a_page_of_photos_is_one(
    rt: Any, clock: Any, came: Any, case: Case, officer: Browser
) -> None:
    paths = [came(case, samples.jpeg()) for _ in range(3)]

    def looks() -> list[str]:
        with rt.transaction() as session:
            return [look.what for look in session.scalars(sa.select(Look).order_by(Look.id))]

    for path in paths:
        officer.get(path)
    assert looks() == ["attachment"]
    clock.forward(minutes=11)
    officer.get(paths[0])
    assert looks() == ["attachment", "attachment"]


REACH = [
    ("a number", PHONE, None, "Number sealed; reads English"),
    ("a hidden number", "whatsapp:KE.12", None, "Number hidden; reached by WhatsApp only"),
    ("a stop", PHONE, "stop", "Cannot be reached by SMS or WhatsApp"),
    ("a number given up", PHONE, "retire", "Cannot be reached by SMS or WhatsApp"),
    ("no phone", None, None, "No phone; printed slip"),
]


@pytest.mark.parametrize(
    ("phone", "what", "words"), [r[1:] for r in REACH], ids=[r[0] for r in REACH]
)
def test_the_desk_is_told_how_a_citizen_is_reached_and_not_why_not(
    phone: str | None, what: str | None, words: str, rt: Any, world: DeskWorld, officer: Browser
) -> None:
    from feedback_service import identity

    case = world.case(phone=phone)
    with rt.transaction() as session:
        if what == "stop":
            identity.stop(session, case.citizen_id, "africastalking-sms", rt.now())
        if what == "retire":
            identity.retire(session, case.citizen_id, rt.now())
    page = officer.get(f"/desk/cases/{case.reference}").text
    assert words in page
    assert "said STOP" not in page
