"""A quarter's report of charter compliance on paper, made from the service's own figures; set by
Typst.  What is not measured says so, and why."""

from collections.abc import Mapping
from datetime import datetime

from analytics.coverage import FEWEST_CONTROLS
from feedback_service.contracts import Report
from feedback_service.contracts.compliance import Item
from feedback_service.reports.paper import pdf, shown_at

_LABELS = {
    "en": {
        "title": "Citizens' Service Delivery Charter: quarterly compliance report",
        "made": "Made by the service from its own records", "figure": "What was promised",
        "value": "Kept", "between": "95 % interval", "n": "Counted", "standard": "Standard",
        "none": "not measured", "simulated": "SIMULATED RECORDS", "frame": "Who could be asked",
        "visited": "Visits told to the service", "declared": "People served, as declared",
        "covered": "Share covered", "controls": "Control visits found", "unknown": "not declared",
        "verified": "Figures of citizens drawn by lot from the visits (verified).",
        "open": "Figures of citizens who rated of their own accord (open): they show a trend and "
        "are no measured sample, because under 80 % of visits were told, or none.",
        "assisted": "Figures of ratings that staff helped with (assisted).",
        "register": "Figures of complaints are counts of every case first due in the quarter.",
        "sign": "Performance officer", "day": "Date",
    },
    "sw": {
        "title": "Mkataba wa Huduma kwa Wananchi: ripoti ya utekelezaji ya robo mwaka",
        "made": "Imetengenezwa na huduma kutoka kumbukumbu zake", "figure": "Kilichoahidiwa",
        "value": "Kilichotimizwa", "between": "Kati ya (95 %)", "n": "Waliohesabiwa",
        "standard": "Kiwango", "none": "haikupimwa", "simulated": "KUMBUKUMBU ZA KUIGIZA",
        "frame": "Walioweza kuulizwa", "visited": "Ziara zilizotajwa kwa huduma",
        "declared": "Waliohudumiwa, kama ilivyotangazwa", "covered": "Sehemu iliyofikiwa",
        "controls": "Ziara za majaribio zilizopatikana", "unknown": "haikutangazwa",
        "verified": "Takwimu za wananchi waliochaguliwa kwa kura kutoka ziara (zimethibitishwa).",
        "open": "Takwimu za wananchi waliotoa alama wenyewe (wazi): zinaonyesha mwelekeo, si "
        "sampuli iliyopimwa, kwa kuwa chini ya 80 % ya ziara zilitajwa, au hakuna.",
        "assisted": "Takwimu za alama zilizotolewa kwa msaada wa watumishi.",
        "register": "Takwimu za malalamiko ni hesabu ya kila kesi iliyofika tarehe katika robo.",
        "sign": "Afisa wa utendaji", "day": "Tarehe",
    },
}  # fmt: skip

_PAGE = """
#let d = json(bytes(sys.inputs.file))
#let l = d.labels
#set document(title: l.title + " " + d.name)
#set page(paper: "a4", margin: 2cm, numbering: "1 / 1", header: align(right, text(8pt)[#d.name, #d.period]))
#set text(font: "Libertinus Serif", size: 10.5pt, lang: d.lang)
#set table(stroke: (x, y) => (bottom: 0.4pt + luma(180)), inset: (x: 4pt, y: 4pt))
#show table.cell.where(y: 0): set text(weight: "bold")
= #l.title
#strong(d.name), #d.period. #l.made, #d.made.
#if d.simulated [#strong(l.simulated)]
#table(columns: (1fr, auto, auto, auto, auto), align: (left, right, right, right, right), l.figure, l.value, l.between, l.n, l.standard, ..d.items.flatten())
#d.sample #l.register
#v(0.6em)
#table(columns: (1fr, auto), align: (left, right), l.frame, "", ..d.frame.flatten())
#v(2em)
#grid(columns: (1fr, 1fr), gutter: 2em, [#l.sign: #line(length: 100%, stroke: 0.4pt)], [#l.day: #line(length: 60%, stroke: 0.4pt)])
"""  # noqa: E501 - a page is set line by line


def as_pdf(report: Report, lang: str, now: datetime) -> bytes:
    """The report as an A4 document; lang: "en" or "sw"."""
    labels, covered = _LABELS[lang], report.coverage
    share = covered.coverage
    frame = [
        [labels["visited"], f"{covered.visited:,}"],
        [labels["declared"],
         labels["unknown"] if covered.declared is None else f"{covered.declared:,}"],
        [labels["covered"], labels["none"] if share is None else f"{100 * share:.1f} %"],
        *([[labels["controls"], f"{covered.found} / {covered.planted}"]]
          if covered.planted >= FEWEST_CONTROLS else []),
    ]  # fmt: skip
    return pdf(
        _PAGE,
        {
            "lang": lang, "labels": labels, "name": report.institution.name,
            "period": report.period.label, "made": shown_at(now.isoformat(), lang),
            "simulated": report.simulated, "sample": labels[report.sample], "frame": frame,
            "items": rows(report, lang),
        },
    )  # fmt: skip


def rows(report: Report, lang: str) -> list[list[str]]:
    """Its figures as cells: name, value, interval, n, standard."""
    return [_row(item, _LABELS[lang], lang) for item in report.items]


def _row(item: Item, labels: Mapping[str, str], lang: str) -> list[str]:
    figure, definition = item.figure, item.definition
    name = definition.name_sw if lang == "sw" else definition.name_en
    standard = _words(item.standard.value, definition.unit) if item.standard else "-"
    if not figure.shown or figure.value is None:
        return [name, labels["none"], "-", f"{figure.n:,}", standard]
    between = "-"
    if figure.low is not None and figure.high is not None:
        between = f"{_words(figure.low, definition.unit)} - {_words(figure.high, definition.unit)}"
    value = _words(figure.value, definition.unit)
    return [name, value, between, f"{figure.n:,}", standard]


def _words(value: float, unit: str) -> str:
    return f"{100 * value:.1f} %" if unit == "share" else f"{value:.2f}"
