"""What a message is: every shape of text in every situation, by the one table of precedence."""

from random import Random

import pytest

from feedback_service.conversations.commands import (
    MOST_COMPLAINTS,
    MOST_MESSAGES,
    NEW,
    TABLE,
    Asked,
    Command,
    Kind,
    Known,
    Mine,
    Stage,
    Waiting,
    decide,
    line_of,
    verbs,
    words_of,
)
from feedback_service.conversations.language import guess_language
from feedback_service.conversations.wording.kinds import Question
from feedback_service.domain.references import is_reference

A, B, C = "10000012", "17777783", "25555551"
FOREIGN, NOBODYS, MISTYPED = "48219038", "33333335", "48219039"
assert all(map(is_reference, (A, B, C, FOREIGN, NOBODYS)))
assert not is_reference(MISTYPED)

GRAVE, OTHER = "A child is being beaten there now", "KRA has kept my refund since May"
WORDS = "They told me to come back tomorrow"
NAMED = {"passport": ("passport",), "1003": ("passport",), "id": ("id-first", "id-replacement")}
KNOWN = Known(
    services=lambda text: NAMED.get(text.lower(), ()),
    names=lambda text: frozenset({"KRA"} if "KRA" in text else ()),
    exists=lambda reference: reference in (A, B, C, FOREIGN),
    grave=lambda text: text == GRAVE,
    keyword="HUDUMA",
)
# A is open, B was answered, C is quiet.
CASES = (
    Mine(A, about=frozenset({"passport"})),
    Mine(B, Stage.ANSWERED, about=frozenset({"DIS"})),
    Mine(C, quiet=True),
)


def asked(question: Question, reference: str = "", **more: object) -> Waiting:
    return Waiting(Asked(question, reference, **more), cases=CASES, exchanged=A)  # type: ignore[arg-type]


LISTED = asked(Question.WHICH, choices=(A, B, NEW))
SITUATIONS = {
    "stranger": Waiting(),
    "cases": Waiting(cases=CASES),
    "today": Waiting(cases=CASES, exchanged=A),
    "minutes": Waiting(cases=CASES, exchanged=A, continues=A),
    "listed": LISTED,
    "solved?": asked(Question.VERDICT, B),
    "words?": asked(Question.WORDS, A),
    "rate?": asked(Question.RATING),
    "rate-late": Waiting(None, Asked(Question.RATING, late=True), CASES),
    "step": asked(Question.STEP),
    "flood": Waiting(complaints=MOST_COMPLAINTS),
    "picture": Waiting(cases=CASES, exchanged=A, enclosed=True),
}
SHAPES = {
    "STOP": "stop.",
    "HELP": "Msaada",
    "ENGLISH": "english",
    "greeting": "Habari yenu!",
    "WHO-ref": f"WHO {A}",
    "COUNTED-ref": f"imehesabiwa {A}",
    "own-ref": f"#{A[:4]} {A[4:]}.",
    "ref-SMS": f"{C} sms",
    "ref-APPEAL": f"{A} RUFAA",
    "ref-WITHDRAW": f"{A} ondoa",
    "quiet-secret": f"{C} 4071",
    "answered-NO": f"Case {B} is not solved",
    "answered-YES": f"{B} ndiyo asante",
    "open-NO": f"{A} bado",
    "own-ref-words": f"They lost the file of {A}",
    "foreign-ref": FOREIGN,
    "foreign-words": f"{FOREIGN} they came again today",
    "mistyped": f"{MISTYPED} bado",
    "identity-card": f"{MISTYPED} is my ID number, it has not come",
    "2": "2",
    "5": "5",
    "YES": "Ndiyo, asante sana",
    "yes-but": "yes but they asked for more",
    "NO": "hapana",
    "NO-words": "No, they never came",
    "thanks": "asante",
    "service": "Passport",
    "poster": "1003",
    "words": WORDS,
    "other-office": OTHER,
    "grave": GRAVE,
    "empty": "",
}
# One line a shape, one column a situation: what the message is.
MATRIX = """
              stranger  cases     today     minutes   listed    solved?   words?    rate?     rate-late step      flood     picture
STOP          stop      stop      stop      stop      stop      stop      stop      stop      stop      stop      stop      stop
HELP          help      help      help      help      help      help      help      help      help      help      help      help
ENGLISH       language  language  language  language  language  language  language  language  language  language  language  language
greeting      menu      menu      menu      menu      menu      menu      menu      menu      menu      menu      menu      menu
WHO-ref       who       who       who       who       who       who       who       who       who       who       who       who
COUNTED-ref   counted   counted   counted   counted   counted   counted   counted   counted   counted   counted   counted   counted
own-ref       status    status    status    status    pick      status    status    status    status    status    status    status
ref-SMS       hush      hush      hush      hush      hush      hush      hush      hush      hush      hush      hush      hush
ref-APPEAL    appeal    appeal    appeal    appeal    appeal    appeal    appeal    appeal    appeal    appeal    appeal    appeal
ref-WITHDRAW  withdraw  withdraw  withdraw  withdraw  withdraw  withdraw  withdraw  withdraw  withdraw  withdraw  withdraw  withdraw
quiet-secret  secret    secret    secret    secret    secret    secret    secret    secret    secret    secret    secret    secret
answered-NO   not-theirs verdict  verdict   verdict   verdict   verdict   verdict   verdict   verdict   verdict   not-theirs verdict
answered-YES  not-theirs verdict  verdict   verdict   verdict   verdict   verdict   verdict   verdict   verdict   not-theirs verdict
open-NO       not-theirs add      add       add       add       add       add       add       add       add       not-theirs add
own-ref-words complaint add       add       add       add       add       add       add       add       add       set-aside add
foreign-ref   status    status    status    status    status    status    status    status    status    status    status    status
foreign-words not-theirs not-theirs not-theirs not-theirs not-theirs not-theirs not-theirs not-theirs not-theirs not-theirs not-theirs not-theirs
mistyped      status    status    status    status    status    status    status    status    status    status    status    status
identity-card complaint complaint which     add       which     which     add       which     complaint step      set-aside which
2             nothing   verdict   verdict   verdict   pick      verdict   add       rating    rating    step      nothing   verdict
5             nothing   nothing   nothing   nothing   pick      nothing   add       rating    rating    step      nothing   nothing
YES           nothing   verdict   verdict   verdict   pick      verdict   add       nothing   verdict   step      nothing   verdict
yes-but       complaint complaint which     add       which     verdict   add       which     complaint step      set-aside which
NO            nothing   verdict   verdict   verdict   pick      verdict   add       nothing   verdict   step      nothing   verdict
NO-words      complaint complaint which     add       which     verdict   add       which     complaint step      set-aside which
thanks        thanks    thanks    thanks    thanks    thanks    verdict   add       thanks    thanks    step      thanks    thanks
service       card      card      card      card      card      card      add       card      card      step      card      card
poster        card      card      card      card      card      card      add       card      card      step      card      card
words         complaint complaint which     add       which     which     add       which     complaint step      set-aside which
other-office  complaint complaint complaint which     complaint complaint add       complaint complaint step      set-aside complaint
grave         complaint complaint complaint add       complaint complaint add       complaint complaint step      complaint complaint
empty         help      help      help      help      help      help      help      help      help      help      help      enclosed
"""  # noqa: E501 - a table is read across
_HEAD, *_ROWS = [row.split() for row in MATRIX.strip().splitlines()]
PAIRS = [
    (shape, situation, kind)
    for shape, *kinds in _ROWS
    for situation, kind in zip(_HEAD, kinds, strict=True)
]


def test_the_matrix_names_every_shape_and_every_situation():
    assert list(SITUATIONS) == _HEAD
    assert list(SHAPES) == [row[0] for row in _ROWS]


@pytest.mark.parametrize(("shape", "situation", "kind"), PAIRS)
def test_every_shape_in_every_situation_is_one_thing(shape, situation, kind):
    assert decide(SHAPES[shape], SITUATIONS[situation], KNOWN).kind.value == kind


def test_every_line_of_the_table_claims_something():
    """A line that nothing reaches stands below one that takes all it was written for."""
    more = [
        line_of(text, waiting, KNOWN)[0]
        for text, waiting in [
            ("START", Waiting()),
            (WORDS, Waiting(written=MOST_MESSAGES)),
            (WORDS, Waiting(cases=CASES, said={WORDS.lower(): A})),
            ("", Waiting(enclosed=True)),
            ("Kesi yangu iko wapi?", Waiting(cases=CASES)),
            ("no", Waiting(cases=(*CASES, Mine(FOREIGN, Stage.ANSWERED)))),
        ]
    ]
    reached = [line_of(SHAPES[s], SITUATIONS[w], KNOWN)[0] for s, w, _ in PAIRS]
    assert [line for line in TABLE if line not in [*reached, *more]] == []


def test_the_table_reads_as_sentences():
    assert all(line.message and line.when and line.does for line in TABLE)
    assert TABLE[-1].message == "anything else"
    assert len({(line.message, line.when) for line in TABLE}) == len(TABLE)


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
