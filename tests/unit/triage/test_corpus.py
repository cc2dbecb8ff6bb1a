"""The corpus as a whole: whose messages, how many, and beside what it was given.

Whether they are sentences and nobody's copies: `test_self_deception`.
"""

from collections import Counter

import pytest

from analytics.triage import Row
from analytics.triage.fitting import read_cues
from analytics.triage.labels import CATEGORY
from analytics.triage.normalise import normalise


def test_no_message_stands_with_two_writers(corpus: list[Row]) -> None:
    writers: dict[str, set[str]] = {}
    for row in corpus:
        writers.setdefault(normalise(row.text), set()).add(row.author)
    assert all(len(found) == 1 for found in writers.values())


def test_no_writer_outweighs_the_rest(corpus: list[Row]) -> None:
    counts = Counter(row.author for row in corpus)
    assert max(counts.values()) / len(corpus) <= 0.17


def test_the_model_beats_the_key_words_it_was_given(corpus: list[Row], model_f1: float) -> None:
    complaints = [row for row in corpus if row.judges and row.intent == "complaint"]
    cues = [(cue.label, normalise(cue.phrase)) for cue in read_cues() if cue.head == "category"]
    right = 0
    for row in complaints:
        text = f" {normalise(row.text)} "
        votes = Counter(label for label, phrase in cues if f" {phrase} " in text)
        guess = votes.most_common(1)[0][0] if votes else CATEGORY.labels[0]
        right += guess == row.category
    assert model_f1 > right / len(complaints) + 0.2


@pytest.fixture(scope="module")
def model_f1() -> float:
    from analytics.triage import TRAINED, read_manifest

    return float(read_manifest(TRAINED).metrics["heads"]["category"]["macro_f1"])


def test_no_cue_is_a_sentence_of_the_corpus(corpus: list[Row]) -> None:
    texts = {normalise(row.text) for row in corpus}
    assert not {normalise(cue.phrase) for cue in read_cues()} & texts
