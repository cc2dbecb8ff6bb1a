"""The report of the text model in a browser: its charts and their numbers shut nobody out."""

from __future__ import annotations

from typing import Any

import pytest

from analytics.triage import TRAINED, read_manifest
from analytics.triage.report_page import page as report_page
from tests.browser import check

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

BRIEF = {
    "messages": 12, "category": 0.8, "lenient": 0.85, "intent": 0.8, "sector": 0.9, "lang": 0.9,
    "lang_accuracy": 0.94, "coverage": 0.6, "sure_accuracy": 0.9, "urgent_model": 0.8,
    "urgent_lexicon": 0.7, "urgent_either": 0.95,
}  # fmt: skip
CURVE = [
    {"share": share, "messages": int(8_000 * share)}
    | dict.fromkeys(("category", "intent", "sector", "lang"), 0.5 + share / 3)
    | {f"{head}_interval": [0.4, 0.9] for head in ("category", "intent", "sector", "lang")}
    for share in (0.1, 0.5, 1.0)
]
HELD = {"messages": 330, "missed": 3, "recall": 0.991, "lower_bound": 0.977}
BEYOND = {
    "hold": {
        "messages": 330, "held_share": 0.43, "words_share": 0.26, "either": HELD, "words": HELD,
        "by_class": {"abuse": HELD}, "by_language": {"sheng": {"held_share": 0.4, **HELD}},
        "curve": [{"held_share": 0.4, **HELD}, {"held_share": 0.5, **HELD}],
    },
    "baselines": {"category": {"model": {"macro_f1": 0.8, "accuracy": 0.8}}},
    "learning": {
        "points": CURVE,
        "gain_per_doubling": {"category": 0.03, "intent": 0.02, "sector": 0.01, "lang": 0.0},
    },
    "noise": [
        {"kind": kind, "share": share, **BRIEF}
        for kind, share in (("as written", 0.0), ("mixed", 0.1), ("mixed", 0.3), ("sms", 0.2))
    ],
    "likeness": {"0 to 59": {"messages": 9, "route": 0.7, "category": None}},
    "gates": [
        {"gate": "zlib ratio", "of": "author a1", "value": 0.4, "bound": 0.2, "most": False,
         "holds": True}
    ],
    "others": {"all": BRIEF, "a8": BRIEF},
    "team_alone": BRIEF,
}  # fmt: skip


@pytest.mark.parametrize(("width", "dark"), [(360, True), (1280, False)])
def test_the_report_of_the_model_is_for_everybody(page: Any, width: int, dark: bool) -> None:
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.set_viewport_size({"width": width, "height": 900})
    page.set_content(report_page({**read_manifest(TRAINED).metrics, **BEYOND}))
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    check(page, f"report-{width}-{'dark' if dark else 'light'}")
