"""What is said at the keypad, branch by branch, in both languages; transcripts of the pure talk."""

from dataclasses import replace

import pytest

from feedback_service.conversations import flow_survey
from feedback_service.conversations.flows import FLOW
from feedback_service.conversations.steps import Effect
from feedback_service.domain.references import new_reference, spoken
from tests.talking import Keypad, shipped
from tests.transcripts import (
    ANSWERED,
    BRANCHES,
    CLOSED,
    LATE,
    OPEN,
    REJECTED,
    facts,
)


@pytest.mark.parametrize(("language", "case", "keys", "last", "effects"), BRANCHES.values(),
                         ids=BRANCHES.keys())  # fmt: skip
def test_a_branch_ends_where_it_should(language, case, keys, last, effects):
    phone = Keypad(language, facts=facts(language, **case))
    assert phone.keys(*keys).startswith(last)
    assert phone.effects == effects


def test_every_step_stands_in_some_branch():
    seen = {"code"}  # printed on a receipt: its look-up has tests of its own
    for language, case, keys, _, _ in BRANCHES.values():
        phone = Keypad(language, facts=facts(language, **case))
        for key in keys:
            phone.keys(key)
            seen |= {phone.at.step, *phone.at.path}
    assert set(FLOW) - seen - set(flow_survey.STEPS) == {
        "language",
        "report-county-pick",
        "find-pick",
    }


def test_a_whole_rating_reads_like_this():
    phone = Keypad()
    assert phone.screen == "CON Karibu. Welcome.\n1 English\n2 Kiswahili"
    assert phone.keys("2").startswith(
        "CON Huduma Feedback\n1 Kabla hujaenda\n2 Huduma ilikuwaje?\n"
    )
    assert phone.keys("1004") == (
        "CON Cheti cha kuzaliwa\n1 Kabla hujaenda\n2 Huduma ilikuwaje?\n3 Ripoti tatizo\n0 Rudi"
    )
    assert phone.keys("2") == (
        "CON Cheti cha kuzaliwa: ilikuwaje?\n1 Nzuri sana\n2 Nzuri\n3 Wastani\n4 Mbaya\n"
        "5 Mbaya sana\n0 Rudi"
    )
    assert phone.keys("4") == (
        "CON Asante, tumehifadhi. Waliahidi: siku 14. Walitimiza?\n1 Ndiyo\n2 Hapana\n"
        "3 Bado nangoja\n0 Rudi"
    )
    assert phone.keys("2") == (
        "CON Malipo rasmi: KES 200. Je, ulilipa zaidi?\n1 Hapana\n2 Ndiyo, zaidi\n0 Rudi"
    )
    assert phone.keys("2") == (
        "CON Ulilipa pesa ngapi ZAIDI, kwa KES? Andika nambari tu, mfano 500.\n0 Rudi"
    )
    assert phone.keys("KES 1,500") == "CON Je, ulihudumiwa kwa heshima?\n1 Ndiyo\n2 Hapana\n0 Rudi"
    assert phone.keys("1").startswith("END Asante. Majibu yako")
    assert phone.at.answers["paid_amount"] == "1500"
    assert phone.at.answers["score"] == "2"


WAYS_TO_RATE = {
    "poster code": ["1", "1003", "2", "2"],
    "letters": ["1", "2", "passport", "2"],
    "letters that fit several": ["1", "2", "pass", "1", "2"],
    "sector": ["1", "2", "1", "3", "2"],
    "county service by code": ["1", "1101", "2", "2"],
    "county service by sector": ["1", "2", "2", "1", "2"],
    "poster at a place": ["1", "20001", "2", "2"],
}


@pytest.mark.parametrize("keys", WAYS_TO_RATE.values(), ids=WAYS_TO_RATE.keys())
def test_a_new_citizen_needs_at_most_five_steps_to_a_stored_rating(keys):
    phone = Keypad()
    phone.keys(*keys)
    assert phone.effects == [Effect.LANGUAGE, Effect.RATE]
    assert len(keys) <= 5


def number_of(menu, wanted):
    """The number that stands before a line on some page of a menu, as 9 shows them."""
    for _ in range(4):
        for line in menu.screen.split("\n"):
            number, _, label = line.partition(" ")
            if label == wanted:
                return number
        menu.keys("9")
    raise AssertionError(f"{wanted} stands on no page of {menu.screen}")


def test_every_service_is_five_keys_from_a_stored_rating_by_menus_alone():
    catalogue = shipped()
    for sector in catalogue.sectors:
        first = number_of(Keypad("en", keys=["2"]), sector.short["en"])
        for service in catalogue.in_sector(sector.key):
            second = number_of(Keypad("en", keys=["2", first]), service.short["en"])
            phone = Keypad()
            phone.keys("1", "2", first, second, "2")
            assert phone.effects == [Effect.LANGUAGE, Effect.RATE], service.id
            assert phone.at.answers["service"] == service.id


def test_a_number_of_a_later_page_may_be_typed_at_once():
    menu = Keypad("en", keys=["2"])
    assert "14" not in menu.screen
    assert Keypad("en", keys=["2", "12"]).screen == Keypad("en", keys=["2", "9", "9", "12"]).screen
    assert Keypad("en", keys=["2", "99"]).screen.startswith("CON Not found. Try again.")


# --- What the call costs ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cost", "language", "said"),
    [
        ("", "", "CON Karibu. Welcome.\n1 English"),
        ("", "en", "CON Huduma Feedback\n1 Before"),
        ("free", "", "CON Karibu. Welcome.\nNi bure. It is free.\n1 English"),
        ("Free", "sw", "CON Huduma Feedback\nKupiga ni bure.\n1 "),
        ("KES 1", "", "CON Karibu. Welcome.\nGharama/Cost: KES 1\n1 English"),
        ("KES 1", "en", "CON Huduma Feedback\nThis call costs KES 1.\n1 "),
    ],
)
def test_the_first_screen_says_what_the_call_costs(cost, language, said):
    catalogue = replace(shipped(), call_cost=cost)
    assert Keypad(language, catalogue=catalogue).screen.startswith(said)


def test_a_long_dial_says_the_cost_where_it_begins():
    priced = replace(shipped(), call_cost="KES 1")
    began = Keypad("en", dialled="1003", catalogue=priced)
    assert began.screen.startswith("CON Passport\nThis call costs KES 1.\n1 Before you go")


def test_the_cost_is_said_once_a_session():
    priced = replace(shipped(), call_cost="KES 1")
    assert "KES 1" not in Keypad("", catalogue=priced, keys=["1"]).screen
    assert "KES 1" not in Keypad("en", catalogue=priced, keys=["6", "1"]).screen


# --- Quiet cases and secrets ------------------------------------------------------------------

POLICE = ["1019", "3", "1", "They beat him"]
PASSPORT = ["1003", "3", "1", "They said tomorrow"]


@pytest.mark.parametrize(
    ("keys", "first", "second"),
    [(PASSPORT, "Message to this phone", "Quiet: a secret number"),
     (POLICE, "Quiet: a secret number", "Message to this phone")],
)  # fmt: skip
def test_what_is_usual_for_the_sector_stands_first(keys, first, second):
    screen = Keypad("en", facts=facts("en"), keys=keys).screen
    assert screen.endswith(f"\n1 {first}\n2 {second}")


def test_no_message_is_offered_instead_of_typing_where_cases_are_quiet():
    assert "by SMS" in Keypad("en", keys=PASSPORT[:-1]).screen
    assert "SMS" not in Keypad("en", keys=POLICE[:-1]).screen


@pytest.mark.parametrize("keys", [PASSPORT, POLICE, ["4", "1", "A guard"], [*PASSPORT, "2"]])
def test_there_is_no_way_back_behind_an_open_case(keys):
    phone = Keypad("en", facts=facts("en"), keys=keys)
    done, step = list(phone.effects), phone.at.step
    assert "0 Back" not in phone.screen
    phone.keys("0")
    assert (phone.at.step, phone.effects) == (step, done)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [("407", "Type exactly 4 digits."), ("40715", "Type exactly 4 digits."),
     ("mama", "Type exactly 4 digits."), ("1234", "Too easy. Choose others."),
     ("7777", "Too easy. Choose others.")],
)  # fmt: skip
@pytest.mark.parametrize("keys", [[*PASSPORT, "2"], ["4", "1", "A guard"]])
def test_a_secret_that_is_none_or_easy_is_asked_for_again(keys, typed, hint):
    phone = Keypad("en", facts=facts("en"), keys=keys)
    assert phone.keys(typed).startswith(f"CON {hint}\n")
    assert Effect.SET_SECRET not in phone.effects


SECRETS = {
    "chosen": [*PASSPORT, "2", "4071"],
    "chosen by who is afraid": ["4", "1", "A guard", "4071"],
    "to open": ["5", "59301744", "4071"],
    "to open, wrong": ["5", "59301744", "4072"],
}


@pytest.mark.parametrize("keys", SECRETS.values(), ids=SECRETS.keys())
def test_a_secret_is_forgotten_once_it_was_used(keys):
    phone = Keypad("en", facts=facts("en", **OPEN), keys=keys)
    assert "secret" not in phone.at.answers
    assert not {"4071", "4072"} & set(phone.at.answers.values())


def test_steps_of_a_secret_are_named_so_that_nobody_resumes_them():
    for keys in SECRETS.values():
        phone = Keypad("en", facts=facts("en", **OPEN), keys=keys[:-1])
        assert phone.at.step.startswith("secret")
        phone.keys(keys[-1])
        assert phone.at.step.startswith("secret")


def test_another_reference_asks_for_its_own_secret():
    phone = Keypad("en", facts=facts("en", **OPEN), keys=["5", "59301744", "4071", "0", "0"])
    assert phone.keys("59301745").startswith("CON No such number. Try again.")
    another = new_reference(lambda below: below - 1)
    assert phone.keys(another).startswith(f"CON {spoken(another)}: in progress. To open it")


def test_the_list_shows_reference_and_date_and_nothing_else():
    screen = Keypad("en", facts=facts("en", **ANSWERED), keys=["5"]).screen
    assert screen == ("CON Your cases. Or type a case number:\n1 4821 9038 due Fri 13 Mar\n0 Back")


@pytest.mark.parametrize("case", [OPEN, LATE, ANSWERED, REJECTED, CLOSED])
def test_a_case_shows_its_office_and_answer_only_behind_a_key(case):
    phone = Keypad("en", facts=facts("en", **case), keys=["5", "1"])
    assert "Immigration" not in phone.screen
    assert "ready" not in phone.screen


def test_a_long_answer_is_read_in_pages():
    long = {**ANSWERED, "answer": "Your passport lies at counter four. " * 8}
    phone = Keypad("en", facts=facts("en", **long), keys=["5", "1", "3"])
    assert phone.screen.endswith("9 More\n0 Back")
    assert "counter four" in phone.keys("9")


def test_a_long_dial_saves_the_steps_to_the_service():
    phone = Keypad("en", dialled="1003")
    assert phone.screen.startswith("CON Passport\n1 Before you go")
    assert Keypad("", dialled="1003").keys("2").startswith("CON Pasipoti\n1 Kabla hujaenda")
    assert Keypad("en", dialled="5001").screen.startswith("CON Huduma Feedback")
    assert Keypad("en", dialled="9999").screen.startswith("CON Huduma Feedback")


def test_a_poster_typed_instead_of_a_language_is_kept_until_the_language_is_known():
    phone = Keypad()
    assert phone.keys("1003").startswith("CON Karibu. Welcome.")
    assert phone.keys("1").startswith("CON Passport\n1 Before you go")


def test_a_service_not_given_at_the_posters_place_says_where_to_go():
    place, service = sorted(shipped().not_offered)[0]
    code = next(c for c, p in shipped().posters.items() if p.place == place and not p.service)
    phone = Keypad("en").keys(code, "1", shipped().services[service].code)
    assert f"is not given at {shipped().places[place].name}. Go to:" in phone
