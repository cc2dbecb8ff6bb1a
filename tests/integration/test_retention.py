"""Each rule of retention removes what is too old, nothing younger, and writes down what it did."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import identity
from feedback_service.domain import chain
from feedback_service.domain.appraisals import Stage
from feedback_service.domain.cases import Action, Actor
from feedback_service.identity import KeyRing
from feedback_service.models import (
    Appraisal,
    AppraisalTarget,
    Attachment,
    AttachmentContent,
    AttachmentState,
    Case,
    CaseEvent,
    Citizen,
    Compliment,
    ComplimentState,
    ContractFile,
    ContractFileContent,
    Heard,
    Look,
    Message,
    MessageState,
    Notice,
    Resumption,
    RetentionRun,
    Role,
    Visit,
    new_id,
)
from feedback_service.privacy import retention
from feedback_service.redress import Act, act, history
from tests.desk_world import PHONE, DeskWorld

pytestmark = pytest.mark.servers

DAYS = {rule.name: rule.days for rule in retention.rules()}


@pytest.fixture
def case(world: DeskWorld, rt: Any, clock: Any) -> Case:
    """A closed case with words, a message heard, a file, a look and a notice; all of today."""
    found = world.case("Naitwa Otieno, nimengoja")
    person = world.staff(Role.OFFICER, "NRB", unit_id="NRB-R")
    act(rt, found.id, Act(Action.ANSWER, Actor.CITIZEN, "I wait at the gate"))
    act(rt, found.id, Act(Action.WITHDRAW, Actor.CITIZEN))
    with rt.transaction() as session:
        thing = Attachment(
            id=new_id(), source="m:1", citizen_id=found.citizen_id, case_id=found.id, url="",
            channel="twilio-whatsapp", told_type="image/png", state=AttachmentState.KEPT,
            not_before_at=rt.now(), created_at=rt.now(),
        )  # fmt: skip
        session.add(thing)
        session.flush()  # its content points at it
        session.add(AttachmentContent(attachment_id=thing.id, sealed=b"x"))
        session.add(
            Heard(
                source="h:1",
                citizen_id=found.citizen_id,
                channel="africastalking-sms",
                text="I wait at the gate",
                at=rt.now(),
                became="add",
                case_id=found.id,
            )
        )
        visitor = Citizen(lookup=b"v", sealed=b"v", kind="phone", created_at=rt.now())
        session.add(visitor)
        session.flush()  # the visit points at the visitor
        session.add(a_visit(visitor.id, rt.now() - timedelta(days=1)))
        session.add(a_visit(None, rt.now(), serial="A7"))
        session.add(
            Compliment(
                source="c:1", citizen_id=found.citizen_id, channel="africastalking-sms",
                language="en", text="Well done", rated=False, state=ComplimentState.KEPT,
                received_at=rt.now(),
            )
        )  # fmt: skip
        year = Appraisal(staff_id=person.id, institution_id="NRB", year=2025, form="PSC 37A",
                         stage=Stage.SET, made_at=rt.now())  # fmt: skip
        session.add(year)
        session.flush()  # its target points at it
        session.add(
            AppraisalTarget(
                appraisal_id=year.id, year=2025, name="Reports", measure="", target=4, unit="",
                source="", source_words="", set_by_id=person.id, set_at=rt.now(),
            )
        )  # fmt: skip
        file = ContractFile(institution_id="NRB", content_type="image/png", size=1, sha256="",
                            added_by_id=person.id, added_at=rt.now())  # fmt: skip
        session.add(file)
        session.flush()  # its bytes point at it
        session.add(ContractFileContent(file_id=file.id, sealed=b"x"))
        session.add(Look(staff_id=person.id, case_id=found.id, what="opened", at=rt.now()))
        session.add(Notice(key="n:1", kind="soon", staff_id=person.id, data={}, at=rt.now()))
        session.add(Resumption(session="s:1", origin="s:1", conversation={}, at=rt.now()))
        session.execute(sa.update(Message).values(state=MessageState.DELIVERED))
    return found


LEFT = {
    "files": sa.select(AttachmentContent.attachment_id),
    "cases": sa.select(CaseEvent.case_id).where(
        CaseEvent.actor == Actor.CITIZEN, CaseEvent.data.has_key("text")
    ),
    "heard": sa.select(Heard.source).where(Heard.text != ""),
    "praise": sa.select(Compliment.id).where(Compliment.text != ""),
    "appraisals": sa.select(AppraisalTarget.id),
    "messages": sa.select(Message.id).where(Message.text != ""),
    "numbers": sa.select(Citizen.id).where(Citizen.retired_at.is_(None)),
    "visitors": sa.select(Citizen.id).where(
        Citizen.heard_at.is_(None), Citizen.retired_at.is_(None)
    ),
    "serials": sa.select(Visit.id).where(Visit.serial != ""),
    "contract_files": sa.select(ContractFileContent.file_id),
    "looks": sa.select(Look.id),
    "notices": sa.select(Notice.id).where(Notice.key == "n:1"),
    "sign_ins": sa.text("select token_hash from sign_ins"),
    "sessions": sa.select(Resumption.session),
}


def a_visit(citizen_id: Any, at: Any, **other: Any) -> Visit:
    return Visit(
        source=f"NRB/{new_id()}", institution_id="NRB", service_id="id-first", at=at, fed_at=at,
        citizen_id=citizen_id, **other,
    )  # fmt: skip


def left(rt: Any, name: str) -> int:
    with rt.transaction() as session:
        return len(session.execute(LEFT[name]).all())


def test_every_rule_has_its_work_and_its_basis() -> None:
    assert set(DAYS) == set(LEFT)
    assert all(rule.days > 0 and rule.basis and rule.removed for rule in retention.rules())


@pytest.mark.parametrize("name", sorted(LEFT))
def test_a_rule_removes_what_is_too_old_and_nothing_younger(
    name: str, case: Case, rt: Any, clock: Any
) -> None:
    start = clock() + (timedelta(days=30) if name == "sign_ins" else timedelta())
    clock.set(start + timedelta(days=DAYS[name]) - timedelta(hours=1))
    assert retention.too_old(rt)[name] == 0
    clock.forward(hours=2)
    counted = retention.too_old(rt)[name]
    assert counted >= 1
    assert left(rt, name) >= 1
    assert retention.run(rt)[name] == counted
    assert left(rt, name) == 0
    assert retention.run(rt)[name] == 0


def test_open_cases_keep_their_words_files_and_number(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    world.case("Naitwa Otieno, nimengoja")
    clock.forward(days=4000)
    retention.run(rt)
    with rt.transaction() as session:
        assert "Otieno" in session.scalars(sa.select(Case.text)).one()
        citizen = session.scalars(sa.select(Citizen)).one()
        assert KeyRing(rt.settings.phone_keys).unseal(citizen.sealed, citizen.lookup) == PHONE


def test_who_visits_again_is_still_known(case: Case, rt: Any, clock: Any) -> None:
    with rt.transaction() as session:
        people = session.scalars(sa.select(Citizen.id)).all()
    clock.forward(days=DAYS["numbers"] + 1)
    with rt.transaction() as session:
        session.add_all(a_visit(person, rt.now() - timedelta(days=1)) for person in people)
    assert retention.run(rt)["numbers"] == 0
    assert left(rt, "numbers") == len(people)


def test_the_chain_outlives_the_words(case: Case, rt: Any, clock: Any) -> None:
    clock.forward(days=DAYS["cases"] + 1)
    retention.run(rt)
    with rt.transaction() as session:
        events = history.events(session, session.get_one(Case, case.id))
        chain.verify(str(case.id), [history.as_link(event) for event in events])
        assert "erased" in events[1].data


def test_each_run_is_written_down_and_the_clock_does_it_once_a_day(
    case: Case, rt: Any, clock: Any
) -> None:
    assert set(retention.nightly(rt)) == set(DAYS)
    assert retention.nightly(rt) == {}
    clock.forward(days=1)
    assert retention.nightly(rt)
    with rt.transaction() as session:
        runs = session.scalars(sa.select(RetentionRun)).all()
    assert len(runs) == 2 * len(DAYS)


def test_many_are_removed_in_small_transactions(
    rt: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 3)
    ring = KeyRing(rt.settings.phone_keys)
    with rt.transaction() as session:
        for index in range(10):
            identity.find_or_add(session, ring, f"+25471200000{index}", rt.now())
    clock.forward(days=DAYS["numbers"] + 1)
    assert retention.run(rt)["numbers"] == 10
