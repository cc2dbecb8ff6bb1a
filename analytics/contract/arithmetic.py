"""The score of one row, step by step, as a person with a pencil would write it down."""

from decimal import Decimal
from fractions import Fraction

from analytics.performance_contract import Direction, Method, Row
from analytics.sheets import rounded


def steps(row: Row, method: Method) -> tuple[str, ...]:
    """Achievement in percent, raw score by its band, weighted score: each with its numbers.

    Raises ScoreError where the method has no score for the row.
    """
    raw = method.exact_raw(row.target, row.achieved, row.direction)
    places = method.decimals
    weighted = rounded(Fraction(row.weight) / method.weights_total * raw, places)
    total = method.weights_total
    last = f"{row.weight:f} / {total} × {_shown(raw, places)} = {weighted:f}"  # noqa: RUF001
    if row.target == 0:
        return (f"0 → {_shown(raw, places)}", last)
    pct = 100 * Fraction(row.achieved) / Fraction(row.target)
    first = f"{row.achieved:f} / {row.target:f} = {_shown(pct, 2)} %"
    best = max(band.pct_to for band in method.bands)
    if row.direction is Direction.LOWER:
        first += f"; {_short(best)} % − {_shown(pct, 2)} % = {_shown(best - pct, 2)} %"  # noqa: RUF001
        pct = best - pct
    return (first, _by_band(min(max(pct, Fraction(0)), best), raw, method), last)


def _by_band(pct: Fraction, raw: Fraction, method: Method) -> str:
    band = next(band for band in method.bands if pct >= band.pct_from)
    low, high = _shown(band.raw_to, 2), _shown(band.raw_from, 2)
    of = f"({_short(band.pct_to)} − {_shown(pct, 2)}) / ({_short(band.pct_to)} − {_short(band.pct_from)})"  # noqa: E501, RUF001
    grade = method.grade(rounded(raw, method.decimals))
    return f"{low} + ({high} − {low}) × {of} = {_shown(raw, method.decimals)} ({grade})"  # noqa: RUF001


def _shown(value: Fraction, places: int) -> str:
    return f"{rounded(value, places):f}"


def _short(value: Fraction) -> str:
    """Without the zeros that say nothing: an edge of a band."""
    return f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
