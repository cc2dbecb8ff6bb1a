"""Solved, not solved, or unclear: in English, Kiswahili and Sheng, and nothing unclear says yes."""

import itertools

import pytest

from feedback_service.conversations.commands import Aim, Verdict, verdict_of

YES, NO, UNCLEAR = Verdict.YES, Verdict.NO, Verdict.UNCLEAR

# What it says in answer to our question; with a reference; and out of the blue.
SAID = {
    "1": (YES, YES, YES),
    "1.": (YES, YES, YES),
    "YES": (YES, YES, YES),
    "Ndiyo": (YES, YES, YES),
    "ndio bana": (UNCLEAR, UNCLEAR, None),
    "eeh": (YES, YES, YES),
    "Yes, thank you very much": (YES, YES, YES),
    "Ndiyo asante sana, Mungu awabariki": (YES, YES, YES),
    "Solved": (YES, YES, YES),
    "it is solved, thanks": (YES, YES, YES),
    "Imetatuliwa": (YES, YES, YES),
    "tatizo limetatuliwa kabisa": (YES, YES, YES),
    "ishasolvewa": (None, None, None),
    "imesort": (YES, YES, YES),
    "poa": (YES, YES, None),
    "iko fiti": (YES, YES, None),
    "2": (NO, NO, NO),
    "NO": (NO, NO, NO),
    "hapana": (NO, NO, NO),
    "La": (NO, NO, NO),
    "zii": (NO, NO, NO),
    "bado": (NO, NO, NO),
    "bado sana": (NO, NO, NO),
    "Not solved": (NO, NO, NO),
    "not yet": (NO, NO, NO),
    "haijatatuliwa": (NO, NO, NO),
    "it is still not solved": (NO, NO, NO),
    "No, they never came": (NO, NO, None),
    "no they never came": (NO, NO, None),
    "2 they never came": (NO, NO, None),
    "bado hawajakuja": (NO, NO, None),
    "zii, hakuna kitu wamefanya": (NO, NO, None),
    "hapana bado nangoja": (NO, NO, None),
    "no water since Monday": (None, NO, None),
    "la kwanza ni jina": (None, NO, None),
    "2 weeks have passed": (None, None, None),
    "1 week and nothing": (UNCLEAR, UNCLEAR, None),
    "yes but they asked for more": (UNCLEAR, UNCLEAR, None),
    "ndiyo lakini nusu tu": (UNCLEAR, UNCLEAR, None),
    "1 but not all": (UNCLEAR, UNCLEAR, None),
    "solved? when?": (UNCLEAR, UNCLEAR, None),
    "is it solved": (UNCLEAR, UNCLEAR, None),
    "je imetatuliwa": (UNCLEAR, UNCLEAR, None),
    "no problem, it is solved": (UNCLEAR, UNCLEAR, None),
    "hakuna shida": (UNCLEAR, UNCLEAR, None),
    "no it was solved": (UNCLEAR, UNCLEAR, None),
    "yes no": (UNCLEAR, UNCLEAR, None),
    "half is fixed": (UNCLEAR, UNCLEAR, None),
    "they say bado": (UNCLEAR, UNCLEAR, None),
    "ok": (UNCLEAR, None, None),
    "asante": (UNCLEAR, None, None),
    "sawa": (UNCLEAR, None, None),
    "\U0001f44d": (UNCLEAR, None, None),
    "They told me to come back": (None, None, None),
    "": (None, None, None),
}


@pytest.mark.parametrize(("text", "said"), SAID.items())
def test_what_the_words_say(text, said):
    assert tuple(verdict_of(text, aim) for aim in (Aim.ASKED, Aim.QUOTED, Aim.NEITHER)) == said


YESES = ["1", "yes", "ndiyo", "eeh", "solved", "imetatuliwa"]
MORE = ["but", "lakini", "if they come", "not", "bado", "half", "maybe", "they lied", "la", "no",
        "nusu", "kama", "when?", "2", "5", "tomorrow", "1000 shillings"]  # fmt: skip


@pytest.mark.parametrize("aim", Aim)
def test_a_yes_with_anything_but_courtesy_never_confirms(aim):
    pairs = [
        f"{yes}{gap}{more}"
        for yes, more, gap in itertools.product(YESES, MORE, (" ", ", ", ". ", "\n"))
    ]
    assert [text for text in pairs if verdict_of(text, aim) is YES] == []


@pytest.mark.parametrize("aim", Aim)
def test_courtesy_takes_nothing_from_a_yes(aim):
    kind = ["asante sana", "thank you", "please", "tafadhali", "asanteni", "God bless you"]
    pairs = [f"{yes} {more}" for yes, more in itertools.product(YESES, kind)]
    assert {verdict_of(text, aim) for text in pairs} == {YES}


def test_no_word_says_both():
    for yes, no in itertools.product(YESES, ["no", "la", "hapana", "bado", "zii", "2"]):
        for text in (f"{yes} {no}", f"{no} {yes}", f"{no}, {yes}"):
            assert verdict_of(text, Aim.ASKED) is not YES
