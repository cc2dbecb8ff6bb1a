"""The Ombudsman's quarterly return as CSV and on paper, under the header of their template; cases
received directly and from the Ombudsman stand apart.  No officer, citizen or number is named."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from analytics.returns import Exit, Totals, calendar_of
from feedback_service.contracts.returns import Line, Return, nature
from feedback_service.domain.periods import Period
from feedback_service.reports import cells
from feedback_service.reports.paper import pdf, shown_at

_LABELS = {
    "en": {
        "republic": "REPUBLIC OF KENYA", "year": "Financial year",
        "direct": "Resolution of Public Complaints Received Directly",
        "ombudsman": "Resolution of Public Complaints Received from CAJ",
        "report": "Report for the {n} Quarter Ending {end}", "made": "Made",
        "nth": "1st 2nd 3rd 4th", "nil": "NIL RETURN: nothing was received in this quarter.",
        "simulated": "SIMULATED RECORDS", "totals": "Reconciliation",
        "carried": "Open at the beginning", "received": "Received", "reopened": "Opened again",
        "closed": "Closed", "passed_on": "Handed to another institution", "open": "Open at the end",
        "due": "Due", "last": "Last day on which it is admitted", "anonymous": "anonymous",
        "known": "known to the service", "withheld": "withheld", "resolved": "Resolved",
        "ongoing": "On Going", "yes": "Answer given to the citizen", "not_upheld": "Not upheld",
        "withdrawn": "Withdrawn by the citizen", "handed": "Handed to another institution",
        "waiting": "Waits for the citizen's answer", "in_hand": "In hand",
        "none": "None", "sign": "Signed", "complaint": "complaint", "information": "information",
        "ref": "Ref", "received_on": "Date received", "channel": "Channel",
        "complainant": "Complainant", "kind": "Kind", "nature": "Nature", "service": "Service",
        "department": "Department", "action": "Action taken", "closed_on": "Date resolved",
        "days": "Days taken", "status": "Status", "pending": "Reason pending",
    },
    "sw": {
        "republic": "JAMHURI YA KENYA", "year": "Mwaka wa fedha",
        "direct": "Utatuzi wa Malalamiko ya Umma Yaliyopokelewa Moja kwa Moja",
        "ombudsman": "Utatuzi wa Malalamiko ya Umma Yaliyotoka kwa CAJ",
        "report": "Ripoti ya robo ya {n} inayoishia {end}", "made": "Imetengenezwa",
        "nth": "1 2 3 4", "nil": "RIPOTI TUPU: hakuna kilichopokelewa robo hii.",
        "simulated": "KUMBUKUMBU ZA KUIGIZA", "totals": "Upatanisho",
        "carried": "Wazi mwanzoni", "received": "Zilizopokelewa",
        "reopened": "Zilizofunguliwa tena",
        "closed": "Zilizofungwa", "passed_on": "Zilizopelekwa taasisi nyingine",
        "open": "Wazi mwishoni", "due": "Kufikia", "last": "Siku ya mwisho ya kukubaliwa",
        "anonymous": "hakutajwa", "known": "anajulikana na huduma", "withheld": "imezuiwa",
        "resolved": "Imetatuliwa", "ongoing": "Inaendelea", "yes": "Mwananchi amejibiwa",
        "not_upheld": "Haikukubaliwa", "withdrawn": "Mwananchi ameiondoa",
        "handed": "Imepelekwa taasisi nyingine", "waiting": "Inasubiri jibu la mwananchi",
        "in_hand": "Inashughulikiwa", "none": "Hakuna", "sign": "Sahihi",
        "complaint": "lalamiko", "information": "taarifa",
        "ref": "Namba", "received_on": "Tarehe ya kupokelewa", "channel": "Njia",
        "complainant": "Mlalamikaji", "kind": "Aina", "nature": "Kiini", "service": "Huduma",
        "department": "Idara", "action": "Hatua iliyochukuliwa",
        "closed_on": "Tarehe ya kutatuliwa",
        "days": "Siku", "status": "Hali", "pending": "Sababu ya kusubiri",
    },
}  # fmt: skip
COLUMNS = (
    "ref", "received_on", "channel", "complainant", "kind", "nature", "service", "department",
    "action", "closed_on", "days", "status", "pending",
)  # fmt: skip
"""Ours: the names of the template's columns are not known (facts: 2.1)."""
_TOTALS = ("carried", "received", "reopened", "closed", "passed_on", "open")

# Values come in as data, so that no word of anybody is ever read as markup.
_PAGE = """
#let d = json(bytes(sys.inputs.file))
#let l = d.labels
#set document(title: l.direct + " " + d.name)
#set page(paper: "a4", flipped: true, margin: (x: 1.2cm, y: 1.3cm), numbering: "1 / 1", header: align(right, text(8pt)[#d.name, #d.period]))
#set text(font: "Libertinus Serif", size: 8.5pt, lang: d.lang)
#set table(stroke: (x, y) => (bottom: 0.4pt + luma(180)), inset: (x: 3pt, y: 3pt))
#show table.cell.where(y: 0): set text(weight: "bold")
#let part(p) = [
  #align(center)[#strong(l.republic) #linebreak() #strong(d.name) #linebreak() #l.year #d.year #linebreak() #strong(p.title) #linebreak() #d.report]
  #if d.simulated [#strong(l.simulated)]
  #if p.nil [#strong(l.nil)]
  #table(columns: 6 * (1fr,), align: right, ..p.heads, ..p.totals)
  #if p.rows.len() == 0 [#l.none] else { table(columns: (auto, auto, auto, auto, auto, 1fr, 1fr, 1fr, 1.6fr, auto, auto, auto, 1fr), align: left, ..d.columns, ..p.rows.flatten()) }
]
#part(d.direct)
#pagebreak()
#part(d.ombudsman)
#v(1em)
#l.due: #d.due. #l.last: #d.last. #l.made #d.made.
#v(1.4em)
#l.sign: #box(width: 7cm, line(length: 100%, stroke: 0.4pt))
"""  # noqa: E501 - a page is set line by line


class Titles:
    """Names that a return's lines are shown with: of services and desks, by id and language."""

    def __init__(
        self, services: Mapping[str, Mapping[str, str]], desks: Mapping[str, Mapping[str, str]]
    ) -> None:
        self.services, self.desks = services, desks


def as_csv(found: Return, titles: Titles, lang: str) -> str:
    """All lines with where they came from."""
    rows = (
        ["CAJ" if line.ombudsman else "direct", *row(line, titles, lang)]
        for line in _told_first(found)
    )
    return cells.as_csv(["received_from", *COLUMNS], rows)


def as_pdf(found: Return, name: str, titles: Titles, lang: str, now: datetime) -> bytes:
    """Both reports as one A4 document."""
    labels, days = _LABELS[lang], calendar_of(found.period)
    parts = {
        key: {
            "title": labels[key],
            "nil": found.is_nil and not ombudsman,
            "heads": [labels[one] for one in _TOTALS],
            "totals": _numbers(found.totals(ombudsman=ombudsman)),
            "rows": [row(line, titles, lang)
                     for line in _told_first(found) if line.ombudsman == ombudsman],
        }
        for key, ombudsman in (("direct", False), ("ombudsman", True))
    }  # fmt: skip
    return pdf(
        _PAGE,
        {
            "lang": lang, "labels": labels, "name": name, "period": found.period.label,
            "year": found.period.financial_year.label, "simulated": found.simulated,
            "report": header(found.period, lang), "made": shown_at(now.isoformat(), lang),
            "due": _day(days.due_on), "last": _day(days.last_admissible_on),
            "columns": [labels[one] for one in COLUMNS], **parts,
        },
    )  # fmt: skip


def header(period: Period, lang: str) -> str:
    """The line of the template: which quarter, ending when."""
    labels = _LABELS[lang]
    nth = labels["nth"].split()[(period.quarter or 1) - 1]
    return labels["report"].format(n=nth, end=_day(period.end))


def row(line: Line, titles: Titles, lang: str) -> list[str]:
    """A line in the order of COLUMNS; of a withheld one how it stands and nothing else."""
    labels = _LABELS[lang]
    if line.withheld:
        shown: list[Any] = [labels["withheld"], *[""] * 7, "", "", "", _status(line, labels), ""]
        return shown
    service = titles.services.get(line.service_id or "", {}).get(lang, "")
    desk = titles.desks.get(line.unit_id, {}).get(lang, line.unit_id)
    return [
        f"{line.reference[:4]} {line.reference[4:]}", _day(line.received_on),
        line.channel.rpartition("-")[2], labels["known" if line.known else "anonymous"],
        labels[line.kind.value], nature(line, lang), service, desk, _action(line, labels),
        _day(line.closed_on), str(line.days), _status(line, labels),
        labels["waiting" if line.asked else "in_hand"] if line.exit is Exit.OPEN else "",
    ]  # fmt: skip


def _told_first(found: Return) -> list[Line]:
    """What is withheld comes last: its place among the dates would tell the day it was received."""
    return sorted(found.lines, key=lambda line: line.withheld)


def _action(line: Line, labels: Mapping[str, str]) -> str:
    if line.exit is Exit.OPEN:
        return ""
    if line.exit is Exit.PASSED_ON:
        return labels["handed"]
    how = labels[line.outcome.value.replace("-", "_")] if line.outcome else labels["yes"]
    return f"{how}: {line.words}" if line.words else how


def _status(line: Line, labels: Mapping[str, str]) -> str:
    """As the template has it: resolved or on going; what was handed on is neither here."""
    if line.exit is Exit.PASSED_ON:
        return labels["handed"]
    return labels["ongoing" if line.exit is Exit.OPEN else "resolved"]


def _numbers(totals: Totals) -> list[str]:
    return [f"{getattr(totals, name):,}" for name in _TOTALS]


def _day(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if day else ""
