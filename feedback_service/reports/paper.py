"""Values set on paper: a page of Typst and what it shows, made into a PDF."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from feedback_service.domain.calendar import NAIROBI
from feedback_service.reports.words import on_day


def pdf(page: str, values: Mapping[str, Any]) -> bytes:
    """The page as a PDF; it reads the values as `json(bytes(sys.inputs.file))`.

    They come in as data, so that no word of anybody is ever read as markup.
    """
    import typst  # seven megabytes, for the few who print

    shown = {"file": json.dumps(values)}
    made: bytes = typst.compile(page.encode(), format="pdf", sys_inputs=shown)
    return made


def shown_at(at: str | None, lang: str) -> str:
    """A moment in ISO 8601 as pages say it: "Tue 14 Oct 2026, 09:12"; a dash for none."""
    if at is None:
        return "-"
    local = datetime.fromisoformat(at).astimezone(NAIROBI)
    return f"{on_day(local.date(), lang)}, {local:%H:%M}"
