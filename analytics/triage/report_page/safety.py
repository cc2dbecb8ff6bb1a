"""The parts of the page on urgent and confidential messages, and on abstaining."""

from collections.abc import Iterable, Mapping
from typing import Any

from analytics.charts import Axis, Guide, Lines, Point, Series, Unit, figure
from analytics.triage.report_page.heads import NUMBERS, reliability
from analytics.triage.report_page.markup import ends, pair, says, section, table

Found = Mapping[str, Any]

_BRIBERY = {
    "lexicon_sure": "words that say it",
    "lexicon_closed": "words that may mean it",
    "closed_with_model": "words or model",
}


def urgent_section(urgent: Found) -> str:
    """Recall first: who is in danger and is not found is what matters."""
    plots = []
    if "curve" in urgent:
        plots.append(_urgent_curve(urgent))
    if "reliability" in urgent:
        plots.append(reliability("urgent", urgent["reliability"]))
    return section(
        "urgent",
        "Urgent messages",
        _rates("Urgent messages found", urgent["messages"], {
            name: urgent[name] for name in ("model", "lexicon", "either")
        }),
        says("With whole writers drawn again, recall of either is {} to {} (95 %).".format(
            *urgent["recall_writers"])) if "recall_writers" in urgent else "",
        pair(*plots),
        _rates("Lexicon or model, by language", None, urgent.get("by_language", {})),
    )  # fmt: skip


def confidential_section(report: Found) -> str:
    """What is kept from the accused until a person has read it: bribery, and more where labelled.

    `confidential`: by class that a second reader found, as `bribery`'s.
    """
    bribery = report["bribery"]
    kinds = {words: bribery[name] for name, words in _BRIBERY.items()}
    read = report.get("confidential", {})
    more = {f"{name} (n = {found['messages']})": found for name, found in read.items()}
    return section(
        "confidential",
        "Kept from the accused",
        _rates("Bribery", bribery["messages"], kinds),
        _rates("Held, by the class a second reader found", None, more),
    )


def hold_section(hold: Found) -> str:
    """What every threshold of holding for people first would miss, and what it would cost them."""
    curve = hold["curve"]
    chosen = (Point(hold["held_share"], hold["either"]["lower_bound"]),)
    words = (Point(hold["words_share"], hold["words"]["lower_bound"]),)
    lowest = min(point["lower_bound"] for point in [*curve, hold["words"], hold["either"]])
    plot = Lines(
        "hold-curve",
        "Held for people first, and what is certain to be among it",
        f"The lower 95 % bound of recall by the share of all messages held; chosen: "
        f"{hold['either']['lower_bound']:.3f} at {hold['held_share']:.3f}.",
        "by",
        Axis("share of all messages held", 0, 1, Unit.SHARE),
        Axis("lower bound of recall", round(lowest - 0.05, 1), 1, Unit.SHARE),
        (
            Series("words or model", tuple(
                Point(point["held_share"], point["lower_bound"]) for point in curve
            )),
            Series("chosen", chosen, joined=False),
            Series("words alone", words, joined=False),
        ),
        (Guide("promised", (0, 0.97), (1, 0.97)),),
    )  # fmt: skip
    groups = {"words or model": hold["either"], "words alone": hold["words"]}
    groups |= hold["by_class"] | hold["by_language"]
    return section(
        "hold",
        "Held for people first: bribery, abuse and threats",
        figure(plot, NUMBERS),
        table(
            "Confidential messages held (lower bound: exact, one-sided, 95 %)",
            ("by", "n", "missed", "recall", "lower bound"),
            (
                (name, one["messages"], one["missed"], one["recall"], one["lower_bound"])
                for name, one in groups.items()
            ),
        ),
    )


def abstention_section(found: Found) -> str:
    """What goes without a person, and how often that is right."""
    rows = [("all", found["coverage"], found["accuracy"])]
    rows += [(lang, one["coverage"], one["accuracy"]) for lang, one in found["by_language"].items()]
    points = found.get("curve") or [
        [float(share), right] for share, right in found["accuracy_at_coverage"].items()
    ]
    curve = Lines(
        "coverage",
        "The surest share taken, and how much of it is right",
        f"Accuracy of the route falls from {points[0][1]:.3f} to {points[-1][1]:.3f} as more is "
        f"taken; the chosen thresholds take {found['coverage']:.3f} and are right in "
        f"{found['accuracy']:.3f}.",
        "taken",
        Axis("share taken without a person", 0, 1, Unit.SHARE),
        Axis("share of it that is right", 0.5, 1, Unit.SHARE),
        (
            Series("route", tuple(Point(share, right) for share, right in points)),
            Series("chosen", (Point(found["coverage"], found["accuracy"]),), joined=False),
        ),
        (Guide("promised", (0, 0.9), (1, 0.9)),),
    )
    return section(
        "abstention",
        "When the model does not know",
        figure(curve, NUMBERS),
        table("What needs no person", ("language", "share", "accuracy of the route"), rows),
    )


def _urgent_curve(urgent: Found) -> str:
    series = tuple(
        Series(name, tuple(Point(recall, precision) for recall, precision in points))
        for name, points in urgent["curve"].items()
    )
    chosen = (Point(urgent["either"]["recall"], urgent["either"]["precision"]),)
    lexicon = (Point(urgent["lexicon"]["recall"], urgent["lexicon"]["precision"]),)
    return figure(
        Lines(
            "urgent-curve",
            "Urgent: found, and rightly raised",
            "Precision against recall as the model's threshold falls, alone and or-ed with the "
            f"lexicon; chosen: recall {urgent['either']['recall']:.3f}, precision "
            f"{urgent['either']['precision']:.3f}.",
            "by",
            Axis("share of the urgent that is found", 0, 1, Unit.SHARE),
            Axis("share of the raised that is urgent", 0, 1, Unit.SHARE),
            (*series, Series("chosen", chosen, False), Series("lexicon alone", lexicon, False)),
            (Guide("promised recall", (0.9, 0), (0.9, 1)),),
        ),
        NUMBERS,
    )


def _rates(caption: str, count: int | None, found: Mapping[str, Found]) -> str:
    if not found:
        return ""
    return table(
        caption if count is None else f"{caption} (n = {count})",
        ("by", "recall", "95 %", "precision", "95 %", "share of all messages"),
        _rate_rows(found),
    )


def _rate_rows(found: Mapping[str, Found]) -> Iterable[tuple[Any, ...]]:
    for name, one in found.items():
        yield (
            name,
            one["recall"],
            ends(one.get("recall_interval")),
            one["precision"],
            ends(one.get("precision_interval")),
            one["share"],
        )
