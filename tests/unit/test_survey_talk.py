"""The survey's talk from its first question on, and the instrument that its words make."""

import pytest

from feedback_service.conversations import flow_survey, instruments, wording
from feedback_service.conversations.engine import hear, show
from feedback_service.conversations.flows import FLOW
from feedback_service.conversations.steps import Effect
from feedback_service.domain.periods import Period
from feedback_service.domain.ratings import AnswerOrder
from tests.talking import shipped

CATALOGUE = shipped()
ANSWERS = {"service": "passport", "invite": "invite:1", "order": "best-first"}


def talk(*keys, language="en", **more):
    """What is asked for, and where the keys lead."""
    at, effects = flow_survey.invited(language, ANSWERS | more), []
    for key in keys:
        move = hear(FLOW, at, key, CATALOGUE)
        assert not move.hint
        at, effects = move.conversation, [*effects, *move.effects]
    return at, effects


def test_the_survey_reads_like_this_in_both_languages():
    at, _ = talk()
    assert show(FLOW, at, CATALOGUE).text == (
        "You used Passport. How was it?\n1 Very good\n2 Good\n3 Fair\n4 Bad\n5 Very bad\n"
        "6 Main menu"
    )
    at, _ = talk("1", language="sw")
    assert show(FLOW, at, CATALOGUE).text == (
        "Je, ulipata tatizo lolote hapo?\n1 Ndiyo\n2 Hapana\n0 Rudi"
    )


@pytest.mark.parametrize(
    ("keys", "last", "effects"),
    [
        (["1", "2"], "on-time", [Effect.RATE, Effect.PROBLEM]),
        (["1", "1"], "reported", [Effect.RATE, Effect.PROBLEM]),
        (["1", "1", "1"], "on-time", [Effect.RATE, Effect.PROBLEM, Effect.PROBLEM]),
        (["1", "2", "1", "1", "1"], "rated",
         [Effect.RATE, Effect.PROBLEM, *[Effect.CHARTER_ANSWER] * 3]),
        (["1", "1", "3", "1", "1", "1"], "what",
         [Effect.RATE, *[Effect.PROBLEM] * 2, *[Effect.CHARTER_ANSWER] * 3]),
        (["1", "1", "3", "0", "0", "2", "1", "1", "1"], "rated",
         [Effect.RATE, *[Effect.PROBLEM] * 3, *[Effect.CHARTER_ANSWER] * 3]),
    ],
    ids=["no problem", "a problem", "reported", "no problem to the end", "reports it after all",
         "went back: no problem after all"],
)  # fmt: skip
def test_two_questions_come_first_then_the_charter(keys, last, effects):
    at, done = talk(*keys)
    assert at.step == last
    assert done == effects


@pytest.mark.parametrize("order", AnswerOrder)
def test_every_key_means_the_mark_that_stands_beside_it(order):
    for key, mark in enumerate(flow_survey.marks_in(order), 1):
        at, _ = talk(str(key), order=order)
        assert flow_survey.mark_of(at) == mark
        shown = show(FLOW, talk(order=order)[0], CATALOGUE).text
        assert f"{key} {wording.phrase(f'score-{mark}', 'en')}" in shown.split("\n")


def test_who_wants_the_menu_gives_no_mark():
    at, _ = talk("6")
    assert (at.step, flow_survey.mark_of(at)) == ("main", "")


# --- The instrument -----------------------------------------------------------------------------


def test_no_word_of_the_survey_changes_without_a_new_version():
    """A changed question is a new entry at the end of instruments.json, with its words' hash."""
    texts = {language: wording.shipped(language) for language in wording.LANGUAGES}
    assert instruments.issued()[-1].words == instruments.words_of(texts)
    assert instruments.in_use() == instruments.issued()[-1].version


@pytest.mark.parametrize("key", ["problem", "score-3", "sms-invite-up", "courtesy-no"])
def test_one_changed_answer_makes_another_instrument(key):
    texts = {language: dict(wording.shipped(language)) for language in wording.LANGUAGES}
    before = instruments.words_of(texts)
    texts["sw"][key] += " x"
    assert instruments.words_of(texts) != before
    assert key in instruments.questions()


def test_an_editors_words_are_stored_as_another_instrument():
    try:
        wording.use({("problem", "en"): "Was there any trouble?"})
        name = instruments.in_use()
    finally:
        wording.use({})
    newest = instruments.issued()[-1].version
    assert name.startswith(f"{newest}{instruments.EDITED}")
    assert instruments.in_use() == newest


def test_versions_are_issued_once_and_in_order():
    known = instruments.issued()
    assert [one.since for one in known] == sorted({one.since for one in known})
    assert len({one.version for one in known}) == len(known)


def test_a_trend_breaks_where_the_questions_changed(monkeypatch):
    first = instruments.issued()[0]
    second = instruments.Instrument("2027", Period(2027, 2).start, "x")
    monkeypatch.setattr(instruments, "issued", lambda: (first, second))
    q1, q2, q3 = (Period(2027, n) for n in (1, 2, 3))
    assert instruments.changed_between(q1, q2) == ("2026", "2027")
    assert instruments.changed_between(q2, q3) == ()
    assert instruments.in_force(Period(2027)) == {"2026", "2027"}
