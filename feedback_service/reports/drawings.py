"""The charts of scorecards, the same for page and paper: a trend of quarters, bodies against the
standard, the spread of scores, the map of the counties."""

from collections.abc import Mapping, Sequence

from analytics.charts import Axis, Bar, Bars, Dot, Dots, Map, Moment, Place, Trend, Unit
from analytics.indicators import DEFINITIONS, Figure
from analytics.scorecards import ASKED, Scorecard, Tier, standards
from feedback_service.reports.governments import Government
from feedback_service.reports.history import Quarter
from feedback_service.reports.scale import Scale, shown_values
from feedback_service.reports.words import SIDES, WORDS, why_not


def trend(quarters: Sequence[Quarter], indicator: str, lang: str, key: str) -> Trend:
    """An indicator over quarters; a gap where it was not measured, and what citizens were asked cut
    where the questions changed."""
    figures = [q.card.figures.get(indicator) if q.card else None for q in quarters]
    name, scale, at = _named(indicator, lang), _scale(indicator, figures), standards()
    moments = tuple(
        Moment(quarter.period.label, *_ends(figure), why=why_not(figure, lang))
        for quarter, figure in zip(quarters, figures, strict=True)
    )
    asked = indicator in ASKED
    measured = sum(moment.value is not None for moment in moments)
    said = WORDS[lang]["trend"].format(n=measured, of=len(moments))
    standard = at[indicator].value if indicator in at else None
    return Trend(
        key, name, said, WORDS[lang]["quarter"], scale.axis(""), moments, standard,
        _standard_words(standard, scale, lang),
        tuple(
            (number, WORDS[lang]["changed"].format(versions=", ".join(quarter.changed)))
            for number, quarter in enumerate(quarters)
            if quarter.changed and asked
        ),
    )  # fmt: skip


def compared(cards: Mapping[str, Scorecard], indicator: str, lang: str, key: str) -> Dots:
    """An indicator of several bodies, by their names."""
    figures = {name: card.figures.get(indicator) for name, card in cards.items()}
    scale, at = _scale(indicator, list(figures.values())), standards()
    standard = at[indicator].value if indicator in at else None
    dots = tuple(
        Dot(name, *_ends(figure), words=why_not(figure, lang)) for name, figure in figures.items()
    )
    return Dots(
        key, _named(indicator, lang), WORDS[lang]["compared"].format(n=len(dots)),
        WORDS[lang]["institution"], scale.axis(WORDS[lang]["value"]), dots, standard,
        _standard_words(standard, scale, lang),
    )  # fmt: skip


def spread(card: Scorecard, lang: str, key: str) -> Bars | None:
    """How many gave each score, as shares; None where that may not be seen."""
    figure = card.figures.get("satisfaction")
    shares = (
        {score: figure.detail.get(f"share_{score}") for score in range(5, 0, -1)} if figure else {}
    )
    given = {score: share for score, share in shares.items() if share is not None}
    if figure is None or not figure.shown or len(given) < 5:
        return None
    words = WORDS[lang]
    bars = tuple(Bar(words[f"score_{score}"], share) for score, share in given.items())
    most = min(1.0, max(given.values()) * 1.1)
    return Bars(
        key, words["spread"], words["spread_of"].format(n=f"{figure.n:,}"), words["score"],
        Axis(words["share"], 0, most, Unit.SHARE), bars,
    )  # fmt: skip


def country(
    governments: Mapping[int, Government],
    cards: Mapping[str, Scorecard],
    indicator: str,
    lang: str,
    key: str,
    hrefs: Mapping[int, str] | None = None,
) -> Map:
    """The counties by the side of the standard on which their governments stand."""
    words = WORDS[lang]
    scale = Scale.of(DEFINITIONS[indicator])
    places = []
    for code, one in governments.items():
        figure = cards[one.id].figures.get(indicator) if one.id in cards else None
        value, low, high = _ends(figure)
        side = cards[one.id].tier(indicator) if one.id in cards else None
        places.append(
            Place(
                code, one.county, side or Tier.NOT_MEASURED,
                "" if value is None else scale.words(value, lang), scale.between(low, high, lang),
                why_not(figure, lang) or SIDES[lang][side or Tier.NOT_MEASURED],
                (hrefs or {}).get(code),
            )
        )  # fmt: skip
    heads = (words["county"], words["side"], words["value"], "95 %")
    return Map(
        key, _named(indicator, lang), words["country"], heads, tuple(SIDES[lang].items()),
        tuple(sorted(places, key=lambda place: place.name)),
    )  # fmt: skip


def _named(indicator: str, lang: str) -> str:
    definition = DEFINITIONS[indicator]
    return definition.name_sw if lang == "sw" else definition.name_en


def _scale(indicator: str, figures: Sequence[Figure | None]) -> Scale:
    return Scale.of(DEFINITIONS[indicator], shown_values(figures))


def _ends(figure: Figure | None) -> tuple[float | None, float | None, float | None]:
    """Value and interval as they may be seen."""
    if figure is None or not figure.shown:
        return None, None, None
    return figure.value, figure.low, figure.high


def _standard_words(standard: float | None, scale: Scale, lang: str) -> str:
    if standard is None:
        return ""
    return WORDS[lang]["standard"].format(value=scale.words(standard, lang))
