"""What a message is: the table of commands, line by line, and everything that is none of them."""

import re

import pytest

from feedback_service.conversations import commands
from feedback_service.conversations.commands import Command, Kind, read_command
from feedback_service.conversations.language import guess_language
from feedback_service.domain.references import is_reference

GOOD = "48219038"
assert is_reference(GOOD)
COMMANDS = {
    "STOP": Command(Kind.STOP),
    "ACHA": Command(Kind.STOP),
    "SIMAMISHA": Command(Kind.STOP),
    "UNSUBSCRIBE": Command(Kind.STOP),
    "START": Command(Kind.START),
    "ANZA": Command(Kind.START),
    "HELP": Command(Kind.HELP),
    "MSAADA": Command(Kind.HELP),
    "ENGLISH": Command(Kind.LANGUAGE, value="en"),
    "KISWAHILI": Command(Kind.LANGUAGE, value="sw"),
    "1": Command(Kind.VERDICT, value="yes"),
    "YES": Command(Kind.VERDICT, value="yes"),
    "NDIYO": Command(Kind.VERDICT, value="yes"),
    "2": Command(Kind.VERDICT, value="no"),
    "NO": Command(Kind.VERDICT, value="no"),
    "LA": Command(Kind.VERDICT, value="no"),
    "HAPANA": Command(Kind.VERDICT, value="no"),
    GOOD: Command(Kind.STATUS, GOOD),
    f"WHO {GOOD}": Command(Kind.WHO, GOOD),
    f"NANI {GOOD}": Command(Kind.WHO, GOOD),
    f"{GOOD} YES": Command(Kind.VERDICT, GOOD, "yes"),
    f"{GOOD} NO": Command(Kind.VERDICT, GOOD, "no"),
    f"{GOOD} LA": Command(Kind.VERDICT, GOOD, "no"),
    f"{GOOD} 2": Command(Kind.VERDICT, GOOD, "no"),
}
DRESSED = {
    "as it is": "{}",
    "small letters": "{lower}",
    "a capital first": "{title}",
    "a full stop": "{}.",
    "spaces around": "  {} \n",
    "a leading #": "#{}",
    "a # and a space": "# {}",
    "spaces and full stops": " {} . ",
    "an exclamation": "{}!",
}


@pytest.mark.parametrize("dress", DRESSED.values(), ids=DRESSED.keys())
@pytest.mark.parametrize(("text", "command"), COMMANDS.items())
def test_a_command_is_known_however_it_is_dressed(text, command, dress):
    written = dress.format(text, lower=text.lower(), title=text.title())
    assert read_command(written) == command


@pytest.mark.parametrize("more", ["{} kutuibia pesa", "tafadhali {}", "{} {}", "{}, {} tu"])
@pytest.mark.parametrize("word", [*commands.WORDS_OF, "yes", "la", "1", "2"])
def test_a_command_counts_only_when_it_is_the_whole_message(word, more):
    text = more.format(word, word)
    assert read_command(text) == Command(Kind.WORDS, value=text)


REFERENCES = {
    "read aloud": "4821 9038",
    "with full stops": "4821.9038",
    "with a hyphen": "4821-9038",
    "digit by digit": "4 8 2 1 9 0 3 8",
    "with a #": "#48219038",
}


@pytest.mark.parametrize("written", REFERENCES.values(), ids=REFERENCES.keys())
def test_a_reference_is_known_however_it_is_written(written):
    assert read_command(written) == Command(Kind.STATUS, GOOD)
    assert read_command(f"{written} ndiyo") == Command(Kind.VERDICT, GOOD, "yes")
    added = read_command(f"{written}: bado sijapata")
    assert added == Command(Kind.ADD, GOOD, "bado sijapata")


def test_words_after_a_reference_keep_their_case_and_stops():
    assert read_command(f"{GOOD} Still NO water. Day 5!").value == "Still NO water. Day 5!"


@pytest.mark.parametrize("mistyped", ["48219039", "4821 9039", "#4821.9039"])
def test_a_mistyped_reference_is_caught_and_is_no_complaint(mistyped):
    assert read_command(mistyped) == Command(Kind.STATUS, "48219039")


NO_COMMAND = {
    "the promised example": "Acha kutuibia pesa",
    "a complaint": "Nimengoja pasipoti miezi mitatu",
    "a phone number": "0712345678",
    "a phone number and words": "0712 345 678 aliniomba pesa",
    "nine digits": "482190381",
    "seven digits": "4821903",
    "a bad reference and words": "48219039 bado",
    "three": "3",
    "a sum": "500",
    "a stop in a sentence": "They did not stop at the bus stop",
    "yes and more": "yes but they asked for more money",
    "nothing": "",
    "an emoji": "\U0001f620",
}


@pytest.mark.parametrize("text", NO_COMMAND.values(), ids=NO_COMMAND.keys())
def test_everything_else_is_words_to_a_person(text):
    assert read_command(text) == Command(Kind.WORDS, value=text)


def test_stop_wins_over_every_other_reading():
    stops = {word for word, command in commands.WORDS_OF.items() if command.kind is Kind.STOP}
    assert stops.isdisjoint(commands.YES | commands.NO)
    assert all(read_command(word).kind is Kind.STOP for word in stops)


def test_no_word_says_both_yes_and_no():
    assert commands.YES.isdisjoint(commands.NO)
    assert commands.WORDS_OF.keys().isdisjoint(commands.YES | commands.NO)


def test_every_word_of_the_tables_is_reached_through_the_reader():
    """A word that the reader's own cleaning changes could never be sent."""
    for word in {*commands.WORDS_OF, *commands.YES, *commands.NO}:
        assert read_command(word).kind is not Kind.WORDS
        assert re.sub(r"[\s.!#,]+", " ", word).strip() == word


def test_a_long_text_is_read_at_once():
    text = "1 2 3 4 5 6 7 na " * 2000
    assert read_command(text).kind is Kind.WORDS


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Nimengoja pasipoti miezi mitatu na bado", "sw"),
        ("I have waited three months for my passport", "en"),
        ("Hakuna maji", "sw"),
        ("No water here since Monday", "en"),
        ("MSAADA", "sw"),
        ("ACHA", "sw"),
        ("SIMAMISHA", "sw"),
        ("ANZA", "sw"),
        ("NDIYO", "sw"),
        ("Hapana!", "sw"),
        ("STOP", "en"),
        ("HELP", "en"),
        ("YES", "en"),
        ("", "en"),
    ],
)
def test_the_language_is_learnt_from_the_first_message(text, language):
    assert guess_language(text) == language
