"""What must be kept from the accused, what is danger, and what a person must read."""

import pytest

from analytics.triage import Row, screen


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("wanataka chai ndio wanihudumie", "bribery"),
        ("lazima utoe chai kwa karani", "bribery"),
        ("toa chai kwanza", "bribery"),
        ("askari anadai hongo", "bribery"),
        ("he wants a bribe of 2000", "bribery"),
        ("unatoa kitu kidogo faili itembee", "bribery"),
        ("sanse wanaitisha soo mbili kila mat, hakuna receipt", "bribery"),
        ("the clerk asked for 500 before opening my file", "bribery"),
        ("bila kutoa elfu mbili hupewi fomu", "bribery"),
        ("officer told her to sleep with him first", "sexual_abuse"),
        ("binti alibakwa jana usiku", "sexual_abuse"),
        ("tuonane lodging ndio upate permit", "sexual_abuse"),
        ("afande alinipiga kofi kituoni", "violence"),
        ("karao walichapa bro na rungu", "violence"),
        ("chief alinitisha, naogopa kutaja jina", "threat"),
        ("they said they will kill me if I report", "threat"),
    ],
)
def test_a_grave_matter_is_kept_from_the_accused(text: str, reason: str) -> None:
    screening = screen(text)
    assert reason in screening.reasons
    assert screening.confidential


@pytest.mark.parametrize(
    "text",
    [
        "live wire on the path and children are passing",
        "waya wa umeme umeanguka, watoto wanacheza hapo",
        "mtoto wangu anatokwa na damu na hakuna daktari",
        "my sister is in labour and there is no ambulance",
        "wezi wana silaha wako kwa boma jirani",
        "mtoi amepotea tangu asubuhi",
        "a teacher is touching girls in class six",
        "nyoka amemuuma mtoto, hospitali gani ina dawa",
    ],
)
def test_danger_to_life_or_a_child_is_heard(text: str) -> None:
    assert screen(text).danger


def test_tea_alone_is_for_a_person_to_read() -> None:
    screening = screen("nimekunywa chai hapo nje")
    assert (screening.unclear, screening.confidential) == (True, False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "asante sana kwa huduma nzuri",
        "the portal has been down since morning",
        "how do I apply for a passport?",
        "foleni ni ndefu sana Huduma Nyeri",
        "barabara ya kwetu ina mashimo",
        "my file of 2019 is still pending",
    ],
)
def test_an_ordinary_message_is_cleared(text: str) -> None:
    screening = screen(text)
    assert screening.reasons == ()
    assert (screening.confidential, screening.danger, screening.unclear) == (False, False, False)


def test_nine_of_ten_bribes_of_the_corpus_do_not_reach_the_accused(corpus: list[Row]) -> None:
    bribes = [screen(row.text) for row in corpus if row.category == "bribery" and row.judges]
    closed = sum(one.confidential or one.unclear for one in bribes)
    assert closed / len(bribes) >= 0.9


def test_nine_of_ten_urgent_messages_of_the_corpus_are_heard(corpus: list[Row]) -> None:
    urgent = [screen(row.text).urgent for row in corpus if row.urgent and row.judges]
    assert sum(urgent) / len(urgent) >= 0.9


def test_six_of_ten_alarms_of_the_words_are_true(corpus: list[Row]) -> None:
    alarms = [row.urgent for row in corpus if row.judges and screen(row.text).urgent]
    assert sum(alarms) / len(alarms) >= 0.6


def test_most_messages_are_cleared(corpus: list[Row]) -> None:
    screened = [screen(row.text) for row in corpus]
    assert sum(one.confidential or one.unclear for one in screened) / len(screened) < 0.25


@pytest.mark.parametrize(
    "text",
    [
        "nimepigwa picha ya kitambulisho",
        "nilipigwa faini ya maegesho",
        "kliniki ilitolewa kwenye orodha",
        "nilitozwa mia tano na risiti iko",
        "mimi ni mkulima wa chai",
        "wamenichapa soo tano ya parking",
        "cheti cha kifo cha baba kimechelewa",
        "the battery of my phone is low",
    ],
)
def test_a_word_inside_an_idiom_or_another_word_raises_no_alarm(text: str) -> None:
    assert not screen(text).urgent
