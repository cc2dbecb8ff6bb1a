"""All wording that citizens read, both languages side by side with its length, for translators."""

import csv
import io
from dataclasses import dataclass

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback_service.conversations import wording as citizens
from feedback_service.domain import gsm7
from feedback_service.models import Role
from feedback_service.web.access import open_to
from feedback_service.web.desk.frame import pages


@dataclass(frozen=True)
class Side:
    """One wording in one language; `length` in GSM-7 septets, None when a phone cannot show it."""

    text: str
    length: int | None


@dataclass(frozen=True)
class Pair:
    key: str
    en: Side
    sw: Side


@pages.get("/wording")
@open_to(Role.TRANSLATOR)
def wording() -> ResponseReturnValue:
    sought = request.args.get("q", "").strip()[:80]
    pairs = [pair for pair in _pairs() if _says(pair, sought.lower())]
    if request.args.get("as") == "csv":
        return _csv(pairs)
    return render_template(
        "desk/wording.html",
        pairs=pairs,
        q=sought,
        csv_href=f"{url_for('desk.wording')}?as=csv",
    )


def _pairs() -> list[Pair]:
    english, swahili = citizens.phrases("en"), citizens.phrases("sw")
    return [Pair(key, _side(text), _side(swahili.get(key, ""))) for key, text in english.items()]


def _side(text: str) -> Side:
    return Side(text, gsm7.septets(text))


def _says(pair: Pair, sought: str) -> bool:
    return not sought or any(
        sought in text.lower() for text in (pair.key, pair.en.text, pair.sw.text)
    )


def _csv(pairs: list[Pair]) -> Response:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["key", "en", "en_length", "sw", "sw_length"])
    for pair in pairs:
        writer.writerow([pair.key, pair.en.text, pair.en.length, pair.sw.text, pair.sw.length])
    return Response(
        out.getvalue(),
        mimetype="text/csv; charset=utf-8",
        headers={"Content-Disposition": "attachment; filename=wording.csv"},
    )
