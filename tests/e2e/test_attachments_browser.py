"""A citizen's photo in an officer's browser: it looks as it did, it shows without scripts, and the
page with it shuts nobody out."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from feedback_service.attachments.stripping import strip
from feedback_service.identity import KeyRing
from feedback_service.models import (
    Attachment,
    AttachmentContent,
    AttachmentState,
    Case,
    Role,
    new_id,
)
from feedback_service.web.access import TOKEN
from tests.browser import check
from tests.desk_world import Browser, DeskWorld
from tests.unit.attachments import samples
from tests.web_process import served

pytestmark = [pytest.mark.browser, pytest.mark.servers]

DRAWN = """async kind => {
  const canvas = document.createElement('canvas')
  canvas.width = 64, canvas.height = 32
  const pen = canvas.getContext('2d')
  pen.fillStyle = '#0a6847', pen.fillRect(0, 0, 64, 32)
  pen.fillStyle = '#fbe7e4', pen.fillRect(0, 0, 16, 16)
  return canvas.toDataURL(kind, 0.9).split(',')[1]
}"""
SEEN = """async ([kind, content]) => {
  const image = new Image()
  image.src = `data:${kind};base64,${content}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = image.naturalWidth, canvas.height = image.naturalHeight
  const pen = canvas.getContext('2d')
  pen.drawImage(image, 0, 0)
  return [canvas.width, canvas.height, ...pen.getImageData(0, 0, canvas.width, canvas.height).data]
}"""


@pytest.fixture
def desk(app: Any) -> Iterator[str]:
    """The address of a running desk."""
    with served(app) as address:
        yield address


@pytest.fixture
def world(rt: Any) -> DeskWorld:
    return DeskWorld(rt)


@pytest.fixture
def case(rt: Any, world: DeskWorld) -> Case:
    """A case with a photo, a voice note, a paper, and what has not come."""
    case = world.case()
    kept = [
        (samples.png(), "image/png"), (samples.OGG, "audio/ogg"), (samples.PDF, "application/pdf"),
        (samples.film(), "video/mp4"), (b"", "image/jpeg"),
    ]  # fmt: skip
    with rt.transaction() as session:
        for content, kind in kept:
            row = Attachment(
                id=new_id(), source=f"test:{new_id()}", citizen_id=case.citizen_id, url="",
                case_id=case.id, channel="twilio-whatsapp", told_type=kind,
                content_type=kind, size=len(content), not_before_at=rt.now(), created_at=rt.now(),
                state=AttachmentState.KEPT if content else AttachmentState.WAITING,
            )  # fmt: skip
            session.add(row)
            session.flush()  # the content points at it
            sealed = KeyRing(rt.settings.phone_keys).seal_bytes(content, row.id.bytes)
            session.add(AttachmentContent(attachment_id=row.id, sealed=sealed))
    return case


def signed_in(browser: Any, desk: str, app: Any, world: DeskWorld, **how: Any) -> Any:
    """A page of an officer of the case's desk."""
    officer = Browser(app, world.staff(Role.OFFICER, "NRB", unit_id="NRB-R"))
    with officer.client.session_transaction() as session:
        token = session[TOKEN]
    from flask.sessions import SecureCookieSessionInterface

    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    context = browser.new_context(**how)
    value = signer.dumps({TOKEN: token})
    context.add_cookies([{"name": "session", "value": value, "url": desk}])
    return context.new_page()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_photos_show_and_papers_open_with_and_without_scripts(
    scripts: bool, browser: Any, desk: str, case: Case, app: Any, world: DeskWorld
) -> None:
    page = signed_in(browser, desk, app, world, java_script_enabled=scripts)
    page.goto(f"{desk}/desk/cases/{case.reference}", wait_until="networkidle")
    photo = page.get_by_role("img", name="Photo 1 of case")
    photo.scroll_into_view_if_needed()
    assert photo.is_visible()
    assert page.get_by_role("link", name="PDF 3 of case").is_visible()
    assert page.get_by_text("Being fetched").is_visible()
    if scripts:
        page.wait_for_function("document.querySelector('.things img').naturalWidth === 1")
    page.context.close()


@pytest.mark.parametrize(("theme", "width"), [("light", 360), ("dark", 1280)])
def test_the_page_with_things_shuts_nobody_out(
    theme: str, width: int, browser: Any, desk: str, case: Case, app: Any, world: DeskWorld
) -> None:
    page = signed_in(
        browser, desk, app, world, color_scheme=theme, viewport={"width": width, "height": 900}
    )
    page.goto(f"{desk}/desk/cases/{case.reference}", wait_until="load")
    check(page, f"attachments-{theme}-{width}")
    page.context.close()


def test_a_paper_is_saved_and_not_shown(
    browser: Any, desk: str, case: Case, app: Any, world: DeskWorld
) -> None:
    page = signed_in(browser, desk, app, world)
    page.goto(f"{desk}/desk/cases/{case.reference}")
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF 3 of case").click()
    assert download.value.suggested_filename == f"{case.reference}-3.pdf"
    page.context.close()


@pytest.mark.parametrize("kind", ["image/jpeg", "image/png", "image/webp"])
def test_a_stripped_picture_looks_as_it_did(kind: str, page: Any) -> None:
    drawn = base64.b64decode(page.evaluate(DRAWN, kind))
    shown = strip(drawn, kind)
    assert _seen(page, kind, shown) == _seen(page, kind, drawn)


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_a_turned_picture_is_turned_as_before(orientation: int, page: Any) -> None:
    drawn = base64.b64decode(page.evaluate(DRAWN, "image/jpeg"))
    told = drawn[:2] + samples.exif(orientation, ">") + drawn[2:]
    shown = strip(told, "image/jpeg")
    assert samples.PLACE not in shown
    assert _seen(page, "image/jpeg", shown) == _seen(page, "image/jpeg", told)
    assert _seen(page, "image/jpeg", shown) != _seen(page, "image/jpeg", drawn)


def _seen(page: Any, kind: str, content: bytes) -> Any:
    return page.evaluate(SEEN, [kind, base64.b64encode(content).decode()])
