"""My cases: see where they stand, say whether they were solved, add words, withdraw."""

import json

from feedback_service.conversations.flow_report import from_facts
from feedback_service.conversations.pages import ROOM, plain, shorten, size
from feedback_service.conversations.steps import (
    Ask,
    Choose,
    Effect,
    End,
    Flow,
    NotUnderstood,
    Option,
    Said,
    View,
)
from feedback_service.conversations.wording import phrase

VERDICT, WORDS, CLOSED = "verdict", "words", "closed"
"""What a citizen may do with a case now: judge the answer, add or withdraw, change their mind."""


def _cases(view: View) -> list[Option]:
    """`facts["cases"]` is a JSON list of [reference, status]."""
    listed = json.loads(view.conversation.facts.get("cases", "[]"))
    language = view.language
    return [
        Option(
            reference,
            phrase(
                "case-line",
                language,
                reference=reference,
                status=phrase(f"status-{status}", language),
            ),
        )
        for reference, status in listed
    ]


def _ask_cases(view: View) -> str:
    return phrase("cases" if _cases(view) else "cases-none", view.language)


def _choices(view: View) -> list[Option]:
    """Solved or not for an answered case; words or withdrawal for an open one."""
    stage = view.conversation.facts.get("stage", CLOSED)
    choices = {
        VERDICT: ("solved", "not-solved"),
        WORDS: ("words", "withdraw"),
        CLOSED: ("not-solved",) if view.conversation.facts.get("may_change") else (),
    }[stage]
    return [Option(value, phrase(f"case-{value}", view.language)) for value in choices]


def _ask_case(view: View) -> str:
    """The case in one screen; a long answer is cut, the SMS carried it whole."""
    facts = view.conversation.facts
    key = f"case-{facts.get('say', 'closed')}"
    names = {"reference": "-", "office": "-", "day": "-", "outcome": "", **facts}
    names = {k: v for k, v in names.items() if k not in ("answer", "cases")}
    bare = phrase(key, view.language, **names, answer="")
    menu = sum(size(o.label) + 3 for o in _choices(view)) + 12
    answer = shorten(plain(facts.get("answer", "")), ROOM - size(bare) - menu)
    return phrase(key, view.language, **names, answer=answer)


def _after_case(view: View) -> str:
    return {
        "solved": "confirmed",
        "not-solved": "disputed",
        "words": "case-add",
        "withdraw": "case-withdraw",
    }[view.answer("case_do")]


def _add(view: View, text: str) -> Said:
    if len(text) < 3:
        raise NotUnderstood("hint-words")
    return Said({"words": text}, "added")


def _changed(key: str) -> End:
    """The last word on a case, or that it came too late."""

    def text(view: View) -> str:
        if view.conversation.facts.get("too_late"):
            return from_facts("too-late", "reference")(view)
        return from_facts(key, "reference", "office")(view)

    effect = {"confirmed": Effect.CONFIRM, "disputed": Effect.DISPUTE}.get(key)
    return End(text, needs=effect)


STEPS: Flow = {
    "cases": Choose(_ask_cases, _cases, "reference", lambda view: "case", needs=Effect.LIST_CASES),
    "case": Choose(_ask_case, _choices, "case_do", _after_case, needs=Effect.READ_CASE),
    "case-add": Ask(from_facts("case-add", "reference"), _add, Effect.ADD_WORDS),
    "case-withdraw": Choose(
        from_facts("case-withdraw-sure", "reference"),
        lambda view: [Option("yes", phrase("sure-yes", view.language))],
        "sure",
        lambda view: "withdrawn",
        Effect.WITHDRAW,
    ),
    "confirmed": _changed("confirmed"),
    "disputed": _changed("disputed"),
    "withdrawn": _changed("withdrawn"),
    "added": _changed("added"),
}
