"""My cases: a list that a shared phone may show, and the whole life of one of them.

A reference may be typed where cases are listed: an own one leads to its screen, any other to one
word of status and the question for its secret.  A quiet case lives through the same steps under
names that begin with `secret`, which are never gone on with by whoever redials.
"""

import json
from collections.abc import Callable

from feedback_service.conversations.flow_report import from_facts, secret_of
from feedback_service.conversations.pages import plain
from feedback_service.conversations.steps import (
    SECRET,
    Ask,
    Choose,
    Effect,
    End,
    Flow,
    NotUnderstood,
    Option,
    Said,
    Tell,
    View,
)
from feedback_service.conversations.wording import phrase
from feedback_service.domain.quiet import BadSecret, read_secret
from feedback_service.domain.references import read_reference, spoken

OWN, QUIET = "", "secret-"
"""What the names of a case's steps begin with."""


def _listed(view: View) -> list[tuple[str, str, str]]:
    """`facts["cases"]` is a JSON list of [reference, which date, day]."""
    return [tuple(line) for line in json.loads(view.conversation.facts.get("cases", "[]"))]


def _cases(view: View) -> list[Option]:
    return [
        Option(reference, phrase(f"case-line-{which}", view.language, reference=reference, day=day))
        for reference, which, day in _listed(view)
    ]


def _ask_cases(view: View) -> str:
    return phrase("cases" if _listed(view) else "cases-none", view.language)


def _typed(view: View, text: str) -> Said:
    """A reference: of the list, or another's, or of a quiet case."""
    reference = read_reference(text)
    if reference is None:
        raise NotUnderstood("hint-reference")
    own = {line[0] for line in _listed(view)}
    known = spoken(reference)
    return Said({"reference": known}, "case" if known in own else "secret-open")


def _ask_secret(view: View) -> str:
    """The same for every reference that is not in the list, whether there is such a case or not."""
    facts, reference = view.conversation.facts, view.answer("reference")
    if facts.get("new"):
        return phrase("secret-new", view.language, reference=reference)
    if not facts.get("found"):
        return phrase("secret-open-only", view.language, reference=reference)
    return phrase("secret-open", view.language, reference=reference, status=facts["found"])


def _secret(view: View, text: str) -> Said:
    if view.conversation.facts.get("new"):
        return Said({SECRET: secret_of(text)}, "secret-case")
    try:
        return Said({SECRET: read_secret(text)}, "secret-case")
    except BadSecret:
        raise NotUnderstood("hint-secret") from None


def is_open(view: View) -> bool:
    """Whether this session gave the right secret of the case it speaks of."""
    return view.conversation.facts.get("opened") == view.answer("reference") != ""


def _choices(view: View) -> list[Option]:
    """`facts["choices"]` are what may be done now, in the order of the keys."""
    choices = view.conversation.facts.get("choices", "").split()
    return [Option(value, phrase(f"case-{value}", view.language)) for value in choices]


def _choices_if_open(view: View) -> list[Option]:
    if is_open(view):
        return _choices(view)
    return [Option("again", phrase("secret-again", view.language))]


def _ask_case(view: View) -> str:
    """Reference, status and date: the office and its answer wait behind a key."""
    key = f"case-{view.conversation.facts.get('say', 'closed')}"
    return from_facts(key, "reference", "status", "day", "done", "outcome")(view)


def _ask_if_open(view: View) -> str:
    return _ask_case(view) if is_open(view) else phrase("secret-wrong", view.language)


_LEADS = {
    "solved": "confirmed",
    "accept": "confirmed",
    "not-solved": "disputed",
    "not-accept": "disputed",
    "words": "case-add",
    "withdraw": "case-withdraw",
    "office": "case-office",
    "answer": "case-answer",
    "looked": "case-looked",
    "appeal": "appealed",
}


_SECRETLY = {"again": "secret-open", "quiet": "secret-hush"}


def _leads(prefix: str) -> Callable[[View], str]:
    def then(view: View) -> str:
        do = view.answer("case_do")
        return _SECRETLY.get(do) or f"{prefix}{_LEADS[do]}"

    return then


def _add(prefix: str) -> Callable[[View, str], Said]:
    def read(view: View, text: str) -> Said:
        if len(text) < 3:
            raise NotUnderstood("hint-words")
        return Said({"words": text}, f"{prefix}added")

    return read


def _office(view: View) -> str:
    return from_facts("office-is", "reference", "office", "rung", "day")(view)


def _answer(view: View) -> str:
    facts = view.conversation.facts
    answer = plain(facts.get("answer", "-"))
    return phrase("answer-is", view.language, office=facts.get("office", "-"), answer=answer)


def _looked(view: View) -> str:
    """Who looked, as the SMS tells it: how often, and when last."""
    facts = view.conversation.facts
    times = facts.get("times", "0")
    key = {"0": "looked-is-none", "1": "looked-is-one"}.get(times, "looked-is")
    last = facts.get("looked", "-")
    told = {"reference": facts.get("reference", "-"), "times": times, "day": last}
    if to := facts.get("shown_to"):
        why = phrase(facts["shown_why"], view.language)
        return phrase("looked-is-number", view.language, **told, office=to, reason=why)
    return phrase(key, view.language, **told)


def _changed(key: str, effect: Effect | None = None) -> End:
    """The last word on a case, or that it came too late."""

    def text(view: View) -> str:
        facts = view.conversation.facts
        if facts.get("other_voice"):
            return from_facts("other-voice", "reference")(view)
        if facts.get("too_late"):
            return from_facts("too-late", "reference")(view)
        if facts.get("went_on"):
            return from_facts("went-on", "reference", "day")(view)
        if key == "disputed" and facts.get("last"):
            return from_facts("disputed-last", "reference", "rung")(view)
        if key == "disputed" and facts.get("climbed"):
            return from_facts("disputed-again", "reference", "rung")(view)
        if key == "confirmed" and view.answer("case_do") == "accept":
            return from_facts("accepted", "reference")(view)
        return from_facts(key, "reference", "rung")(view)

    return End(text, needs=effect)


def _life(prefix: str) -> Flow:
    """The steps of one case's life, after its screen."""
    return {
        f"{prefix}case-add": Ask(
            from_facts("case-add", "reference"), _add(prefix), Effect.ADD_WORDS
        ),
        f"{prefix}case-withdraw": Choose(
            from_facts("case-withdraw-sure", "reference"),
            lambda view: [Option("yes", phrase("sure-yes", view.language))],
            "sure",
            lambda view: f"{prefix}withdrawn",
            Effect.WITHDRAW,
        ),
        f"{prefix}case-office": Tell(_office),
        f"{prefix}case-answer": Tell(_answer),
        f"{prefix}case-looked": Tell(_looked, Effect.READ_LOOKS),
        f"{prefix}confirmed": _changed("confirmed", Effect.CONFIRM),
        f"{prefix}disputed": _changed("disputed", Effect.DISPUTE),
        f"{prefix}appealed": _changed("appealed", Effect.APPEAL),
        f"{prefix}withdrawn": _changed("withdrawn"),
        f"{prefix}added": _changed("added"),
    }


STEPS: Flow = {
    "cases": Choose(
        _ask_cases,
        _cases,
        "reference",
        lambda view: "case",
        needs=Effect.LIST_CASES,
        typed=_typed,
    ),
    "case": Choose(_ask_case, _choices, "case_do", _leads(OWN), needs=Effect.READ_CASE),
    "secret-open": Ask(_ask_secret, _secret, needs=Effect.FIND_CASE),
    "secret-case": Choose(
        _ask_if_open, _choices_if_open, "case_do", _leads(QUIET), needs=Effect.OPEN_QUIET
    ),
    "secret-hush": Ask(
        from_facts("secret-hush", "reference"),
        lambda view, text: Said({SECRET: secret_of(text)}, "secret-kept"),
        Effect.HUSH,
    ),
    **_life(OWN),
    **_life(QUIET),
}
