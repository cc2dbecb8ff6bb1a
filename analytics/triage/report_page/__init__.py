"""The evaluation as one page that can be read without the code: plots, and the numbers of each."""

from collections.abc import Mapping
from typing import Any

from analytics import charts
from analytics.triage.report_page.beyond import beyond
from analytics.triage.report_page.heads import head_section
from analytics.triage.report_page.markup import STYLE, says
from analytics.triage.report_page.promises import promised
from analytics.triage.report_page.safety import (
    abstention_section,
    confidential_section,
    hold_section,
    urgent_section,
)

_IN_KISWAHILI = (
    "Ukurasa huu unaonyesha jinsi mfumo unavyoelewa ujumbe wa waandishi ambao haujawahi kuwasoma. "
    "Kila takwimu ina kiwango chake cha uhakika (95 %). Ujumbe huu uliandikwa kwa ajili ya mfumo "
    "huu; si malalamiko halisi."
)


def page(report: Mapping[str, Any]) -> str:
    """A whole HTML page of `evaluate`'s report, or of the metrics in a model's manifest."""
    parts = [
        says(
            f"{report['messages']} messages of {len(report['writers'])} writers. Every figure is "
            "of messages whose writer the model had not read; temperatures and thresholds were "
            "chosen without that writer too. Two intervals (95 %): messages drawn again, and whole "
            "writers drawn again, a rough guess with so few of them. The messages were written "
            "for this product: they are not field data, and real ones will be harder."
        ),
        f'<p lang="sw">{_IN_KISWAHILI}</p>',
        promised(report),
        urgent_section(report["urgent"]),
        confidential_section(report),
        *([hold_section(report["hold"])] if "hold" in report else []),
        abstention_section(report["abstention"]),
        *beyond(report),
        *(head_section(name, head) for name, head in report["heads"].items()),
    ]
    body = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>The text model on unseen writers</title><style>{STYLE}{charts.STYLE}</style>"
        f"</head><body><main><h1>The text model on unseen writers</h1>\n{body}\n"
        "</main></body></html>\n"
    )
