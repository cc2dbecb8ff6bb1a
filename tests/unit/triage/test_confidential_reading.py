"""The second reading of the corpus for bribery, abuse and threats; what the words find of it."""

from analytics.triage import Row, screen
from analytics.triage.corpus.confidential import confidential_reading

CLASSES = {"bribery", "abuse", "threat"}


def test_every_line_is_of_a_message_of_the_corpus_and_of_a_known_class(corpus: list[Row]) -> None:
    ids = {row.id for row in corpus}
    reading = confidential_reading()
    assert len(reading) > 600
    assert set(reading) <= ids
    assert set().union(*reading.values()) == CLASSES


def test_readers_agree_on_bribery_in_nineteen_of_twenty(corpus: list[Row]) -> None:
    """Cohen's kappa of the label and the second reader, over the seven writers who judge."""
    reading = confidential_reading()
    pairs = [
        (row.category == "bribery", "bribery" in reading.get(row.id, ()))
        for row in corpus
        if row.judges
    ]
    same = sum(one == other for one, other in pairs) / len(pairs)
    labelled, read = (sum(pair[side] for pair in pairs) / len(pairs) for side in (0, 1))
    chance = labelled * read + (1 - labelled) * (1 - read)
    assert (same - chance) / (1 - chance) > 0.95


def test_nine_of_ten_of_abuse_and_threats_are_held_by_the_words_alone(corpus: list[Row]) -> None:
    reading = confidential_reading()
    grave = [
        screen(row.text)
        for row in corpus
        if row.judges and reading.get(row.id, frozenset()) & {"abuse", "threat"}
    ]
    held = [one.confidential or one.unclear or one.danger for one in grave]
    assert len(held) > 70
    assert sum(held) / len(held) >= 0.9
