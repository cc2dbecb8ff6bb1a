"""What a quarter's charter compliance report says: the service's own figures of time, cost and
courtesy, of answers to complaints, and how many of those served could be asked."""

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.coverage import Coverage
from analytics.indicators import DEFINITIONS, Definition, Figure
from analytics.scorecards import Standard, standards
from feedback_service.domain.periods import Period
from feedback_service.models import Institution
from feedback_service.runtime import Runtime
from feedback_service.scoring import card, frames

REPORTED = (
    "charter_time_kept", "cost_kept", "courtesy", "satisfaction", "acknowledged_in_time",
    "resolved", "resolved_in_time", "citizen_confirmed",
)  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One figure with what it is held against."""

    definition: Definition
    figure: Figure
    standard: Standard | None


@dataclass(frozen=True)
class Report:
    """A quarter's report; `sample` says which class of ratings the survey's figures are of."""

    institution: Institution
    period: Period
    items: tuple[Item, ...]
    sample: str
    coverage: Coverage
    simulated: bool


def report(rt: Runtime, body: Institution, period: Period) -> Report:
    """The report as anyone may read the figures now: the body's own staff ask for it day by day."""
    found = card(rt, body.id, period)
    with rt.transaction() as session:
        covered = frames(session, period, rt.now(), body.id)
    coverage = covered.get(body.id, Coverage(body.id, period.label))
    held: Mapping[str, Standard] = standards()
    items = tuple(
        Item(DEFINITIONS[name], found.figures[name], held.get(name))
        for name in REPORTED
        if name in found.figures
    )
    return Report(body, period, items, found.sample.value, coverage, found.simulated)
