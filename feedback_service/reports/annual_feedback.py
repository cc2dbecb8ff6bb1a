"""The annual feedback report of an institution on paper: how many were reached in which county, and
what they said; set by Typst from the same counts as the page."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from feedback_service.contracts import Report
from feedback_service.recognition.reached import NUMBERS, Count, Reached
from feedback_service.reports.compliance import rows
from feedback_service.reports.paper import pdf, shown_at

_LABELS = {
    "en": {
        "title": "Annual feedback report", "made": "Made by the service from its own records",
        "reached": "Number reached", "county": "County", "people": "People", "ratings": "Ratings",
        "cases": "Cases", "delivered": "Invitations delivered", "compliments": "Compliments",
        "assisted": "Assisted", "whole": "The year", "few": "Counties with few people, together",
        "unsaid": "Not said", "simulated": "SIMULATED RECORDS", "said": "What they said",
        "rule": "People are distinct citizens who rated, complained or praised. Who was heard in "
        "two counties counts in both, and once in the year. Confidential cases are left out.",
        "figure": "Figure", "value": "Value", "between": "95 % interval", "n": "Counted",
        "standard": "Standard", "under": "under 5",
    },
    "sw": {
        "title": "Ripoti ya mwaka ya maoni",
        "made": "Imetengenezwa na huduma kutoka kumbukumbu zake",
        "reached": "Idadi ya waliofikiwa", "county": "Kaunti", "people": "Watu",
        "ratings": "Alama", "cases": "Kesi", "delivered": "Mialiko iliyofika",
        "compliments": "Pongezi", "assisted": "Kwa msaada", "whole": "Mwaka mzima",
        "few": "Kaunti zenye watu wachache, pamoja",
        "unsaid": "Haikutajwa", "simulated": "KUMBUKUMBU ZA KUIGIZA", "said": "Walichosema",
        "rule": "Watu ni wananchi tofauti waliotoa alama, malalamiko au pongezi. Aliyesikika "
        "kwenye kaunti mbili huhesabiwa kote, na mara moja kwa mwaka. Kesi za siri hazimo.",
        "figure": "Takwimu", "value": "Thamani", "between": "Kati ya (95 %)", "n": "Waliohesabiwa",
        "standard": "Kiwango", "under": "chini ya 5",
    },
}  # fmt: skip

_PAGE = """
#let d = json(bytes(sys.inputs.file))
#let l = d.labels
#set document(title: l.title + " " + d.name)
#set page(paper: "a4", margin: 2cm, numbering: "1 / 1", header: align(right, text(8pt)[#d.name, #d.period]))
#set text(font: "Libertinus Serif", size: 10pt, lang: d.lang)
#set table(stroke: (x, y) => (bottom: 0.4pt + luma(180)), inset: (x: 4pt, y: 4pt))
#show table.cell.where(y: 0): set text(weight: "bold")
= #l.title
#strong(d.name), #d.period. #l.made, #d.made.
#if d.simulated [#strong(l.simulated)]
== #l.reached
#table(columns: (1fr, auto, auto, auto, auto, auto, auto), align: (left, right, right, right, right, right, right), ..d.head, ..d.counties.flatten())
#l.rule
#if d.said.len() > 0 [
== #l.said
#table(columns: (1fr, auto, auto, auto, auto), align: (left, right, right, right, right), l.figure, l.value, l.between, l.n, l.standard, ..d.said.flatten())
]
"""  # noqa: E501 - a page is set line by line


def as_pdf(
    name: str, period: str, found: Count, said: Report | None, counties: Mapping[int, str],
    lang: str, now: datetime,
) -> bytes:  # fmt: skip
    """The report as an A4 document; said: the year's figures, None where nobody asks for them."""
    labels = _LABELS[lang]
    return pdf(
        _PAGE,
        {
            "lang": lang, "labels": labels, "name": name, "period": period,
            "made": shown_at(now.isoformat(), lang), "simulated": found.simulated,
            "head": [labels["county"], *(labels[each] for each in NUMBERS)],
            "counties": _counties(found, counties, labels),
            "said": rows(said, lang) if said else [],
        },
    )  # fmt: skip


def _counties(
    found: Count, names: Mapping[int, str], labels: Mapping[str, str]
) -> list[Sequence[str]]:
    lines = [
        _line(names.get(one.county or 0, labels["unsaid"]), one, labels) for one in found.counties
    ]
    if found.few:
        lines.append(_line(labels["few"], found.few, labels))
    return [*lines, _line(labels["whole"], found.whole, labels)]


def _line(name: str, one: Reached, labels: Mapping[str, str]) -> Sequence[str]:
    numbers = (getattr(one, number) for number in NUMBERS)
    return [name, *(labels["under"] if each is None else f"{each:,}" for each in numbers)]
