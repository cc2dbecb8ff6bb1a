"""The evaluation as one plain page that can be read without the code."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;margin:1rem 0}caption{text-align:left;font-weight:bold}"
    "td,th{border:1px solid #999;padding:.2rem .6rem;text-align:right}"
    "th:first-child,td:first-child{text-align:left}"
)


def page(report: Mapping[str, Any]) -> str:
    """A whole HTML page from the figures of `evaluate.figures`."""
    heads = report["heads"]
    parts = [
        f"<p>{report['messages']} messages of {len(report['writers'])} writers. Every figure is of "
        "messages whose writer the model had not read; temperatures and thresholds were chosen "
        "without that writer too. Intervals (95 %) redraw messages, not writers, so a new writer "
        "can fall outside them. The corpus is written for this product, not field data.</p>",
        _summary(heads),
        _rates("Urgent messages found", report["urgent"], ("model", "lexicon", "either")),
        _rates(
            "Bribery kept from the accused",
            report["bribery"],
            ("lexicon_sure", "lexicon_closed", "closed_with_model"),
        ),
        _abstention(report["abstention"]),
        *(_groups(name, head) for name, head in heads.items()),
    ]
    body = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>The text model on unseen writers</title><style>{_STYLE}</style></head>"
        f"<body><h1>The text model on unseen writers</h1>\n{body}\n</body></html>\n"
    )


def _summary(heads: Mapping[str, Any]) -> str:
    return _table(
        "All messages, and the mean over writers",
        ("head", "n", "macro-F1", "95 %", "accuracy", "mean F1", "mean accuracy", "ECE"),
        (
            (
                name,
                head["messages"],
                head["macro_f1"],
                "{} to {}".format(*head["macro_f1_interval"]),
                head["accuracy"],
                head["mean_over_writers"]["macro_f1"],
                head["mean_over_writers"]["accuracy"],
                head["calibration_error"],
            )
            for name, head in heads.items()
        ),
    )


def _rates(caption: str, figures: Mapping[str, Any], names: Iterable[str]) -> str:
    return _table(
        f"{caption} (n = {figures['messages']})",
        ("by", "recall", "precision", "share of all messages"),
        (
            (name, figures[name]["recall"], figures[name]["precision"], figures[name]["share"])
            for name in names
        ),
    )


def _abstention(figures: Mapping[str, Any]) -> str:
    rows = [("all", figures["coverage"], figures["accuracy"])]
    rows += [
        (lang, part["coverage"], part["accuracy"]) for lang, part in figures["by_language"].items()
    ]
    return _table(
        "What needs no person", ("language", "share", "accuracy of the route"), rows
    ) + _table(
        "If the surest share were taken",
        ("share", "accuracy of the route"),
        figures["accuracy_at_coverage"].items(),
    )


def _groups(name: str, head: Mapping[str, Any]) -> str:
    groups = head["by_writer"] | head["by_language"]
    return (
        f"<h2>{escape(name)}</h2>"
        + _table(
            "By writer and by language",
            ("group", "n", "macro-F1", "accuracy"),
            ((key, g["messages"], g["macro_f1"], g["accuracy"]) for key, g in groups.items()),
        )
        + _table(
            "By label",
            ("label", "recall", "precision"),
            ((key, label["recall"], label["precision"]) for key, label in head["by_label"].items()),
        )
        + _table(
            "True label down, guess across",
            ("", *head["labels"]),
            (
                (label, *counts)
                for label, counts in zip(head["labels"], head["confusion"], strict=True)
            ),
        )
    )


def _table(caption: str, heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    top = "".join(f"<th>{escape(head)}</th>" for head in heads)
    body = "\n".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><caption>{escape(caption)}</caption><tr>{top}</tr>\n{body}</table>\n"
