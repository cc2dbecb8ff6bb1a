"""The papers of a frozen period for everybody: the list, and each as a PDF; the desk's, also of a
period that is not frozen, are the same."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from feedback_service.domain.periods import NotAPeriod, Period
from feedback_service.reports import papers
from feedback_service.reports.governments import governments
from feedback_service.scoring.frozen import keeping
from feedback_service.web.access import open_to
from feedback_service.web.furniture import language
from feedback_service.web.periods import in_address, read_period
from feedback_service.web.public.frame import pages, runtime
from feedback_service.web.public.views import counted_words
from feedback_service.web.texts import say


@dataclass(frozen=True)
class Offered:
    """A paper to take away, by language."""

    name: str
    hrefs: Mapping[str, str]


@pages.get("/scorecards/frozen/<period>/papers/")
@open_to("anyone")
def period_papers(period: str) -> ResponseReturnValue:
    when, lang = _frozen(period), language()
    national, counties = offered("public.period_paper", when, lang)
    return render_template(
        "public/period_papers.html",
        period_label=when.label,
        national=national,
        counties=counties,
        frozen_href=url_for("public.frozen_period", period=in_address(when)),
    )


@pages.get("/scorecards/frozen/<period>/papers/<name>-<lang>.pdf")
@open_to("anyone")
def period_paper(period: str, name: str, lang: str) -> ResponseReturnValue:
    return printed(_frozen(period), name, lang)


def offered(endpoint: str, period: Period, lang: str) -> tuple[list[Offered], list[Offered]]:
    """The papers of the country, and those of the counties by their names."""

    def one(name: str, called: str) -> Offered:
        at = in_address(period)
        hrefs = {
            other: url_for(endpoint, period=at, name=name, lang=other) for other in papers.LANGUAGES
        }
        return Offered(called, hrefs)

    counties = sorted(governments(runtime()).items(), key=lambda held: held[1].county)
    return (
        [one(name, say(lang, f"papers.{name}")) for name in papers.NATIONAL],
        [one(f"{papers.COUNTY}{code:02d}", held.county) for code, held in counties],
    )


def printed(period: Period, name: str, lang: str) -> Response:
    """The paper; 404 where there is none of that name."""
    counted = {each: counted_words(each) for each in papers.LANGUAGES}
    try:
        made = papers.made(runtime(), period, name, lang, counted)
    except papers.NoSuchPaper:
        abort(404)
    disposition = f'inline; filename="{name}-{in_address(period)}-{lang}.pdf"'
    headers = {"Content-Disposition": disposition}
    return Response(made, mimetype="application/pdf", headers=headers)


def _frozen(text: str) -> Period:
    """The period, if it is frozen: what may still move is nobody's paper yet."""
    try:
        period = read_period(text)
    except NotAPeriod as error:
        abort(404, str(error))
    if not keeping.is_frozen(runtime(), period):
        abort(404)
    return period
