"""An office whose people a case may name: two desks with supervisors, and others outside."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from feedback_service import staff
from feedback_service.models import Case, Certainty, Conflict, Role, Staff
from feedback_service.redress import conflicts, deciding, may_see
from feedback_service.staff import Viewer
from tests.desk_world import Colleague, DeskWorld

REASON = "The payroll has one person of that name"


class Office:
    """The Registration Bureau with two desks, central triage, an integrity desk: all have people.

    boss > head > amina and juma at NRB-R; zawadi leads NRB-2, where kevin works.
    """

    def __init__(self, world: DeskWorld) -> None:
        self.world, self.rt = world, world.rt
        self.people: dict[str, Colleague] = {}
        hire = self.hire
        hire("boss", Role.SUPERVISOR, "NRB", name="Rose Muthoni")
        hire("head", Role.SUPERVISOR, "NRB", unit_id="NRB-R", name="Peter Njoroge", above="boss")
        hire("amina", Role.OFFICER, "NRB", unit_id="NRB-R", name="Amina Barasa", above="head")
        hire("juma", Role.OFFICER, "NRB", unit_id="NRB-R", name="Juma Otieno", above="head")
        hire("zawadi", Role.SUPERVISOR, "NRB", unit_id="NRB-2", name="Zawadi Chebet", above="boss")
        hire("kevin", Role.OFFICER, "NRB", unit_id="NRB-2", name="Kevin Mutua")  # led by zawadi
        hire("central", Role.OFFICER, "CENTRAL", unit_id="CENTRAL-T", name="Central Person")
        hire("integrity", Role.INTEGRITY, "EACC", unit_id="EACC-I", name="Integrity Person")
        hire("auditor", Role.AUDITOR, None, name="Audit Wafula")

    def all_of(self, table: Any) -> list[Any]:
        with self.rt.transaction() as session:
            return list(session.scalars(sa.select(table)))

    def one(self) -> Conflict:
        """The only name of the only case."""
        found: Conflict = self.all_of(Conflict)[0]
        return found

    def hire(self, key: str, role: Role, body: str | None, above: str = "", **more: Any) -> None:
        boss = self.people[above].id if above else None
        self.people[key] = self.world.staff(role, body, supervisor_id=boss, **more)

    def viewer(self, key: str) -> Viewer:
        with self.rt.transaction() as session:
            account = session.get_one(Staff, self.people[key].id)
            return staff.viewer_for(session, account, self.rt.now())

    def sees(self, key: str, case: Case) -> bool:
        with self.rt.transaction() as session:
            found = sa.select(Case.id).where(Case.id == case.id, may_see(self.viewer(key)))
            return session.scalar(found) is not None

    def blind(self, case: Case) -> set[str]:
        """Who of those who work at the Bureau does not see the case, and the auditor."""
        wanted = ("boss", "head", "amina", "juma", "zawadi", "kevin", "auditor")
        return {key for key in wanted if not self.sees(key, case)}

    def look(self, case: Case, text: str = "") -> Case:
        with self.rt.transaction() as session:
            row = session.get_one(Case, case.id, with_for_update=True)
            conflicts.look(self.rt, session, row, text or row.text)
            return row

    def mark(self, case: Case, named: str, by: str | None = None) -> Case:
        with self.rt.transaction() as session:
            row = session.get_one(Case, case.id, with_for_update=True)
            how = conflicts.BY_OFFICER if by else conflicts.BY_CITIZEN
            marker = self.people[by].id if by else None
            conflicts.mark(self.rt, session, row, self.people[named].id, how, marker)
            return row

    def asked(self, key: str) -> list[Any]:
        with self.rt.transaction() as session:
            return deciding.waiting(session, self.viewer(key))

    def decide(self, key: str, conflict: Any, *, stands: bool, whole: bool = False) -> Case:
        with self.rt.transaction() as session:
            return deciding.decide(
                self.rt, session, self.viewer(key), conflict, REASON, stands=stands,
                whole_office=whole,
            )  # fmt: skip


def row_of(case: Case, who: Colleague, certainty: Certainty = Certainty.NAMED) -> Conflict:
    """The line that says a case names somebody."""
    return Conflict(
        case_id=case.id, staff_id=who.id, certainty=certainty, how="officer", at=case.received_at
    )
