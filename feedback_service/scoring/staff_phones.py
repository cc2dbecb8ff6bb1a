"""The phones that an institution's staff say are theirs: kept as keyed hashes, compared and never
shown; a new list takes the place of the institution's last one."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from analytics.sheets import BadSheet, Problem, Table, read_table
from feedback_service import audit
from feedback_service.domain.phones import NotAPhone, normalise
from feedback_service.identity import KeyRing
from feedback_service.models import Institution, StaffPhone
from feedback_service.runtime import Runtime

COLUMNS = ("institution", "phone")


def load(rt: Runtime, path: Path) -> dict[str, int]:
    """Read a CSV file with `COLUMNS`; returns how many phones each institution in it has now.

    Raises BadSheet naming every row that is wrong; then nothing is changed.
    """
    table, ring = read_table(path, COLUMNS), KeyRing(rt.settings.phone_keys)
    with rt.transaction() as session:
        phones = _read(session, table, path.name)
        for institution, numbers in phones.items():
            known = sa.delete(StaffPhone).where(StaffPhone.institution_id == institution)
            session.execute(known)
            rows = [
                {"institution_id": institution, "lookup": one, "entered_at": rt.now()}
                for one in sorted({ring.lookup(number) for number in numbers})
            ]
            session.execute(insert(StaffPhone), rows)
            audit.note(session, "staff.phones", institution, rt.now(), None, {"count": len(rows)})
    return {institution: len(set(numbers)) for institution, numbers in phones.items()}


def _read(session: Session, table: Table, name: str) -> dict[str, list[str]]:
    known = set(session.scalars(sa.select(Institution.id)))
    found: dict[str, list[str]] = {}
    problems = list(table.problems)
    for line, cells in table.rows:
        institution, phone = cells["institution"].strip(), cells["phone"].strip()
        if institution not in known:
            problems.append(Problem(line, "institution", institution, "write its id, such as NRB"))
        try:
            found.setdefault(institution, []).append(normalise(phone))
        except NotAPhone as error:
            # The number itself is somebody's: the line says which row to look at.
            problems.append(Problem(line, "phone", "...", _remedy(str(error), phone)))
    if problems:
        raise BadSheet(problems, name)
    return found


def _remedy(said: str, phone: str) -> str:
    return said.replace(phone, "...") if phone else "write one, such as +254712345678"
