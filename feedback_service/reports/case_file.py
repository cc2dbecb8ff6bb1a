"""The Ombudsman's file on paper: the same values as the JSON, set by Typst."""

from collections.abc import Mapping
from typing import Any

from feedback_service.reports.paper import pdf, shown_at

_LABELS = {
    "en": {
        "title": "Case file for the Ombudsman", "case": "Case", "received": "Received",
        "office": "Office", "service": "Service", "status": "Status",
        "kind": "Kind of complaint", "words": "What was said",
        "clocks": "Both clocks", "due": "The office must answer by",
        "used": "Working days used of those promised", "citizen": "The citizen has waited (days)",
        "custody": "Who held it", "minutes": "Working minutes", "history": "What happened",
        "messages": "What the citizen was sent", "told": "Who was told, and when",
        "whole": "The history is whole: every event is as it was sealed. Last hash:",
        "broken": "The history is NOT whole: it breaks at event", "at": "When", "what": "What",
        "who": "Who", "state": "State", "made": "Made",
        "instead": "desk of last resort: nobody stood there",
    },
    "sw": {
        "title": "Faili ya kesi kwa Ombudsman", "case": "Kesi", "received": "Ilipokelewa",
        "office": "Ofisi", "service": "Huduma", "status": "Hali",
        "kind": "Aina ya lalamiko", "words": "Yaliyosemwa",
        "clocks": "Saa zote mbili", "due": "Ofisi lazima ijibu kufikia",
        "used": "Siku za kazi zilizotumika kati ya zilizoahidiwa",
        "citizen": "Mwananchi amesubiri (siku)", "custody": "Nani alikuwa nayo",
        "minutes": "Dakika za kazi", "history": "Yaliyotokea",
        "messages": "Alichotumiwa mwananchi", "told": "Nani aliarifiwa, na lini",
        "whole": "Historia ni kamili: kila tukio ni kama lilivyofungwa. Alama ya mwisho:",
        "broken": "Historia SI kamili: inakatika kwenye tukio", "at": "Lini", "what": "Nini",
        "who": "Nani", "state": "Hali", "made": "Imetengenezwa",
        "instead": "dawati la mwisho: hakuna aliyekuwa hapo",
    },
}  # fmt: skip

# Values come in as data, so that no word of a citizen is ever read as markup.
_PAGE = """
#let d = json(bytes(sys.inputs.file))
#let l = d.labels
#set document(title: l.title + " " + d.case.reference)
#set page(paper: "a4", margin: 2cm, numbering: "1 / 1", header: align(right, text(8pt)[#d.case.reference]))
#set text(font: "Libertinus Serif", size: 10pt, lang: d.lang)
#set table(stroke: (x, y) => (bottom: 0.4pt + luma(180)), inset: (x: 4pt, y: 4pt))
#show table.cell.where(y: 0): set text(weight: "bold")
#let grid(cols, ..cells) = table(columns: cols, align: left, ..cells)
= #l.title
#grid((auto, 1fr),
  l.case, d.case.reference, l.received, d.case.received, l.office, d.case.office + ", " + d.case.institution,
  l.service, d.case.service, l.kind, d.case.sort, l.status, d.case.state)
== #l.words
#d.case.text
== #l.clocks
#grid((1fr, auto), l.due, d.due, l.used, d.used, l.citizen, d.waited)
== #l.custody
#grid((1fr, auto, auto, auto), l.who, l.at, "", l.minutes, ..d.custody.flatten())
== #l.told
#grid((auto, 1fr), l.at, l.who, ..d.told.flatten())
== #l.history
#grid((auto, auto, auto, 1fr), "", l.at, l.who, l.what, ..d.events.flatten())
#if d.chain.whole [#l.whole #raw(d.chain.head)] else [*#l.broken #d.chain.broken_at*]
== #l.messages
#grid((auto, 1fr, auto), l.at, l.what, l.state, ..d.messages.flatten())
#v(1em)
#text(8pt)[#l.made #d.made. #d.chain.how]
"""  # noqa: E501 - a page is set line by line


def as_pdf(file: Mapping[str, Any], lang: str) -> bytes:
    """The file as an A4 document; lang: "en" or "sw"."""
    return pdf(_PAGE, _shown(file, lang))


def _shown(file: Mapping[str, Any], lang: str) -> dict[str, Any]:
    case, office = file["case"], file["clocks"]["office"]
    used = f"{office['working_days_used']} / {office['working_days_allowed']}"
    labels = _LABELS[lang]
    return {
        "lang": lang, "labels": labels, "chain": file["chain"],
        "made": shown_at(file["made_at"], lang),
        "case": {
            **case, "sort": _kind(case["ombudsmans_category"], lang),
            "received": shown_at(case["received_at"], lang), "service": case["service"] or "-",
            "state": f"{case['status']}, {case['outcome'] or '-'}, {case['level']}",
        },
        "due": shown_at(office["due_at"], lang), "used": used,
        "waited": str(file["clocks"]["citizen"]["days_waited"]),
        "custody": [
            [
                held["holder"], shown_at(held["from"], lang), shown_at(held["to"], lang),
                str(held["working_minutes"]),
            ]
            for held in file["custody"]
        ],
        "told": [[shown_at(told["at"], lang), _who(told, labels)] for told in file["told"]],
        "events": [_event(event, file["staff"], lang) for event in file["events"]],
        "messages": [
            [shown_at(sent["at"], lang), sent["text"], sent["state"]] for sent in file["messages"]
        ],
    }  # fmt: skip


def _kind(category: Mapping[str, str] | None, lang: str) -> str:
    return category[f"name_{lang}"] if category else "-"


def _who(told: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    instead = f" ({labels['instead']})" if told["instead"] else ""
    return f"{told['rung'].replace('_', ' ')}: {told['who']}{instead}"


def _event(event: Mapping[str, Any], staff: Mapping[str, str], lang: str) -> list[str]:
    who = staff.get(str(event["data"].get("staff")), event["actor"])
    words = str(event["data"].get("text", ""))
    said = f"{event['action']}: {words}" if words else event["action"]
    return [str(event["number"]), shown_at(event["at"], lang), who, said]
