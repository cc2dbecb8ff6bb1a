"""The small chart of an emerging problem: what each day brought against what the season brings."""

from markupsafe import Markup

from analytics import charts
from analytics.charts import Axis, Lines, Point, Series, Unit
from feedback_service.models import EmergingProblem
from feedback_service.web.texts import day, say


def chart_of(one: EmergingProblem, lang: str) -> Markup | None:
    """The days up to the last on which it was seen; nothing where they were not kept."""
    have, should = one.detail.get("have", []), one.detail.get("should", [])
    if not have:
        return None
    first = 1 - len(have)
    lines = tuple(
        Series(
            say(lang, key),
            tuple(Point(first + n, float(value)) for n, value in enumerate(values)),
        )
        for key, values in (("rising.counted", have), ("rising.expected", should))
    )
    highest = max(*have, *should, 1)
    title = say(lang, "rising.chart", day=day(lang, one.last_day))
    words = say(lang, "rising.chart_words", most=max(have), n=len(have))
    across = Axis(say(lang, "rising.days_before"), first, 0, Unit.COUNT)
    up = Axis(say(lang, "rising.cases"), 0, highest, Unit.COUNT)
    drawn = Lines(f"p{one.id.hex[:8]}", title, words, say(lang, "rising.line"), across, up, lines)
    return Markup(charts.figure(drawn, say(lang, "rising.numbers")))
