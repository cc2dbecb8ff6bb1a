"""Whether a quarter that has matured is still open though the clock should have closed it."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from feedback_service.doctor.finding import Finding, some, warn
from feedback_service.runtime import Runtime
from feedback_service.scoring.frozen import by_clock


def checks(rt: Runtime, session: Session) -> Iterator[Finding]:
    """Nothing is said where quarters are closed by hand."""
    if not rt.settings.freeze_by_clock:
        return
    open_still = [period.label for period in by_clock.due(rt)]
    if open_still:
        yield warn(
            f"Mature, and not frozen: {some(open_still)}",
            f"feedback freeze {open_still[0]} (it names the case or the figure that forbids it)",
        )
