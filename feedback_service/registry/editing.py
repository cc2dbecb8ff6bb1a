"""Changes of the reference data at a desk: checked like a load, told to the audit, kept by loads.

What is given is a row as its file would have it.  A change makes every process read the registry
again within ten seconds.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback_service import audit
from feedback_service.models import RegistryEdit
from feedback_service.registry.cells import Problem
from feedback_service.registry.checks import UNIQUE, Table, cross_checks
from feedback_service.registry.loading import LOAD_LOCK, TABLES, put, subject_of
from feedback_service.registry.phrases import newer
from feedback_service.registry.standing import Cells, line_of, read, tables_of, with_lines


class BadEdit(ValueError):
    """What was typed cannot stand; `problems` name field, value, what is wrong and the remedy."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


Key = tuple[str, ...]
"""A file, and the cells that name a row in it."""


@dataclass(frozen=True)
class Edit:
    """One row to stand from now on: its file and every cell of it as text.

    new: there must be none of that key yet.
    """

    file: str
    cells: Cells
    new: bool = False


def keep(
    session: Session, edits: Sequence[Edit], now: datetime, by_id: uuid.UUID | None = None
) -> int:
    """Let the rows stand, all of them or none; how many are new or differ.  Raises BadEdit.

    A problem that the registry had before is not held against the change.
    """
    hold(session)
    before = tables_of(session)
    stood = {key: _stood(before, key) for key in map(_key, edits)}
    differ = [edit for edit in edits if stood[_key(edit)] != edit.cells]
    after = with_lines(before, [(edit.file, edit.cells) for edit in differ])
    taken = [edit for edit in edits if edit.new and stood[_key(edit)] is not None]
    problems = [*map(_taken, taken), *_unreadable(differ), *_new_problems(before, after)]
    if problems:
        raise BadEdit(problems)
    for edit in differ:
        _write(session, edit, stood[_key(edit)], now, by_id)
    if differ:
        newer(session, now)
    return len(differ)


def hold(session: Session) -> None:
    """Until this transaction ends no other changes the registry: what was read of it holds."""
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOAD_LOCK)))


def mark(
    session: Session, table: str, subject: str, now: datetime, by_id: uuid.UUID | None
) -> None:
    """From now on loads leave it as it is here."""
    said = {"table": table, "subject": subject, "at": now, "by_id": by_id}
    session.execute(
        insert(RegistryEdit)
        .values(said)
        .on_conflict_do_update(
            index_elements=["table", "subject"], set_={"at": now, "by_id": by_id}
        )
    )


def remove(session: Session, edit: Edit, now: datetime, by_id: uuid.UUID | None = None) -> None:
    """Take away a version, of a charter or of a cell of the register, that never was in force."""
    model, shape = TABLES[edit.file]
    row = shape(line_of(edit.file, 0, edit.cells).row)
    key = tuple(row[column.name] for column in sa.inspect(model).primary_key)
    session.delete(session.get_one(model, key))
    session.flush()  # What is checked next reads the table.
    table, subject = model.__tablename__, subject_of(model.__tablename__, row)
    mark(session, table, subject, now, by_id)
    audit.note(session, f"{table}.remove", subject, now, by_id, dict(edit.cells))
    newer(session, now)


def _write(
    session: Session, edit: Edit, stood: Mapping[str, str] | None, now: datetime,
    by_id: uuid.UUID | None,
) -> None:  # fmt: skip
    model, shape = TABLES[edit.file]
    row = shape(line_of(edit.file, 0, edit.cells).row)
    put(session, model, [row])
    subject = subject_of(model.__tablename__, row)
    mark(session, model.__tablename__, subject, now, by_id)
    said = {
        name: [stood[name], cell] if stood else cell
        for name, cell in edit.cells.items()
        if (stood or {}).get(name, "") != cell
    }
    what = f"{model.__tablename__}.{'change' if stood else 'add'}"
    key = "|".join(edit.cells[name] for name in UNIQUE[edit.file][0])
    audit.note(session, what, key, now, by_id, said)


def _key(edit: Edit) -> Key:
    return (edit.file, *(edit.cells[name] for name in UNIQUE[edit.file][0]))


def _stood(tables: Mapping[str, Table], key: Key) -> Cells | None:
    """The row of that key as it stands, if there is one."""
    file, names = key[0], UNIQUE[key[0]][0]
    for line in tables[file].lines:
        if tuple(line.cells[name] for name in names) == key[1:]:
            return line.cells
    return None


def _taken(edit: Edit) -> Problem:
    name = UNIQUE[edit.file][0][0]
    return Problem(edit.file, 0, name, edit.cells[name], "is already there", "Choose another one.")


def _unreadable(edits: Sequence[Edit]) -> list[Problem]:
    return [problem for edit in edits for problem in read(edit.file, 0, edit.cells)[1]]


def _new_problems(before: Mapping[str, Table], after: Mapping[str, Table]) -> list[Problem]:
    known = set(cross_checks(before))
    return [problem for problem in cross_checks(after) if problem not in known]
