"""What people make of a problem: it is one, or it is none, and why."""

import uuid
from dataclasses import dataclass

import sqlalchemy as sa

from feedback_service import audit
from feedback_service.emerging.reading import WATCHERS
from feedback_service.models import EmergingProblem
from feedback_service.runtime import Runtime
from feedback_service.staff import Viewer

FEWEST_WORDS = 10
"""Letters of a reason that says something."""


class NoSuchProblem(LookupError):
    """There is no such problem, or it is none of the viewer's."""


class NotSaid(ValueError):
    """The word cannot be taken; `why` is the key of what is missing."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(
            f"emerging: {why}: give a reason, once; who watches over may say otherwise"
        )


@dataclass(frozen=True)
class Said:
    """A problem it is, or not, and why."""

    problem_id: uuid.UUID
    confirmed: bool
    note: str


def say_what_it_is(rt: Runtime, viewer: Viewer, said: Said, clause: sa.ColumnElement[bool]) -> None:
    """Write it down; raises NoSuchProblem and NotSaid.

    clause: the viewer's problems.  Nobody of the body unsays what somebody said; who watches over
    it may, and every word stays in the audit.
    """
    with rt.transaction() as session:
        problem = session.scalars(
            sa.select(EmergingProblem)
            .where(EmergingProblem.id == said.problem_id, clause)
            .with_for_update()
        ).one_or_none()
        if problem is None:
            raise NoSuchProblem(str(said.problem_id))
        if problem.confirmed is not None and not viewer.has(*WATCHERS):
            raise NotSaid("said-already")
        if len(said.note.strip()) < FEWEST_WORDS:
            raise NotSaid("reason-missing")
        problem.confirmed, problem.note = said.confirmed, said.note.strip()
        problem.seen_at, problem.seen_by_id = rt.now(), viewer.staff_id
        audit.note(
            session, "emerging.say", str(problem.id), rt.now(), viewer.staff_id,
            {"confirmed": said.confirmed, "note": problem.note},
        )  # fmt: skip
