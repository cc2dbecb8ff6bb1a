"""Every phrase exists in both languages, says the same, and fits where it is shown."""

import re
from datetime import date, timedelta

import pytest

from feedback_service.conversations.wording import LANGUAGES, day, kes, phrase, phrases, promised
from feedback_service.conversations.wording.budgets import LONGEST, LONGEST_OFFICE, PARTS
from feedback_service.conversations.wording.kinds import ASKED_LATER, QUESTIONS
from feedback_service.domain import gsm7
from feedback_service.domain.cases import TRANSITIONS, Action, CaseStatus, Outcome
from feedback_service.domain.charter import PromiseUnit
from feedback_service.models import Category
from feedback_service.outbox import ALWAYS_SENT
from feedback_service.redress.telling import LONGEST_ANSWER, NOTICES
from tests.talking import rows

EN, SW = phrases("en"), phrases("sw")
SMS = sorted(key for key in EN if key.startswith("sms-"))
# Why the citizen does not hear of it.
SILENT = {
    Action.NOTE: "a note is between officers",
    Action.ASSIGN: "who sits at which desk is not news",
}


def names(text: str) -> list[str]:
    return sorted(set(re.findall(r"{(\w+)}", text)))


def test_both_languages_hold_the_same_keys():
    assert EN.keys() == SW.keys()


def test_both_languages_use_the_same_values():
    assert [key for key in EN if names(EN[key]) != names(SW[key])] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_is_shown_whole_by_every_phone(language):
    strange = {k: t for k, t in phrases(language).items() if gsm7.septets(t) is None}
    assert strange == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_is_empty_or_has_loose_ends(language):
    loose = [k for k, t in phrases(language).items() if not t or t != t.strip() or "  " in t]
    assert loose == []


def test_a_language_we_do_not_write_falls_to_english():
    assert phrase("cost-free", "fr") == phrase("cost-free", "en") == "free"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_keys_of_the_networks_are_never_offered(language):
    """98 and 00 page the network's own screens on some phones."""
    assert [k for k, t in phrases(language).items() if re.search(r"^(98|00)\b", t, re.M)] == []


# --- SMS ------------------------------------------------------------------------------------


def test_every_message_has_a_budget_and_no_budget_is_left_over():
    assert sorted(PARTS) == SMS


def test_the_longest_values_are_as_long_as_the_real_ones():
    offices = [name for i in rows().institutions for name in (i.short_en, i.short_sw)]
    assert max(gsm7.septets(name) for name in offices) <= LONGEST_OFFICE == len(LONGEST["office"])
    assert len(LONGEST["answer"]) == LONGEST_ANSWER
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(366)]
    for language in LANGUAGES:
        assert max(len(day(when, language)) for when in year) <= len(LONGEST["day"])
        said = [phrase(f"status-{status}", language) for status in CaseStatus]
        assert max(map(len, said)) <= len(LONGEST["status"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_leaves_in_gsm7(language):
    said = {key: gsm7.parts(phrases(language)[key].format(**LONGEST)) for key in SMS}
    assert {key for key, parts in said.items() if parts.encoding is not gsm7.Encoding.GSM7} == set()


def test_every_message_fits_its_parts_and_wastes_none():
    """A budget is what the longer of both languages needs."""
    needed = {
        key: max(gsm7.parts(phrases(each)[key].format(**LONGEST)).count for each in LANGUAGES)
        for key in SMS
    }
    assert needed == {key: PARTS[key] for key in SMS}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_of_a_first_contact_adds_one_part_at_most(language):
    notice = phrase("sms-notice", language)
    alone = {k: phrases(language)[k].format(**LONGEST) for k in SMS if k != "sms-notice"}
    noticed = {key: gsm7.parts(f"{text}\n{notice}").count for key, text in alone.items()}
    assert [key for key, count in noticed.items() if count > PARTS[key] + 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_says_who_why_and_how_to_stop(language):
    notice = phrase("sms-notice", language)
    stop, guide, who = {"en": ("STOP", "HELP", "gov"), "sw": ("ACHA", "MSAADA", "serikali")}[
        language
    ]
    assert stop in notice
    assert guide in notice
    assert who in notice


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_transition_is_without_words(action, language):
    assert action in NOTICES
    if NOTICES[action] is None:
        assert action in SILENT
    else:
        assert action not in SILENT
        assert "{reference}" in phrases(language)[NOTICES[action]]


def test_every_action_of_the_table_has_its_notice():
    assert {action for _, action in TRANSITIONS} | {Action.RECEIVE} <= NOTICES.keys()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", sorted(QUESTIONS))
def test_a_question_says_how_to_answer_it_but_an_office_s_answer_invites_none(key, language):
    tells = re.search(r"\b(reply|jibu)\b", phrases(language)[key], re.IGNORECASE)
    assert bool(tells) is (key not in ASKED_LATER)


def test_what_a_stopped_citizen_still_hears_exists():
    assert PARTS.keys() >= ALWAYS_SENT


# --- Words made of values -------------------------------------------------------------------

FAMILIES = {
    "status": tuple(CaseStatus),
    "outcome": tuple(Outcome),
    "what": tuple(set(Category) - {Category.BRIBERY, Category.THREAT}),
    "time": tuple(PromiseUnit),
}


@pytest.mark.parametrize(("family", "members"), FAMILIES.items())
def test_every_member_of_a_closed_set_has_its_word(family, members):
    assert {f"{family}-{member}" for member in members} <= EN.keys()


@pytest.mark.parametrize(
    ("amount", "unit", "english", "swahili"),
    [
        (1, "minutes", "1 minute", "dakika 1"),
        (30, "minutes", "30 minutes", "dakika 30"),
        (1, "working_hours", "1 working hour", "saa 1 ya kazi"),
        (2, "working_hours", "2 working hours", "saa 2 za kazi"),
        (1, "working_days", "1 working day", "siku 1 ya kazi"),
        (10, "working_days", "10 working days", "siku 10 za kazi"),
        (1, "calendar_days", "1 day", "siku 1"),
        (21, "calendar_days", "21 days", "siku 21"),
        (1, "hours", "1 hour", "saa 1"),
        (48, "hours", "48 hours", "saa 48"),
        (0, "minutes", "at once", "papo hapo"),
    ],
)
def test_promised_times_are_singular_and_plural(amount, unit, english, swahili):
    assert (promised(amount, unit, "en"), promised(amount, unit, "sw")) == (english, swahili)


@pytest.mark.parametrize(
    ("when", "english", "swahili"),
    [
        (date(2026, 12, 4), "Fri 4 Dec", "Ijm 4 Des"),
        (date(2026, 3, 2), "Mon 2 Mar", "Jtt 2 Mac"),
        (date(2026, 9, 30), "Wed 30 Sep", "Jtn 30 Sep"),
        (date(2026, 8, 2), "Sun 2 Aug", "Jpl 2 Ago"),
        (date(2026, 10, 3), "Sat 3 Oct", "Jms 3 Okt"),
    ],
)
def test_days_are_named_in_the_language(when, english, swahili):
    assert (day(when, "en"), day(when, "sw")) == (english, swahili)


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_seven_days_and_twelve_months(language):
    assert len(set(phrase("days", language).split())) == 7
    assert len(set(phrase("months", language).split())) == 12


@pytest.mark.parametrize(
    ("amount", "english", "swahili"),
    [(0, "free", "bure"), (1050, "KES 1,050", "KES 1,050"), (None, "varies", "hutofautiana")],
)
def test_money_is_said_as_a_charter_prints_it(amount, english, swahili):
    assert (kes(amount, "en"), kes(amount, "sw")) == (english, swahili)
