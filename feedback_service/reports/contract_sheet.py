"""The score sheet of a performance contract on paper: every step of the arithmetic, the evidence,
what evaluators found beside, and the confidence of every rule; set by Typst."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from analytics.contract import Line, Span, vetting_of
from analytics.contract.composing import Step
from analytics.performance_contract import COLUMNS
from analytics.sheets import Table, rounded
from feedback_service.contracts import Entered, Standing
from feedback_service.models import ContractValue
from feedback_service.reports.paper import pdf, shown_at
from feedback_service.reports.words import on_day

_LABELS = {
    "en": {
        "title": "Performance contract: score sheet", "made": "Made", "terms": "Terms",
        "scale": "Scale: 1.0000 is best, 5.0000 is worst", "indicator": "Indicator",
        "weight": "Weight", "target": "Target", "achieved": "Achieved", "raw": "Raw score",
        "weighted": "Weighted", "grade": "Grade", "steps": "Steps", "rules": "Rules",
        "confidence": "How sure", "composite": "Composite",
        "contribution": "Contribution of weights totalling", "declared": "declared",
        "moderated": "Found by the evaluators", "none": "not measured",
        "suspect": "Suspect records: with all / without them / as it stands",
        "simulated": "SIMULATED RECORDS", "complaints": "Complaints", "requests": "Requests",
        "certain": "certain", "likely": "likely", "unknown": "unknown",
        "accepted": "accepted", "late": "late", "missing": "missing", "waiting": "not decided yet",
        "counted": "counted", "nothing": "nothing was due", "sign": "Signed", "of": "of",
        "closed": "Frozen", "rows": "Rows that were entered", "before": "declared before, replaced",
        "did_entered": "entered", "did_ended": "taken off", "did_asked": "asked to be entered",
        "did_allowed": "allowed", "did_refused": "refused",
        "did_end_asked": "asked to be taken off", "did_end_allowed": "allowed, taken off",
        "did_end_refused": "refused, it stays",
    },
    "sw": {
        "title": "Mkataba wa utendaji: karatasi ya alama", "made": "Imetengenezwa",
        "terms": "Masharti", "scale": "Kipimo: 1.0000 ni bora, 5.0000 ni duni",
        "indicator": "Kiashiria", "weight": "Uzito", "target": "Lengo", "achieved": "Kilichofikiwa",
        "raw": "Alama ghafi", "weighted": "Alama kwa uzito", "grade": "Daraja", "steps": "Hatua",
        "rules": "Kanuni", "confidence": "Uhakika", "composite": "Alama ya jumla",
        "contribution": "Mchango wa uzito wa", "declared": "imetangazwa",
        "moderated": "Walichopata watathmini", "none": "haikupimwa",
        "suspect": "Kumbukumbu za kutiliwa shaka: na zote / bila hizo / inayosimama",
        "simulated": "KUMBUKUMBU ZA KUIGIZA", "complaints": "Malalamiko", "requests": "Maombi",
        "certain": "hakika", "likely": "inaelekea", "unknown": "haijulikani",
        "accepted": "imekubaliwa", "late": "imechelewa", "missing": "haipo",
        "waiting": "haijaamuliwa", "counted": "imehesabiwa",
        "nothing": "hakuna kilichofika tarehe", "sign": "Sahihi", "of": "kati ya",
        "closed": "Ilifungwa", "rows": "Safu zilizoingizwa",
        "before": "ilitangazwa awali, imebadilishwa",
        "did_entered": "iliingizwa", "did_ended": "iliondolewa", "did_asked": "iliombwa kuingizwa",
        "did_allowed": "iliruhusiwa", "did_refused": "ilikataliwa",
        "did_end_asked": "iliombwa kuondolewa", "did_end_allowed": "iliruhusiwa, imeondolewa",
        "did_end_refused": "ilikataliwa, inabaki",
    },
}  # fmt: skip

# Values come in as data, so that nothing is ever read as markup.
_PAGE = """
#let d = json(bytes(sys.inputs.file))
#let l = d.labels
#set document(title: l.title + " " + d.name)
#set page(paper: "a4", flipped: true, margin: (x: 1.4cm, y: 1.4cm), numbering: "1 / 1", header: align(right, text(8pt)[#d.name, #d.period]))
#set text(font: "Libertinus Serif", size: 9.5pt, lang: d.lang)
#set table(stroke: (x, y) => (bottom: 0.4pt + luma(180)), inset: (x: 4pt, y: 3.5pt))
#show table.cell.where(y: 0): set text(weight: "bold")
= #l.title
#strong(d.name), #d.period. #l.made #d.made. #l.terms #d.terms. #l.scale.
#if d.closed != "" [#l.closed #d.closed.]
#if d.simulated [#strong(l.simulated)]
#table(columns: (1fr, auto, auto, auto, auto, auto, auto), align: (left, right, right, right, right, right, left),
  l.indicator, l.weight, l.target, l.achieved, l.raw, l.weighted, l.grade, ..d.lines.flatten())
#strong(d.total)
#if d.moderated != "" [#linebreak() #l.moderated: #strong(d.moderated)]
== #l.steps
#for line in d.steps [
  #block(breakable: false)[#strong(line.name)
  #for one in line.parts [#linebreak() #one]
  #for one in line.arithmetic [#linebreak() #raw(one)]
  #for one in line.notes [#linebreak() #emph(one)]]
]
#if d.rows.len() > 0 [
== #l.rows
#for row in d.rows [
  #block(breakable: false)[#if row.gone [#strike(row.name)] else [#strong(row.name)]
  #for one in row.history [#linebreak() #one]]
]
]
== #l.rules
#table(columns: (1fr, auto), align: left, l.rules, l.confidence, ..d.rules.flatten())
#v(1.2em)
#l.sign: #box(width: 7cm, line(length: 100%, stroke: 0.4pt))
"""  # noqa: E501 - a page is set line by line


def as_csv(stood: Standing) -> str:
    """The measured rows as `feedback contract score` reads them, with what each scores; of an empty
    sheet the header."""
    rows = stood.computed.csv_rows()
    columns = tuple(rows[0]) if rows else COLUMNS
    table = Table(columns, tuple(enumerate(rows, start=2)))
    return table.text_with([{}] * len(rows))


def as_pdf(stood: Standing, span: Span, lang: str, now: datetime) -> bytes:
    """The sheet as an A4 document; lang: "en" or "sw"."""
    sheet, labels = stood.computed, _LABELS[lang]
    other = {line.id: line for line in stood.moderated.lines} if stood.moderated else {}
    body, vetting = stood.institution, vetting_of(span.year)
    return pdf(
        _PAGE,
        {
            "lang": lang, "labels": labels, "name": body.name, "period": span.label,
            "made": shown_at(now.isoformat(), lang), "simulated": stood.register.simulated,
            "closed": shown_at(stood.closed_at.isoformat(), lang) if stood.closed_at else "",
            "terms": f"{sheet.terms.version}, {sheet.terms.method}",
            "lines": [_row(line, labels, lang) for line in sheet.lines],
            "total": _total(sheet.score, labels),
            "moderated": _total(stood.moderated.score, labels) if stood.moderated else "",
            "steps": [_steps(stood, line, other.get(line.id), labels, lang)
                      for line in sheet.lines],
            "rows": [_entered(stood, one, labels, lang) for one in stood.entered],
            "rules": [
                *([rule.words[lang], labels[rule.confidence]] for rule in sheet.rules),
                [vetting.words[lang], labels[vetting.confidence]],
            ],
        },
    )  # fmt: skip


def _row(line: Line, labels: Mapping[str, str], lang: str) -> list[str]:
    scored = line.scored
    reached = labels["none"] if line.achieved is None else f"{line.achieved:f} {line.unit}"
    return [
        f"{line.criterion}  {line.name[lang]}", f"{line.weight.normalize():f}",
        f"{line.target:f} {line.unit}", reached,
        f"{scored.raw:f}" if scored else "-", f"{scored.weighted:f}" if scored else "-",
        scored.grade if scored else "-",
    ]  # fmt: skip


def _steps(
    stood: Standing, line: Line, other: Line | None, labels: Mapping[str, str], lang: str
) -> dict[str, Any]:
    notes = []
    said, found = stood.declared.get(line.id), stood.findings.get(line.id)
    if said:
        notes.append(f"{labels['declared']} {_by(stood, said, lang)}: {said.words}")
    for old in stood.replaced.get(line.id, ()):
        told = f"{old.achieved.normalize():f} {line.unit} ({old.words})"
        notes.append(f"{labels['before']} {_by(stood, old, lang)}: {told}")
    if found and other and other.scored:
        notes.append(
            f"{labels['moderated']}: {other.achieved:f} {line.unit}, {other.scored.raw:f}, "
            f"{other.scored.weighted:f} ({_by(stood, found, lang)}: {found.words})"
        )
    if stood.register.flags and line.measured == "register":
        notes.append(_suspect(stood, labels))
    return {
        "name": f"{line.criterion}  {line.name[lang]}",
        "parts": [_part(part, labels, lang) for part in line.parts],
        "arithmetic": list(line.arithmetic),
        "notes": notes,
    }


def _by(stood: Standing, value: ContractValue, lang: str) -> str:
    return f"{stood.names.get(value.said_by_id, '-')}, {shown_at(value.said_at.isoformat(), lang)}"


def _entered(stood: Standing, one: Entered, labels: Mapping[str, str], lang: str) -> dict[str, Any]:
    row = one.row
    weight, target = (f"{value.normalize():f}" for value in (row.weight, row.target))
    return {
        "name": f"{row.criterion}  {row.name}: {labels['weight']} {weight}, "
        f"{labels['target']} {target} {row.unit}",
        "gone": one.gone,
        "history": [
            f"{labels['did_' + each.what.value]}: {stood.names.get(each.by_id, '-')}, "
            f"{shown_at(each.at.isoformat(), lang)}{': ' if each.words else ''}{each.words}"
            for each in one.history
        ],
    }  # fmt: skip


def _part(part: Step, labels: Mapping[str, str], lang: str) -> str:
    quarter = f" Q{part.quarter}" if part.quarter else ""
    due = f" ({on_day(part.due, lang)})" if part.due else ""
    count = f", {part.counted.hits} / {part.counted.n}" if part.counted and part.counted.n else ""
    reached = f"{rounded(part.achieved, 2):f} {labels['of']} {part.share.normalize():f}"
    return f"{part.name[lang]}{quarter}{due}: {labels[part.state]}{count}: {reached}"


def _suspect(stood: Standing, labels: Mapping[str, str]) -> str:
    found = []
    for counts in (stood.register.counted, stood.register.without, stood.register.stands):
        one = counts["complaints"]
        found.append(f"{one.hits} / {one.n}")
    return f"{labels['suspect']}: {'  |  '.join(found)}"


def _total(score: Any, labels: Mapping[str, str]) -> str:
    if score is None:
        return labels["none"]
    if score.grade:
        return f"{labels['composite']}: {score.composite:f} ({score.grade})"
    return f"{labels['contribution']} {score.weights.normalize():f}: {score.composite:f}"
