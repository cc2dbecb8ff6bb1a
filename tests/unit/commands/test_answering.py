"""Numbers of a list, marks, and whatever else anybody may write."""

from random import Random

import pytest

from feedback_service.conversations.commands import (
    NEW,
    Command,
    Kind,
    Waiting,
    decide,
    words_of,
)
from feedback_service.conversations.language import guess_language
from feedback_service.conversations.wording.kinds import Question
from tests.unit.commands.person import (
    KNOWN,
    LISTED,
    SHAPES,
    SITUATIONS,
    WORDS,
    A,
    B,
    C,
    asked,
)

# --- Lists, marks ---------------------------------------------------------------------------------

PICKS = {
    "1": A, "2": B, "3": NEW, "2.": B, "(2)": B, "#2": B, "namba 2": B, "no 2 please": B,
    "the second": B, "ya kwanza": A, "tatu": NEW, "NEW": NEW, "mpya": NEW, "a new one": NEW,
    A: A, f"it is {B[:4]} {B[4:]}": B, B[4:]: B, "4": "", "9": "", "yes": "", "hapana": "",
}  # fmt: skip


@pytest.mark.parametrize(("text", "choice"), PICKS.items())
def test_a_number_of_the_list_is_read_however_it_is_said(text, choice):
    assert decide(text, LISTED, KNOWN) == Command(Kind.PICK, value=choice)


@pytest.mark.parametrize("no", ["NO", "la", "bado"])
def test_a_listed_reference_and_no_is_a_verdict_not_a_choice(no):
    assert decide(f"{B} {no}", LISTED, KNOWN) == Command(Kind.VERDICT, B, "no")


def test_words_beside_the_number_go_with_it():
    assert decide("2. and they lost my photo", LISTED, KNOWN) == Command(
        Kind.PICK, value=B, words="and they lost my photo"
    )


@pytest.mark.parametrize("text", ["2 weeks and nothing came", "3 officers were drunk", WORDS])
def test_a_sentence_is_no_number_of_the_list(text):
    assert decide(text, LISTED, KNOWN).kind is Kind.WHICH


MARKS = {
    "5": ("5", ""), " 4. ": ("4", ""), "3/5": ("3", ""), "5 very good": ("5", ""),
    "nzuri sana": ("5", ""), "1 mbaya sana": ("1", ""), "nne": ("4", ""),
    "2, they were rude and slow": ("2", "they were rude and slow"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "mark"), MARKS.items())
def test_a_mark_is_read_however_it_is_said(text, mark):
    value, words = mark
    assert decide(text, asked(Question.RATING), KNOWN) == Command(
        Kind.RATING, value=value, words=words
    )


@pytest.mark.parametrize("text", ["6", "0", "2 weeks I waited", "10", "1000 shillings"])
def test_no_other_number_is_a_mark(text):
    assert decide(text, asked(Question.RATING), KNOWN).kind is not Kind.RATING


@pytest.mark.parametrize(("text", "service"), [("Passport", "passport"), ("ID", "")])
def test_a_name_that_several_services_share_is_asked_about(text, service):
    assert decide(text, Waiting(), KNOWN) == Command(Kind.CARD, value=service, words=text)


# --- Everything ---------------------------------------------------------------------------------

PIECES = [*SHAPES.values(), "NEW", "bado", "la", "but", "asante", "#", "\U0001f620", "500", "sms",
          "quiet", "4071", "rufaa", f"{A} {B}", "0712345678", "\n", "\u2019", "?",
          "Case"]  # fmt: skip
TAKES_ALL = {Kind.COMPLAINT, Kind.WHICH, Kind.SET_ASIDE, Kind.STEP}
"""What keeps a message whole; the kinds below know it by its form, and it holds nothing else."""


def test_whatever_is_written_is_one_thing_and_keeps_its_words():
    chance = Random(7)
    for _ in range(4000):
        text = " ".join(chance.choices(PIECES, k=chance.randint(1, 4)))
        name, waiting = chance.choice(list(SITUATIONS.items()))
        command = decide(text, waiting, KNOWN)
        told = (text, name, command)
        if command.kind in TAKES_ALL:
            assert command.words == text.strip(), told
        if command.kind is Kind.VERDICT and command.value == "yes":
            assert "but" not in text.split(), told
            assert "bado" not in text.split(), told
        if command.kind is Kind.ADD:
            lost = set(words_of(text)) - set(words_of(command.words))
            assert lost <= {"case", A, A[:4], A[4:], B, C}, told
        if command.kind in (Kind.STOP, Kind.START, Kind.HELP, Kind.LANGUAGE, Kind.WITHDRAW):
            assert len(words_of(text)) <= 3, told


# --- The rest -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["1 2 3 4 5 6 7 na " * 2000, "1" * 5000, "yes " * 5000, "\u0307" * 5000]
)
def test_a_long_text_is_read_at_once(text):
    assert decide(text, SITUATIONS["solved?"], KNOWN).kind is not Kind.STOP


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
