"""Taking a complaint on: routed, dated, chained, told to the citizen, in one transaction."""

import secrets
import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback_service import outbox, registry
from feedback_service.domain import charter, clocks
from feedback_service.domain.calendar import NAIROBI, WorkingCalendar
from feedback_service.domain.cases import Actor, CaseStatus, Lane
from feedback_service.domain.charter import CommitmentKind
from feedback_service.domain.information import Handling
from feedback_service.domain.references import new_reference
from feedback_service.models import Case, Category, Charter, new_id
from feedback_service.redress import conflicts, history, kinds
from feedback_service.redress.telling import first_words, is_central, tell
from feedback_service.registry import Desk, Route
from feedback_service.runtime import Runtime, after_commit

TRIAGE_BELL = "triage"


@dataclass(frozen=True)
class Complaint:
    """What came in.  `source` is its one identity; `received_on` is set when it came by letter.

    `more`: the first message asks for the rest of what happened; `wait` holds that message back
    while the citizen is asked how to answer.  `previous_id` is the closed case it goes on with, and
    `unit_id` the desk that had that one.  `referred_by` is the body that sent it, which knows it as
    `their_reference`.  `campaign_id` is the campaign whose code it came by.
    """

    source: str
    channel: str
    language: str
    text: str
    citizen_id: uuid.UUID | None = None
    service_id: str | None = None
    institution_id: str | None = None
    place_id: str | None = None
    county: int | None = None
    category: Category | None = None
    lane: Lane = Lane.OPEN
    quiet: bool = False
    urgent: bool = False
    received_on: date | None = None
    registered_by_id: uuid.UUID | None = None
    simulated: bool = False
    more: bool = False
    wait: timedelta = timedelta()
    handling: Handling = Handling.COMPLAINT
    previous_id: uuid.UUID | None = None
    unit_id: str | None = None
    referred_by: str | None = None
    their_reference: str = ""
    campaign_id: uuid.UUID | None = None


def open_case(rt: Runtime, session: Session, complaint: Complaint) -> Case:
    """The case of a complaint: opened now, or the one its source opened before."""
    route = _route(rt, complaint)
    received_at = _received_at(rt, complaint)
    promised = _charter(rt, complaint, received_at)
    holder = registry.desk(rt, route.holder_id(complaint.lane))
    calendar = registry.calendar(
        rt, session, complaint.county, route.institution_id, received_at.astimezone(NAIROBI).date()
    )
    row = _row(complaint, route, holder, received_at, calendar, promised)
    case, is_new = _insert(session, row)
    if is_new:
        _open(rt, session, case, complaint, route, promised, calendar)
    return case


def untriaged(session: Session) -> bool:
    """Whether any case still waits for its suggestion."""
    return session.scalar(sa.select(Case.id).where(Case.triaged_at.is_(None)).limit(1)) is not None


def _open(
    rt: Runtime, session: Session, case: Case, complaint: Complaint, route: Route,
    promised: Charter | None, calendar: WorkingCalendar,
) -> None:  # fmt: skip
    actor = Actor.OFFICER if complaint.registered_by_id else Actor.CITIZEN
    promise = kinds.as_data(kinds.promises(promised, complaint.handling))
    data = {
        "holder": case.unit_id, "promise": promise, "channel": case.channel,
        "lane": case.lane.value, "missing_cell": route.missing,
        "charter": case.charter_version, "handling": complaint.handling.value,
    } | clocks.hours_as_data(calendar)  # fmt: skip
    if case.previous_id:
        data["previous"] = session.get_one(Case, case.previous_id).reference
    data |= _brought(rt, case, complaint)
    history.begin(session, case, actor, data, complaint.registered_by_id)
    if route.missing and complaint.service_id:
        registry.count_miss(rt, session, complaint.service_id, complaint.place_id, complaint.county)
    wrote = actor is Actor.CITIZEN and outbox.can_carry(case.channel)
    words = first_words(session, case, more=complaint.more, central=is_central(rt, case))
    tell(rt, session, case, words, 1, answers=wrote, wait=complaint.wait)
    if case.urgent:
        conflicts.alarm(rt, session, case, "opened")
    after_commit(session, TRIAGE_BELL)


def _brought(rt: Runtime, case: Case, complaint: Complaint) -> dict[str, object]:
    """Of what came another way: the day it was entered, if later; who sent it, under which name."""
    entered, kept = rt.now().astimezone(NAIROBI).date(), dict[str, object]()
    if case.received_on < entered:
        kept["entered_on"] = entered.isoformat()
    if complaint.referred_by:
        kept["referred"] = {"by": complaint.referred_by, "reference": complaint.their_reference}
    return kept


def _row(
    complaint: Complaint, route: Route, holder: Desk, received_at: datetime,
    calendar: WorkingCalendar, promised: Charter | None,
) -> dict[str, object]:  # fmt: skip
    """The row; while a case is held it counts as its holder's, so that no figure tells of it."""
    due = kinds.promises(promised, complaint.handling)
    return {
        "id": new_id(), "source": complaint.source, "citizen_id": complaint.citizen_id,
        "channel": complaint.channel, "language": complaint.language, "text": complaint.text,
        "service_id": complaint.service_id, "institution_id": holder.institution_id,
        "host_id": route.host_id, "service_point_id": complaint.place_id,
        "county_code": complaint.county, "unit_id": holder.id,
        "destination_unit_id": route.unit_id, "registered_by_id": complaint.registered_by_id,
        "charter_version": promised.version if promised else None,
        "category": complaint.category, "urgent": complaint.urgent, "quiet": complaint.quiet,
        "lane": complaint.lane, "status": CaseStatus.RECEIVED, "level": 0, "disputes": 0,
        "received_on": received_at.astimezone(NAIROBI).date(), "received_at": received_at,
        "kind": complaint.handling.kind,
        "acknowledge_due_at": charter.due_at(
            due[CommitmentKind.ACKNOWLEDGE], received_at, calendar
        ),
        "due_at": charter.due_at(due[CommitmentKind.RESOLVE], received_at, calendar),
        "simulated": complaint.simulated, "previous_id": complaint.previous_id,
        "referred_by": complaint.referred_by, "campaign_id": complaint.campaign_id,
    }  # fmt: skip


def _insert(session: Session, row: dict[str, object]) -> tuple[Case, bool]:
    """The source's case, and whether it was made now; a reference that is taken is drawn again."""
    for _ in range(20):
        row["reference"] = new_reference(secrets.randbelow)
        if made := session.scalars(_MAKE, row).one_or_none():
            return made, True
        if existing := _by_source(session, str(row["source"])):
            return existing, False
    raise RuntimeError("no free reference in twenty draws: the reference space is nearly full")


_MAKE = insert(Case).on_conflict_do_nothing().returning(Case)


def _route(rt: Runtime, complaint: Complaint) -> Route:
    if complaint.unit_id:
        found = registry.route(
            rt, complaint.service_id, complaint.place_id, complaint.county, rt.now()
        )
        unit = registry.desk(rt, complaint.unit_id)
        return replace(found, unit_id=unit.id, institution_id=unit.institution_id, missing=False)
    if complaint.lane is Lane.CONFIDENTIAL:
        accused = complaint.institution_id
        if complaint.service_id and accused is None:
            accused = registry.owner_of(rt, complaint.service_id, complaint.county)
        unit = registry.integrity_unit(rt, accused)
        return Route(unit.id, unit.institution_id, None, missing=False)
    if complaint.service_id is None and complaint.institution_id:
        unit_of = registry.redress_unit(rt, complaint.institution_id)
        if unit_of:
            central = registry.route(rt, None, None, None, rt.now()).central_id
            return Route(unit_of.id, complaint.institution_id, None, False, central)
    return registry.route(rt, complaint.service_id, complaint.place_id, complaint.county, rt.now())


def _received_at(rt: Runtime, complaint: Complaint) -> datetime:
    """Now, or the opening hour of the earlier day a letter came in."""
    now = rt.now()
    if complaint.received_on is None or complaint.received_on >= now.astimezone(NAIROBI).date():
        return now
    return datetime.combine(complaint.received_on, time(8), NAIROBI)


def _charter(rt: Runtime, complaint: Complaint, at: datetime) -> Charter | None:
    if complaint.service_id is None:
        return None
    return registry.charter_at(rt, complaint.service_id, at.astimezone(NAIROBI).date())


def _by_source(session: Session, source: str) -> Case | None:
    return session.scalars(sa.select(Case).where(Case.source == source)).one_or_none()
