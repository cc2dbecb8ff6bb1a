"""An officer's appraisal on the form's own order (PSC 37A, PSC 37B): targets set, mid-year review,
results, comments of both sides, signatures; and its targets as `feedback appraisal score` reads
them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from analytics.appraisal import COLUMNS
from analytics.sheets import Table
from feedback_service.reports.cells import harmless
from feedback_service.reports.paper import pdf, shown_at


@dataclass(frozen=True)
class Line:
    """A target, and once it is proposed what was reached: percent of the target, the words of both
    methods, of how many own cases."""

    name: str
    target: str
    unit: str = ""
    achieved: str = ""
    percent: str = ""
    band: str = ""
    cases: str = ""


@dataclass(frozen=True)
class Signed:
    """A step that somebody took; `band` when it was signed."""

    step: str
    who: str
    at: datetime
    words: str
    band: str


@dataclass(frozen=True)
class Form:
    """All that is printed; `left`: targets with too few own cases, no part of the mean."""

    form: str
    name: str
    desk: str
    year: str
    lines: Sequence[Line]
    left: Sequence[str]
    mean: str
    between: tuple[str, str]
    bands: Sequence[tuple[str, str, Sequence[str], str]]
    steps: Sequence[Signed]


_LABELS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Staff performance appraisal", "made": "Made", "name": "Officer", "desk": "Desk",
        "year": "Financial year", "targets": "Part 1. Targets agreed and results",
        "what": "What", "target": "Target", "achieved": "Achieved", "percent": "% of target",
        "cases": "Own cases",
        "band": "Word (five / four)", "mean": "Mean (no weights)",
        "between": "lies between", "left": "Under 30 own cases, no part of the mean",
        "bands": "Part 2. Proposed band, under two methods", "touches": "the interval touches",
        "steps": "Part 3. Review, comments and decisions", "sign": "Signatures",
        "officer": "Officer", "supervisor": "Supervisor",
        "human": "The band is a proposal. A named supervisor decides, after the officer has seen "
        "it and answered (Data Protection (General) Regulations 2021, reg. 22).",
        "set": "Targets set", "agree": "Agreed", "object": "Objected", "review": "Mid-year review",
        "propose": "Proposed", "see": "Seen by the officer", "accept": "Accepted",
        "contest": "Contested", "signed": "Signed",
    },
    "sw": {
        "title": "Tathmini ya utendaji wa mtumishi", "made": "Imetengenezwa", "name": "Afisa",
        "desk": "Dawati", "year": "Mwaka wa fedha", "targets": "Sehemu 1. Malengo na matokeo",
        "what": "Nini", "target": "Lengo", "achieved": "Kilichofikiwa", "percent": "% ya lengo",
        "cases": "Kesi zake", "band": "Neno (matano / manne)", "mean": "Wastani (bila uzito)",
        "between": "uko kati ya", "left": "Chini ya kesi zake 30, si sehemu ya wastani",
        "bands": "Sehemu 2. Daraja linalopendekezwa, kwa njia mbili",
        "touches": "kadirio linagusa", "steps": "Sehemu 3. Mapitio, maoni na maamuzi",
        "sign": "Sahihi", "officer": "Afisa", "supervisor": "Msimamizi",
        "human": "Daraja ni pendekezo. Msimamizi anayetajwa huamua, baada ya afisa kuliona na "
        "kujibu (Kanuni za Ulinzi wa Data 2021, kanuni ya 22).",
        "set": "Malengo yamewekwa", "agree": "Amekubali", "object": "Amepinga malengo",
        "review": "Mapitio ya nusu mwaka", "propose": "Limependekezwa", "see": "Afisa ameona",
        "accept": "Amelikubali", "contest": "Amelipinga", "signed": "Imetiwa sahihi",
    },
}  # fmt: skip

# Values come in as data, so that nothing is ever read as markup.
_PAGE = """
#let d = json(bytes(sys.inputs.file))
#let l = d.labels
#set document(title: l.title + " " + d.name)
#set page(paper: "a4", margin: (x: 1.6cm, y: 1.6cm), numbering: "1 / 1", header: align(right, text(8pt)[#d.form, #d.year]))
#set text(font: "Libertinus Serif", size: 10pt, lang: d.lang)
#set table(stroke: (x, y) => (bottom: 0.4pt + luma(180)), inset: (x: 4pt, y: 3.5pt))
#show table.cell.where(y: 0): set text(weight: "bold")
= #d.form: #l.title
#l.name: #strong(d.name). #l.desk: #d.desk. #l.year: #d.year. #l.made #d.made.
== #l.targets
#table(columns: (1fr, auto, auto, auto, auto, auto), align: (left, right, right, right, right, left),
  l.what, l.target, l.achieved, l.percent, l.cases, l.band, ..d.lines.flatten())
#if d.left.len() > 0 [#l.left: #d.left.join(", ") #parbreak()]
#if d.mean != "" [
#strong(l.mean + ": " + d.mean + " %"), #l.between #d.low #sym.dash.en #d.high %
== #l.bands
#for one in d.bands [#strong(one.at(1)) (#one.at(0)), #l.touches: #one.at(2)#linebreak()#text(8pt, one.at(3))#parbreak()]
#emph(l.human)
]
== #l.steps
#for one in d.steps [#block(breakable: false)[#strong(one.at(0)), #one.at(1), #one.at(2)#if one.at(3) != "" [#linebreak()#one.at(3)]]]
#v(1.4em)
#grid(columns: (1fr, 1fr), gutter: 1cm, [#l.officer: #box(width: 5.5cm, line(length: 100%, stroke: 0.4pt))], [#l.supervisor: #box(width: 5.5cm, line(length: 100%, stroke: 0.4pt))])
"""  # noqa: E501 - a page is set line by line


def as_csv(form: Form) -> str:
    """Target by target; the summary of `feedback appraisal score` says the same mean and band."""
    rows = [
        {"target_name": str(harmless(one.name)), "target": one.target, "achieved": one.achieved,
         "unit": str(harmless(one.unit)), "own_cases": one.cases}
        for one in form.lines
    ]  # fmt: skip
    table = Table((*COLUMNS, "unit", "own_cases"), tuple(enumerate(rows, start=2)))
    return table.text_with([{}] * len(rows))


def as_pdf(form: Form, lang: str, now: datetime) -> bytes:
    """The form as an A4 document; lang: "en" or "sw"."""
    labels = _LABELS[lang]
    return pdf(
        _PAGE,
        {
            "lang": lang, "labels": labels, "form": form.form, "name": form.name,
            "desk": form.desk or "-", "year": form.year, "made": shown_at(now.isoformat(), lang),
            "lines": [
                [one.name, f"{one.target} {one.unit}".strip(), one.achieved or "-",
                 one.percent or "-", one.cases or "-", one.band or "-"]
                for one in form.lines
            ],
            "left": list(form.left), "mean": form.mean,
            "low": form.between[0], "high": form.between[1],
            "bands": [[method, band, ", ".join(touches), note]
                      for method, band, touches, note in form.bands],
            "steps": [
                [labels["signed" if one.step == "sign" else one.step]
                 + (f": {one.band}" if one.band else ""),
                 one.who, shown_at(one.at.isoformat(), lang), one.words]
                for one in form.steps
            ],
        },
    )  # fmt: skip
