"""The registry for other systems: institutions, the services they owe, and what was promised."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import registry
from feedback_service.conversations.catalogue import COUNTY
from feedback_service.domain.calendar import NAIROBI
from feedback_service.models import Charter, Institution, Programme, Service
from feedback_service.recognition import programmes
from feedback_service.runtime import Runtime
from feedback_service.scoring import NoSuchInstitution
from feedback_service.web.api.problems import Problem

COUNTY_GOVERNMENT = "county government"


def institutions(rt: Runtime) -> dict[str, Any]:
    """Every institution, in the order of names."""
    with rt.transaction() as session:
        rows = session.scalars(sa.select(Institution).order_by(Institution.name))
        return {"institutions": [_institution(row) for row in rows]}


def services(rt: Runtime, institution: str) -> dict[str, Any]:
    """The services an institution owes."""
    with rt.transaction() as session:
        owner, paid = _owner(session, institution), programmes.named(session)
        return {
            "institution": owner.id,
            "services": [_service(row, paid.get(row.id)) for row in _services_of(session, owner)],
        }


def charter(rt: Runtime, institution: str) -> dict[str, Any]:
    """What an institution promises today, service by service."""
    today = rt.now().astimezone(NAIROBI).date()
    with rt.transaction() as session:
        owner = _owner(session, institution)
        promised = [
            (service, registry.charter_at(rt, service.id, today))
            for service in _services_of(session, owner)
        ]
        return {
            "institution": owner.id,
            "on": today.isoformat(),
            "services": [_promise(service, found) for service, found in promised if found],
        }


def _owner(session: Session, institution: str) -> Institution:
    found = session.get(Institution, institution)
    if found is None:
        error = NoSuchInstitution(institution)
        raise Problem.told(404, "No such institution", "institution", institution, error)
    return found


def _services_of(session: Session, owner: Institution) -> list[Service]:
    """Its own; and of a county government those that every county gives."""
    own = Service.institution_id == owner.id
    if owner.type == COUNTY_GOVERNMENT:
        own = sa.or_(own, sa.and_(Service.institution_id.is_(None), Service.owner == COUNTY))
    return list(session.scalars(sa.select(Service).where(own).order_by(Service.poster_code)))


def _institution(row: Institution) -> dict[str, Any]:
    here = f"/api/v1/institutions/{row.id}"
    return {
        "id": row.id,
        "name": row.name,
        "acronym": row.acronym,
        "short": {"en": row.short_en, "sw": row.short_sw},
        "type": row.type,
        "sector": row.sector,
        "county": row.county_code,
        "reporting_line": row.reporting_line,
        "escalates_to": row.external_escalation,
        "services": f"{here}/services",
        "charter": f"{here}/charter",
        "scorecard": f"/api/v1/scorecards?institution={row.id}",
    }


def _service(row: Service, paid_by: Programme | None) -> dict[str, Any]:
    return {
        "id": row.id,
        "code": row.poster_code,
        "sector": row.sector,
        "name": {"en": row.name_en, "sw": row.name_sw},
        "where": {"en": row.where_en, "sw": row.where_sw},
        "programme": {"code": paid_by.code, "name": paid_by.name} if paid_by else None,
    }


def _promise(service: Service, row: Charter) -> dict[str, Any]:
    return {
        "service": service.id,
        "name": {"en": service.name_en, "sw": service.name_sw},
        "version": row.version,
        "effective_from": row.effective_from.isoformat(),
        "effective_to": _day(row.effective_to),
        "requirements": {"en": row.requirements_en, "sw": row.requirements_sw},
        "cost_kes": row.cost_kes,
        "cost_note": {"en": row.cost_note_en, "sw": row.cost_note_sw},
        "promised": {"amount": row.promise_amount, "unit": row.promise_unit},
        "acknowledge_working_days": row.acknowledge_working_days,
        "resolve_working_days": row.resolve_working_days,
        "source": row.source,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
