"""Every screen that any step can show, with the longest real values of the shipped registry, has at
most 160 septets with its `CON ` or `END `.  All of them are made, none is sampled."""

import json
import re
from dataclasses import replace

import pytest

from feedback_service.conversations.engine import show
from feedback_service.conversations.flows import FLOW, START
from feedback_service.conversations.steps import Conversation
from feedback_service.conversations.wording import LANGUAGES, phrase
from feedback_service.domain import gsm7
from feedback_service.redress.reading import MOST_SHOWN
from tests.talking import cards, rows, screens_of
from tests.unit.every_screen import CATALOGUE, PRICE, talks, too_long


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_of_every_step_fits(language):
    states = list(talks(language))
    shown = {state.step for state in states} | {"card", "on-time", "paid"}
    assert shown == set(FLOW), "a step is missing from the enumeration"
    assert [long for state in states for long in too_long(state)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_menu_that_is_kept_is_made_of_what_its_step_names_and_of_nothing_else(language):
    kept = [
        state for state in talks(language) if getattr(FLOW[state.step], "made_of", None) is not None
    ]
    names = {name for state in talks(language) for name in state.answers} | {"place", "letters"}
    for state in kept:
        made_of = FLOW[state.step].made_of
        others = dict.fromkeys(names.difference(made_of), "?")
        strange = state._replace(answers={**state.answers, **others}, facts={"service": "?"})
        assert show(FLOW, strange, replace(CATALOGUE)) == show(FLOW, state, CATALOGUE)
    assert {"score", "in-sector", "what", "service-menu"} <= {state.step for state in kept}


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
    listed = [[f"1234 56{n:02d}", "due", "Wed 30 Sep"] for n in range(MOST_SHOWN)]
    for sector in CATALOGUE.sectors:
        at = Conversation(
            step, language, {"sector": f"sector:{sector.key}"}, ("main",),
            facts={"cases": json.dumps(listed)},
        )  # fmt: skip
        lines = [line for seen in screens_of(at, CATALOGUE) for line in seen.text.split("\n")[1:]]
        offered = [line.partition(" ")[2] for line in lines if re.match(r"([1-8]|1\d) ", line)]
        wanted = {
            "find": [s.short[language] for s in CATALOGUE.sectors],
            "in-sector": [s.short[language] for s in CATALOGUE.in_sector(sector.key)],
            "cases": [
                phrase("case-line-due", language, reference=reference, day=day)
                for reference, _, day in listed
            ],
        }[step]
        assert offered == wanted


@pytest.mark.parametrize("price", ["free", PRICE])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_first_screen_with_its_price_fits_on_one_page(language, price):
    priced = replace(CATALOGUE, call_cost=price)
    longest = max(CATALOGUE.services.values(), key=lambda s: len(s.short[language]))
    menu = Conversation("service-menu", language, {"service": longest.id})
    for at in (Conversation(START), Conversation("main", language), menu):
        assert too_long(at, priced) == []
        first = show(FLOW, at, priced)
        assert phrase("more", language) not in first.text
        assert (price == "free") or price in first.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_go_on_over_the_pages_of_a_menu_and_spare_the_keys_that_page(language):
    at = Conversation("find", language, path=("main",))
    lines = [line for seen in screens_of(at, CATALOGUE) for line in seen.text.split("\n")[1:]]
    keys = [line.partition(" ")[0] for line in lines if line[2:] and line[0] not in "09"]
    assert keys == [str(n) for n in (*range(1, 9), *range(10, len(CATALOGUE.sectors) + 2))]


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
