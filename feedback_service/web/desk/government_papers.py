"""The papers of a period at the desk, also before it is frozen: then they say so."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from feedback_service.domain.periods import NotAPeriod, Period
from feedback_service.models import Role
from feedback_service.scoring.frozen import keeping
from feedback_service.web.access import open_to
from feedback_service.web.desk.frame import language, pages, runtime
from feedback_service.web.periods import in_address, read_period
from feedback_service.web.public.period_papers import offered, printed

READERS = (Role.PERFORMANCE, Role.OVERSIGHT, Role.ANALYST)


@pages.get("/government/papers/<period>/")
@open_to(*READERS)
def line_papers(period: str) -> ResponseReturnValue:
    when, lang = _period(period), language()
    national, counties = offered("desk.line_paper", when, lang)
    return render_template(
        "desk/government_papers.html",
        period_label=when.label,
        period_key=in_address(when),
        frozen=keeping.is_frozen(runtime(), when),
        national=national,
        counties=counties,
    )


@pages.get("/government/papers/<period>/<name>-<lang>.pdf")
@open_to(*READERS)
def line_paper(period: str, name: str, lang: str) -> ResponseReturnValue:
    return printed(_period(period), name, lang)


def _period(text: str) -> Period:
    try:
        return read_period(text)
    except NotAPeriod:
        abort(404)
