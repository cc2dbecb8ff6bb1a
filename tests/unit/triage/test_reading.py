"""The plain reader finds the very n-grams scikit-learn finds."""

from collections import Counter

import pytest
from sklearn.feature_extraction.text import CountVectorizer

from analytics.triage import Row
from analytics.triage.normalise import normalise
from analytics.triage.reading import (
    CHAR_NGRAMS,
    WORD_NGRAMS,
    WORD_PATTERN,
    Reader,
    Vocabulary,
    char_grams,
)


@pytest.mark.parametrize(
    ("token", "grams"),
    [
        ("a", [" a", "a ", " a "]),
        ("id", [" i", "id", "d ", " id", "id ", " id "]),
    ],
)
def test_a_short_token_is_counted_once_at_its_full_length(token: str, grams: list[str]) -> None:
    assert char_grams(token) == grams


def test_reading_counts_what_the_vectorisers_count(corpus: list[Row]) -> None:
    texts = [normalise(row.text) for row in corpus[::40]]
    words = CountVectorizer(ngram_range=WORD_NGRAMS, token_pattern=WORD_PATTERN, lowercase=False)
    chars = CountVectorizer(analyzer="char_wb", ngram_range=CHAR_NGRAMS, lowercase=False)
    words.fit(texts)
    chars.fit(texts)
    vocabulary = Vocabulary(
        tuple(words.get_feature_names_out()), tuple(chars.get_feature_names_out())
    )
    reader = Reader(vocabulary)
    names = [*vocabulary.words, *vocabulary.chars]
    border = len(vocabulary.words)
    for text in texts:
        found = Counter(reader.read(text).occurrences.tolist())
        by_word = Counter(words.build_analyzer()(text))
        by_char = Counter(chars.build_analyzer()(text))
        assert {names[n]: c for n, c in found.items() if n < border} == by_word
        assert {names[n]: c for n, c in found.items() if n >= border} == by_char


def test_every_occurrence_belongs_to_a_token() -> None:
    reading = Reader(Vocabulary(("maji", "maji hakuna"), (" m", "aji"))).read("maji hakuna maji")
    assert reading.tokens == ("maji", "hakuna", "maji")
    assert reading.ends[-1] == len(reading.occurrences)


def test_a_text_of_unknown_letters_has_no_occurrences() -> None:
    reading = Reader(Vocabulary(("maji",), ("aj",))).read("\u6c34 \U0001f6b0")
    assert len(reading.occurrences) == 0
