"""Rows that an institution enters in its contract: how they are shown with all that was done to
them, and the forms to enter one, take one off, allow or refuse a change."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flask import Response, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from analytics.contract import Span
from feedback_service import contracts
from feedback_service.contracts import Allowed, Entered, NewRow, Standing
from feedback_service.models import ContractChange, ContractRow, Role
from feedback_service.reports.cells import as_csv
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.contract import doors
from feedback_service.web.desk.contract.changes import done, number
from feedback_service.web.desk.frame import NAMELESS, pages, read_id, runtime

COLUMNS = (
    "criterion", "indicator", "weight", "target", "unit", "direction", "done", "by", "at", "words",
)  # fmt: skip


@dataclass(frozen=True)
class Done:
    """`what` is a key of contract.did_*."""

    what: str
    who: str
    at: datetime
    words: str


@dataclass(frozen=True)
class RowShown:
    """A row that was entered; gone: it stands on the sheet no more, or never did.  change_id: what
    waits for an answer, or empty."""

    name: str
    criterion: str
    weight: str
    target: str
    gone: bool
    history: Sequence[Done]
    change_id: str
    may_decide: bool


def shown(stood: Standing, decides: bool, who: uuid.UUID) -> list[RowShown]:
    """All rows of the year; decides: the reader answers what was asked."""
    return [_shown(stood, one, decides, who) for one in stood.entered]


@pages.post("/contract/<institution>/rows")
@open_to(*doors.WRITERS)
def add_row(institution: str) -> ResponseReturnValue:
    """Enter an indicator outside the service's figures, or take one off."""
    who, said = viewer(), request.form

    def do(db: Session, span: Span) -> str:
        why = said.get("why", "")
        if said.get("end"):
            row_id = read_id(said["end"])
            if row_id is None:
                abort(404)
            row = contracts.end_row(runtime(), db, institution, row_id, who.staff_id, why)
            return "contract_row_ended" if row.ended_at else "contract_row_asked"
        row = contracts.add_row(runtime(), db, contracts.terms_for(db, institution, span), NewRow(
            institution, span.year, said.get("criterion", ""), said.get("name", ""),
            number("weight"), number("target"), said.get("unit", ""),
            said.get("direction", ""), who.staff_id, why,
        ))  # fmt: skip
        return "contract_row_added" if row.in_force_at else "contract_row_asked"

    return done(institution, do)


@pages.post("/contract/changes/<uuid:change_id>")
@open_to(Role.ANALYST)
def allow_change(change_id: uuid.UUID) -> ResponseReturnValue:
    """Allow a change that was asked after vetting, or refuse it."""
    with runtime().transaction() as db:
        change = db.get(ContractChange, change_id)
        row = db.get(ContractRow, change.row_id) if change else None
    if row is None or request.form.get("accepted") not in ("yes", "no"):
        abort(404)
    who, yes, institution = viewer(), request.form["accepted"] == "yes", row.institution_id

    def do(db: Session, span: Span) -> str:
        terms = contracts.terms_for(db, institution, span)
        said = request.form.get("reason", "")
        what = Allowed(change_id, who.staff_id, who.institution_id, yes, said)
        contracts.allow(runtime(), db, terms, what)
        return "contract_allowed" if yes else "contract_refused"

    return done(institution, do, writing=False)


@pages.get("/contract/<institution>/rows.csv")
@open_to(*doors.READERS)
def contract_rows(institution: str) -> ResponseReturnValue:
    """All that was ever done to the rows of a year, a line each."""
    span, rt = doors.span_asked(), runtime()
    with rt.transaction() as db:
        doors.body(db, institution)
        stood = contracts.standing(rt, db, institution, span)
    body = as_csv(COLUMNS, (line for one in stood.entered for line in _lines(stood, one)))
    name = f"contract-{institution}-{doors.in_address(span)}-rows.csv"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(body, mimetype="text/csv", headers=headers)


def _shown(stood: Standing, one: Entered, decides: bool, who: uuid.UUID) -> RowShown:
    row, waiting = one.row, one.waiting
    return RowShown(
        name=row.name, criterion=row.criterion, weight=_plain(row.weight),
        target=f"{_plain(row.target)} {row.unit}".strip(),
        gone=one.gone,
        history=[
            Done(each.what.value, stood.names.get(each.by_id, NAMELESS), each.at, each.words)
            for each in one.history
        ],
        change_id=str(waiting.id) if waiting else "",
        may_decide=bool(decides and waiting and waiting.asked_by_id != who),
    )  # fmt: skip


def _lines(stood: Standing, one: Entered) -> Iterator[list[object]]:
    row = one.row
    for each in one.history:
        yield [
            row.criterion, row.name, _plain(row.weight), _plain(row.target), row.unit,
            row.direction, each.what.value, stood.names.get(each.by_id, ""), each.at.isoformat(),
            each.words,
        ]  # fmt: skip


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
