"""The pieces of the page: tables, sections, and how a figure with its interval is written."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

STYLE = (
    ":root{color-scheme:light dark;--c0:#0a6847;--c1:#2f6f93;--c2:#8a5a10;--c3:#765394}"
    "@media(prefers-color-scheme:dark){:root{--c0:#64cfa5;--c1:#7fb6d6;--c2:#dba957;--c3:#b79ad0}}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem}"
    "h2{margin-top:2.5rem}.scroll{overflow-x:auto}.pair{display:flex;flex-wrap:wrap;gap:0 2rem}"
    ".pair>*{flex:1 1 20rem;min-width:0}table{border-collapse:collapse;margin:1rem 0}"
    "caption{text-align:left;font-weight:650;padding:.2rem 0}"
    "td,th{border:1px solid #888;padding:.2rem .6rem;text-align:right;white-space:nowrap}"
    "th,td:first-child{white-space:normal}th:first-child,td:first-child{text-align:left;min-width:7rem}"
)


def section(key: str, title: str, *parts: str) -> str:
    """A heading with what stands under it."""
    inner = "\n".join(part for part in parts if part)
    return (
        f'<section aria-labelledby="{key}"><h2 id="{key}">{escape(title)}</h2>\n{inner}</section>'
    )


def pair(*parts: str) -> str:
    """Side by side where there is room."""
    return '<div class="pair">' + "\n".join(parts) + "</div>"


def says(words: str) -> str:
    """A paragraph."""
    return f"<p>{escape(words)}</p>"


def table(caption: str, heads: Sequence[str], rows: Iterable[Iterable[Any]]) -> str:
    """A table that scrolls by itself; a cell is a text or a figure."""
    top = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    body = "\n".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{top}</tr></thead>"
        f"<tbody>\n{body}</tbody></table></div>\n"
    )


def ends(interval: Sequence[float] | None) -> str:
    """An interval as words, or nothing."""
    return "{} to {}".format(*interval) if interval else ""
