"""Commands and references, however they are written; what else is said is words to a person."""

import pytest

from feedback_service.conversations.commands import (
    NEW,
    Asked,
    Command,
    Kind,
    Mine,
    Stage,
    Waiting,
    decide,
    verbs,
)
from feedback_service.conversations.wording.kinds import Question
from tests.unit.commands.person import (
    CASES,
    FOREIGN,
    KNOWN,
    MISTYPED,
    NOBODYS,
    SITUATIONS,
    A,
    B,
    C,
)

# --- Commands -----------------------------------------------------------------------------------

COMMANDS = {
    **dict.fromkeys(("STOP", "ACHA", "SIMAMISHA", "UNSUBSCRIBE"), Command(Kind.STOP)),
    **dict.fromkeys(("START", "ANZA"), Command(Kind.START)),
    **dict.fromkeys(("HELP", "MSAADA"), Command(Kind.HELP)),
    "ENGLISH": Command(Kind.LANGUAGE, value="en"),
    "KISWAHILI": Command(Kind.LANGUAGE, value="sw"),
    "MENU": Command(Kind.MENU),
    A: Command(Kind.STATUS, A),
    f"WHO {A}": Command(Kind.WHO, A),
    f"NANI {A}": Command(Kind.WHO, A),
    f"COUNTED {A}": Command(Kind.COUNTED, A),
    f"IMEHESABIWA {A}": Command(Kind.COUNTED, A),
    **{f"{B} {no}": Command(Kind.VERDICT, B, "no") for no in ("NO", "LA", "2", "BADO", "ZII")},
    **{f"{B} {yes}": Command(Kind.VERDICT, B, "yes") for yes in ("YES", "NDIYO", "1", "EEH")},
    f"{C} SMS": Command(Kind.HUSH, C, "sms"),
    f"{A} QUIET": Command(Kind.HUSH, A, "quiet"),
    f"{A} KIMYA": Command(Kind.HUSH, A, "quiet"),
    f"{A} APPEAL": Command(Kind.APPEAL, A),
    f"{A} RUFAA": Command(Kind.APPEAL, A),
    f"{A} WITHDRAW": Command(Kind.WITHDRAW, A),
    f"{A} ONDOA": Command(Kind.WITHDRAW, A),
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
    "the short code's keyword": "huduma {}",
}


@pytest.mark.parametrize("dress", DRESSED.values(), ids=DRESSED.keys())
@pytest.mark.parametrize(("text", "command"), COMMANDS.items())
def test_a_command_is_known_however_it_is_dressed(text, command, dress):
    written = dress.format(text, lower=text.lower(), title=text.title())
    assert decide(written, SITUATIONS["cases"], KNOWN) == command


@pytest.mark.parametrize("more", ["{} kutuibia pesa", "tafadhali {}", "{} {}", "{}, {} tu"])
@pytest.mark.parametrize("word", sorted(verbs.STOPS | verbs.STARTS | verbs.HELPS | {"english"}))
def test_a_command_counts_only_when_it_is_the_whole_message(word, more):
    text = more.format(word, word)
    assert decide(text, Waiting(), KNOWN) == Command(Kind.COMPLAINT, words=text)


def test_the_keyword_stays_in_a_sentence_that_begins_with_it():
    text = "Huduma Centre in Nakuru was closed at noon"
    assert decide(text, Waiting(), KNOWN) == Command(Kind.COMPLAINT, words=text)


GREETINGS = ["hi", "Hello!", "habari", "Mambo?", "sasa", "Niaje", "hujambo", "Good morning sir",
             "habari za asubuhi", "Hi there", "shikamoo", "Sema bana"]  # fmt: skip


@pytest.mark.parametrize("text", GREETINGS)
def test_a_greeting_alone_opens_the_menu_and_no_case(text):
    assert decide(text, Waiting(), KNOWN).kind is Kind.MENU


@pytest.mark.parametrize("text", ["Habari, sina maji", "Hi I have no water", "sasa hakuna stima"])
def test_a_greeting_before_a_sentence_is_a_sentence(text):
    assert decide(text, Waiting(), KNOWN).kind is Kind.COMPLAINT


def test_no_command_is_a_greeting_or_another_command():
    sets = [verbs.STOPS, verbs.STARTS, verbs.HELPS, set(verbs.LANGUAGES), verbs.MENUS,
            verbs.GREETS, verbs.COUNTS, verbs.NEWS]  # fmt: skip
    assert sum(map(len, sets)) == len(frozenset().union(*sets))


# --- References ---------------------------------------------------------------------------------

WRITTEN = ["{0}", "{1} {2}", "{1}.{2}", "{1}-{2}", "{1} + {2}", "#{0}", "# {1} {2}", "Case {1} {2}",
           "kesi {0}", "Case no. {1} {2}", "ref: {0}", "namba {1} {2}"]  # fmt: skip


@pytest.mark.parametrize("form", WRITTEN)
def test_a_reference_is_known_however_it_is_written(form):
    written = form.format(B, B[:4], B[4:])
    for own in (SITUATIONS["cases"], SITUATIONS["today"]):
        assert decide(written, own, KNOWN) == Command(Kind.STATUS, B)
        assert decide(f"{written} ndiyo", own, KNOWN) == Command(Kind.VERDICT, B, "yes")
        said = decide(f"{written}: the counter was Closed.", own, KNOWN)
        assert said == Command(Kind.ADD, B, words="the counter was Closed.")


ABOUT_B = {
    "Case 1777 7783 is not solved": ("no", ""),
    "#17777783.": None,
    "1777-7783 bado": ("no", ""),
    "not solved 17777783": ("no", "not solved 17777783"),
    "My case 17777783 is solved, thank you": ("yes", "My case 17777783 is solved, thank you"),
    "17777783 no water since Monday": ("no", "no water since Monday"),
    "17777783 yes but only half": ("unclear", "yes but only half"),
    "17777783 no problem, it is solved": ("unclear", "no problem, it is solved"),
    "Kesi 17777783 haijatatuliwa": ("no", ""),
    "Kesi 17777783 imetatuliwa asanteni": ("yes", ""),
}


@pytest.mark.parametrize(("text", "said"), ABOUT_B.items())
def test_what_is_said_with_a_reference_is_said_of_that_case(text, said):
    want = Command(Kind.VERDICT, B, *said) if said else Command(Kind.STATUS, B)
    assert decide(text, SITUATIONS["cases"], KNOWN) == want


def test_words_that_name_two_of_the_cases_go_to_both():
    text = f"{A} and {B} are the same office"
    assert decide(text, SITUATIONS["cases"], KNOWN) == Command(Kind.ADD, A, words=text, also=(B,))


SECRETS = {
    f"{C} 4071": Command(Kind.SECRET, C, secret="4071"),
    f"{C[:4]} {C[4:]} 4071": Command(Kind.SECRET, C, secret="4071"),
    f"{C} 4071 NO": Command(Kind.SECRET, C, "no", "NO", "4071"),
    f"{C} 4071 sms": Command(Kind.SECRET, C, "sms", "sms", "4071"),
    f"{C}.4071. They came again": Command(Kind.SECRET, C, "", "They came again", "4071"),
    f"{FOREIGN} 4071": Command(Kind.SECRET, FOREIGN, secret="4071"),
    f"{NOBODYS} 4071": Command(Kind.SECRET, NOBODYS, secret="4071"),
    f"{A} 4071": Command(Kind.ADD, A, words="4071"),
    f"{A} 2026 was the year": Command(Kind.ADD, A, words="2026 was the year"),
    f"{C} 40711": Command(Kind.ADD, C, words="40711"),
}


@pytest.mark.parametrize(("text", "command"), SECRETS.items())
def test_four_digits_after_a_reference_are_the_secret_of_a_quiet_case(text, command):
    assert decide(text, SITUATIONS["cases"], KNOWN) == command


QUOTING = {
    "2": Command(Kind.VERDICT, B, "no"),
    "Ndiyo": Command(Kind.VERDICT, B, "yes"),
    "yes but": Command(Kind.VERDICT, B, "unclear", "yes but"),
    "they came at noon": Command(Kind.ADD, B, words="they came at noon"),
    "ondoa": Command(Kind.WITHDRAW, B),
    "asante": Command(Kind.THANKS),
    "STOP": Command(Kind.STOP),
    f"{A} came at noon": Command(Kind.ADD, A, words="came at noon"),
}


@pytest.mark.parametrize(("text", "command"), QUOTING.items())
def test_quoting_a_message_of_ours_names_its_case(text, command):
    for asked_last in (None, Asked(Question.VERDICT, A), Asked(Question.WHICH, choices=(A, NEW))):
        waiting = Waiting(asked_last, cases=CASES, quoted=B)
        assert decide(text, waiting, KNOWN) == command


NO_REFERENCE = {
    "a phone number": "0712345678",
    "a phone number and words": "0712 345 678 aliniomba pesa",
    "an international number": "+254 712 345 678 ni yake",
    "nine digits": "177777831",
    "seven digits": "1777778",
    "an identity card and words": f"{MISTYPED} ni ID yangu na haijafika",
    "nobody's reference and words": f"{NOBODYS} ni ID yangu na haijafika",
    "a sum": "500",
    "a stop in a sentence": "They did not stop at the bus stop",
    "an angry picture and words": "\U0001f620 why",
}


@pytest.mark.parametrize("text", NO_REFERENCE.values(), ids=NO_REFERENCE.keys())
def test_everything_else_is_words_to_a_person(text):
    assert decide(text, Waiting(), KNOWN) == Command(Kind.COMPLAINT, words=text)


AFTER_NO = {
    "2": Kind.REPEAT, "hapana": Kind.REPEAT, "yes": Kind.ADD, "No, they never came": Kind.ADD,
    "asante": Kind.THANKS, "STOP": Kind.STOP,
}  # fmt: skip
AFTER_YES = {
    "asante": Kind.THANKS, "ok": Kind.THANKS, "\U0001f44d": Kind.NOTHING, "1": Kind.VERDICT,
    "2": Kind.VERDICT, "bado hawajakuja": Kind.VERDICT, "yes but it broke again": Kind.WHICH,
}  # fmt: skip


@pytest.mark.parametrize(
    ("stage", "text", "kind"),
    [(Stage.OPEN, *each) for each in AFTER_NO.items()]
    + [(Stage.CLOSED, *each) for each in AFTER_YES.items()],
)
def test_a_question_that_has_been_answered_takes_second_thoughts_only(stage, text, kind):
    cases = (Mine(A), Mine(B, stage))
    waiting = Waiting(Asked(Question.VERDICT, B), cases=cases, exchanged=B)
    assert decide(text, waiting, KNOWN).kind is kind
