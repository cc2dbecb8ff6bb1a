"""The register of the never answered: a page and a file of offices whose cases are past their date
without an answer.  Counts only: no reference, no word of a citizen.
"""

import csv
import io
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback_service.redress import unanswered
from feedback_service.redress.unanswered import Unanswered
from feedback_service.web.access import open_to
from feedback_service.web.furniture import language
from feedback_service.web.public.frame import Body, bodies, pages, runtime

KEPT_FOR = timedelta(hours=1)
"""So long a count stands: it is read by many and changes by the day."""
COLUMNS = ("institution", "name", "past_their_date", "more_than_30_days", "simulated", "counted_at")
_KEY = "never answered"


@dataclass(frozen=True)
class Office:
    name: str
    type_name: str
    county_name: str | None
    counts: Unanswered


@pages.get("/never-answered")
@open_to("anyone")
def never_answered() -> ResponseReturnValue:
    at, found = _register()
    offices = _named(found)
    typed = request.args.get("q", "").strip()[:80]
    known = {body.key: body for body in bodies(language())}
    rows = [
        office
        for office in offices
        if not typed or _is_called(known.get(office.counts.institution_id), typed)
    ]
    return render_template(
        "public/never_answered.html",
        at=at,
        rows=rows,
        q=typed,
        any_hidden=any(office.counts.past is None for office in rows),
        csv_href=url_for("public.never_answered_csv"),
        simulated=any(row.simulated for row in found),
    )


@pages.get("/open-data/never-answered.csv")
@open_to("anyone")
def never_answered_csv() -> ResponseReturnValue:
    """A line for each office; what is kept back is an empty cell."""
    at, found = _register()
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for office in _named(found):
        n = office.counts
        kept = ["" if value is None else value for value in (n.past, n.long)]
        flag = "true" if n.simulated else "false"
        writer.writerow([n.institution_id, office.name, *kept, flag, at.isoformat()])
    response = Response(text.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="never-answered.csv"'
    response.add_etag()
    response.make_conditional(request)
    return response


def _register() -> tuple[datetime, list[Unanswered]]:
    rt = runtime()
    kept: tuple[datetime, list[Unanswered]] | None = rt.kept.get(_KEY)
    if kept is None or not timedelta() <= rt.now() - kept[0] < KEPT_FOR:
        with rt.transaction() as session:
            kept = rt.kept[_KEY] = (rt.now(), unanswered.register(session, rt.now()))
    return kept


def _named(found: list[Unanswered]) -> list[Office]:
    known = {body.key: body for body in bodies(language())}
    offices = [_office(known.get(row.institution_id), row) for row in found]
    return sorted(offices, key=lambda office: office.name.casefold())


def _office(body: Body | None, row: Unanswered) -> Office:
    if body is None:
        return Office(row.institution_id, "", None, row)
    return Office(body.name, body.type_name, body.county_name, row)


def _is_called(body: Body | None, typed: str) -> bool:
    return body is not None and body.is_called(typed)
