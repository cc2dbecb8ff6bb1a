"""Who holds a phone may not have filed the quiet cases of it: MYDATA and FORGET ME then."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import redress
from feedback_service.domain.cases import Action, Actor, CaseStatus
from feedback_service.models import Attachment, AttachmentState, Case, CaseEvent, Citizen, Heard
from feedback_service.privacy import requests
from feedback_service.redress import Act, act, open_quiet
from tests.handset import OTHER, arrived, sms, spoken

pytestmark = pytest.mark.servers

SECRET_WORDS = "They beat him at the station"


@pytest.fixture
def quiet(loaded_rt: Any, complain: Any) -> Case:
    """An open quiet case whose digits are 4071, with what was said and sent in it."""
    case: Case = complain(SECRET_WORDS, service_id="crime-report", quiet=True)
    with loaded_rt.transaction() as session:
        case = session.get_one(Case, case.id)
        redress.set_secret(loaded_rt, session, case, "4071")
        of_case = {"citizen_id": case.citizen_id, "case_id": case.id, "channel": "t"}
        session.add(Heard(source="t:1", text="He cannot walk", at=loaded_rt.now(),
                          became="add", **of_case))  # fmt: skip
        session.add(Attachment(source="t:2", url="", told_type="image/png", attempts=0,
                               state=AttachmentState.KEPT, not_before_at=loaded_rt.now(),
                               created_at=loaded_rt.now(), **of_case))  # fmt: skip
        return case


def forget(client: Any, rt: Any, clock: Any) -> list[str]:
    said = []
    for words in ("FORGET ME", "FORGET ME YES", "FORGET ME YES"):
        sms(client, words)
        said.append(arrived(rt)[-1])
    clock.forward(hours=2)
    assert requests.answer_waiting(rt) == 1
    return said


def test_what_opens_by_a_code_to_the_phone_tells_of_no_quiet_case(
    client: Any, loaded_rt: Any, quiet: Case
) -> None:
    sms(client, "MYDATA")
    said = arrived(loaded_rt)[-1]
    assert "Cases: 0" in said
    link = re.search(r"/mydata/\S+", said)
    assert link
    client.post(f"{link[0]}/code")
    sent = client.post(link[0], data={"code": arrived(loaded_rt)[-1][:6], "form": "json"})
    assert sent.status_code == 200
    for tells in (SECRET_WORDS, "He cannot walk", quiet.reference, spoken(quiet.reference)):
        assert tells not in sent.text
    found = json.loads(sent.text)
    assert (found["cases"], found["files"]) == ([], [])


def test_to_be_forgotten_neither_tells_of_a_quiet_case_nor_withdraws_it(
    client: Any, loaded_rt: Any, clock: Any, quiet: Case, now_of: Any
) -> None:
    said = forget(client, loaded_rt, clock)
    assert not any("Open cases" in one for one in said)
    now = now_of(quiet)
    assert (now.status, now.text) == (CaseStatus.RECEIVED, SECRET_WORDS)
    with loaded_rt.transaction() as session:
        person = session.get_one(Citizen, quiet.citizen_id)
        assert (person.sealed, session.scalars(sa.select(Attachment.reason)).one()) == (b"", "")
        assert open_quiet(loaded_rt, session, b"another phone", quiet.reference, "4071")


def test_its_words_go_once_it_is_closed(
    client: Any, loaded_rt: Any, clock: Any, quiet: Case, now_of: Any
) -> None:
    forget(client, loaded_rt, clock)
    act(loaded_rt, quiet.id, Act(Action.WITHDRAW, Actor.CITIZEN, "I am safe now"))
    assert now_of(quiet).text == SECRET_WORDS
    assert requests.answer_waiting(loaded_rt) == 0
    assert now_of(quiet).text == ""
    with loaded_rt.transaction() as session:
        kept = session.scalars(sa.select(CaseEvent.data).where(CaseEvent.case_id == quiet.id))
        assert not any("text" in data for data in kept)
        assert session.scalars(sa.select(Attachment.reason)).one() == "erased"


def test_a_case_that_is_not_quiet_still_holds_it_up(
    client: Any, loaded_rt: Any, clock: Any, quiet: Case, complain: Any
) -> None:
    complain("The queue is long")
    sms(client, "FORGET ME")
    assert "Open cases: 1" in arrived(loaded_rt)[-1]
    sms(client, "FORGET ME", OTHER)
    assert "Open cases: 1" not in arrived(loaded_rt, OTHER)[-1]
