"""The frame of an institution as plain values, for the API, the page and open data."""

from typing import Any

from analytics.coverage import FEWEST_CONTROLS, Coverage

DECIMALS = 4


def coverage_values(frame: Coverage) -> dict[str, Any]:
    """Shares from 0 to 1, None where there is nothing to divide by or too little to tell."""
    interval = frame.found_interval
    many = frame.planted >= FEWEST_CONTROLS
    return {
        "institution": frame.institution,
        "period": frame.period,
        "visited": frame.visited,
        "counted": frame.counted,
        "declared": frame.declared,
        "lowered": frame.lowered,
        "coverage": _rounded(frame.coverage),
        "without_number": frame.without_number,
        "late": frame.late,
        "repeated": frame.repeated,
        "dead": frame.dead,
        "serials": frame.serials,
        "gaps": frame.gaps,
        "controls": frame.planted if many else 0,
        "controls_found": frame.found if many else None,
        "controls_share": _rounded(frame.found_share) if many else None,
        "controls_low": _rounded(interval.low) if interval and many else None,
        "controls_high": _rounded(interval.high) if interval and many else None,
        "measured": frame.measured,
        "why_not": frame.why_not.value if frame.why_not else None,
        "simulated": frame.simulated,
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, DECIMALS)
