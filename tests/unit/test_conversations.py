"""What is said at the keypad, branch by branch, in both languages; transcripts of the pure talk."""

import pytest

from feedback_service.conversations.flows import FLOW
from feedback_service.conversations.steps import Effect
from tests.talking import Keypad, shipped
from tests.transcripts import BRANCHES, facts


@pytest.mark.parametrize(("language", "case", "keys", "last", "effects"), BRANCHES.values(),
                         ids=BRANCHES.keys())  # fmt: skip
def test_a_branch_ends_where_it_should(language, case, keys, last, effects):
    phone = Keypad(language, facts=facts(language, **case))
    assert phone.keys(*keys).startswith(last)
    assert phone.effects == effects


def test_every_step_stands_in_some_branch():
    seen = set()
    for language, case, keys, _, _ in BRANCHES.values():
        phone = Keypad(language, facts=facts(language, **case))
        for key in keys:
            phone.keys(key)
            seen |= {phone.at.step, *phone.at.path}
    assert set(FLOW) - seen == {"language", "report-county-pick", "find-pick"}


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
