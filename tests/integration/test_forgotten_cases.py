"""What goes of a forgotten citizen's case besides their words, and who must not trip over it."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import triage
from feedback_service.domain.cases import Action, Actor, CaseStatus
from feedback_service.models import (
    Attachment,
    AttachmentContent,
    AttachmentState,
    Case,
    Category,
    Citizen,
    Role,
    Suggestion,
    Unsealing,
)
from feedback_service.privacy import erasing, requests
from feedback_service.redress import Act, act
from tests.desk_world import PHONE, DeskWorld
from tests.handset import sms

pytestmark = pytest.mark.servers


@pytest.fixture
def over(world: DeskWorld, rt: Any) -> Case:
    case = world.case("Naitwa Otieno, I wait for my ID")
    act(rt, case.id, Act(Action.RESOLVE, Actor.OFFICER, "It is ready."))
    act(rt, case.id, Act(Action.CONFIRM, Actor.CITIZEN))
    return case


def forgotten(rt: Any, case: Case) -> None:
    with rt.transaction() as session:
        erasing.erase(rt, session, session.get_one(Citizen, case.citizen_id, with_for_update=True))


def test_the_letter_that_an_office_scanned_goes_too(over: Case, rt: Any) -> None:
    with rt.transaction() as session:
        now = rt.now()
        scan = Attachment(
            source="d:1", case_id=over.id, channel="desk", url="", told_type="image/png",
            state=AttachmentState.KEPT, attempts=0, not_before_at=now, created_at=now,
        )  # fmt: skip
        session.add(scan)
        session.flush()  # its content points at it
        session.add(AttachmentContent(attachment_id=scan.id, sealed=b"sealed"))
    forgotten(rt, over)
    with rt.transaction() as session:
        assert session.scalars(sa.select(AttachmentContent)).first() is None
        assert session.scalars(sa.select(Attachment.reason)).one() == erasing.ERASED


def test_a_copy_at_the_provider_is_still_deleted_there(over: Case, rt: Any) -> None:
    with rt.transaction() as session:
        now = rt.now()
        session.add(
            Attachment(
                source="w:1", citizen_id=over.citizen_id, case_id=over.id, attempts=0,
                channel="twilio-whatsapp", url="https://example.com/1", told_type="image/png",
                state=AttachmentState.KEPT, not_before_at=now, created_at=now,
            )
        )  # fmt: skip
    forgotten(rt, over)
    with rt.transaction() as session:
        assert session.scalars(sa.select(Attachment.url)).one() == "https://example.com/1"


def test_why_somebody_asked_for_the_number_keeps_its_reason_alone(
    over: Case, rt: Any, world: DeskWorld
) -> None:
    officer = world.staff(Role.OFFICER, "NRB")
    with rt.transaction() as session:
        session.add(
            Unsealing(
                case_id=over.id, citizen_id=over.citizen_id, reason="danger: Otieno is in danger",
                asked_by_id=officer.id, asked_at=rt.now(),
            )
        )  # fmt: skip
    forgotten(rt, over)
    with rt.transaction() as session:
        assert session.scalars(sa.select(Unsealing.reason)).one() == "danger"


def test_the_model_learns_nothing_from_words_that_are_gone(
    over: Case, rt: Any, world: DeskWorld
) -> None:
    other = world.case("They asked me for money", phone="+254712000009")
    officer = world.staff(Role.OFFICER, "NRB")
    with rt.transaction() as session:
        for case in (over, other):
            session.add(
                Suggestion(
                    case_id=case.id, model_version="m", at=rt.now(), category="delay",
                    confidence=0.5, abstained=True, detail={"sector": "identity", "lang": "en"},
                )
            )  # fmt: skip
            session.flush()  # the choice is put beside it
            triage.choose(session, case, Category.DELAY, officer.id, rt.now())
    forgotten(rt, over)
    with rt.transaction() as session:
        assert [row.id for row in triage.corrections(session)] == [str(other.id)]


def test_what_is_filed_after_at_once_is_not_withdrawn_by_it(
    client: Any, rt: Any, world: DeskWorld, clock: Any
) -> None:
    old = world.case()
    for words in ("FORGET ME", "FORGET ME YES", "FORGET ME YES"):
        sms(client, words, PHONE)
    clock.forward(minutes=10)
    new = world.case("The road is broken")
    clock.forward(hours=1)
    assert requests.answer_waiting(rt) == 0
    with rt.transaction() as session:
        found = [session.get_one(Case, case.id).status for case in (old, new)]
    assert found == [CaseStatus.RECEIVED] * 2
