"""No transition without words: each one, in each language, on each channel, at its longest."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from feedback_service.conversations import steps
from feedback_service.conversations.flows import FLOW
from feedback_service.conversations.pages import ROOM, size
from feedback_service.conversations.wording import LANGUAGES, names, phrases, shipped
from feedback_service.conversations.wording import templates as approved
from feedback_service.conversations.wording.budgets import LONGEST, PARTS
from feedback_service.conversations.wording.kinds import SURVEYS
from feedback_service.conversations.wording.rooms import PART, Place, filled, place, room
from feedback_service.domain import gsm7
from feedback_service.domain.cases import ACTORS, Action, Actor
from feedback_service.redress.telling import NOTICES
from tests.talking import rows
from tests.talking import shipped as catalogue

BY_USSD = {
    Action.RECEIVE: (
        "filed",
        "filed-central",
        "filed-held",
        "filed-tell",
        "filed-stopped",
        "filed-afraid",
        "secret-kept",
        "secret-afraid-kept",
    ),
    Action.CONFIRM: ("confirmed", "accepted"),
    Action.DISPUTE: ("disputed", "disputed-again", "disputed-last"),
    Action.ESCALATE: ("appealed",),
    Action.WITHDRAW: ("withdrawn",),
    Action.ANSWER: ("added",),
}
"""The last screens of what a citizen does with a case by USSD."""

ALSO = {
    Action.CONFIRM: ("sms-accepted",),
    Action.DISPUTE: ("sms-disputed-again", "sms-disputed-last"),
}
"""What is told instead of the notice in the cases that `redress.telling.notice` tells apart."""
SILENT = {Action.NOTE, Action.ASSIGN}
LONGEST_BODY = 1024
"""Characters of a WhatsApp template's body (Meta)."""

MEETINGS = [
    (action, channel)
    for action in Action
    for channel in ("ussd", "sms", "whatsapp", "template")
    if action not in SILENT
]


def wordings(action: Action, channel: str) -> tuple[str, ...]:
    """The keys that tell a citizen of an action on a channel; none where it is not met there."""
    if channel == "ussd":
        return BY_USSD[action] if Actor.CITIZEN in ACTORS[action] else ()
    notice = NOTICES[action]
    assert notice, f"{action} has no notice"
    said_first = ACTORS[action] == {Actor.CITIZEN}
    told = (notice, *ALSO.get(action, ()))
    return () if channel == "template" and said_first else told


def test_a_citizen_who_appeals_hears_of_it_in_both_ways() -> None:
    assert {"appealed", "sms-appealed"} <= shipped("en").keys()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("action", "channel"), MEETINGS)
def test_every_transition_has_words_that_fit_in_every_language_on_every_channel(
    action: Action, channel: str, language: str
) -> None:
    for key in wordings(action, channel):
        text = filled(phrases(language)[key])
        if channel == "ussd":
            assert size(text) <= ROOM
        elif channel == "template":
            assert key in approved.UNASKED, f"{key} may leave long after the citizen wrote"
            assert len(text) <= LONGEST_BODY
        else:
            assert gsm7.parts(text).count <= PARTS[key]


def test_what_is_silent_is_silent_everywhere() -> None:
    assert {action for action, notice in NOTICES.items() if notice is None} == SILENT


# --- the longest real values ------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_fits_its_room_with_the_longest_values(language: str) -> None:
    said = {key: phrases(language)[key] for key in shipped("en")}
    lacking = {key for key, text in said.items() if not names(text) <= LONGEST.keys()}
    assert not lacking, "budgets.LONGEST lacks a value"
    wide = {key for key, text in said.items() if size(filled(text)) > room(key, language)}
    assert not wide


def test_no_value_of_the_registry_is_longer_than_the_longest() -> None:
    data = rows()
    real: dict[str, list[str]] = {
        "office": [n for i in data.institutions for n in (i.short_en, i.short_sw)],
        "service": [n for s in data.services for n in (s.short_en, s.short_sw)],
        "where": [n for s in data.services for n in (s.where_en, s.where_sw)],
        "papers": [n for c in data.charters for n in (c.requirements_en, c.requirements_sw)],
        "place": [p.name_en for p in data.service_points],
        "cost": [f"KES {c.cost_kes:,}" for c in data.charters if c.cost_kes],
        "outcome": [
            t for lang in LANGUAGES for k, t in phrases(lang).items() if k.startswith("outcome-")
        ],
    }
    for name, values in real.items():
        longest = max(values, key=size)
        assert size(longest) <= size(LONGEST[name]), f"{name}: {longest}"


def asks() -> Iterator[tuple[str, steps.Ask]]:
    return ((name, step) for name, step in FLOW.items() if isinstance(step, steps.Ask))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_as_long_as_an_editor_may_make_it_leaves_room_for_a_hint(language: str) -> None:
    """A question is a screen by itself, with a hint above it and mostly the way back below."""
    talk = steps.Conversation("", language, {"service": "passport"}, facts=LONGEST)
    view = steps.View(talk, catalogue())
    said = {filled(text): key for key, text in phrases(language).items()}
    seen = set()
    for name, step in asks():
        asked = said.get(step.ask(view))
        if asked is None:  # it names a service: the enumeration of screens has it
            continue
        seen.add(name)
        hints = [key for key in shipped("en") if key in OF_A_SECRET or not step.final]
        hint = max(room(key, language) for key in hints if key.startswith("hint-"))
        back = 0 if step.final else room("back", language) + 1
        assert room(asked, language) + 1 + hint + back <= ROOM, asked
    assert {"words", "paid-amount", "case-add", "secret", "secret-afraid"} <= seen


OF_A_SECRET = ("hint-secret", "hint-easy")


def test_only_what_is_paged_may_be_longer_than_a_screen() -> None:
    paged = {"card", "card-none", "not-offered", "answer-is"}
    long = {
        key for key in shipped("en") for language in LANGUAGES
        if place(key) is not Place.MESSAGE and room(key, language) > ROOM
    }  # fmt: skip
    assert long <= paged


@pytest.mark.parametrize("key", sorted(PARTS))
def test_a_message_may_take_what_its_parts_hold(key: str) -> None:
    assert gsm7.parts("x" * room(key, "en")).count == PARTS[key]
    assert gsm7.parts("x" * (room(key, "en") + 1)).count == PARTS[key] + 1


def test_a_part_alone_holds_160() -> None:
    assert room("sms-routed", "sw") == PART == 160


# --- WhatsApp's templates ---------------------------------------------------------------------

TEMPLATES = {one.name: one for one in approved.templates(approved.SAMPLES)}


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_one_that_meta_approves(name: str) -> None:
    body, samples = TEMPLATES[name].body, TEMPLATES[name].samples
    first = dict.fromkeys(int(n) for n in re.findall(r"{{(\d+)}}", body))
    assert list(first) == list(range(1, len(samples) + 1)), "places count up without a gap"
    assert not re.search(r"^\s*{{|}}\s*$", body), "a body neither begins nor ends with a value"
    assert not re.search(r"}}\s*{{", body), "words stand between two values"
    assert all(samples)
    assert not [sample for sample in samples if re.search(r"[\n\t]| {4}", sample)]


def test_every_message_that_may_come_late_and_no_other_has_a_template() -> None:
    from_the_desk = {
        notice for action, notice in NOTICES.items()
        if notice and ACTORS[action] != {Actor.CITIZEN}
    }  # fmt: skip
    assert from_the_desk | SURVEYS <= set(approved.UNASKED) <= PARTS.keys()


def test_the_places_of_a_template_stay_where_they_were_approved(monkeypatch) -> None:
    from feedback_service.conversations import wording

    before = approved.fill("sms-routed", "en", approved.SAMPLES)
    try:
        wording.use({("sms-routed", "en"): "By {day}, {office} answers case {reference}."})
        assert approved.fill("sms-routed", "en", approved.SAMPLES) == before
    finally:
        wording.use({})


def test_a_value_is_one_line_and_never_empty() -> None:
    told = {"reference": "1234 5678", "office": "KRA", "answer": "Come\non  \t Friday"}
    assert approved.fill("sms-answered", "en", told) == ("1234 5678", "KRA", "Come on Friday")
    assert approved.fill("sms-answered", "en", {**told, "answer": ""})[2] == approved.EMPTY
