"""What citizens told callers from outside: the verified share of the cases that were due."""

from analytics.indicators.definitions import DEFINITIONS, Figure
from analytics.verification import Calls, estimate


def call_figures(calls: Calls) -> dict[str, Figure]:
    """The figures of `VERIFIED`, by id; `n` is how many answered a call.

    `detail`: the share of those drawn who answered, and the figure if none or all of the others had
    it solved.
    """
    found = estimate(calls)
    rest = {
        "reached": found.n / found.drawn if found.drawn else None,
        "if_none_of_the_rest": found.none_of_the_rest,
        "if_all_of_the_rest": found.all_of_the_rest,
    }
    figure = Figure(
        indicator="verified",
        version=DEFINITIONS["verified"].version,
        value=found.share,
        low=found.interval.low if found.interval else None,
        high=found.interval.high if found.interval else None,
        n=found.n,
        effective_n=found.n,
        excluded=found.left_out,
        shown=not found.why_not,
        why_hidden=found.why_not or None,
        detail={name: share for name, share in rest.items() if share is not None},
        basis="stratified draw of cases that were called",
    )
    return {"verified": figure}
