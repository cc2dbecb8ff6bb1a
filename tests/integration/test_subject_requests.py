"""What citizens ask of their own data by message: to have it all, and to be forgotten."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import audit, identity
from feedback_service.doctor import owners
from feedback_service.domain import chain
from feedback_service.domain.cases import Action, Actor, Outcome
from feedback_service.identity import KeyRing
from feedback_service.models import (
    Base,
    Case,
    Citizen,
    Message,
    MessageState,
    Notice,
    Rating,
    Role,
    SubjectRequest,
)
from feedback_service.privacy import requests
from feedback_service.redress import Act, act, history
from tests.handset import ME, OTHER, Handset, arrived, sms

pytestmark = pytest.mark.servers

WORDS = "Naitwa Otieno Ouma. I have waited three months for my passport at Immigration"


@pytest.fixture
def filed(client: Any, loaded_rt: Any) -> Case:
    """A case by SMS, its citizen's name in it; the model has read it."""
    sms(client, WORDS)
    arrived(loaded_rt)
    with loaded_rt.transaction() as session:
        case = session.scalars(sa.select(Case)).one()
        case.triaged_at = loaded_rt.now()
        return case


@pytest.fixture
def closed(filed: Case, loaded_rt: Any, clock: Any) -> Case:
    """Answered and confirmed."""
    act(loaded_rt, filed.id, Act(Action.RESOLVE, Actor.OFFICER, "Dear Otieno, call 0722 123 456."))
    clock.forward(hours=2)
    act(loaded_rt, filed.id, Act(Action.CONFIRM, Actor.CITIZEN, "Asante, nimepata"))
    return filed


def link_of(said: str) -> str:
    found = re.search(r"/mydata/\S+", said)
    assert found, said
    return found[0]


def opened(client: Any, rt: Any, link: str, form: str = "json") -> Any:
    client.post(f"{link}/code")
    code = arrived(rt)[-1][:6]
    return client.post(link, data={"code": code, "form": form})


def test_everything_we_keep_opens_once_with_a_code_from_the_phone(
    client: Any, loaded_rt: Any, closed: Case
) -> None:
    sms(client, "MYDATA")
    said = arrived(loaded_rt)[-1]
    assert "Cases: 1" in said
    link = link_of(said)
    assert client.get(link).status_code == 200
    found = json.loads(opened(client, loaded_rt, link).text)
    assert found["you"]["number"] == ME
    assert found["cases"][0]["text"] == WORDS
    assert "Asante, nimepata" in json.dumps(found["cases"][0]["history"])
    assert WORDS in [one["text"] for one in found["you_wrote"]]
    assert client.get(link).status_code == 404
    assert client.post(f"{link}/code").status_code == 404


def test_it_comes_on_paper_too(client: Any, loaded_rt: Any, closed: Case) -> None:
    sms(client, "taarifa zangu")
    sent = opened(client, loaded_rt, link_of(arrived(loaded_rt)[-1]), "pdf")
    assert sent.mimetype == "application/pdf"
    assert sent.data.startswith(b"%PDF-")


def test_a_code_is_good_for_five_tries_and_a_quarter_of_an_hour(
    client: Any, loaded_rt: Any, filed: Case, clock: Any
) -> None:
    sms(client, "MYDATA")
    link = link_of(arrived(loaded_rt)[-1])
    assert client.post(link, data={"code": "123456"}).status_code == 422
    client.post(f"{link}/code")
    code = arrived(loaded_rt)[-1][:6]
    wrong = "100000" if code != "100000" else "100001"
    for _ in range(5):
        assert client.post(link, data={"code": wrong}).status_code == 422
    assert client.post(link, data={"code": code}).status_code == 422
    client.post(f"{link}/code")
    clock.forward(minutes=16)
    late = arrived(loaded_rt)[-1][:6]
    assert client.post(link, data={"code": late}).status_code == 422
    for _ in range(6):
        client.post(f"{link}/code")
    assert len([one for one in arrived(loaded_rt) if "15 minutes" in one]) == 5


def test_a_link_nobody_opens_is_over_after_seven_days(
    client: Any, loaded_rt: Any, filed: Case, clock: Any
) -> None:
    sms(client, "MYDATA")
    link = link_of(arrived(loaded_rt)[-1])
    clock.forward(days=7, minutes=1)
    assert client.get(link).status_code == 404
    assert client.get("/mydata/anything").status_code == 404


def test_the_link_is_made_once_a_day(client: Any, loaded_rt: Any, filed: Case) -> None:
    sms(client, "MYDATA")
    sms(client, "mydata")
    assert "within the last day" in arrived(loaded_rt)[-1]
    with loaded_rt.transaction() as session:
        assert len(session.scalars(sa.select(SubjectRequest)).all()) == 1


def forget(client: Any, rt: Any, clock: Any) -> int:
    sms(client, "FORGET ME")
    assert "FORGET ME YES" in arrived(rt)[-1]
    sms(client, "forget me yes")
    assert "last message" in arrived(rt)[-1]
    clock.forward(hours=1, minutes=1)
    return requests.answer_waiting(rt)


def everything_stored(rt: Any) -> str:
    """Every value of every table, as text."""
    with rt.engine.connect() as connection:
        return "\n".join(
            str(row) for table in Base.metadata.sorted_tables
            for row in connection.execute(sa.select(table))
        )  # fmt: skip


def test_forgotten_nothing_tells_of_them_and_every_chain_is_whole(
    client: Any, loaded_rt: Any, closed: Case, clock: Any
) -> None:
    rt = loaded_rt
    ring = KeyRing(rt.settings.phone_keys)
    with rt.transaction() as session:
        before = [history.as_link(e) for e in history.events(session, closed)]
        citizen = session.scalars(sa.select(Citizen)).one()
        session.add(
            Rating(
                source="t:1",
                citizen_id=citizen.id,
                service_id="passport",
                score=2,
                channel="africastalking-sms",
                language="en",
                given_at=rt.now(),
            )
        )
    stored = everything_stored(rt)
    assert "Otieno" in stored
    assert forget(client, rt, clock) == 1
    stored = everything_stored(rt)
    for tells in ("Otieno", "three months", "Asante, nimepata", "0722 123 456", ME, ME[1:],
                  ring.lookup(ME).hex(), str(ring.lookup(ME))):  # fmt: skip
        assert tells not in stored, tells
    with rt.transaction() as session:
        after = [history.as_link(e) for e in history.events(session, session.get(Case, closed.id))]
        chain.verify(str(closed.id), after, head=before[-1].hash)
        kept = session.get_one(Case, closed.id)
        assert (kept.outcome, kept.text) == (Outcome.CONFIRMED, "")
        assert session.scalars(sa.select(Rating)).one().score == 2
        asked = session.scalars(sa.select(SubjectRequest)).one()
        assert asked.done_at
        assert asked.result["gone"]["cases"] == 1
        assert audit.check(session)
    assert not [key for key in rt.redis.keys("*") if ring.lookup(ME).hex().encode() in key]


def test_who_was_forgotten_writes_again_as_somebody_new(
    client: Any, loaded_rt: Any, closed: Case, clock: Any
) -> None:
    forget(client, loaded_rt, clock)
    sms(client, f"WHO {closed.reference}")
    assert "not known" in arrived(loaded_rt)[-1]
    with loaded_rt.transaction() as session:
        assert len(session.scalars(sa.select(Citizen)).all()) == 2


def test_one_message_forgets_nobody(client: Any, loaded_rt: Any, closed: Case, clock: Any) -> None:
    sms(client, "forget me yes")
    assert "To confirm" in arrived(loaded_rt)[-1]
    sms(client, "NIFUTE")
    clock.forward(hours=25)
    sms(client, "nifute ndiyo")
    clock.forward(hours=2)
    assert requests.answer_waiting(loaded_rt) == 0
    sms(client, "FORGET ME", OTHER)
    sms(client, "forget me yes", ME)
    with loaded_rt.transaction() as session:
        assert session.scalars(sa.select(SubjectRequest)).first() is None


def test_it_waits_for_open_cases_until_they_are_closed(
    client: Any, loaded_rt: Any, filed: Case, clock: Any
) -> None:
    sms(client, "FORGET ME")
    assert "Open cases: 1" in arrived(loaded_rt)[-1]
    sms(client, "forget me yes")
    assert "Open cases: 1. We delete everything once they are closed" in arrived(loaded_rt)[-1]
    clock.forward(hours=2)
    assert requests.answer_waiting(loaded_rt) == 0
    act(loaded_rt, filed.id, Act(Action.WITHDRAW, Actor.CITIZEN))
    assert requests.answer_waiting(loaded_rt) == 1


def test_said_once_more_open_cases_are_withdrawn(
    client: Any, loaded_rt: Any, filed: Case, clock: Any
) -> None:
    sms(client, "FORGET ME")
    sms(client, "forget me yes")
    sms(client, "forget me yes")
    assert "last message" in arrived(loaded_rt)[-1]
    clock.forward(hours=2)
    assert requests.answer_waiting(loaded_rt) == 1
    with loaded_rt.transaction() as session:
        assert session.get_one(Case, filed.id).outcome is Outcome.WITHDRAWN
        waiting = sa.select(Message).where(Message.state == MessageState.QUEUED)
        assert session.scalars(waiting).first() is None


def test_what_is_late_is_told_once_to_the_auditor(
    client: Any, loaded_rt: Any, filed: Case, clock: Any
) -> None:
    from feedback_service import staff

    with loaded_rt.transaction() as session:
        staff.add(session, "audit@example.go.ke", Role.AUDITOR, loaded_rt.now())
    sms(client, "FORGET ME")
    sms(client, "forget me yes")
    for days in (6, 2, 1):
        clock.forward(days=days)
        requests.answer_waiting(loaded_rt)
    with loaded_rt.transaction() as session:
        told = session.scalars(sa.select(Notice).where(Notice.kind == "subject_late")).all()
    assert [one.urgent for one in told] == [True]


def test_the_doctor_says_what_is_late_and_who_is_missing(
    client: Any, loaded_rt: Any, filed: Case, clock: Any
) -> None:
    def said() -> list[str]:
        with loaded_rt.transaction() as session:
            return [str(one.state) for one in owners.checks(loaded_rt, session)]

    assert said() == []
    sms(client, "FORGET ME")
    sms(client, "forget me yes")
    assert said() == ["ok", "warn"]
    clock.forward(days=8)
    assert said() == ["fail", "warn"]


def test_what_was_typed_into_a_dialled_session_goes_too(
    client: Any, loaded_rt: Any, clock: Any
) -> None:
    phone = Handset(client)
    phone.dial()
    phone.keys("2", "1003", "3", "1", "Otieno waits three months at the gate")
    Handset(client).dial()
    with loaded_rt.transaction() as session:
        session.execute(sa.update(Case).values(closed_at=loaded_rt.now()))
    assert "Otieno" in everything_stored(loaded_rt)
    for words in ("NIFUTE", "nifute ndiyo"):
        sms(client, words)
    arrived(loaded_rt)
    clock.forward(hours=1, minutes=1)
    assert requests.answer_waiting(loaded_rt) == 1
    assert "Otieno" not in everything_stored(loaded_rt)


def test_erasing_twice_does_no_harm(client: Any, loaded_rt: Any, closed: Case, clock: Any) -> None:
    assert forget(client, loaded_rt, clock) == 1
    assert requests.answer_waiting(loaded_rt) == 0
    with loaded_rt.transaction() as session:
        gone = session.scalars(sa.select(Citizen)).one()
        assert not identity.is_current(gone, loaded_rt.now())
