"""With the text model switched off people read every case first, and nothing is suggested."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import triage
from feedback_service.domain.cases import Lane
from feedback_service.models import Case, Suggestion
from tests.desk_world import DeskWorld

pytestmark = pytest.mark.servers

HARMLESS = "Asante sana kwa huduma nzuri, nimepata kitambulisho changu"


@pytest.mark.parametrize("switched_on", [True, False])
def test_what_is_harmless_waits_for_people_only_while_the_model_is_off(
    world: DeskWorld, rt: Any, switched_on: bool
) -> None:
    case = world.case(HARMLESS, unread=True, lane=Lane.OPEN)
    assert case.lane is Lane.OPEN
    settings = dataclasses.replace(rt.settings, text_model=switched_on)
    triage.drain(dataclasses.replace(rt, settings=settings))
    with rt.transaction() as session:
        read = session.get_one(Case, case.id)
        suggested = sa.select(sa.func.count()).where(Suggestion.case_id == case.id)
        assert read.triaged_at is not None
        assert (read.lane is Lane.HELD) is not switched_on
        assert session.scalar(suggested) == int(switched_on)
