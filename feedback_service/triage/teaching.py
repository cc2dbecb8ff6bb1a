"""Rows to train on, from what people said of real cases: masked, of open cases alone, never
of those drawn by lot, which judge.

A word leaves a case only if the corpus has it too or several citizens wrote it: a name, a number or
an address that one person wrote never reaches a model's files.
"""

import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics import triage as model_room
from analytics.triage.labels import INTENT, SECTOR, Intent
from analytics.triage.normalise import normalise
from analytics.triage.rows import Source
from feedback_service.domain.cases import Lane
from feedback_service.models import AskReason, Case, Category, Label, LabelAsk, Service, Suggestion
from feedback_service.redress.masking import masked_words

CITIZENS = 3
"""So many people must have written a word that the corpus does not know."""
_WORD = re.compile(r"\w+")
_MASK = "\u2026"
_LONGEST_NUMBER = 4
"""Digits in a row that stay: years and sums say something, longer ones are somebody's."""


@dataclass(frozen=True)
class Taught:
    """What people last said of one case, head by head, beside what the model had said."""

    case: Case
    by: str
    intent: str | None
    category: str | None
    alt_category: str
    urgent: bool | None
    sector: str | None
    lang: str | None
    detail: Mapping[str, object]


def corrections(session: Session) -> list[model_room.Row]:
    """Rows of real, open cases whose words are still kept; the last word on each head counts.

    What nobody said stays as the service of the case or the model has it.
    """
    taught = [one for one in taught_cases(session) if one.case.lane is Lane.OPEN]
    texts = redacted([(_who(one.case), one.case.text) for one in taught])
    rows = [_row(one, text) for one, text in zip(taught, texts, strict=True)]
    return [row for row in rows if row is not None]


def taught_cases(session: Session) -> list[Taught]:
    """Every case that people labelled, except simulated, erased, unclear and drawn by lot."""
    drawn = sa.select(LabelAsk.case_id).where(LabelAsk.reason == AskReason.RANDOM)
    wanted = (
        sa.select(Case, Service.sector)
        .outerjoin(Service, Service.id == Case.service_id)
        .where(Case.simulated.is_(False), Case.text != "", Case.id.not_in(drawn))
        .order_by(Case.id)
    )
    labels = _labels(session)
    said = _suggestions(session)
    spoken_of = set(labels) | {key for key, one in said.items() if one.chosen}
    found = []
    for case, sector in session.execute(wanted.where(Case.id.in_(spoken_of))):
        one = _taught(case, sector, labels.get(case.id, ()), said.get(case.id))
        if one is not None:
            found.append(one)
    return found


def redacted(texts: Sequence[tuple[str, str]], known: Iterable[str] | None = None) -> list[str]:
    """Texts without what only their writers write; each with who wrote it.

    known: words that may stay, those of the corpus when not given.
    """
    masked = [(who, masked_words(text)) for who, text in texts]
    writers: dict[str, set[str]] = defaultdict(set)
    for who, text in masked:
        for word in _words(text):
            writers[word].add(who)
    common = {word for word, people in writers.items() if len(people) >= CITIZENS}
    common |= _corpus_words() if known is None else set(known)
    return [_only(common, text) for _, text in masked]


def _labels(session: Session) -> dict[uuid.UUID, list[Label]]:
    found: dict[uuid.UUID, list[Label]] = defaultdict(list)
    for label in session.scalars(sa.select(Label).order_by(Label.at, Label.id)):
        found[label.case_id].append(label)
    return found


def _suggestions(session: Session) -> dict[uuid.UUID, Suggestion]:
    """The newest of each case; a choice of before `labels` were kept stands in it."""
    order = sa.select(Suggestion).order_by(Suggestion.case_id, Suggestion.at)
    return {one.case_id: one for one in session.scalars(order)}


def _taught(
    case: Case, sector: str | None, labels: Sequence[Label], said: Suggestion | None
) -> Taught | None:
    if labels and labels[-1].unclear:
        return None
    last: dict[str, object] = {}
    if said and said.chosen:
        last |= {"intent": Intent.COMPLAINT.value, "category": said.chosen.value}
        last["by"] = said.chosen_by_id
    for label in labels:
        for name in ("intent", "category", "alt_category", "urgent", "sector", "lang"):
            value = getattr(label, name)
            if value is not None:
                last[name] = value
        last["by"] = label.staff_id
    return Taught(
        case=case, by=str(last.get("by")), intent=_text(last, "intent"),
        category=_text(last, "category"), alt_category=_text(last, "alt_category") or "",
        urgent=bool(last["urgent"]) if "urgent" in last else None,
        sector=_text(last, "sector") or sector, lang=_text(last, "lang"),
        detail=said.detail if said else {},
    )  # fmt: skip


def _text(last: Mapping[str, object], name: str) -> str | None:
    value = last.get(name)
    return str(value) if value is not None else None


def _row(one: Taught, text: str) -> model_room.Row | None:
    """None where the model knows no such label, or nobody and nothing says it."""
    said = one.detail
    intent = one.intent or said.get("intent") or Intent.COMPLAINT
    category = one.category or (said.get("category") if intent == Intent.COMPLAINT else "") or ""
    sector, lang = one.sector or said.get("sector"), one.lang or said.get("lang")
    complaint = intent == Intent.COMPLAINT
    if category == Category.THREAT or (complaint and not category) or not (sector and lang):
        return None
    if intent not in INTENT.labels or sector not in SECTOR.labels:
        return None
    return model_room.Row(
        id=str(one.case.id), text=text, category=str(category) if complaint else "",
        alt_category=one.alt_category, intent=str(intent),
        urgent=one.case.urgent if one.urgent is None else one.urgent, sector=str(sector),
        institution="", lang=str(lang), county="", author=f"desk:{one.by}",
        source=Source.STAFF.value,
    )  # fmt: skip


def _who(case: Case) -> str:
    """Cases without a citizen count as one writer together: nobody knows that they differ."""
    return str(case.citizen_id or "nobody")


@cache
def _corpus_words() -> frozenset[str]:
    return frozenset(word for row in model_room.read_corpus() for word in _words(row.text))


def _words(text: str) -> list[str]:
    return _WORD.findall(normalise(text))


def _only(common: set[str], text: str) -> str:
    return _WORD.sub(lambda found: found[0] if _stays(common, found[0]) else _MASK, text)


def _stays(common: set[str], word: str) -> bool:
    plain = normalise(word)
    long_number = sum(letter.isdigit() for letter in plain) > _LONGEST_NUMBER
    return plain in common and not long_number
