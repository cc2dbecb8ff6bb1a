"""Open data: the scorecards as a file, the same public view as the pages and the API."""

from flask import Response, request
from flask.typing import ResponseReturnValue

from feedback_service import reports, scoring
from feedback_service.domain.periods import NotAPeriod
from feedback_service.scoring import NoSuchInstitution, NotADimension
from feedback_service.web.access import open_to
from feedback_service.web.periods import in_address, read_period
from feedback_service.web.public.frame import pages, plain, runtime


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
