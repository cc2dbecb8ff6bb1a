"""What words of praise let through the door; no complaint of the corpus is taken for praise."""

import csv
from collections import Counter
from functools import cache
from importlib import resources

import pytest

from analytics import triage
from analytics.triage.labels import INTENT
from feedback_service.recognition import sounds_like_praise
from feedback_service.recognition.compliments import SURE

COMPLIMENT = INTENT.labels.index("compliment")


@cache
def thanked() -> list[tuple[str, str]]:
    """Texts of the corpus that sound like praise, with the intent people gave them."""
    folder = resources.files("analytics.triage") / "corpus"
    texts = (file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(".csv"))
    rows = (row for text in texts for row in csv.DictReader(text.splitlines()))
    return [(row["intent"], row["text"]) for row in rows
            if row.get("intent") and sounds_like_praise(row["text"])]  # fmt: skip


def test_no_complaint_of_the_corpus_that_thanks_is_kept_as_praise() -> None:
    model = triage.load(triage.TRAINED)
    said, chances = model.answers([text for _, text in thanked()])
    kept = Counter(
        intent
        for (intent, _), one, chance in zip(thanked(), said, chances["intent"], strict=True)
        if chance[COMPLIMENT] >= SURE and not (one.urgent or one.confidential)
    )
    came = Counter(intent for intent, _ in thanked())
    assert came["complaint"] > 50
    assert set(kept) == {"compliment"}
    assert kept["compliment"] > 0.8 * came["compliment"]


@pytest.mark.parametrize("text", ["Asante", "ok thanks", "My ID has not come since May"])
def test_thanks_alone_and_complaints_do_not_wait(text: str) -> None:
    assert not sounds_like_praise(text)
