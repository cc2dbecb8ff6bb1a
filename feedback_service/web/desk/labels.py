"""Questions of the text model to people at a desk: one case at a time, its own guess kept hidden
until the answer is given."""

import uuid
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from analytics.triage.labels import INTENT, LANG, SECTOR, Intent
from feedback_service.models import Category, Look
from feedback_service.redress.masking import masked_words
from feedback_service.triage import Said, asking
from feedback_service.triage.asking import Ask, NothingAsked
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import HELPERS, choices, language, pages, read_id, runtime
from feedback_service.web.texts import say

CATEGORIES = tuple(map(str, Category))
OTHERS = tuple(key for key in INTENT.labels if key != Intent.COMPLAINT)
_SKIPPED, _MOST_SKIPPED = "labels_skipped", 40


@dataclass(frozen=True)
class Option:
    """One answer: the key to press, its name, and the rule of the guide."""

    value: str
    key: str
    name: str
    rule: str


@pages.get("/labels")
@open_to(*HELPERS)
def labels() -> ResponseReturnValue:
    rt, who = runtime(), viewer()
    with rt.transaction() as db:
        ask = asking.next_ask(db, who, _skipped())
        if ask:
            db.add(Look(staff_id=who.staff_id, case_id=ask.case.id, what="opened", at=rt.now()))
        waiting = asking.waiting(db, who)
        return render_template(
            "desk/labels.html",
            ask=ask,
            words=masked_words(ask.case.text) if ask else "",
            waiting=waiting,
            skipped=len(_skipped()),
            options=_options(language()),
            langs=choices("lang", LANG.labels, language()),
            sectors=choices("sector", SECTOR.labels, language()),
            said=session.pop("labels_said", None),
        )


@pages.post("/labels")
@open_to(*HELPERS)
def keep_label() -> ResponseReturnValue:
    """Keep an answer, or put the question aside; the model's guess is shown afterwards."""
    asked = read_id(request.form.get("ask", ""))
    if asked is None or request.form.get("what") == "skip":
        session[_SKIPPED] = [*map(str, _skipped()), *([str(asked)] if asked else [])][
            -_MOST_SKIPPED:
        ]
        return redirect(url_for("desk.labels"), 303)
    unclear = request.form.get("what") == "unclear"
    said = Said(unclear=True) if unclear else _said()
    if said is None:
        flash("label_missing", "problem")
        return redirect(url_for("desk.labels"), 303)
    try:
        with runtime().transaction() as db:
            ask = asking.answer(runtime(), db, viewer(), asked, said)
    except NothingAsked:
        flash("label_gone", "problem")
    else:
        session["labels_said"] = _guess(ask, said)
        flash("label_kept", "done")
    return redirect(url_for("desk.labels"), 303)


def _said() -> Said | None:
    """What the form says; None where the one question that must be answered is not."""
    form = request.form
    kind, _, category = form.get("kind", "").partition(":")
    if kind not in INTENT.labels or (kind == Intent.COMPLAINT and category not in CATEGORIES):
        return None
    second = form.get("second", "")
    return Said(
        intent=kind,
        category=category or None,
        alt_category=second if second in CATEGORIES and second != category else None,
        urgent=form.get("urgent") == "yes",
        sector=_one_of("sector", SECTOR.labels),
        lang=_one_of("lang", LANG.labels),
    )


def _one_of(name: str, known: tuple[str, ...]) -> str | None:
    given = request.form.get(name, "")
    return given if given in known else None


def _guess(ask: Ask, said: Said) -> str:
    """What the model had thought, now that it bends nobody's answer."""
    lang, detail = language(), ask.detail
    intent, category = str(detail.get("intent", "")), str(detail.get("category", ""))
    if not intent:
        return ""
    complaint = intent == Intent.COMPLAINT and category
    guess = say(lang, f"category.{category}" if complaint else f"intent.{intent}")
    same = intent == said.intent and (not complaint or category == said.category)
    return say(lang, "labels.agreed" if same else "labels.differed", guess=guess)


def _skipped() -> list[uuid.UUID]:
    return [uuid.UUID(one) for one in session.get(_SKIPPED, [])]


def _options(lang: str) -> list[Option]:
    """Complaints by category first, then what is none; ten answers have a digit, the rest none."""
    keyed = [(f"{Intent.COMPLAINT}:{key}", f"category.{key}", key) for key in CATEGORIES]
    keyed += [(key, f"intent.{key}", key) for key in OTHERS]
    digits = [*"1234567890", *[""] * len(keyed)]
    return [
        Option(value, digit, say(lang, name), say(lang, f"label_rule.{key}"))
        for (value, name, key), digit in zip(keyed, digits, strict=False)
    ]
