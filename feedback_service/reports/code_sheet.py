"""A printed sheet of one-time codes, to be cut and stapled to tickets and receipts: for each the
digits, a QR code and what to dial; set by Typst."""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from feedback_service.domain.visit_codes import spoken_code
from feedback_service.reports.paper import pdf

_WORDS = {
    "rate": "How was it? / Ilikuwaje?",
    "dial": "Dial / Piga",
    "sms": "SMS the code to / Tuma nambari kwa",
    "until": "Until / Hadi",
    "once": "Counts once / Huhesabiwa mara moja",
}  # fmt: skip


@dataclass(frozen=True)
class Ways:
    """Where a code can be sent: the code to dial `*384*77#`, the short code, our address."""

    ussd_code: str
    short_code: str
    public_url: str

    def dial(self, code: str) -> str:
        """The long dial that opens the rating at once."""
        return f"{self.ussd_code.rstrip('#')}*{code}#"

    def page(self, code: str) -> str:
        """The page that shows every way."""
        return f"{self.public_url.rstrip('/')}/v/{code}"


# Values come in as data, so that nothing is ever read as markup.
_PAGE = """
#let d = json(bytes(sys.inputs.file))
#let w = d.words
#set document(title: d.title)
#set page(paper: "a4", margin: (x: 1cm, y: 1cm))
#set text(font: "Libertinus Serif", size: 8pt)
#set par(leading: 3.5pt, spacing: 5pt)
#let slip(c) = block(breakable: false, width: 100%, height: 4.35cm, stroke: (dash: "dashed", thickness: 0.4pt), inset: 5pt)[
  #grid(columns: (1fr, 2.1cm), gutter: 4pt,
    [*#d.service* #linebreak() #d.place #v(1pt) #text(9pt)[*#w.rate*]],
    image(bytes(c.qr), format: "svg", width: 2.1cm))
  #align(center, text(13pt, weight: "bold", tracking: 0.5pt, c.spoken))
  #w.dial *#c.dial* #linebreak()
  #w.sms *#d.number* #linebreak()
  #text(7pt)[#w.until #d.until. #linebreak() #w.once]
]
#grid(columns: (1fr, 1fr, 1fr), column-gutter: 3mm, row-gutter: 2.4mm, ..d.codes.map(slip))
"""  # noqa: E501 - a page is set line by line


def as_pdf(
    codes: Iterable[str], ways: Ways, service: Mapping[str, str], place: str, expires_on: date
) -> bytes:
    """An A4 document of eighteen slips a page; service: its short name by language."""
    name = service["en"] if service["en"] == service["sw"] else f"{service['en']} / {service['sw']}"
    return pdf(_PAGE, {
        "words": _WORDS, "title": f"{name}, {place}", "service": name, "place": place,
        "number": ways.short_code, "until": f"{expires_on:%d.%m.%Y}",
        "codes": [_slip(code, ways) for code in codes],
    })  # fmt: skip


def _slip(code: str, ways: Ways) -> dict[str, str]:
    return {"spoken": spoken_code(code), "dial": ways.dial(code), "qr": _qr(ways.page(code))}


def _qr(address: str) -> str:
    """As an SVG picture; redundancy M bears a crease."""
    import segno  # for the few who print

    drawn = io.BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", border=2, xmldecl=False)
    return drawn.getvalue().decode()
