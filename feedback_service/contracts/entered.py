"""Every row that was ever entered in a contract, with who asked, allowed or refused what of it and
when: nothing that stood on a sheet goes without a trace."""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.models import ContractChange, ContractRow


class Did(StrEnum):
    """What was done to a row."""

    ENTERED = "entered"
    ENDED = "ended"
    ASKED = "asked"
    ALLOWED = "allowed"
    REFUSED = "refused"
    END_ASKED = "end_asked"
    END_ALLOWED = "end_allowed"
    END_REFUSED = "end_refused"


@dataclass(frozen=True)
class Done:
    """One thing done to a row, by whom and why."""

    what: Did
    by_id: uuid.UUID
    at: datetime
    words: str = ""


@dataclass(frozen=True)
class Entered:
    """A row with all that was asked about it, the oldest first."""

    row: ContractRow
    changes: Sequence[ContractChange]

    @property
    def waiting(self) -> ContractChange | None:
        return next((one for one in self.changes if one.accepted is None), None)

    @property
    def gone(self) -> bool:
        """It stands on the sheet no more, or was refused and never did."""
        row = self.row
        return row.ended_at is not None or (row.in_force_at is None and self.waiting is None)

    @property
    def history(self) -> list[Done]:
        """In the order in which it was done."""
        return sorted(self._history(), key=lambda done: done.at)

    def _history(self) -> Iterator[Done]:
        row = self.row
        if not any(not one.ends for one in self.changes):
            yield Done(Did.ENTERED, row.made_by_id, row.made_at)
        for one in self.changes:
            asked = Did.END_ASKED if one.ends else Did.ASKED
            yield Done(asked, one.asked_by_id, one.asked_at, one.words)
            if one.decided_by_id and one.decided_at:
                yes, no = (
                    (Did.END_ALLOWED, Did.END_REFUSED) if one.ends else (Did.ALLOWED, Did.REFUSED)
                )
                how = yes if one.accepted else no
                yield Done(how, one.decided_by_id, one.decided_at, one.reason)
        allowed = any(one.ends and one.accepted for one in self.changes)
        if row.ended_at and not allowed:
            # Before it was kept who ended a row, only whoever entered it could.
            yield Done(Did.ENDED, row.ended_by_id or row.made_by_id, row.ended_at)


def entered(session: Session, year: int, institution: str) -> list[Entered]:
    """The rows of a year in their order, ended and refused ones too."""
    mine = sa.and_(ContractRow.year == year, ContractRow.institution_id == institution)
    changes: dict[uuid.UUID, list[ContractChange]] = defaultdict(list)
    asked = sa.select(ContractChange).join(ContractRow, ContractRow.id == ContractChange.row_id)
    for change in session.scalars(asked.where(mine).order_by(ContractChange.asked_at)):
        changes[change.row_id].append(change)
    rows = session.scalars(
        sa.select(ContractRow).where(mine).order_by(ContractRow.made_at, ContractRow.id)
    )
    return [Entered(row, changes[row.id]) for row in rows]
