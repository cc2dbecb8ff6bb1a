"""Open data: what can be taken away, and the scorecards as a file; the same public view as the
pages and the API."""

from dataclasses import dataclass

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback_service import reports, scoring
from feedback_service.domain.periods import NotAPeriod, Period
from feedback_service.scoring import Dimension, NoSuchInstitution, NotADimension
from feedback_service.web.access import open_to
from feedback_service.web.furniture import language
from feedback_service.web.periods import in_address, read_period
from feedback_service.web.public import views
from feedback_service.web.public.frame import of_period, pages, period_here, plain, runtime
from feedback_service.web.public.packages import listed


@dataclass(frozen=True)
class File:
    """Something to take away."""

    href: str
    name: str
    words: str
    format: str
    size: str | None = None


@pages.get("/open-data/")
@open_to("anyone")
def open_data() -> ResponseReturnValue:
    rt, lang = runtime(), language()
    period = period_here()
    simulated = scoring.edition(rt, period).whole.simulated
    return render_template(
        "public/open_data.html",
        files=[*_files(period, lang), *_packages(lang)],
        indicators=views.indicators(lang),
        **of_period(period, simulated),
    )


@pages.get("/open-data/scorecards.csv")
@open_to("anyone")
def scorecards_csv() -> ResponseReturnValue:
    """A line for each figure; `period`, `institution` and `by` as in the API."""
    rt, given = runtime(), request.args
    divided = [name.strip() for name in given.get("by", "").split(",") if name.strip()]
    only = given.get("institution") or None
    try:
        written = given.get("period")
        period = read_period(written) if written else scoring.newest_period(rt)
        found = scoring.edition(rt, period, divided, only=only)
    except (NotAPeriod, NotADimension) as error:
        return plain(400, str(error))
    except NoSuchInstitution as error:
        return plain(404, str(error))
    names = reports.names(rt)
    cards = [found.cards[only]] if only else [found.whole, *found.cards.values()]
    text = reports.as_csv(
        line
        for card in cards
        for line in reports.lines(card, found.tables.get(card.institution, {}), names)
    )
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="scorecards-{in_address(period)}.csv"'
    )
    response.add_etag()
    response.make_conditional(request)
    return response


def _files(period: Period, lang: str) -> list[File]:
    when = in_address(period)
    every = ",".join(Dimension)
    places = (
        (url_for("public.scorecards_csv", period=when), "CSV", "scorecards"),
        (url_for("public.scorecards_csv", period=when, by=every), "CSV", "divided"),
        (url_for("public.scorecards_xlsx", period=when), "XLSX", "workbook"),
        (url_for("public.never_answered_csv"), "CSV", "never_answered"),
        (url_for("public.table", name="requests", form="csv", period=when), "CSV", "requests"),
        (url_for("api.scorecards", period=when), "JSON", "api"),
        (url_for("api.institutions"), "JSON", "institutions"),
        (url_for("open311.discovery", ending="json"), "JSON", "services"),
        (url_for("api.description"), "JSON", "openapi"),
    )
    return [File(href, *_WORDS[key][lang], kind) for href, kind, key in places]


def _packages(lang: str) -> list[File]:
    name, words = _WORDS["package"][lang]
    return [File(href, f"{name} {version}", words, "ZIP", size) for href, version, size in listed()]


_WORDS = {
    "package": {
        "en": ("Package", "All tables of a quarter with their dictionary, ready for analysis."),
        "sw": ("Kifurushi", "Majedwali yote ya robo pamoja na kamusi yake, tayari kuchambuliwa."),
    },
    "workbook": {
        "en": ("Scorecards for Excel", "A sheet for each view, with notes."),
        "sw": ("Kadi kwa Excel", "Karatasi kwa kila mwonekano, pamoja na maelezo."),
    },
    "requests": {
        "en": ("Single cases", "Where five or more look alike; also by GeoReport (Open311)."),
        "sw": ("Kesi mojamoja", "Zinapofanana tano au zaidi; pia kwa GeoReport (Open311)."),
    },
    "services": {
        "en": ("GeoReport", "For programs that read Open311: services and single cases."),
        "sw": ("GeoReport", "Kwa programu zinazosoma Open311: huduma na kesi mojamoja."),
    },
    "scorecards": {
        "en": ("Scorecards", "Every figure of every institution, a line for each."),
        "sw": ("Kadi za alama", "Kila takwimu ya kila taasisi, mstari mmoja kwa kila moja."),
    },
    "divided": {
        "en": ("Scorecards, divided", "Also by county, service, place, channel and language."),
        "sw": ("Kadi kwa mgawanyo", "Pia kwa kaunti, huduma, mahali, njia na lugha."),
    },
    "never_answered": {
        "en": ("Never answered", "Cases past their date without an answer, by office."),
        "sw": ("Hazijawahi kujibiwa", "Kesi zilizopita tarehe bila jibu, kwa kila ofisi."),
    },
    "api": {
        "en": ("Scorecards for programs", "The same figures, with what each leaves out."),
        "sw": ("Kadi kwa programu", "Takwimu zilezile, pamoja na zilichoacha nje."),
    },
    "institutions": {
        "en": ("Institutions", "Who is measured, with their services and charters."),
        "sw": ("Taasisi", "Wanaopimwa, pamoja na huduma na mikataba yao."),
    },
    "openapi": {
        "en": ("How to ask", "The API described for machines (OpenAPI 3.1)."),
        "sw": ("Namna ya kuuliza", "API ilivyoelezwa kwa mashine (OpenAPI 3.1)."),
    },
}
