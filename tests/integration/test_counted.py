"""COUNTED by SMS: told to the number it came from whether its answer is in a closed quarter."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

from feedback_service import outbox
from feedback_service.domain.cases import Action
from feedback_service.models import Case, Message
from feedback_service.scoring.frozen import counted
from tests.handset import OTHER, arrived, sms, spoken
from tests.integration.frozen_planting import PERIOD, frozen
from tests.integration.scoring_planting import a_rating


def last_of(rt: Any) -> Any:
    outbox.drain(rt)
    with rt.transaction() as session:
        return session.scalars(sa.select(Message).order_by(Message.id.desc()).limit(1)).one()


def test_the_answer_goes_from_not_yet_to_yes_with_a_receipt_and_never_says_how(
    client: Any, loaded_rt: Any, clock: Any, case: Any, office: Any
) -> None:
    office(case, Action.RESOLVE)
    clock.forward(days=2)
    sms(client, "2")
    sms(client, "There is no water at the registration office in Kisumu", OTHER)
    with loaded_rt.transaction() as session:
        of_other = session.scalars(sa.select(Case).where(Case.id != case.id)).one().reference
    for text in (f"COUNTED {case.reference}", "COUNTED"):
        sms(client, text)
    assert last_of(loaded_rt).wording == "sms-help", "no rating of this number is known"
    with loaded_rt.transaction() as session:
        session.add(a_rating(citizen_id=case.citizen_id, given_at=clock()))
    sms(client, "COUNTED")
    assert last_of(loaded_rt).wording == "sms-counted-rating"
    frozen(loaded_rt, clock)
    for text, wording in ((f"COUNTED {case.reference}", "sms-counted-yes"),
                          ("imehesabiwa", "sms-counted-rating-yes")):  # fmt: skip
        sms(client, text)
        said = last_of(loaded_rt)
        assert said.wording == wording
        receipt = re.search(r"[0-9a-f]{4}(-[0-9a-f]{4}){3}", said.text)
        assert receipt is not None
        with loaded_rt.transaction() as session:
            assert counted.prove(session, PERIOD, receipt[0]) is not None
        for value in ("solved", "NOT", "confirm", "disput", " 4"):
            told = said.text.replace(spoken(case.reference), "").replace(receipt[0], "")
            assert value not in told
    sms(client, f"COUNTED {case.reference}", OTHER)
    assert "Receipt" not in " ".join(arrived(loaded_rt, OTHER))
    sms(client, f"COUNTED {of_other}", OTHER)
    assert last_of(loaded_rt).wording == "sms-counted-no", "it is closed, without an answer"
