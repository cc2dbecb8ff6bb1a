"""Which institution is the government of which county: what a map of the counties shows."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from feedback_service.models import County, Institution
from feedback_service.runtime import Runtime

TYPE = "county government"


@dataclass(frozen=True)
class Government:
    """An institution and the county it governs, by their names."""

    id: str
    name: str
    county: str


def governments(rt: Runtime) -> Mapping[int, Government]:
    """By the county's code."""
    rows = (
        sa.select(County.code, County.name, Institution.id, Institution.name)
        .join(Institution, Institution.county_code == County.code)
        .where(Institution.type == TYPE)
    )
    with rt.transaction() as session:
        return {
            code: Government(key, name, county) for code, county, key, name in session.execute(rows)
        }
