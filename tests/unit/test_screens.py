"""Every screen that any step can show, with the longest real values of the shipped registry, has at
most 160 septets with its `CON ` or `END `.  All of them are made, none is sampled."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import product

import pytest

from feedback_service.conversations.engine import MENU_HINTS, show
from feedback_service.conversations.flows import FLOW, START
from feedback_service.conversations.steps import Ask, Choose, Conversation, End, Tell
from feedback_service.conversations.wording import LANGUAGES, day, phrase
from feedback_service.domain import gsm7
from feedback_service.domain.cases import OPEN, CaseStatus, Outcome
from feedback_service.domain.escalation import OMBUDSMAN_LEVEL, rung_at
from feedback_service.redress.reading import MOST_SHOWN, Standing
from tests.talking import cards, rows, screens_of, shipped

CATALOGUE = shipped()
REFERENCE = "1234 5678"
LONGEST_ANSWER = "neno refu la jibu " * 17
NOT_ASCII = "Tume\u2019s \u201creply\u201d \u2014 K\u0129r\u0129nyaga \u20ac " * 9
HINTS = {Choose: ("", *MENU_HINTS), Ask: ("", "hint-county", "hint-amount", "hint-words"),
         Tell: ("", "hint-number"), End: ("",)}  # fmt: skip
SECRET_HINTS = ("", "hint-secret", "hint-easy")
OPEN_BEHIND = {"reply-way": "words", "secret-way": "words", "secret": "reply-way",
               "secret-afraid": "afraid-words"}  # fmt: skip
"""Steps that only follow an open case, with the one before: none of them has a way back."""
FACTS = ("filed", "filed-tell", "filed-afraid", "reply-way", "secret-way", "secret", "secret-kept",
         "secret-afraid", "secret-afraid-kept", "secret-hush")  # fmt: skip
LIFE = ("confirmed", "disputed", "appealed", "withdrawn", "added", "case-add", "case-withdraw",
        "case-office")  # fmt: skip
PRICE = "KES 1 per 20 sec"
"""As long a price as anybody should declare."""


def letters(words: frozenset[str]) -> set[str]:
    """Everything that can be typed so that a word begins with it."""
    return {word[:length] for word in words for length in range(1, len(word) + 1)}


def of_services() -> Iterator[tuple[str, dict[str, str]]]:
    """Steps that speak of one service, with every service."""
    for service in CATALOGUE.services.values():
        for step in ("service-menu", "score", "rated", "what", "words"):
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
    for step in ("main", "find", "paid-amount", "courtesy", "afraid", "afraid-words",
                 "report-county", "rate-county", START, "switch"):  # fmt: skip
        yield step, {}


def talks(language: str) -> Iterator[Conversation]:
    """Every state of the talk that shows another screen, without its page."""
    for step, answers in (*plain_steps(), *of_services(), *of_finding()):
        yield Conversation(step, language, answers)
    offices = {name[language] for name in CATALOGUE.offices.values()}
    for office in offices:
        yield from of_offices(language, facts_of(language, office))
    widest = facts_of(language, max(offices, key=len))
    yield from of_cases(language, widest)
    yield from of_an_answer(language, widest, [NOT_ASCII, "A" * 300, "", "^{}" * 100])
    for step in ("reply-way", "secret-way"):
        yield Conversation(step, language, facts={**widest, "danger": "1"})
    yield from of_lists(language, widest["day"])
    yield from of_secrets(language)


@cache
def facts_of(language: str, office: str) -> dict[str, str]:
    days = {day(date(2026, 1, 1) + timedelta(days=n), language) for n in range(366)}
    longest_day = max(sorted(days), key=len)
    return {"reference": REFERENCE, "office": office, "day": longest_day, "done": longest_day}


def of_offices(language: str, facts: dict[str, str]) -> Iterator[Conversation]:
    """The screens that name the office."""
    for level in range(OMBUDSMAN_LEVEL + 1):
        rung = phrase(f"rung-{rung_at(level).key}", language)
        for prefix in ("", "secret-"):
            yield Conversation(f"{prefix}case-office", language, facts={**facts, "rung": rung})
    for held in ("", "1"):
        yield Conversation("filed", language, facts={**facts, "held": held})
    yield from of_an_answer(language, facts, [LONGEST_ANSWER])


def of_cases(language: str, facts: dict[str, str]) -> Iterator[Conversation]:
    for step in FACTS:
        yield Conversation(step, language, facts=facts)
    for more in ("held", "stopped"):
        yield Conversation("filed", language, facts={**facts, more: "1"})
    for level in range(OMBUDSMAN_LEVEL + 1):
        rung = phrase(f"rung-{rung_at(level).key}", language)
        yield from of_a_life(language, {**facts, "rung": rung})
    yield from of_a_case(language, facts)


def of_lists(language: str, longest_day: str) -> Iterator[Conversation]:
    yield Conversation("cases", language, facts={"cases": "[]"})
    for which in ("due", "of"):
        listed = json.dumps([[REFERENCE, which, longest_day]] * MOST_SHOWN)
        yield Conversation("cases", language, facts={"cases": listed})


def of_secrets(language: str) -> Iterator[Conversation]:
    for found in (*CaseStatus, "unknown", ""):
        word = {"found": phrase(f"status-{found}", language) if found else ""}
        for new in ("", "1"):
            yield Conversation("secret-open", language, ANSWERED_WITH, facts={**word, "new": new})
    yield Conversation("secret-case", language, ANSWERED_WITH, facts={"opened": ""})


ANSWERED_WITH = {"reference": REFERENCE}
OPENED = {"opened": REFERENCE}


def of_a_life(language: str, facts: dict[str, str]) -> Iterator[Conversation]:
    """The steps behind a case's screen, of an own case and of a quiet one."""
    for prefix in ("", "secret-"):
        for step in LIFE:
            yield Conversation(f"{prefix}{step}", language, facts=facts)
        yield Conversation(f"{prefix}disputed", language, facts={**facts, "climbed": "1"})
        yield Conversation(f"{prefix}disputed", language, facts={**facts, "went_on": "1"})
        yield Conversation(f"{prefix}confirmed", language, facts={**facts, "too_late": "1"})
        yield Conversation(f"{prefix}confirmed", language, {"case_do": "accept"}, facts=facts)
        for times in ("0", "1", "9999"):
            looks = {**facts, "times": times, "looked": facts["day"]}
            yield Conversation(f"{prefix}case-looked", language, facts=looks)


def of_an_answer(
    language: str, facts: dict[str, str], answers: list[str]
) -> Iterator[Conversation]:
    for prefix in ("", "secret-"):
        for answer in answers:
            said = {**facts, "answer": answer}
            yield Conversation(f"{prefix}case-answer", language, facts=said)


def standings() -> Iterator[Standing]:
    for status, outcome, disputes, level, late, quiet in product(
        CaseStatus, (None, *Outcome), (0, 2), range(OMBUDSMAN_LEVEL + 1), (True, False),
        (True, False),
    ):  # fmt: skip
        yield Standing(status, outcome, disputes, level, late, quiet=quiet)


def of_a_case(language: str, facts: dict[str, str]) -> Iterator[Conversation]:
    """Every screen of a case with every choice there can be on it."""
    shown = {
        (says(case), case.status, case.outcome, case.choices(within_window=within))
        for case in standings()
        for within in (True, False)
    }
    for say, status, outcome, choices in sorted(shown, key=str):
        told = {
            "say": say,
            "status": phrase(f"status-{status}", language),
            "outcome": phrase(f"outcome-{outcome}", language) if outcome else "",
            "choices": " ".join(choices),
        }
        yield Conversation("case", language, facts={**facts, **told})
        yield Conversation("secret-case", language, ANSWERED_WITH, facts=facts | told | OPENED)


def says(case: Standing) -> str:
    if case.status in OPEN:
        return "late" if case.late else "open"
    return {"resolved": "answered", "rejected": "rejected", "closed": "closed"}[case.status]


def too_long(conversation: Conversation, catalogue=CATALOGUE) -> list[str]:
    """The screens of a state, on every page, with every hint, first or not, that do not fit."""
    found, step = [], conversation.step
    secret = isinstance(FLOW[step], Ask) and step.startswith("secret")
    hints = SECRET_HINTS if secret else HINTS[type(FLOW[step])]
    behind = OPEN_BEHIND.get(step)
    for path in [(behind,)] if behind else [(), ("main",)]:
        at = conversation._replace(path=path)
        for number, _ in enumerate(screens_of(at, catalogue)):
            for hint in hints:
                seen = show(FLOW, at._replace(page=number), catalogue, hint)
                screen = f"{'END' if seen.ends else 'CON'} {seen.text}"
                if not gsm7.fits(screen):
                    found.append(f"{step}: {gsm7.septets(screen)}: {screen!r}")
    return found


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
