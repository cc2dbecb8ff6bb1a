"""A name or a number that one citizen wrote, however often, is in no file of a trained model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from analytics.triage import Row, read_corpus
from analytics.triage.fitting import fit, weights_of
from feedback_service import triage
from feedback_service.models import Role
from feedback_service.triage import Said
from tests.desk_world import DeskWorld

pytestmark = pytest.mark.servers

SECRETS = ("zubedanka", "kitongweni", "0712555123", "712555123", "38201774")
TEXT = "I am Zubedanka from Kitongweni, ID 38201774, call 0712555123. The clerk wants money"


def grams(rows: list[Row]) -> str:
    """Every word and part of a word that a model of these rows and a few others keeps."""
    others = [row for row in read_corpus() if row.judges][::40]
    vocabulary = weights_of(fit([*others, *rows], 1, [])).vocabulary
    return "\n".join((*vocabulary.words, *vocabulary.chars))


@pytest.fixture
def rows(world: DeskWorld) -> list[Row]:
    """Two cases of one citizen, labelled at a desk: enough for a word to be kept, if it may be."""
    officer = world.staff(Role.OFFICER, "NRB")
    for text in (TEXT, TEXT.replace("clerk", "officer")):
        case = world.case(text, unread=True)
        triage.drain(world.rt)
        with world.rt.transaction() as session:
            world_case = session.get_one(type(case), case.id)
            world_case.lane = "open"
            said = Said("complaint", "bribery", lang="en", sector="civil_registration")
            triage.record(session, case.id, officer.id, world.rt.now(), said)
    with world.rt.transaction() as session:
        return triage.corrections(session)


def test_what_one_citizen_wrote_is_not_in_the_model(rows: Any) -> None:
    assert len(rows) == 2
    kept = grams(rows)
    assert [secret for secret in SECRETS if secret in kept] == []
    assert "money" in rows[0].text  # what the model is to learn is still there


def test_without_the_masking_it_would_be(rows: Any) -> None:
    kept = grams([replace(row, text=TEXT + f" {number}") for number, row in enumerate(rows)])
    assert {"zubedanka", "kitongweni"} <= set(kept.split("\n"))
