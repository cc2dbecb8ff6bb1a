"""The source of public cards of a running quarter: the survey as it was last told, the register as
it stands."""

from collections import defaultdict

from sqlalchemy.orm import Session

from analytics.scorecards import Cell
from feedback_service.domain.periods import Period
from feedback_service.scoring import rollups
from feedback_service.scoring.counting import Dimension, Frame, Group
from feedback_service.scoring.editions import keeping


def told(session: Session, frame: Frame, dimension: Dimension | None = None) -> dict[Group, Cell]:
    """As `rollups.tallies`, with ratings and calls as they were last told."""
    if not isinstance(frame.period, Period):
        return rollups.tallies(session, frame, dimension)
    among = None if frame.institution is None else [frame.institution]
    if dimension is Dimension.COUNTY:
        # A county is the sum of its places, so that no two tables of them differ by a few.
        places = keeping.kept(session, frame.period, Dimension.SERVICE_POINT, among)
        said = _by_county(places)
    else:
        said = keeping.kept(session, frame.period, dimension or "", among)
    found = rollups.joined(said, rollups.register(session, frame, dimension))
    nothing = Cell()
    return {group: cell for group, cell in found.items() if cell != nothing}


def _by_county(places: dict[Group, Cell]) -> dict[Group, Cell]:
    counties: dict[Group, list[Cell]] = defaultdict(list)
    for group, cell in places.items():
        counties[Group(group.institution, group.within, "", group.simulated)].append(cell)
    return {group: Cell.total(cells) for group, cells in counties.items()}
