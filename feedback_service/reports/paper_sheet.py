"""The paper sheet of Huduma Mashinani: two complaints a page, both languages, boxes to write in,
and a stub the citizen keeps; set by Typst."""

from feedback_service.reports.paper import pdf

FORMS = 6
"""Complaints on one printed sheet: three pages of two."""

_WORDS = {
    "title": "Huduma Mashinani: complaint / malalamiko",
    "day": "Day received / Siku ilipopokelewa",
    "phone": "Phone, if any / Simu, kama ipo",
    "language": "Language / Lugha",
    "service": "Service or office / Huduma au ofisi",
    "place": "County and place / Kaunti na mahali",
    "named": "Officer named, if any / Afisa aliyetajwa, kama yupo",
    "words": "What the citizen says, in their own words / Anachosema mwananchi, kwa maneno yake",
    "keep": "Keep this. Your complaint is row / Hifadhi hii. Malalamiko yako ni mstari",
    "of": "of sheet / wa karatasi",
    "after": "You get a case number by SMS, or at the next visit. Only you can say it was solved. "
    "/ Utapata nambari ya kesi kwa SMS, au ziara ijayo. Wewe pekee ndiye unayeweza kusema "
    "limetatuliwa.",
    "money": "Asked for money, or afraid? Do not write it here. Dial / Umeombwa pesa, au unaogopa? "
    "Usiandike hapa. Piga",
}

# Values come in as data, so that nothing is ever read as markup.
_PAGE = """
#let d = json(bytes(sys.inputs.file))
#let w = d.words
#set document(title: w.title)
#set page(paper: "a4", margin: (x: 1.4cm, y: 1.2cm))
#set text(font: "Libertinus Serif", size: 9pt)
#let box-of(n) = box(baseline: 25%)[#grid(columns: (5.4mm,) * n, rows: 6.4mm, stroke: 0.5pt, ..([],) * n)]
#let tick = box(width: 3.6mm, height: 3.6mm, stroke: 0.5pt, baseline: 20%)
#let rule(n) = stack(spacing: 6.6mm, ..range(n).map(_ => line(length: 100%, stroke: 0.4pt)))
#let label(t) = text(8pt, t)
#let form(row) = block(breakable: false, width: 100%, stroke: 0.8pt, inset: 7pt, below: 7pt)[
  #grid(columns: (1fr, auto), [*#w.title*], [*#d.sheet #sym.dash.en #row*])
  #v(1pt)
  #grid(columns: (auto, 1fr, auto), gutter: 8pt, align: horizon,
    [#label(w.day)\\ #box-of(2) / #box-of(2) / #box-of(4)],
    [#label(w.phone)\\ #box-of(10)],
    [#label(w.language)\\ #tick English #h(4pt) #tick Kiswahili])
  #v(2pt)
  #grid(columns: (1fr, 1fr), gutter: 8pt, row-gutter: 9mm,
    label(w.service), label(w.place))
  #v(6mm) #line(length: 100%, stroke: 0.4pt)
  #label(w.named) #v(5mm) #line(length: 100%, stroke: 0.4pt)
  #label(w.words) #v(6mm) #rule(4)
  #v(2mm) #line(length: 100%, stroke: (dash: "dashed", thickness: 0.6pt))
  #text(8pt)[*#w.keep #row #w.of #d.sheet.* #w.after #linebreak() #w.money *#d.code*]
]
#for row in range(1, d.forms + 1) { form(row) }
"""  # noqa: E501 - a page is set line by line


def as_pdf(sheet: str, ussd_code: str) -> bytes:
    """An empty sheet of that name as an A4 document; ussd_code: where to dial, `*384*77#`."""
    return pdf(_PAGE, {"words": _WORDS, "sheet": sheet, "code": ussd_code, "forms": FORMS})
