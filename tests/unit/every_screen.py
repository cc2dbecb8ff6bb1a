"""Every state of the talk that shows another screen, with the longest real values we ship."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import product

from feedback_service.conversations.engine import MENU_HINTS, show
from feedback_service.conversations.flow_code import STATES
from feedback_service.conversations.flows import FLOW, START
from feedback_service.conversations.steps import Ask, Choose, Conversation, End, Tell
from feedback_service.conversations.wording import day, phrase
from feedback_service.domain import gsm7
from feedback_service.domain.cases import OPEN, CaseStatus, Outcome
from feedback_service.domain.escalation import OMBUDSMAN_LEVEL, rung_at
from feedback_service.redress.reading import MOST_SHOWN, Standing
from tests.talking import screens_of, shipped

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
        for step in ("service-menu", "score", "survey", "rated", "what", "words"):
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
                 "problem", "reported", "report-county", "rate-county", START,
                 "switch"):  # fmt: skip
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
    for state in STATES:
        yield Conversation("code", language, facts={"code_state": state})
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
    for held in ("", "clear", "find"):
        yield Conversation("filed", language, facts={**facts, "held": held})
    yield from of_an_answer(language, facts, [LONGEST_ANSWER])


def of_cases(language: str, facts: dict[str, str]) -> Iterator[Conversation]:
    for step in FACTS:
        yield Conversation(step, language, facts=facts)
    yield Conversation("filed", language, facts={**facts, "stopped": "1"})
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
        yield Conversation(f"{prefix}confirmed", language, facts={**facts, "other_voice": "1"})
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
