"""0 goes back from every step, 9 gives more, a wrong key repeats the question with a hint."""

import pytest

from feedback_service.conversations.wording import LANGUAGES, phrase
from tests.talking import Keypad, shipped
from tests.transcripts import BRANCHES, facts

WRITTEN = ("words", "afraid-words", "case-add", "secret-case-add", "paid-amount")
BEHIND_AN_OPEN_CASE = {"reply-way", "secret-way", "secret", "secret-afraid"}
"""What was said is a case by then: nothing leads back to saying it otherwise."""


def same(screen: str, before: str) -> bool:
    """The same question with the same answers; the line that leads back may differ."""
    first, second = (
        [line for line in text.split("\n") if not line.startswith("0 ")]
        for text in (screen, before)
    )
    return first == second


@pytest.mark.parametrize(("language", "case", "keys", "last", "effects"), BRANCHES.values(),
                         ids=BRANCHES.keys())  # fmt: skip
def test_back_from_every_step_shows_the_step_before(language, case, keys, last, effects):
    for count in range(1, len(keys) + 1):
        phone = Keypad(language, facts=facts(language, **case))
        before = phone.keys(*keys[: count - 1]) if count > 1 else phone.screen
        stood = phone.at.step
        screen = phone.keys(keys[count - 1])
        if keys[count - 1] == "0" or phone.at.step == stood:
            continue  # That was itself a way back, or a slip.
        if screen.startswith("CON") and phone.at.step not in BEHIND_AN_OPEN_CASE:
            assert screen.endswith("\n" + phrase("back", phone.at.language)), (
                "the way back is not named"
            )
            assert same(phone.keys("0"), before)


@pytest.mark.parametrize(("language", "case", "keys", "last", "effects"), BRANCHES.values(),
                         ids=BRANCHES.keys())  # fmt: skip
@pytest.mark.parametrize("wrong", ["", "77", "x", "*", "#", "1 2", "\u0663" * 3, "9" * 5000, "-1"])
def test_a_wrong_key_repeats_the_question(wrong, language, case, keys, last, effects):
    for count in range(len(keys)):
        phone = Keypad(language, facts=facts(language, **case))
        screen = phone.keys(*keys[:count]) if count else phone.screen
        if phone.at.step in WRITTEN:
            continue  # There most of these are somebody's words, or an amount.
        step, done = phone.at.step, list(phone.effects)
        if phone.at.step == "find" and wrong == "x":
            assert "\n1 " in phone.keys(wrong)
            continue
        repeated = phone.keys(wrong)
        assert phone.at.step == step
        assert phone.effects == done
        last = repeated.removeprefix("CON ").split("\n")[-1]
        assert last == screen.removeprefix("CON ").split("\n")[-1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("keys", "wrong", "hint"),
    [
        (["1"], "zzz", "hint-code"),
        ([], "8", "hint-number"),
        (["1101", "2", "4"], "48", "hint-county"),
        (["1101", "2", "4"], "atlantis", "hint-county"),
        (["1003", "2", "2", "1", "2"], "many", "hint-amount"),
        (["1003", "2", "2", "1", "2"], "20000000", "hint-amount"),
        (["1003", "3", "1"], "ab", "hint-words"),
    ],
)
def test_a_wrong_answer_gets_its_hint(keys, wrong, hint, language):
    phone = Keypad(language)
    phone.keys(*keys)
    assert phone.keys(wrong).startswith(f"CON {phrase(hint, language)}")


ANY_SCRIPT = {
    "on a menu": (["1003", "2"], "2"),
    "where words are asked": (["1003", "3", "1"], "2"),
    "a poster's code": ([], "1003"),
    "an amount": (["1003", "2", "2", "1", "2"], "500"),
    "the way back": (["1003", "2"], "0"),
    "more": ([*"2"], "9"),
    "the number of a county": (["1101", "2", "4"], "47"),
}


@pytest.mark.parametrize(
    "zero", ["\uff10", "\u0660", "\u06f0"], ids=["full-width", "Arabic", "Persian"]
)
@pytest.mark.parametrize(("keys", "key"), ANY_SCRIPT.values(), ids=ANY_SCRIPT)
def test_digits_of_any_script_are_the_keys_they_mean(keys, key, zero):
    plain, other = Keypad("en", keys=keys), Keypad("en", keys=keys)
    before = plain.screen
    typed = "".join(chr(ord(zero) + int(digit)) for digit in key)
    assert plain.keys(key) != before
    assert other.keys(f" {typed} ") == plain.screen


def lines_of(menu: str) -> list[str]:
    """The numbered lines of a screen."""
    return [line for line in menu.split("\n") if line.partition(" ")[0].isdecimal()]


def test_a_hinted_page_keeps_the_meaning_of_its_numbers():
    """The hint takes room; were lines pushed to the next page, key 1 of it would mean another."""
    for language in LANGUAGES:
        for wrong in ("", "77"):
            phone = Keypad(language)
            phone.keys("1")
            pages = 0
            while f"\n{phrase('more', language)}" in phone.screen:
                before = phone.screen
                hinted = phone.keys(wrong)
                assert lines_of(before) == lines_of(hinted)
                phone.keys("9")
                pages += 1
            assert pages
            number, _, first_line = phone.screen.split("\n")[1].partition(" ")
            phone.keys(wrong)
            phone.keys(number)
            chosen = phone.at.answers["sector"].removeprefix("sector:")
            named = next(s.short[language] for s in shipped().sectors if s.key == chosen)
            assert named == first_line


@pytest.mark.parametrize("language", LANGUAGES)
def test_back_at_the_language_from_a_list_of_services_the_menu_follows(language):
    """Letters that fit several services name none of them."""
    phone = Keypad("")
    number = str(LANGUAGES.index(language) + 1)
    menu = phone.keys(number)
    phone.keys("3", "pas", "0", "0", "0")
    assert phone.keys(number) == menu


def test_back_on_a_later_page_goes_one_page_back_and_then_one_step():
    phone = Keypad("en")
    phone.keys("1")
    first, second = phone.screen, phone.keys("9")
    third = phone.keys("9")
    assert len({first, second, third}) == 3
    assert phone.keys("0") == second
    assert phone.keys("0") == first
    assert phone.keys("0").startswith("CON Huduma Feedback")


def test_nine_means_more_only_where_more_is_offered():
    phone = Keypad("en")
    assert phone.keys("9").startswith("CON Choose a number shown.")
    phone.keys("1", "1003")
    while "\n9 More" in phone.screen:
        phone.keys("9")
    assert phone.keys("9").startswith("CON Press 9 or 0.") or "\n0 Back" in phone.screen
    assert phone.at.step == "card"
