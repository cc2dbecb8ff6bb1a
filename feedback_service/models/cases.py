"""A case, its history that is only ever added to, and what the model suggested."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_service.domain.cases import Action, Actor, CaseKind, CaseStatus, Lane, Outcome
from feedback_service.models.base import Base, closed_set, new_id

ORDER = (
    sa.text("(not urgent)"),
    sa.text("(not coalesce(outcome = 'disputed', false))"),
    sa.text("(- level)"),
    sa.text("due_at"),
    sa.text("received_at"),
    sa.text("id"),
)
"""The order of the queue, as its indexes hold it and redress.queue asks for it."""


def _as_promised(context: Any) -> datetime:
    due_at: datetime = context.get_current_parameters()["due_at"]
    return due_at


class Category(StrEnum):
    """What went wrong: the labels of the corpus, so that people and model speak the same words."""

    DELAY = "delay"
    STAFF_CONDUCT = "staff_conduct"
    BRIBERY = "bribery"
    COST = "cost"
    ACCESS = "access"
    QUALITY = "quality"
    INFORMATION = "information"
    SYSTEM_FAILURE = "system_failure"
    DISCRIMINATION = "discrimination"
    THREAT = "threat"


class Case(Base):
    """One complaint or request for information on its way to redress.

    `institution_id` owns the service and answers; `host_id` runs the place; `unit_id` holds the
    case now.  `level` says who must answer, beside the status, never instead of it.  A `quiet` case
    sends no message and opens by its reference and the citizen's four digits, kept as a keyed
    `secret_hash`.  `previous_id` is the closed case it goes on with; `referred_by` the body that
    sent it.  Of an answered case `ask_after` is when to ask, ask again or close, `asked` how often
    its citizen was asked.  `first_due_at` is when it was due by the promise it was acknowledged
    under: no pause, extension or later change of kind moves it, and with it the quarter that counts
    the case, as they move `due_at`.  `warned_at`: the citizen has heard that the promise may be
    broken.  `campaign_id`: it came by a campaign's code.
    """

    __tablename__ = "cases"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(unique=True)
    source: Mapped[str] = mapped_column(unique=True)
    citizen_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("citizens.id"), index=True)
    kind: Mapped[CaseKind] = mapped_column(
        closed_set(CaseKind, "kind"), default=CaseKind.COMPLAINT, server_default="complaint"
    )
    previous_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("cases.id"))
    referred_by: Mapped[str | None] = mapped_column(sa.ForeignKey("institutions.id"))
    channel: Mapped[str]
    language: Mapped[str]
    text: Mapped[str]
    service_id: Mapped[str | None] = mapped_column(sa.ForeignKey("services.id"))
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"))
    host_id: Mapped[str | None] = mapped_column(sa.ForeignKey("institutions.id"))
    service_point_id: Mapped[str | None] = mapped_column(sa.ForeignKey("service_points.id"))
    county_code: Mapped[int | None] = mapped_column(sa.ForeignKey("counties.code"))
    unit_id: Mapped[str] = mapped_column(sa.ForeignKey("units.id"))
    destination_unit_id: Mapped[str] = mapped_column(sa.ForeignKey("units.id"))
    assigned_to_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    registered_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    charter_version: Mapped[int | None]
    category: Mapped[Category | None] = mapped_column(closed_set(Category, "category"))
    urgent: Mapped[bool] = mapped_column(default=False)
    quiet: Mapped[bool] = mapped_column(default=False)
    secret_hash: Mapped[bytes | None]
    lane: Mapped[Lane] = mapped_column(closed_set(Lane, "lane"))
    status: Mapped[CaseStatus] = mapped_column(closed_set(CaseStatus, "status"))
    outcome: Mapped[Outcome | None] = mapped_column(closed_set(Outcome, "outcome"))
    level: Mapped[int] = mapped_column(default=0)
    disputes: Mapped[int] = mapped_column(default=0)
    received_on: Mapped[date]
    received_at: Mapped[datetime]
    acknowledge_due_at: Mapped[datetime]
    due_at: Mapped[datetime]
    first_due_at: Mapped[datetime] = mapped_column(default=_as_promised)
    acknowledged_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    ask_after: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    asked: Mapped[int] = mapped_column(default=0, server_default="0")
    campaign_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("campaigns.id"))
    triaged_at: Mapped[datetime | None]
    compared_at: Mapped[datetime | None]
    simulated: Mapped[bool] = mapped_column(default=False)

    events: Mapped[list["CaseEvent"]] = relationship(order_by="CaseEvent.number")

    __table_args__ = (
        sa.Index("ix_cases_queue", "unit_id", "status", "due_at"),
        sa.Index("ix_cases_institution", "institution_id", "due_at"),
        sa.Index("ix_cases_cohort", "institution_id", "first_due_at"),
        sa.Index("ix_cases_host", "host_id", "due_at"),
        sa.Index(
            "ix_cases_untriaged", "received_at", postgresql_where=sa.text("triaged_at is null")
        ),
        sa.Index(
            "ix_cases_uncompared",
            "received_at",
            postgresql_where=sa.text("compared_at is null and lane = 'open'"),
        ),
        sa.Index(
            "ix_cases_open_due",
            "due_at",
            postgresql_where=sa.text("status in ('received', 'acknowledged')"),
        ),
        sa.Index("ix_cases_order", *ORDER),
        sa.Index(
            "ix_cases_open_order",
            *ORDER,
            postgresql_where=sa.text("status in ('acknowledged', 'received')"),
        ),
        sa.Index(
            "ix_cases_assigned",
            "assigned_to_id",
            postgresql_where=sa.text("status in ('acknowledged', 'received')"),
        ),
        sa.Index("ix_cases_text", sa.text("to_tsvector('simple', text)"), postgresql_using="gin"),
        sa.Index(
            "ix_cases_public",
            "received_on",
            "service_id",
            "institution_id",
            postgresql_where=sa.text("lane = 'open' and not quiet"),
        ),
        sa.Index(
            "ix_cases_campaign", "campaign_id", postgresql_where=sa.text("campaign_id is not null")
        ),
        sa.Index("ix_cases_to_ask", "ask_after", postgresql_where=sa.text("ask_after is not null")),
    )


class CaseEvent(Base):
    """A line of a case's history: added, chained by hash, never changed."""

    __tablename__ = "case_events"
    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    action: Mapped[Action] = mapped_column(closed_set(Action, "action"))
    actor: Mapped[Actor] = mapped_column(closed_set(Actor, "actor"))
    staff_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    at: Mapped[datetime]
    source: Mapped[str | None] = mapped_column(unique=True)
    data: Mapped[dict[str, Any]]
    previous: Mapped[str]
    hash: Mapped[str]

    __table_args__ = (
        sa.Index(
            "ix_case_events_staff", "staff_id", postgresql_where=sa.text("staff_id is not null")
        ),
        sa.Index(
            "ix_case_events_given",
            sa.text("(data ->> 'to')"),
            postgresql_where=sa.text("action = 'assign'"),
        ),
        sa.Index(
            "ix_case_events_left",
            sa.text("(data ->> 'from')"),
            "at",
            postgresql_where=sa.text("(data ->> 'from') is not null"),
        ),
        sa.Index(
            "ix_case_events_asked",
            "case_id",
            "number",
            postgresql_where=sa.text("action = 'ask'"),
        ),
    )


class Suggestion(Base):
    """What one version of the model thought of a case; the officer's choice stands beside it."""

    __tablename__ = "suggestions"
    case_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("cases.id"), primary_key=True)
    model_version: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    category: Mapped[str]
    confidence: Mapped[float]
    abstained: Mapped[bool]
    detail: Mapped[dict[str, Any]]
    chosen: Mapped[Category | None] = mapped_column(closed_set(Category, "chosen"))
    chosen_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    chosen_at: Mapped[datetime | None]
