"""The words of the pages: complete in both languages, nothing idle, each place filled."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from jinja2 import Environment, nodes

from analytics.coverage import WhyNot
from analytics.fix_first import Doubt, Trouble
from analytics.funnel import STAGES
from analytics.indicators import DEFINITIONS
from analytics.scorecards import Tier
from feedback_service import web
from feedback_service.conversations.wording.rooms import Place
from feedback_service.conversations.wording.sheet import Wrong
from feedback_service.domain.cases import Action, Actor, CaseStatus, Outcome
from feedback_service.domain.ratings import Sample
from feedback_service.intake.assisted_form import CAME_BY, MASHINANI
from feedback_service.models import CallResult, Category, MessageState, Role
from feedback_service.outbox import REMEDIES
from feedback_service.redress import bulk, canned
from feedback_service.redress.queue import Scope, Tab
from feedback_service.registry.shapes import ReportingLine
from feedback_service.scoring import Dimension
from feedback_service.watch import Kind
from feedback_service.web.desk.case_actions import FORMS, NOT_OURS_REASONS, REJECT_GROUNDS
from feedback_service.web.desk.case_history import KINDS
from feedback_service.web.desk.frame import PLACES
from feedback_service.web.public.asked import key_of_why_not
from feedback_service.web.texts import LANGUAGES, Text, catalogue, page_words, say

ROOM = Path(web.__file__).parent
TEMPLATES = sorted((ROOM / "templates").rglob("*.html"))
READERS = [ROOM.parent / "intake" / name for name in ("assisted_form.py", "mashinani.py")]
CODE = sorted([*ROOM.rglob("*.py"), *READERS])
"""What asks for texts by their keys: the pages, and the readers of forms and sheets."""


@dataclass(frozen=True)
class Use:
    """A place where a text is asked for: by its whole key, or by one that begins so."""

    where: str
    key: str
    whole: bool
    given: frozenset[str] | None
    """The values that fill its places; None where they cannot be read."""


def in_templates() -> Iterator[Use]:
    for path in TEMPLATES:
        tree = Environment(extensions=["jinja2.ext.do"]).parse(path.read_text(encoding="utf-8"))
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "t" and call.args:
                given = frozenset(value.key for value in call.kwargs)
                for key, whole in keys_of(call.args[0]):
                    yield Use(path.name, key, whole, given)


def keys_of(asked: nodes.Node) -> Iterator[tuple[str, bool]]:
    """The keys an expression can be, as far as it is written out."""
    if isinstance(asked, nodes.Const):
        yield asked.value, True
    elif isinstance(asked, nodes.Concat) and isinstance(asked.nodes[0], nodes.Const):
        yield asked.nodes[0].value, False
    elif isinstance(asked, nodes.CondExpr):
        yield from keys_of(asked.expr1)
        if asked.expr2 is not None:
            yield from keys_of(asked.expr2)


def in_code() -> Iterator[Use]:
    for path in CODE:
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call):
                yield from asked_by(call, path.name)


def asked_by(call: ast.Call, where: str) -> Iterator[Use]:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if name in ("say", "_in") and len(call.args) > 1:
        for key, whole in written(call.args[1]):
            yield Use(where, key, whole, None)
    if name == "choices" and call.args:
        yield from (Use(where, f"{key}.", False, None) for key, _ in written(call.args[0]))
    for at, prefix in ASKED_IN_CODE.get(name, ()):
        if len(call.args) > at:
            for key, whole in written(call.args[at]):
                yield Use(where, f"{prefix}{key}" if whole else key, whole and bool(prefix), None)


ASKED_IN_CODE = {"flash": ((0, "flash."),), "Mistake": ((1, "error."),), "Check": ((0, "check."),)}
"""Calls whose argument is the end of a key: where it stands, and how the key begins."""


def written(value: ast.expr) -> Iterator[tuple[str, bool]]:
    match value:
        case ast.Constant(value=str(key)):
            yield key, True
        case ast.JoinedStr(values=[ast.Constant(value=str(start)), *_]):
            yield start, False
        case ast.BinOp(left=left):
            yield from ((start, False) for start, _ in written(left))
        case ast.IfExp(body=body, orelse=other):
            yield from written(body)
            yield from written(other)


USES = [*in_templates(), *in_code()]

INDICATORS = set(DEFINITIONS)
CAUSES = {str(cause).replace("-", "_") for cause in REMEDIES}
CHANNELS = {"sms", "ussd", "whatsapp", *CAME_BY, MASHINANI}
SETS: Mapping[str, set[str]] = {
    "actor.": set(Actor),
    "alarm.": {kind.replace("-", "_") for kind in Kind},
    "alarm_todo.": {kind.replace("-", "_") for kind in Kind},
    "because.": {"silent", "not_delivered", "not_reachable", "quiet", "no_citizen"},
    "bulk_act.": set(bulk.TOGETHER),
    "by.": set(Dimension),
    "category.": set(Category),
    "cause.": CAUSES,
    "channel.": CHANNELS,
    "counted.": INDICATORS,
    "delivery.": {*MessageState, "stopped"},
    "dimension.": set(Dimension),
    "doubt.": set(Doubt),
    "event.": {*(KINDS.get(action, action) for action in Action), "message", "categorise"},
    "hindrance.": set(bulk.Hindrance),
    "kind.": {"complaint", "information"},
    "language.": set(LANGUAGES),
    "call_result.": {result.replace("-", "_") for result in CallResult},
    "left_out.": INDICATORS,
    "level.": {*"01234", "short"},
    "line.": set(ReportingLine),
    "look.": {"opened", "attachment", "called", "conflict", "file", "number"},
    "nav.": {*PLACES, "more", "scorecards"},
    "not_ours.": set(NOT_OURS_REASONS),
    "not_measured.": {key_of_why_not(why) for why in WhyNot},
    "outcome.": {outcome.replace("-", "_") for outcome in Outcome},
    "reject_ground.": set(REJECT_GROUNDS),
    "reply_for.": set(canned.KINDS),
    "remedy.": CAUSES,
    "role.": set(Role),
    "sample.": set(Sample),
    "scope.": set(Scope),
    "stage.": set(STAGES),
    "state.": {"ok", "slow", "down"},
    "status.": {*CaseStatus, *Tab} - {Tab.LATE},
    "wording_where.": set(Place),
    "wording_wrong.": set(Wrong),
    "tier.": {tier.replace(" ", "_") for tier in Tier},
    "trouble.": set(Trouble),
}
"""Keys that end in a stored value, and all its values: no more and no fewer have a text."""


@pytest.mark.parametrize("begins", sorted(SETS))
def test_every_stored_value_has_its_words_and_no_other_has(begins: str) -> None:
    named = {key.removeprefix(begins) for key in catalogue("en") if key.startswith(begins)}
    assert named == SETS[begins]


def test_both_languages_have_the_same_keys() -> None:
    assert set(catalogue("en")) == set(catalogue("sw"))


def places(text: Text) -> set[str]:
    forms = text.values() if isinstance(text, dict) else [text]
    return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name}


def test_both_languages_have_the_same_places_and_forms() -> None:
    english, swahili = catalogue("en"), catalogue("sw")
    unlike = {key for key in english if shape_of(english[key]) != shape_of(swahili[key])}
    assert not unlike


def shape_of(text: Text) -> tuple[list[str], set[str]]:
    """Its forms, and the places they hold together."""
    return sorted(text) if isinstance(text, dict) else [], places(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_has_loose_ends_and_a_number_has_one_and_other(language: str) -> None:
    known = catalogue(language)
    forms = {k: text.values() if isinstance(text, dict) else [text] for k, text in known.items()}
    loose = {k for k, said in forms.items() if not all(one == one.strip() != "" for one in said)}
    counted = [sorted(text) for text in known.values() if isinstance(text, dict)]
    assert not loose
    assert all(each == ["one", "other"] for each in counted)


def test_every_key_asked_for_exists() -> None:
    known = catalogue("en")
    missing = {
        f"{use.where}: {use.key}"
        for use in USES
        if (use.key not in known if use.whole else not begun(use.key, known))
    }
    assert not missing


def begun(start: str, known: Mapping[str, Any]) -> bool:
    return any(key.startswith(start) for key in known)


def test_every_key_is_asked_for() -> None:
    """By its whole key, by how it begins, or quoted: wholly, or the end of one that begins so."""
    whole = {use.key for use in USES if use.whole}
    starts = {use.key for use in USES if not use.whole and "." in use.key}
    said = "\n".join(path.read_text(encoding="utf-8") for path in (*CODE, *TEMPLATES))
    unused = {
        key
        for key in catalogue("en")
        if key not in whole
        and f'"{key}"' not in said
        and not any(key.startswith(start) for start in starts - {*BY_NAME})
        and not any(key.startswith(start) and quoted(key, said) for start in BY_NAME)
    }
    assert not unused


BY_NAME = ("error.", "flash.")
"""Keys that no closed set holds: the code that raises one quotes its end."""


def quoted(key: str, said: str) -> bool:
    return f'"{key.partition(".")[2]}"' in said


@pytest.mark.parametrize("form", sorted(FORMS))
def test_every_answer_of_a_case_is_acknowledged_in_words(form: str) -> None:
    assert f"flash.{FORMS[form].flash}" in catalogue("en")


def test_every_place_of_a_text_is_filled() -> None:
    known = catalogue("en")
    unfilled = {
        f"{use.where}: {use.key} lacks {', '.join(sorted(places(known[use.key]) - use.given))}"
        for use in USES
        if use.whole and use.given is not None and places(known.get(use.key, "")) - use.given
    }
    assert not unfilled


def test_one_and_many_are_told_apart_in_both_languages() -> None:
    assert say("en", "queue.cases", n=1) == "1 open case"
    assert say("en", "figure.n", n=1204) == "1,204 answers"
    assert say("sw", "queue.late", n=2) == "2 zimechelewa"


def test_a_page_speaks_the_language_it_is_asked_for() -> None:
    for language in LANGUAGES:
        words: dict[str, Any] = page_words(language)
        assert words["t"]("base.skip") == catalogue(language)["base.skip"]
