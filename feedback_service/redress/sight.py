"""Who may see which case: one clause for every query, so that a page cannot forget it.

| role | sees |
|---|---|
| officer, supervisor, performance officer | open cases of their institution and of the points it hosts; what their own desks hold |
| the same at central triage | what central triage holds, cleared or not |
| integrity officer | what the integrity desks of their institution hold |
| auditor | everything, and each look is written down |
| oversight, analyst, translator, administrator | no case; who calls back by lot: see `verification` |

None of them sees a case that names them or somebody above them (`notices.shut`), and no institution
one that the model has not read yet: closed until cleared.  What one may not see does not exist: the
pages answer 404.
"""  # noqa: E501 - a table is read across

from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa

from feedback_service.domain.cases import Lane
from feedback_service.models import Case, Role, Unit
from feedback_service.notices import shut
from feedback_service.staff import Viewer

DESK = (Role.OFFICER, Role.SUPERVISOR)


@dataclass(frozen=True)
class Sight:
    """The clause that a viewer's queries carry."""

    viewer: Viewer

    @property
    def clause(self) -> sa.ColumnElement[bool]:
        viewer, seen = self.viewer, []
        if viewer.has(Role.AUDITOR):
            return not_shut(viewer)
        if viewer.institution_id is None:
            return sa.false()
        if viewer.has(*DESK, Role.PERFORMANCE):
            seen.append(sa.and_(sa.or_(self._own, self._hosted), self._cleared))
        if viewer.has(Role.INTEGRITY):
            seen.append(Case.unit_id.in_(self._units("integrity")))
        return sa.and_(sa.or_(*seen), not_shut(viewer)) if seen else sa.false()

    def may_act(self, case: Case) -> bool:
        """Whether the viewer, who sees the case, may also do something to it."""
        if case.lane is Lane.CONFIDENTIAL:
            return self.viewer.has(Role.INTEGRITY)
        return self.viewer.has(*DESK)

    @property
    def _own(self) -> sa.ColumnElement[bool]:
        """Open cases of the institution, and what its redress desks hold, whatever the lane."""
        owned = sa.and_(Case.lane == Lane.OPEN, Case.institution_id == self.viewer.institution_id)
        held = sa.and_(
            Case.lane != Lane.CONFIDENTIAL, Case.unit_id.in_(self._units("redress", "central"))
        )
        return sa.and_(sa.or_(owned, held), self._at_my_point)

    @property
    def _hosted(self) -> sa.ColumnElement[bool]:
        return sa.and_(
            Case.lane == Lane.OPEN, Case.host_id == self.viewer.institution_id, self._at_my_point
        )

    @property
    def _at_my_point(self) -> sa.ColumnElement[bool]:
        point = self.viewer.service_point_id
        return Case.service_point_id == point if point else sa.true()

    @property
    def _cleared(self) -> sa.ColumnElement[bool]:
        """Read by lexicon and model; central triage sees what waits for them as well."""
        central = Case.unit_id.in_(self._units("central"))
        return sa.or_(Case.triaged_at.is_not(None), Case.simulated, central)

    def _units(self, *kinds: str) -> sa.Select[str]:
        return sa.select(Unit.id).where(
            Unit.institution_id == self.viewer.institution_id, Unit.kind.in_(kinds)
        )


@lru_cache(maxsize=500)
def may_see(viewer: Viewer) -> sa.ColumnElement[bool]:
    """The clause of the cases that exist for a viewer; the same for the same viewer, since a page
    asks for it often and making it costs more than asking the database."""
    return Sight(viewer).clause


def not_shut(viewer: Viewer) -> sa.ColumnElement[bool]:
    """No case that names the viewer, somebody above them, or their whole office."""
    return Case.id.not_in(shut.hidden_cases(viewer.staff_id, viewer.unit_id))
