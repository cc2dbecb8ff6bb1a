"""What a paper is made of, in order: headings, words, tables, drawings; set by one page of Typst,
to the same bytes from the same values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analytics.charts import Chart
from feedback_service.reports.paper import pdf
from feedback_service.reports.scorecard_paper import inked

Block = Mapping[str, Any]


@dataclass(frozen=True)
class Paper:
    """A paper before it is set.  `small`: in smaller letters, where pages are counted."""

    name: str
    lang: str
    title: str
    period: str
    standing: str
    foot: str
    simulated: str
    blocks: Sequence[Block]
    small: bool = False

    def values(self) -> dict[str, Any]:
        """What Typst is given: every figure of the paper stands here as it is printed."""
        return {
            "lang": self.lang, "title": self.title, "period": self.period, "foot": self.foot,
            "standing": self.standing, "simulated": self.simulated, "small": self.small,
            "blocks": [dict(block) for block in self.blocks],
        }  # fmt: skip

    def as_pdf(self) -> bytes:
        return pdf(PAGE, self.values())


def heading(words: str, level: int = 2) -> Block:
    return {"kind": "heading", "words": words, "level": level}


def text(*words: str) -> Block:
    return {"kind": "text", "words": [one for one in words if one]}


def note(words: str) -> Block:
    return {"kind": "note", "words": words}


def points(words: Iterable[str]) -> Block:
    return {"kind": "points", "words": list(words)}


def table(
    heads: Sequence[str], rows: Iterable[Sequence[str]], *, left: Sequence[int] = (),
    even: bool = False,
) -> Block:  # fmt: skip
    """The first column is wide and to the left; those in `left` are words too.  `even`: the others
    share the width, where heads are long."""
    found = [list(row) for row in rows]
    return {
        "kind": "table", "heads": list(heads), "rows": found, "left": list(left), "even": even,
    }  # fmt: skip


def drawings(drawn: Iterable[Chart], *, across: int = 2, width: int = 100) -> Block:
    """Drawings beside each other, `width` percent of their place, each with its title and, for
    whoever cannot see it, its words."""
    return {
        "kind": "drawings", "across": across, "width": width,
        "charts": [{**inked(one), "alt": f"{one.title}. {one.description}"} for one in drawn],
    }  # fmt: skip


def page_break() -> Block:
    return {"kind": "break"}


# Values come in as data, so that no name is ever read as markup; no date, so that bytes stay.
PAGE = """
#let d = json(bytes(sys.inputs.file))
#let ink = rgb("#0a6847")
#set document(title: d.title + " " + d.period, date: none)
#set page(paper: "a4", margin: (x: 1.8cm, y: if d.small { 1.4cm } else { 1.9cm }), footer: context [
  #set text(8pt, fill: luma(90))
  #d.foot #h(1fr) #counter(page).display("1 / 1", both: true)
  #metadata(counter(page).final().first()) <pages>])
#set text(font: "Libertinus Serif", size: if d.small { 9pt } else { 10pt }, lang: d.lang)
#set par(leading: 0.56em)
#set table(stroke: (x, y) => (bottom: 0.4pt + luma(190)), inset: (x: 4pt, y: if d.small { 3pt } else { 4pt }))
#show table.cell.where(y: 0): set text(weight: "bold", size: 8.5pt)
#show heading.where(level: 2): set text(12pt)
#show heading.where(level: 3): set text(10.5pt)
#text(8.5pt, fill: ink, tracking: 0.06em)[#upper(d.period) #h(1fr) #d.standing]
#v(-4pt)
= #d.title
#if d.simulated != "" [#block(fill: rgb("#fcefd4"), inset: 6pt, radius: 3pt, width: 100%)[#d.simulated]]
#for b in d.blocks {
  if b.kind == "heading" { heading(level: b.level, b.words) }
  else if b.kind == "text" { for w in b.words { par(w) } }
  else if b.kind == "note" { text(8.5pt, fill: luma(70), b.words) }
  else if b.kind == "points" { list(..b.words) }
  else if b.kind == "break" { pagebreak(weak: true) }
  else if b.kind == "drawings" { align(center, grid(columns: (1fr,) * b.across, gutter: 10pt,
    ..b.charts.map(c => block(breakable: false)[
      #text(9pt, weight: "bold")[#c.title]
      #image(bytes(c.svg), format: "svg", width: b.width * 1%, alt: c.alt)]))) }
  else if b.kind == "table" { text(if d.small { 8pt } else { 9pt }, table(
    columns: (if b.even { 1.6fr } else { 1fr }, ..(if b.even { 1fr } else { auto },) * (b.heads.len() - 1)),
    align: (x, y) => if x == 0 or b.left.contains(x) { left } else { right },
    table.header(..b.heads), ..b.rows.flatten())) }
}
"""  # noqa: E501 - a page is set line by line
