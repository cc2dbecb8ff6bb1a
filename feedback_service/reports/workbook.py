"""Scorecards as an Excel workbook for people: a sheet for each view, headers that stay, numbers as
numbers, notes at the end; in English or Kiswahili.

No cell is ever a formula: text is written as text, and what a spreadsheet might take for one is
marked as Excel itself marks quoted text.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analytics.indicators import DEFINITIONS
from analytics.scorecards import Scorecard, Tier
from feedback_service.domain.ratings import Sample
from feedback_service.reports.cells import RISKY
from feedback_service.reports.names import Names
from feedback_service.reports.tables import Line, lines
from feedback_service.reports.words import SAMPLES, SIDES
from feedback_service.scoring import Divisions

if TYPE_CHECKING:
    from xlsxwriter import Workbook  # type: ignore[import-untyped]
    from xlsxwriter.format import Format  # type: ignore[import-untyped]
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

_UNITS = {"share": "0.0%", "score 1-5": "0.00", "days": "0.0", "KES": "#,##0.00"}
_COUNT, _OTHER = "#,##0", "0.0"
_WIDE, _NARROW = 34, 13

WORDS: Mapping[str, Mapping[str, Any]] = {
    "en": {
        "all": "Institutions", "figures": "Figures", "notes": "Notes",
        "by": {"county": "By county", "service": "By service", "service_point": "By place",
               "channel": "By channel", "language": "By language"},
        "institution": "Institution", "row": "Which", "indicator": "Indicator", "unit": "Unit",
        "value": "Figure", "low": "95 % from", "high": "to", "n": "Counted", "tier": "Standard",
        "sample": "Whose answers", "why": "Why there is no figure", "simulated": "Simulated",
        "yes": "yes", "hidden": "it could tell of single persons", "period": "Period",
        "made": "Made on",
        "owner": "Who answers for the figures", "counted": "Counts", "left": "Leaves out",
        "rules": (
            "No ranks: a figure stands above or below a fixed standard, or too close to tell.",
            "Answers of those drawn by lot and of those who answered by themselves are never "
            "added; only the drawn are held against a standard.",
            "Figures of one to four persons are left out, and those that would give them back.",
            "The true figure lies between the two ends in 95 of 100 cases.",
            "Licence: CC BY 4.0.",
        ),
    },
    "sw": {
        "all": "Taasisi", "figures": "Takwimu", "notes": "Maelezo",
        "by": {"county": "Kwa kaunti", "service": "Kwa huduma", "service_point": "Kwa mahali",
               "channel": "Kwa njia", "language": "Kwa lugha"},
        "institution": "Taasisi", "row": "Ipi", "indicator": "Kiashiria", "unit": "Kipimo",
        "value": "Takwimu", "low": "95 % kuanzia", "high": "hadi", "n": "Waliohesabiwa",
        "sample": "Majibu ya nani", "tier": "Kiwango", "why": "Kwa nini hakuna takwimu",
        "simulated": "Ya kubuni", "yes": "ndiyo", "hidden": "ingeweza kufichua mtu",
        "period": "Kipindi",
        "made": "Imetengenezwa", "owner": "Anayewajibika kwa takwimu", "counted": "Huhesabu",
        "left": "Huacha",
        "rules": (
            "Hakuna nafasi: takwimu iko juu au chini ya kiwango, au karibu mno nacho.",
            "Majibu ya waliochaguliwa kwa kura na ya waliojibu kwa hiari hayajumlishwi kamwe; ni "
            "ya waliochaguliwa pekee yanayolinganishwa na kiwango.",
            "Takwimu za mtu mmoja hadi wanne zimeachwa, na zile ambazo zingezifichua.",
            "Takwimu ya kweli iko kati ya ncha hizo mbili mara 95 kwa 100.",
            "Leseni: CC BY 4.0.",
        ),
    },
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """What a workbook is of: the cards in their order, the tables of one of them if any."""

    period: str
    made_on: str
    owner: str
    cards: Sequence[Scorecard]
    tables: Divisions = field(default_factory=dict)


def as_workbook(shown: Shown, names: Names, lang: str) -> bytes:
    """The file.  Rows leave memory as they are written."""
    import xlsxwriter  # megabytes, for the few who take a workbook

    file = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as workbook:
        pen = _Pen(workbook, lang)
        if len(shown.cards) > 1:
            _institutions(pen, shown.cards, names)
        _figures(pen, pen.words["figures"], _lines(shown.cards, names, lang), whole=True)
        for dimension, rows in shown.tables.items():
            told = list(lines(shown.cards[0], {dimension: rows}, names, lang))
            divided = [line for line in told if line.by]
            _figures(pen, pen.words["by"][dimension.value], divided, whole=False)
        _notes(pen, shown)
    return file.getvalue()


class _Pen:
    """Writes cells of one workbook; formats are made once."""

    def __init__(self, workbook: Workbook, lang: str) -> None:
        self.workbook, self.lang, self.words = workbook, lang, WORDS[lang]
        self.head = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        self._quoted = workbook.add_format({"quote_prefix": True})
        self._numbers: dict[str, Format] = {}

    def sheet(self, name: str, heads: Iterable[str], wide: int) -> Worksheet:
        """A sheet whose header and first column stay in sight."""
        made = self.workbook.add_worksheet(name)
        for column, head in enumerate(heads):
            made.set_column(column, column, _WIDE if column < wide else _NARROW)
            made.write_string(0, column, head, self.head)
        made.freeze_panes(1, 1)
        return made

    def text(self, sheet: Worksheet, row: int, column: int, text: str) -> None:
        if text:
            sheet.write_string(row, column, text, self._quoted if text.startswith(RISKY) else None)

    def number(
        self, sheet: Worksheet, row: int, column: int, value: float | None, shape: str
    ) -> None:
        if value is None:
            return
        if shape not in self._numbers:
            self._numbers[shape] = self.workbook.add_format({"num_format": shape})
        sheet.write_number(row, column, value, self._numbers[shape])


def _lines(cards: Iterable[Scorecard], names: Names, lang: str) -> Iterable[Line]:
    for card in cards:
        yield from lines(card, {}, names, lang)


def _institutions(pen: _Pen, cards: Sequence[Scorecard], names: Names) -> None:
    """A row for each institution, a column for each indicator."""
    heads = [_name(one, pen.lang) for one in DEFINITIONS]
    heads = [pen.words["institution"], pen.words["sample"], *heads]
    sheet = pen.sheet(pen.words["all"], heads, 2)
    for row, card in enumerate(cards, 1):
        pen.text(sheet, row, 0, names.institution(card.institution)[pen.lang])
        pen.text(sheet, row, 1, SAMPLES[pen.lang][card.sample])
        for column, (name, definition) in enumerate(DEFINITIONS.items(), 2):
            figure = card.figures.get(name)
            if figure is not None and figure.shown:
                pen.number(sheet, row, column, figure.value, _shape(definition.unit))


def _figures(pen: _Pen, title: str, told: Iterable[Line], *, whole: bool) -> None:
    """A row for each figure, with its interval, whose answers it is of, the standard's side."""
    words = pen.words
    keys = (
        "indicator", "unit", "value", "low", "high", "n", "sample", "tier", "why", "simulated"
    )  # fmt: skip
    first = words["institution"] if whole else words["row"]
    sheet = pen.sheet(title, [first, *(words[key] for key in keys)], 2)
    for row, line in enumerate(told, 1):
        pen.text(sheet, row, 0, line.institution_name if whole else line.key_name)
        pen.text(sheet, row, 1, _name(line.indicator, pen.lang))
        pen.text(sheet, row, 2, line.unit)
        for column, value in ((3, line.value), (4, line.low), (5, line.high)):
            pen.number(sheet, row, column, value, _shape(line.unit))
        pen.number(sheet, row, 6, line.n, _COUNT)
        pen.text(sheet, row, 7, SAMPLES[pen.lang][Sample(line.sample)] if line.sample else "")
        pen.text(sheet, row, 8, SIDES[pen.lang][Tier(line.tier)] if line.tier else "")
        pen.text(sheet, row, 9, words["hidden"] if line.hidden else line.why)
        pen.text(sheet, row, 10, words["yes"] if line.simulated else "")


def _notes(pen: _Pen, shown: Shown) -> None:
    words = pen.words
    heads = [words["indicator"], words["counted"], words["left"], words["unit"]]
    sheet = pen.sheet(words["notes"], heads, 3)
    row = 0
    for row, definition in enumerate(DEFINITIONS.values(), 1):
        told = (_name(definition.id, pen.lang), definition.counted, definition.excluded)
        for column, text in enumerate((*told, definition.unit)):
            pen.text(sheet, row, column, text)
    facts = ((words["period"], shown.period), (words["made"], shown.made_on),
             (words["owner"], shown.owner), *(("", rule) for rule in words["rules"]))  # fmt: skip
    for below, (head, text) in enumerate(facts, row + 2):
        pen.text(sheet, below, 0, head)
        pen.text(sheet, below, 1, text)


def _name(indicator: str, lang: str) -> str:
    definition = DEFINITIONS[indicator]
    return definition.name_sw if lang == "sw" else definition.name_en


def _shape(unit: str) -> str:
    return _UNITS.get(unit, _OTHER)
