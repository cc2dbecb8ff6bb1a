"""One paper at a time, for pages: what is read of a frozen period is kept, since its figures never
change; who signed and what is contested is read again each time."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

from feedback_service.domain.periods import Period
from feedback_service.reports.history import history
from feedback_service.reports.papers.blocks import Paper
from feedback_service.reports.papers.gathering import Counted, Gathered, gathered, waiting_now
from feedback_service.reports.papers.writing import LANGUAGES, NATIONAL, county
from feedback_service.runtime import Runtime

COUNTY = "county-"
_READ, _MOST_READ = "papers read", 3
_MADE, _MOST_MADE = "papers made", 20
"""Kept in a process: readings of so many frozen periods, and so many papers as they were set."""


class NoSuchPaper(LookupError):
    """There is no paper of that name."""


def made(
    rt: Runtime, period: Period, name: str, lang: str, counted: Mapping[str, Counted]
) -> bytes:
    """A paper as a PDF: `summit`, `county-47`.  Raises NoSuchPaper."""
    paper = _written(rt, _read(rt, period, counted), name, lang)
    kept: dict[str, bytes] = rt.kept.setdefault(_MADE, {})
    values = hashlib.sha256(json.dumps(paper.values(), sort_keys=True).encode()).hexdigest()
    if values not in kept:
        while len(kept) >= _MOST_MADE:
            kept.pop(next(iter(kept)), None)
        kept[values] = paper.as_pdf()
    return kept[values]


def _written(rt: Runtime, found: Gathered, name: str, lang: str) -> Paper:
    if lang not in LANGUAGES:
        raise NoSuchPaper(f"{name}-{lang}")
    if name in NATIONAL:
        return NATIONAL[name](found, lang)
    code = name.removeprefix(COUNTY)
    if not name.startswith(COUNTY) or not code.isascii() or not code.isdigit():
        raise NoSuchPaper(name)
    held = found.governments.get(int(code))
    if held is None:
        raise NoSuchPaper(name)
    return county(found, lang, int(code), tuple(history(rt, held.id, found.period)))


def _read(rt: Runtime, period: Period, counted: Mapping[str, Counted]) -> Gathered:
    kept: dict[Period, Gathered] = rt.kept.setdefault(_READ, {})
    if period in kept:
        lines, unanswered = waiting_now(rt, period)
        return replace(kept[period], lines=lines, unanswered=unanswered)
    found = gathered(rt, period, counted)
    if found.frozen_on:
        while len(kept) >= _MOST_READ:
            kept.pop(next(iter(kept)), None)
        kept[period] = found
    return found
