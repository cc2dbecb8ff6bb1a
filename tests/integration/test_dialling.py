"""What may stand in the fields of a key press: codes dialled long, numbers without their plus, and
histories that hold the citizen's own asterisks, hashes and empty answers."""

import pytest

from feedback_service.models import Case, Citizen, Rating
from tests.handset import Handset

pytestmark = pytest.mark.usefixtures("loaded_rt")

WELCOME, PASSPORT = "CON Karibu. Welcome.", "CON Passport\n1 Before you go"


# --- Bound to the phone and the code --------------------------------------------------------------


def test_one_session_id_at_two_codes_is_two_sessions(client, all_of):
    ours, another = Handset(client), Handset(client, code="*483*5#")
    another.session = ours.session
    for phone in (ours, another):
        assert phone.dial().startswith(WELCOME)
    ours.keys("1", "1003", "2", "1")
    another.keys("1", "1003", "2", "5")
    assert sorted(r.score for r in all_of(Rating)) == [1, 5]
    assert len(all_of(Citizen)) == 1


def test_a_session_dropped_at_one_code_is_not_gone_on_with_at_another(client):
    phone = Handset(client)
    phone.dial()
    phone.keys("1", "1003", "2", "2")
    assert Handset(client, code="*483*5#").dial().startswith("CON Huduma Feedback")
    assert Handset(client).dial().startswith("CON Thank you, kept.")
    assert Handset(client, code="").dial().startswith("CON Thank you, kept.")


def test_a_session_dialled_long_goes_on_under_the_short_code(client, all_of):
    phone = Handset(client, code="*384*77*1003#")
    phone.dial()
    short = Handset(client, code="*384*77#")
    short.session = phone.session
    assert short.keys("1").startswith(PASSPORT)


CODES = {
    "the base": ("*384*77#", WELCOME, "CON Huduma Feedback"),
    "a poster's": ("*384*77*1003#", WELCOME, PASSPORT),
    "a poster's, without its hash": ("*384*77*1003", WELCOME, PASSPORT),
    "nobody's poster": ("*384*77*9999#", WELCOME, "CON Huduma Feedback"),
    "more than a poster's": ("*384*77*1003*2#", WELCOME, "CON Huduma Feedback"),
    "none": ("", WELCOME, "CON Huduma Feedback"),
    "nonsense": ("\N{SNOWMAN}" * 300, WELCOME, "CON Huduma Feedback"),
}


@pytest.mark.parametrize(("code", "first", "second"), CODES.values(), ids=CODES)
def test_every_service_code_is_answered(code, first, second, client):
    phone = Handset(client, code=code)
    assert phone.dial().startswith(first)
    assert phone.keys("1").startswith("CON ")
    assert phone.send("1").startswith(second)


SUFFIXES = {
    "as the first text": ([], "1003"),
    "after an empty first text": ([""], "1003"),
    "with keys after it": ([], "1003*1*2"),
    "with keys after it, after an empty first text": ([""], "1003*1*2"),
}


@pytest.mark.parametrize(("before", "suffix"), SUFFIXES.values(), ids=SUFFIXES)
def test_what_followed_our_code_may_come_as_what_was_keyed(before, suffix, client):
    phone = Handset(client)
    for text in before:
        phone.send(text)
    keys = suffix.split("*")
    wanted = [PASSPORT, "CON Passport: how was it?"][len(keys) // 3]
    screen = phone.send(suffix)
    if len(keys) == 1:
        assert screen.startswith(WELCOME)
        screen = phone.send(f"{suffix}*1")
    assert screen.startswith(wanted)


# --- Odd histories --------------------------------------------------------------------------------

# texts as the network sends them after the first, and where they lead
HISTORIES = {
    "an empty answer to a menu": (["1", "1*", "1**1003"], PASSPORT),
    "two empty answers": (["1", "1*", "1**", "1***1003"], PASSPORT),
    "an empty first answer": (["", "*1", "*1*1003"], PASSPORT),
    "an asterisk keyed at a menu": (["1", "1**", "1***1003"], PASSPORT),
    "a hash keyed at a menu": (["1", "1*#", "1*#*1003"], PASSPORT),
    "an empty county": (["1", "1*1101", "1*1101*3", "1*1101*3*"], "CON No such county."),
    "an empty complaint": (["1", "1*1003", "1*1003*3", "1*1003*3*1", "1*1003*3*1*"],
                           "CON Please say a little more."),
    "only asterisks as a complaint": (["1*1003*3*1", "1*1003*3*1***"],
                                      "CON Please say a little more."),
    "a call that was missed": (["1", "1*1003*2"], "CON Passport: how was it?"),
    "spaces and line ends around a key": (["1 ", "1 * 1003\n"], PASSPORT),
}  # fmt: skip


@pytest.mark.parametrize("forgotten", [False, True], ids=["", "Redis forgot"])
@pytest.mark.parametrize(("texts", "last"), HISTORIES.values(), ids=HISTORIES)
def test_an_odd_history_leads_where_it_should(texts, last, forgotten, client, redis):
    phone = Handset(client)
    phone.dial()
    for text in texts:
        if forgotten:
            redis.flushdb()
        screen = phone.send(text)
        assert phone.send(text) == screen
    assert screen.startswith(last)


WORDS = ["Come * tomorrow", "*starred*", "a**b", "## *100# ##", "trailing*", "*leading", "50*2*1"]


@pytest.mark.parametrize("words", WORDS)
def test_a_citizens_own_asterisks_and_hashes_stay_in_their_words(words, client, all_of):
    phone = Handset(client)
    phone.dial()
    assert not phone.keys("1", "1003", "3", "1", words).startswith("CON Please")
    assert [case.text for case in all_of(Case)] == [words]


def test_words_with_asterisks_are_understood_when_nothing_is_remembered(client, redis, all_of):
    phone = Handset(client)
    assert phone.send("1*1003*3*1*Come tomorrow * they said * again #").startswith(("CON ", "END "))
    assert [case.text for case in all_of(Case)] == ["Come tomorrow * they said * again #"]


# --- The number -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number",
    [
        " 254712345678",
        "254712345678",
        "0712345678",
        "+2540712345678",
        "%2B254712345678",
        "712345678",
    ],
)
def test_a_number_however_written_is_in_the_same_session(number, client, all_of):
    phone = Handset(client)
    phone.dial()
    phone.keys("1", "1003", "2")
    odd = Handset(client, number.replace("%2B", "+"))
    odd.session = phone.session
    assert odd.send("1*1003*2*5").startswith("CON Thank you, kept.")
    assert len(all_of(Citizen)) == len(all_of(Rating)) == 1


@pytest.mark.parametrize("number", ["", "MPESA", "22555", "+", "\N{SNOWMAN}", "+254", "1" * 80])
def test_who_is_no_phone_is_answered_politely(number, client, all_of):
    assert Handset(client, number).dial().startswith("END Samahani")
    assert all_of(Citizen) == []


def test_numbers_beyond_kenya_are_citizens_too(client, all_of):
    phone = Handset(client, "+256712345678")
    phone.dial()
    assert phone.keys("1", "1003", "2", "1").startswith("CON Thank you, kept.")
    assert len(all_of(Rating)) == 1
