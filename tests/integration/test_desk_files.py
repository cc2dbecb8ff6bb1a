"""A file put to a case at its desk: kept, stripped, told apart from what the citizen sent."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from channels.contract import Inbound, Media
from feedback_service.attachments import MOST_A_DAY, hear
from feedback_service.attachments.adding import MOST_OF_STAFF
from feedback_service.domain.cases import Action
from feedback_service.models import Attachment, Case, CaseEvent, Citizen, Look, Message, Role
from tests.desk_world import Browser, DeskWorld
from tests.unit.attachments import samples

pytestmark = pytest.mark.servers

PLACE = b"GPS -1.2921, 36.8219"
PICTURE = samples.jpeg()


def send(
    browser: Browser, case: Case, content: bytes = PICTURE, words: str = "The letter we sent",
    name: str = "letter.jpg", kind: str = "image/jpeg",
) -> str:  # fmt: skip
    """Put it there; the page that follows."""
    file = FileStorage(BytesIO(content), filename=name, content_type=kind)
    # Written out here: the client would leave a large body in a file that nobody closes.
    boundary, body = encode_multipart({"csrf_token": browser.csrf(), "words": words, "file": file})
    sent = browser.client.post(
        f"/desk/cases/{case.reference}/files",
        data=body, content_type=f'multipart/form-data; boundary="{boundary}"',
    )  # fmt: skip
    assert sent.status_code == 303, sent.status_code
    return str(browser.get(sent.location).text)


def kept(rt: Any) -> list[Attachment]:
    with rt.transaction() as session:
        return list(session.scalars(sa.select(Attachment)))


def test_a_file_stands_with_the_case_and_says_who_put_it_there(
    world: DeskWorld, officer: Browser, rt: Any
) -> None:
    case = world.case()
    before = count(rt, Message)
    page = send(officer, case, samples.jpeg(behind=PLACE))
    assert "Kept with the case." in page
    assert "Put there by Amina Officer, not by the citizen" in page
    assert "The letter we sent" in page
    assert "Note with a file" in page
    [row] = kept(rt)
    shown = officer.get(f"/desk/cases/{case.reference}/attachments/1")
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert PLACE not in shown.data
    with rt.transaction() as session:
        note = session.scalars(sa.select(CaseEvent).order_by(CaseEvent.number.desc())).first()
        assert note.action is Action.NOTE
        assert note.data["file"] == str(row.id)
        assert note.data["sha256"] == row.sha256
    assert count(rt, Message) == before, "the citizen is not written to"
    assert count(rt, Look) > 0


def count(rt: Any, model: Any) -> int:
    with rt.transaction() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_the_same_sending_twice_is_one_file(world: DeskWorld, officer: Browser, rt: Any) -> None:
    case = world.case()
    for _ in range(2):
        send(officer, case)
    assert len(kept(rt)) == 1
    send(officer, case, words="The other side of it")
    assert len(kept(rt)) == 2


def test_a_case_without_a_telephone_takes_files_too(
    world: DeskWorld, officer: Browser, rt: Any
) -> None:
    case = world.case(phone=None)
    assert "Kept with the case." in send(officer, case)
    assert kept(rt)[0].citizen_id is None


REFUSED = [
    ("a script", b"<svg onload=alert(1)>", "x.svg", "image/svg+xml", "The letter", "only photos"),
    ("another kind than it is called", PICTURE, "x.pdf", "application/pdf", "It", "only photos"),
    ("damaged", PICTURE[:20], "x.jpg", "image/jpeg", "The letter", "cannot be read"),
    ("too large", PICTURE + bytes(5_000_000), "x.jpg", "image/jpeg", "The letter", "too large"),
    ("no words", PICTURE, "x.jpg", "image/jpeg", " ", "a few words"),
    ("nothing", b"", "x.jpg", "image/jpeg", "The letter", "Choose a file"),
]


@pytest.mark.parametrize(
    ("content", "name", "kind", "words", "said"),
    [row[1:] for row in REFUSED],
    ids=[row[0] for row in REFUSED],
)
def test_what_is_not_taken_is_not_kept_and_the_page_says_why(
    world: DeskWorld, officer: Browser, rt: Any,
    content: bytes, name: str, kind: str, words: str, said: str,
) -> None:  # fmt: skip
    case = world.case()
    assert said in send(officer, case, content, words, name, kind)
    assert kept(rt) == []
    assert count(rt, CaseEvent) == 1


def test_an_office_puts_only_so_many_to_one_case(
    world: DeskWorld, officer: Browser, rt: Any
) -> None:
    case = world.case()
    for n in range(MOST_OF_STAFF):
        send(officer, case, words=f"Page {n}")
    assert "twenty files" in send(officer, case, words="One more")
    assert len(kept(rt)) == MOST_OF_STAFF


def test_who_does_not_see_the_case_or_may_not_act_puts_nothing_there(
    world: DeskWorld, app: Any, rt: Any
) -> None:
    case = world.case()
    for who in (
        world.staff(Role.OFFICER, "DIS"), world.staff(Role.AUDITOR, None),
        world.staff(Role.PERFORMANCE, "NRB"),
    ):  # fmt: skip
        browser = Browser(app, who)
        sent = browser.client.post(
            f"/desk/cases/{case.reference}/files",
            data={"csrf_token": browser.csrf(), "file": (BytesIO(PICTURE), "a.jpg", "image/jpeg"),
                  "words": "A letter"},
        )  # fmt: skip
        assert sent.status_code == 404
    assert kept(rt) == []


def test_other_forms_are_still_small(world: DeskWorld, officer: Browser) -> None:
    case = world.case()
    path = f"/desk/cases/{case.reference}"
    sent = officer.client.post(
        f"{path}/note",
        data={"csrf_token": officer.csrf(), "text": "x" * 2_000_000},
    )
    assert sent.status_code == 413
    assert re.search(r'enctype="multipart/form-data"', officer.get(path).text)


def test_what_the_office_puts_there_takes_nothing_from_what_its_citizen_may_send(
    world: DeskWorld, officer: Browser, rt: Any
) -> None:
    case = world.case()
    send(officer, case)
    album = tuple(Media(f"https://media.test/{n}", "image/jpeg") for n in range(MOST_A_DAY))
    with rt.transaction() as session:
        citizen = session.get_one(Citizen, case.citizen_id)
        heard = Inbound("SM1", "+254722000111", text="", media=album)
        hear(rt, session, citizen, "twilio-whatsapp:SM1", heard, case.id, rt.now())
    assert {row.reason for row in kept(rt)} == {""}
