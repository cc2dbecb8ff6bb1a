"""The parts of the page beyond the headline: learning curve, noise, likeness, baselines, gates."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from analytics.charts import Axis, Lines, Point, Series, Unit, figure
from analytics.triage.report_page.heads import NUMBERS
from analytics.triage.report_page.markup import pair, says, section, table

Found = Mapping[str, Any]

_HEADS = ("category", "intent", "sector", "lang")
_BRIEF = {
    "category": "category F1",
    "lenient": "second label accepted",
    "intent": "intent F1",
    "sector": "sector F1",
    "lang_accuracy": "language accuracy",
    "coverage": "needs no person",
    "sure_accuracy": "right of these",
    "urgent_model": "urgent, model",
    "urgent_lexicon": "urgent, lexicon",
    "urgent_either": "urgent, either",
}


def beyond(report: Found) -> Iterator[str]:
    """The sections whose figures this report has: a manifest has none of them."""
    if "baselines" in report:
        yield _baselines(report["baselines"])
    if "learning" in report:
        yield _learning(report)
    if "noise" in report:
        yield _noise(report["noise"])
    if "likeness" in report:
        yield _likeness(report["likeness"])
    if "gates" in report:
        yield _gates(report["gates"])
    if "others" in report:
        yield _others(report["others"])


def _baselines(baselines: Found) -> str:
    return section(
        "baselines",
        "Against simpler ways",
        says(
            "The most frequent label; keywords alone (cues and lexicon, nothing learnt); and the "
            "model taught with labels dealt anew, which must be near the most frequent."
        ),
        table(
            "The model and simpler ways",
            ("head", "by", "macro-F1", "accuracy"),
            (
                (head, way, found["macro_f1"], found["accuracy"])
                for head, ways in baselines.items()
                for way, found in ways.items()
            ),
        ),
    )


def _learning(report: Found) -> str:
    points, gain = report["learning"]["points"], report["learning"]["gain_per_doubling"]
    series = tuple(
        Series(
            head,
            tuple(Point(point["messages"], point[head], *point[f"{head}_interval"])
                  for point in points),
        )
        for head in _HEADS
    )  # fmt: skip
    parts = [
        figure(
            Lines(
                "learning",
                "What more messages have been worth",
                "Macro-F1 on unread writers by how many messages were learnt from.",
                "head",
                Axis("messages learnt", 0, points[-1]["messages"], Unit.COUNT),
                Axis("macro-F1", 0.2, 1),
                series,
            ),
            NUMBERS,
        ),
        says("Twice as many messages, by the last three points: "
             + ", ".join(f"{head} {gain[head]:+.3f}" for head in _HEADS) + "."),
    ]  # fmt: skip
    if "team_alone" in report:
        parts.append(
            _brief_table(
                "With and without the messages that only train",
                "learnt from",
                {"all": report["noise"][0], "the team's alone": report["team_alone"]},
            )
        )
    return section("learning", "Learning curve", *parts)


def _noise(found: Sequence[Found]) -> str:
    plain = found[0]
    kinds = [kind for kind in dict.fromkeys(one["kind"] for one in found) if kind != plain["kind"]]
    shown = [kind for kind in ("mixed", "vowels", "sms", "keyboard") if kind in kinds]
    plots = [
        figure(
            Lines(
                f"noise-{measure}",
                f"{words} with noise",
                "By the share of words that are changed; 0 is as written.",
                "noise",
                Axis("chance of a word to be changed", 0, 0.3, Unit.SHARE),
                Axis(words, low, 1),
                tuple(
                    Series(kind, (Point(0, plain[measure]), *_by_share(found, kind, measure)))
                    for kind in shown
                ),
            ),
            NUMBERS,
        )
        for measure, words, low in (
            ("category", "category F1", 0.4),
            ("urgent_either", "urgent found by either", 0.4),
        )
    ]
    return section(
        "noise",
        "Noise",
        says(
            "Letters dropped or swapped, vowels left out, neighbours on the keyboard, SMS "
            "shortening (2 for to and tu), all of them mixed, and whole messages in capitals or "
            "without punctuation. Nothing was trained for it; thresholds are those of plain text."
        ),
        pair(*plots),
        _brief_table(
            "Every kind and share of noise",
            "noise",
            {f"{one['kind']} {one['share']:.0%}" if one["share"] else one["kind"]: one
             for one in found},
        ),
    )  # fmt: skip


def _by_share(found: Sequence[Found], kind: str, measure: str) -> Iterator[Point]:
    for one in found:
        if one["kind"] == kind:
            yield Point(one["share"], one[measure])


def _likeness(found: Found) -> str:
    return section(
        "likeness",
        "How like the nearest message learnt",
        says("Accuracy by the rapidfuzz ratio to the likest message of any other writer."),
        table(
            "By likeness",
            ("ratio", "n", "route right", "category right"),
            (
                (band, one["messages"], _or_none(one["route"]), _or_none(one["category"]))
                for band, one in found.items()
            ),
        ),
    )


def _gates(found: Sequence[Found]) -> str:
    return section(
        "gates",
        "Gates against self-deception",
        says(
            "Each would fail for text made from templates. Of those by source and by writer the "
            "one nearest to its bound is shown. This corpus has no templates, so there is nothing "
            "for templates to beat."
        ),
        table(
            "Gates",
            ("gate", "of", "value", "bound", "verdict"),
            (
                (
                    one["gate"],
                    one["of"],
                    one["value"],
                    f"at {'most' if one['most'] else 'least'} {one['bound']}",
                    "holds" if one["holds"] else "FAILS",
                )
                for one in found
            ),
        ),
    )


def _others(found: Found) -> str:
    return section(
        "others",
        "Writers outside the team",
        says(
            "Their messages only train. Here a quarter of these writers is held out at a time and "
            "judged by the team's settings. No gate and no promotion reads these figures. The "
            "lexicon was written beside the team's messages: its recall on those whom its makers "
            "never read is the honest one."
        ),
        _brief_table("Each unread by the model that judged", "writer", found),
    )


def _brief_table(caption: str, named: str, groups: Mapping[str, Found]) -> str:
    return table(
        caption,
        (named, "n", *_BRIEF.values()),
        (
            (name, group["messages"], *(group[key] for key in _BRIEF))
            for name, group in groups.items()
        ),
    )


def _or_none(value: float | None) -> str | float:
    return "none" if value is None else value
