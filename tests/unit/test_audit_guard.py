"""A guard: what changes an account tells the audit, in words; nothing but `staff` changes one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from feedback_service.domain.appraisals import Step
from feedback_service.models import ModelStep, RequestKind
from feedback_service.web.texts import LANGUAGES, catalogue

ROOT = Path(__file__).parents[2] / "feedback_service"
STAFF = ROOT / "staff"
OF_AN_ACCOUNT = {
    "password_hash", "role", "institution_id", "unit_id", "service_point_id", "supervisor_id",
    "deputy_id", "deputy_until", "totp_sealed", "totp_since", "totp_last", "recovery",
    "oidc_subject", "disabled_at",
}  # fmt: skip
TOLD_BY_THEIR_CALLERS = {"_take_step", "_new_codes", "_forget", "_hand_back"}
NO_CHANGE = {
    "open_browser": "a sign-in is no change of the account",
    "key_holder": "that a key was used opens nothing",
}
PUT_TOGETHER = {
    "model": set(ModelStep),
    "subject": set(RequestKind),
    "appraisal": set(Step),
    "incident": {"join", "split", "separate", "rename", "merge"},
    "unsealing": {"asked", "granted", "refused", "seen"},
}
"""Verbs of kinds whose lines are named where they are written."""


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield node


def calls(function: ast.FunctionDef) -> set[str]:
    found = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return {ast.unparse(each) for each in found}


def changes(function: ast.FunctionDef) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            return True
    return bool(calls(function) & {"session.add", "setattr", *TOLD_BY_THEIR_CALLERS})


def test_every_function_that_changes_an_account_or_a_key_writes_a_line() -> None:
    changing = {
        each.name: "audit.note" in calls(each)
        for path in STAFF.glob("*.py")
        for each in functions(path)
        if changes(each) and each.name not in TOLD_BY_THEIR_CALLERS | NO_CHANGE.keys()
        and each.name != "__init__"
    }  # fmt: skip
    # `check` writes one for a recovery code; each code that a telephone shows would be noise.
    assert {name for name, told in changing.items() if not told} == set()
    assert {"add", "change", "disable", "reset", "name_deputy", "confirm"} <= changing.keys()


def test_nothing_but_staff_changes_an_account() -> None:
    elsewhere = [
        f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node)}"
        for path in ROOT.rglob("*.py")
        if STAFF not in path.parents
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and node.attr in OF_AN_ACCOUNT
        and ast.unparse(node.value).lower() in {"me", "account", "person", "staff", "colleague"}
    ]
    assert elsewhere == []


def test_every_change_that_is_noted_has_words_in_both_languages() -> None:
    noted = {
        argument.value
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("note")
        for argument in node.args
        if isinstance(argument, ast.Constant)
        and re.fullmatch(r"[a-z-]+\.[a-z-]+", str(argument.value))
    }  # fmt: skip
    assert {"staff.add", "rule.order", "registry.load"} <= noted
    noted |= {f"{kind}.{verb}" for kind, verbs in PUT_TOGETHER.items() for verb in verbs}
    for what in noted:
        kind, _, verb = what.partition(".")
        for key in (f"audit_kind.{kind}", f"audit_verb.{verb.replace('-', '_')}"):
            assert all(key in catalogue(lang) for lang in LANGUAGES), key
