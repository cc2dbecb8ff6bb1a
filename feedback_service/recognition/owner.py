"""Who speaks for the whole service in these rooms: an analyst of one institution is of a body that
is judged here."""

from feedback_service.models import Role
from feedback_service.runtime import Runtime
from feedback_service.staff import Viewer


def speaks_for_all(rt: Runtime, viewer: Viewer) -> bool:
    """Analysts of the scorecards' owner, and of no institution."""
    return viewer.has(Role.ANALYST) and viewer.institution_id in (None, rt.settings.scorecard_owner)
