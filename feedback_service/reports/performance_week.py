"""The list for the Performance Week on paper: what was taken, with the evidence it was taken on and
the words of who took it; set by Typst."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from analytics.indicators import DEFINITIONS
from feedback_service.models import Proposal
from feedback_service.recognition.week import Evidence, Stand
from feedback_service.reports.paper import pdf, shown_at
from feedback_service.reports.scale import Scale

_LABELS = {
    "en": {
        "title": "Performance Week: recognition and improvement",
        "made": "Taken by people from proposals of the service; figures as frozen and signed",
        "recognise": "To be recognised", "improve": "To improve", "none": "Nothing was taken.",
        "institution": "Institution", "indicator": "Indicator", "figures": "Two quarters in a row",
        "standard": "standard", "why": "Why", "flags": "flags raised",
        "rule": "Proposed is what stood on one side of the fixed standard with its whole 95 % "
        "interval in two closed quarters in a row. It is no rank: institutions stand by name.",
        "simulated": "SIMULATED RECORDS",
    },
    "sw": {
        "title": "Wiki ya Utendaji: pongezi na maboresho",
        "made": "Yamechukuliwa na watu kutoka mapendekezo ya huduma; takwimu kama zilivyofungwa na "
        "kutiwa sahihi",
        "recognise": "Za kupongezwa", "improve": "Za kuboresha", "none": "Hakuna kilichochukuliwa.",
        "institution": "Taasisi", "indicator": "Kiashiria", "figures": "Robo mbili mfululizo",
        "standard": "kiwango", "why": "Sababu", "flags": "alama za shaka",
        "rule": "Kinachopendekezwa ni kile kilichokuwa upande mmoja wa kiwango kwa masafa yake "
        "yote ya 95 % katika robo mbili zilizofungwa mfululizo. Si orodha ya nafasi: taasisi "
        "zimepangwa kwa jina.",
        "simulated": "KUMBUKUMBU ZA KUIGIZA",
    },
}  # fmt: skip

_PAGE = """
#let d = json(bytes(sys.inputs.file))
#let l = d.labels
#set document(title: l.title)
#set page(paper: "a4", flipped: true, margin: 2cm, numbering: "1 / 1", header: align(right, text(8pt)[#d.owner, #d.period]))
#set text(font: "Libertinus Serif", size: 10pt, lang: d.lang)
#set table(stroke: (x, y) => (bottom: 0.4pt + luma(180)), inset: (x: 4pt, y: 4pt))
#show table.cell.where(y: 0): set text(weight: "bold")
= #l.title
#strong(d.owner), #d.period. #l.made, #d.made.
#if d.simulated [#strong(l.simulated)]
#for part in d.parts [
== #part.title
#if part.rows.len() == 0 [#l.none] else [
#table(columns: (2fr, 2fr, 3fr, 3fr), l.institution, l.indicator, l.figures, l.why, ..part.rows.flatten())
]
]
#l.rule
"""  # noqa: E501 - a page is set line by line


@dataclass(frozen=True)
class Taken:
    """One proposal that was taken: by whom and when, in which words."""

    institution: str
    indicator: str
    proposal: Proposal
    evidence: Evidence
    words: str
    who: str
    at: datetime


def as_pdf(owner: str, period: str, taken: Iterable[Taken], lang: str, now: datetime) -> bytes:
    """The two lists as an A4 document."""
    labels, lines = _LABELS[lang], list(taken)
    return pdf(
        _PAGE,
        {
            "lang": lang, "labels": labels, "owner": owner, "period": period,
            "made": shown_at(now.isoformat(), lang),
            "simulated": any(one.evidence.simulated for one in lines),
            "parts": [
                {
                    "title": labels[kind],
                    "rows": [_row(one, labels, lang) for one in lines if one.proposal == kind],
                }
                for kind in Proposal
            ],
        },
    )  # fmt: skip


def figures_in_words(indicator: str, evidence: Evidence, lang: str) -> list[str]:
    """The quarters, the newer first: `FY2026/27-Q1: 93 % (91 to 95, n 1,200)`."""
    scale = Scale.of(DEFINITIONS[indicator])
    return [_stand(one, scale, lang) for one in evidence.stands]


def standard_in_words(indicator: str, evidence: Evidence, lang: str) -> str:
    return Scale.of(DEFINITIONS[indicator]).words(evidence.standard, lang)


def name_of(indicator: str, lang: str) -> str:
    one = DEFINITIONS[indicator]
    return one.name_sw if lang == "sw" else one.name_en


def _row(one: Taken, labels: Mapping[str, str], lang: str) -> list[str]:
    figures = figures_in_words(one.indicator, one.evidence, lang)
    figures.append(f"{labels['standard']} {standard_in_words(one.indicator, one.evidence, lang)}")
    if one.evidence.flags:
        figures.append(f"{one.evidence.flags} {labels['flags']}")
    why = f"{one.words} ({one.who}, {shown_at(one.at.isoformat(), lang)})"
    return [one.institution, name_of(one.indicator, lang), "\n".join(figures), why]


def _stand(one: Stand, scale: Scale, lang: str) -> str:
    between = scale.between(one.low, one.high, lang)
    return f"{one.period}: {scale.words(one.value, lang)} ({between}, n {one.n:,})"
