"""Tests against self-deception: the corpus is written, not multiplied from templates."""

import re
import zlib
from collections import Counter

import numpy as np
import pytest
from rapidfuzz import fuzz, process

from analytics.triage import Row
from analytics.triage.fitting import read_cues
from analytics.triage.labels import CATEGORY
from analytics.triage.normalise import normalise


@pytest.fixture(scope="module")
def masked(corpus: list[Row]) -> list[str]:
    return [re.sub(r"[\W\d_]+", " ", normalise(row.text)).strip() for row in corpus]


def test_messages_stay_different_without_figures_and_marks(masked: list[str]) -> None:
    assert len(set(masked)) / len(masked) >= 0.85


def test_few_runs_of_four_words_come_again(masked: list[str]) -> None:
    runs: Counter[tuple[str, ...]] = Counter()
    for text in masked:
        words = text.split()
        runs.update(tuple(words[at : at + 4]) for at in range(len(words) - 3))
    often = sum(count for count in runs.values() if count >= 5)
    assert often / sum(runs.values()) <= 0.2


def test_the_corpus_does_not_compress_like_a_template(masked: list[str]) -> None:
    whole = "\n".join(masked).encode()
    assert len(zlib.compress(whole)) / len(whole) >= 0.2


def test_no_message_stands_with_two_writers(corpus: list[Row]) -> None:
    writers: dict[str, set[str]] = {}
    for row in corpus:
        writers.setdefault(normalise(row.text), set()).add(row.author)
    assert all(len(found) == 1 for found in writers.values())


def test_hardly_a_message_is_nearly_another_writers(corpus: list[Row]) -> None:
    texts = [normalise(row.text) for row in corpus]
    authors = np.array([row.author for row in corpus])
    sample = range(0, len(corpus), 4)
    near = 0
    for at in sample:
        others = [texts[other] for other in np.flatnonzero(authors != authors[at])]
        near += (
            process.extractOne(texts[at], others, scorer=fuzz.ratio, score_cutoff=90) is not None
        )
    assert near / len(sample) < 0.05


def test_no_writer_outweighs_the_rest(corpus: list[Row]) -> None:
    counts = Counter(row.author for row in corpus)
    assert max(counts.values()) / len(corpus) <= 0.17


def test_the_model_beats_the_key_words_it_was_given(corpus: list[Row], model_f1: float) -> None:
    complaints = [row for row in corpus if row.intent == "complaint"]
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
