"""All that is kept of a person, on paper: the values of the JSON they may take, set by Typst."""

from collections.abc import Mapping
from typing import Any

from feedback_service.reports.paper import pdf, shown_at

_LABELS = {
    "en": {
        "title": "Your data", "made": "Made", "you": "You", "number": "Number",
        "language": "Language", "since": "Known since", "stopped": "Messages stopped",
        "cases": "Your cases", "words": "What you said", "history": "What happened",
        "looked": "Who opened it", "ratings": "Your ratings",
        "wrote": "What you wrote",
        "we": "What we wrote to you", "files": "Files", "none": "None",
        "rights": "Quiet cases are not in here: they open by their reference and four digits. "
        "You may have it corrected or deleted: send FORGET ME from your phone. If you "
        "are not content, complain to the Office of the Data Protection Commissioner.",
    },
    "sw": {
        "title": "Taarifa zako", "made": "Imetengenezwa", "you": "Wewe", "number": "Nambari",
        "language": "Lugha", "since": "Unajulikana tangu", "stopped": "Ulikataa ujumbe",
        "cases": "Kesi zako", "words": "Ulichosema", "history": "Yaliyotokea",
        "looked": "Nani aliifungua", "ratings": "Alama ulizotoa",
        "wrote": "Ulichoandika",
        "we": "Tulichokuandikia", "files": "Faili", "none": "Hakuna",
        "rights": "Kesi za kimya hazimo humu: hufunguliwa kwa nambari ya kesi na siri yake. "
        "Unaweza kuomba zirekebishwe au zifutwe: tuma NIFUTE kutoka simu yako. "
        "Usiporidhika, lalamika kwa Ofisi ya Kamishna wa Ulinzi wa Data.",
    },
}  # fmt: skip

_PAGE = """
#let d = json(bytes(sys.inputs.file))
#let l = d.labels
#set document(title: l.title)
#set page(paper: "a4", margin: 2cm, numbering: "1 / 1")
#set text(font: "Libertinus Serif", size: 10pt, lang: d.lang)
#set table(stroke: (x, y) => (bottom: 0.4pt + luma(180)), inset: (x: 4pt, y: 4pt))
#let rows(all) = if all.len() == 0 [#l.none] else { table(columns: (auto, auto, 1fr), align: left, ..all.flatten()) }
= #l.title
#l.made #d.made
== #l.you
#rows(d.you)
== #l.cases
#for case in d.cases [
=== #case.head
#case.text
==== #l.history
#rows(case.history)
==== #l.looked
#rows(case.looked)
]
#if d.cases.len() == 0 [#l.none]
== #l.ratings
#rows(d.ratings)
== #l.wrote
#rows(d.wrote)
== #l.we
#rows(d.we)
== #l.files
#rows(d.files)
#v(1em)
#l.rights
"""  # noqa: E501 - a page is set line by line


def as_pdf(found: Mapping[str, Any], lang: str) -> bytes:
    """What `privacy.access.everything` gives, as an A4 document; lang: "en" or "sw"."""
    return pdf(_PAGE, _shown(found, lang))


def _shown(found: Mapping[str, Any], lang: str) -> dict[str, Any]:
    labels, you = _LABELS[lang], found["you"]
    known = [you["number"] or "-", *you["also_known_as"]]
    return {
        "lang": lang, "labels": labels, "made": shown_at(found["made_at"], lang),
        "you": [
            [labels["number"], "", ", ".join(known)],
            [labels["language"], "", you["language"] or "-"],
            [labels["since"], "", shown_at(you["known_since"], lang)],
            *(
                [labels["stopped"], one["channel"], shown_at(one["at"], lang)]
                for one in you["stopped"]
            ),
        ],
        "cases": [_case(case, lang) for case in found["cases"]],
        "ratings": [
            [shown_at(one["at"], lang), one["service"], f"{one['score']} / 5"]
            for one in found["ratings"]
        ],
        "wrote": [
            [shown_at(one["at"], lang), one["channel"], one["text"]] for one in found["you_wrote"]
        ],
        "we": [
            [shown_at(one["at"], lang), one["channel"], one["text"]] for one in found["we_wrote"]
        ],
        "files": [
            [shown_at(one["at"], lang), one["kind"], f"{one['bytes'] or '-'}"]
            for one in found["files"]
        ],
    }  # fmt: skip


def _case(case: Mapping[str, Any], lang: str) -> dict[str, Any]:
    return {
        "head": ", ".join((
            case["reference"], shown_at(case["received_at"], lang), case["institution"]
        )),
        "text": case["text"],
        "history": [
            [shown_at(one["at"], lang), one["what"], one["text"] or ""] for one in case["history"]
        ],
        "looked": [
            [shown_at(one["at"], lang), one["institution"] or "-", f"{one['role']}: {one['what']}"]
            for one in case["who_looked"]
        ],
    }  # fmt: skip
