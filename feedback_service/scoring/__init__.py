"""Scorecards read from the facts: of every institution, of one, and by county, service, place,
channel or language; what the public may see unless `public=False` is asked for."""

from feedback_service.scoring.books import WHOLE
from feedback_service.scoring.counting import Dimension
from feedback_service.scoring.frames import frames, is_over, places
from feedback_service.scoring.framing import count_frames
from feedback_service.scoring.reading import (
    Divisions,
    Edition,
    NoSuchInstitution,
    NotADimension,
    by,
    card,
    dimensions_of,
    edition,
    leaves,
    national,
    newest_period,
    one_moment,
)

__all__ = [
    "WHOLE",
    "Dimension",
    "Divisions",
    "Edition",
    "NoSuchInstitution",
    "NotADimension",
    "by",
    "card",
    "count_frames",
    "dimensions_of",
    "edition",
    "frames",
    "is_over",
    "leaves",
    "national",
    "newest_period",
    "one_moment",
    "places",
]
