"""Every screen that any step can show, with the longest real values of the shipped registry, has at
most 160 septets with its `CON ` or `END `.  All of them are made, none is sampled."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from feedback_service.conversations.engine import MENU_HINTS, show
from feedback_service.conversations.flows import FLOW, START
from feedback_service.conversations.steps import Ask, Choose, Conversation, End, Tell
from feedback_service.conversations.wording import LANGUAGES, day, phrase
from feedback_service.domain import gsm7
from feedback_service.domain.cases import CaseStatus, Outcome
from feedback_service.redress.reading import MOST_SHOWN
from tests.talking import cards, rows, screens_of, shipped

CATALOGUE = shipped()
REFERENCE = "1234 5678"
LONGEST_ANSWER = "neno refu la jibu " * 17
NOT_ASCII = "Tume\u2019s \u201creply\u201d \u2014 K\u0129r\u0129nyaga \u20ac " * 9
HINTS = {Choose: ("", *MENU_HINTS), Ask: ("", "hint-county", "hint-amount", "hint-words"),
         Tell: ("", "hint-keys"), End: ("",)}  # fmt: skip
FACTS = ("filed", "filed-afraid", "confirmed", "disputed", "withdrawn", "added", "case-add",
         "case-withdraw")  # fmt: skip


def letters(words: frozenset[str]) -> set[str]:
    """Everything that can be typed so that a word begins with it."""
    return {word[:length] for word in words for length in range(1, len(word) + 1)}


def of_services() -> Iterator[tuple[str, dict[str, str]]]:
    """Steps that speak of one service, with every service."""
    for service in CATALOGUE.services.values():
        for step in ("service-menu", "score", "rated", "what"):
            yield step, {"service": service.id}
        for do in ("before", "rate", "report"):
            for county in ("", "1"):
                yield "service-menu", {"service": service.id, "do": do, "county": county}


def of_finding() -> Iterator[tuple[str, dict[str, str]]]:
    """Every menu that a sector, letters or a county's letters can bring up; each menu once."""
    for sector in CATALOGUE.sectors:
        yield "in-sector", {"sector": f"sector:{sector.key}"}
    words = frozenset[str]().union(*(s.words for s in CATALOGUE.services.values()))
    menus = {tuple(s.id for s in CATALOGUE.find_services(typed)): typed for typed in letters(words)}
    for typed in menus.values():
        yield "find-pick", {"letters": typed}
    towns = frozenset[str]().union(*(c.words for c in CATALOGUE.counties.values()))
    picks = {
        tuple(c.code for c in CATALOGUE.find_counties(typed)): typed for typed in letters(towns)
    }
    for typed in picks.values():
        yield "report-county-pick", {"county_letters": typed}
        yield "rate-county-pick", {"county_letters": typed}


def plain_steps() -> Iterator[tuple[str, dict[str, str]]]:
    for step in ("main", "find", "paid-amount", "courtesy", "words", "afraid", "afraid-words",
                 "report-county", "rate-county", START, "switch"):  # fmt: skip
        yield step, {}


def talks(language: str) -> Iterator[Conversation]:
    """Every state of the talk that shows another screen, without its page."""
    for step, answers in (*plain_steps(), *of_services(), *of_finding()):
        yield Conversation(step, language, answers)
    offices = {name[language] for name in CATALOGUE.offices.values()}
    days = {day(date(2026, 1, 1) + timedelta(days=n), language) for n in range(366)}
    longest_day = max(sorted(days), key=len)
    for office in offices:
        facts = {"reference": REFERENCE, "office": office, "day": longest_day}
        for step in FACTS:
            yield Conversation(step, language, facts=facts)
        yield Conversation("filed", language, facts={**facts, "held": "1"})
        yield Conversation("confirmed", language, facts={**facts, "too_late": "1"})
        yield from of_a_case(language, facts, [LONGEST_ANSWER])
    widest = {**facts, "office": max(offices, key=len)}
    yield from of_a_case(language, widest, [NOT_ASCII, "A" * 300, "", "^{}" * 100])
    yield Conversation("cases", language, facts={"cases": "[]"})
    for status in CaseStatus:
        listed = json.dumps([[REFERENCE, status]] * MOST_SHOWN)
        yield Conversation("cases", language, facts={"cases": listed})


def of_a_case(language: str, facts: dict[str, str], answers: list[str]) -> Iterator[Conversation]:
    for say, stage in (("open", "words"), ("late", "words")):
        yield Conversation("case", language, facts={**facts, "say": say, "stage": stage})
    for answer in answers:
        answered = {**facts, "say": "answered", "stage": "verdict", "answer": answer}
        yield Conversation("case", language, facts=answered)
    for outcome in Outcome:
        said = {
            "say": "closed",
            "stage": "closed",
            "outcome": phrase(f"outcome-{outcome}", language),
        }
        for may_change in ("", "1"):
            yield Conversation("case", language, facts={**facts, **said, "may_change": may_change})


def too_long(conversation: Conversation, catalogue=CATALOGUE) -> list[str]:
    """The screens of a state, on every page, with every hint, first or not, that do not fit."""
    found = []
    kind = type(FLOW[conversation.step])
    for path in ((), ("main",)):
        at = replace(conversation, path=path)
        for number, _ in enumerate(screens_of(at, catalogue)):
            for hint in HINTS[kind]:
                seen = show(FLOW, replace(at, page=number), catalogue, hint)
                screen = f"{'END' if seen.ends else 'CON'} {seen.text}"
                if not gsm7.fits(screen):
                    found.append(f"{conversation.step}: {gsm7.septets(screen)}: {screen!r}")
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_of_every_step_fits(language):
    states = list(talks(language))
    shown = {state.step for state in states} | {"card", "on-time", "paid"}
    assert shown == set(FLOW), "a step is missing from the enumeration"
    assert [long for state in states for long in too_long(state)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_charter_fits_the_screens_that_promise(language):
    long = []
    for of, card in cards():
        service = replace(CATALOGUE.services[of], card=card)
        catalogue = replace(CATALOGUE, services={**CATALOGUE.services, of: service})
        for step in ("card", "on-time", "paid"):
            long += too_long(Conversation(step, language, {"service": of}), catalogue)
    assert long == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_services_without_a_charter_or_not_given_at_a_place_fit(language):
    long = []
    bare = {id: replace(service, card=None) for id, service in CATALOGUE.services.items()}
    for of in bare:
        at = Conversation("card", language, {"service": of})
        long += too_long(at, replace(CATALOGUE, services=bare))
    for place, service in CATALOGUE.not_offered:
        long += too_long(Conversation("card", language, {"service": service, "place": place}))
    assert CATALOGUE.not_offered
    assert long == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_a_charter_lose_no_word(language):
    for of, service in CATALOGUE.services.items():
        at = Conversation("card", language, {"service": of}, path=("service-menu",))
        keys = {phrase("more", language), phrase("back", language)}
        lines = [line for s in screens_of(at, CATALOGUE) for line in s.text.split("\n")]
        text = " ".join(line for line in lines if line not in keys)
        assert service.where[language] in text
        if service.card:
            assert service.card.papers[language] in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("step", ["find", "in-sector", "cases"])
def test_pages_of_a_menu_hold_every_line_once_in_order(step, language):
    listed = [[f"1234 56{n:02d}", "received"] for n in range(MOST_SHOWN)]
    for sector in CATALOGUE.sectors:
        at = Conversation(
            step, language, {"sector": f"sector:{sector.key}"}, ("main",),
            facts={"cases": json.dumps(listed)},
        )  # fmt: skip
        lines = [line for seen in screens_of(at, CATALOGUE) for line in seen.text.split("\n")[1:]]
        offered = [line[2:] for line in lines if re.match(r"[1-8] ", line)]
        wanted = {
            "find": [s.short[language] for s in CATALOGUE.sectors],
            "in-sector": [s.short[language] for s in CATALOGUE.in_sector(sector.key)],
            "cases": [f"{r} {phrase('status-received', language)}" for r, _ in listed],
        }[step]
        assert offered == wanted


def test_no_two_lines_of_a_menu_read_the_same():
    for sector in CATALOGUE.sectors:
        for language in LANGUAGES:
            lines = [s.short[language] for s in CATALOGUE.in_sector(sector.key)]
            assert len(set(lines)) == len(lines)


def test_menu_lines_of_the_registry_stay_within_their_columns():
    assert max(len(s.short_sw) for s in rows().services) <= 20


def test_a_screen_that_is_one_too_long_is_found():
    """The measure itself: 156 septets and the prefix are the most there may be."""
    assert gsm7.fits("CON " + "x" * 156)
    assert not gsm7.fits("CON " + "x" * 157)
