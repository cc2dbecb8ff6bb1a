"""The part of the page on one head: by language, label and writer, confusion and calibration."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from analytics.charts import Axis, Bar, Bars, Guide, Lines, Point, Series, Unit, figure
from analytics.triage.report_page.markup import ends, pair, section, table

NUMBERS = "The numbers"
_SHARE = Axis("probability the model gave", 0, 1, Unit.SHARE)

Group = Mapping[str, Any]


def head_section(name: str, head: Group) -> str:
    """Everything of one head; plots only of what its report holds."""
    plots = [bars(f"{name}-languages", f"{name}: macro-F1 by language", "language",
                  head["by_language"], "macro_f1")] if head["by_language"] else []  # fmt: skip
    labels = head["by_label"]
    if any("f1" in label for label in labels.values()):
        plots.append(bars(f"{name}-labels", f"{name}: F1 by label", "label", labels, "f1"))
    if "reliability" in head:
        plots.append(reliability(name, head["reliability"]))
    return section(
        f"head-{name}",
        name,
        pair(*plots),
        _groups(f"{name}: by language", "language", head["by_language"]),
        _groups(f"{name}: by writer, unread by the model that judged", "writer", head["by_writer"]),
        _labels(f"{name}: by label", labels),
        table(
            f"{name}: true label down, guess across",
            ("true", *head["labels"]),
            (
                (label, *counts)
                for label, counts in zip(head["labels"], head["confusion"], strict=True)
            ),
        ),
    )


def bars(key: str, title: str, named: str, groups: Mapping[str, Group], measure: str) -> str:
    """One bar a group, with the interval of messages drawn again."""
    return figure(
        Bars(
            key,
            title,
            f"{title}; the whisker is the 95 % interval of messages drawn again. "
            + ", ".join(f"{name} {group[measure]:.3f}" for name, group in groups.items()),
            named,
            Axis(measure.replace("_", "-"), 0, 1),
            tuple(Bar(name, group[measure], *(group.get(f"{measure}_interval") or (None, None)))
                  for name, group in groups.items()),
        ),
        NUMBERS,
    )  # fmt: skip


def reliability(name: str, bins: Sequence[Sequence[float]]) -> str:
    """How often the model is right where it says how sure it is; the diagonal is honest."""
    return figure(
        Lines(
            f"{name}-reliability",
            f"{name}: sure and right",
            f"{len(bins)} bins of as many messages each: the probability the model gave, and the "
            "share that was right. On the dashed line both are the same.",
            "head",
            _SHARE,
            Axis("share right", 0, 1, Unit.SHARE),
            (Series(name, tuple(Point(sure, right) for sure, right, _ in bins), joined=False),),
            (Guide("as sure as right", (0, 0), (1, 1)),),
        ),
        NUMBERS,
    )


def _groups(caption: str, named: str, groups: Mapping[str, Group]) -> str:
    if not groups:
        return ""
    return table(
        caption,
        (named, "n", "macro-F1", "95 % messages", "95 % writers", "accuracy", "95 % messages"),
        (
            (
                name,
                group["messages"],
                group["macro_f1"],
                ends(group.get("macro_f1_interval")),
                ends(group.get("macro_f1_writers")),
                group["accuracy"],
                ends(group.get("accuracy_interval")),
            )
            for name, group in groups.items()
        ),
    )


def _labels(caption: str, labels: Mapping[str, Group]) -> str:
    def cells() -> Iterator[tuple[Any, ...]]:
        for name, label in labels.items():
            yield (
                name,
                label.get("messages", ""),
                label["recall"],
                label["precision"],
                label.get("f1", ""),
                ends(label.get("f1_interval")),
                ends(label.get("f1_writers")),
            )

    return table(
        caption,
        ("label", "n", "recall", "precision", "F1", "95 % messages", "95 % writers"),
        cells(),
    )
