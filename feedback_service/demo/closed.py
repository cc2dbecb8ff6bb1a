"""The demo's full quarter is frozen, so that packs, proofs and contests can be tried."""

from feedback_service import scoring
from feedback_service.domain.periods import Period
from feedback_service.runtime import Runtime
from feedback_service.scoring.frozen.closing import CannotFreeze, Closing, freeze
from feedback_service.scoring.frozen.keeping import frozen_quarters

WHY = "Simulated, to show what a frozen quarter is."


def close(rt: Runtime) -> str:
    """Freeze the last full quarter, once; the sentence that says so, or why it is not frozen.

    It is marked as simulated.  With real records it is left to the clock.
    """
    period = Period.containing(rt.now()).previous()
    if period in frozen_quarters(rt):
        return f"{period.label} is frozen already."
    if not scoring.edition(rt, period).whole.simulated:
        return f"{period.label} has real records: `feedback freeze` closes it."
    try:
        freeze(rt, Closing(period, WHY), lambda *_: None)
    except CannotFreeze as error:
        return f"Not frozen: {error}"
    return f"{period.label} is frozen, to be tried at /scorecards/frozen/ and /desk/frozen."
