"""A small country for the desk's tests: four institutions, a Huduma Centre, staff of every role."""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

import sqlalchemy as sa
from itsdangerous import URLSafeTimedSerializer

from feedback_service import identity, redress
from feedback_service.domain.cases import Lane
from feedback_service.identity import KeyRing
from feedback_service.models import (
    Case,
    Charter,
    County,
    Institution,
    Responsibility,
    Role,
    Sector,
    Service,
    ServicePoint,
    SignIn,
    Staff,
    Unit,
    new_id,
)
from feedback_service.redress import Complaint
from feedback_service.web.access import TOKEN

DAY_ONE = date(2024, 3, 1)
PHONE = "+254712000001"


@dataclass(frozen=True)
class Colleague:
    """An account with a browser signed in to it."""

    id: uuid.UUID
    email: str
    token: str


class DeskWorld:
    """The registry, the staff and ways to open cases; everything is committed."""

    def __init__(self, rt: Any) -> None:
        self.rt = rt
        with rt.transaction() as session:
            for group in _registry():
                session.add_all(group)
                session.flush()  # rows point at the group before theirs

    def staff(self, role: Role, institution: str | None, **more: Any) -> Colleague:
        """An account, signed in for ten hours from now."""
        token = uuid.uuid4().hex
        person = Staff(
            id=new_id(), email=f"{token[:8]}@example.go.ke", name=more.pop("name", f"The {role}"),
            password_hash="", role=role, institution_id=institution, language="en",
            created_at=self.rt.now(), **more,
        )  # fmt: skip
        with self.rt.transaction() as session:
            session.add(person)
            session.flush()  # the sign-in points at the person
            session.add(
                SignIn(
                    token_hash=hashlib.sha256(token.encode()).digest(), staff_id=person.id,
                    created_at=self.rt.now(), expires_at=self.rt.now() + timedelta(days=30),
                )
            )  # fmt: skip
        return Colleague(person.id, person.email, token)

    def case(self, text: str = "The ID card I paid for has not come.", **more: Any) -> Case:
        """A case of the ID service, filed by a citizen's phone unless `phone` is None.

        The model has read it, and found nothing, unless `unread`.
        """
        phone = more.pop("phone", PHONE)
        more.setdefault("service_id", "id-first")
        unread = more.pop("unread", False)
        with self.rt.transaction() as session:
            ring = KeyRing(self.rt.settings.phone_keys)
            citizen = (
                identity.find_or_add(session, ring, phone, self.rt.now(), "en") if phone else None
            )
            complaint = Complaint(
                source=more.pop("source", f"test:{uuid.uuid4()}"),
                channel=more.pop("channel", "africastalking-ussd"),
                language="en", text=text, citizen_id=citizen.id if citizen else None, **more,
            )  # fmt: skip
            case = redress.open_case(self.rt, session, complaint)
            case.triaged_at = None if unread else self.rt.now()
            return case

    def confidential(self, text: str = "An officer asked me for money.") -> Case:
        return self.case(
            text, service_id=None, institution_id="NRB", lane=Lane.CONFIDENTIAL, quiet=True
        )


class Browser:
    """A test client signed in as one colleague; it sends the forms' hidden fields by itself."""

    def __init__(self, app: Any, colleague: Colleague | None = None) -> None:
        self.client = app.test_client()
        if colleague:
            with self.client.session_transaction() as session:
                session[TOKEN] = colleague.token

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def post(self, path: str, **fields: Any) -> Any:
        """Post with a fresh CSRF token of this browser's session."""
        return self.client.post(path, data={"csrf_token": self.csrf(), **fields})

    def csrf(self) -> str:
        """The token of this browser's session, made as Flask-WTF makes it."""
        app = self.client.application
        with self.client.session_transaction() as session:
            raw = session.setdefault("csrf_token", hashlib.sha1(uuid.uuid4().bytes).hexdigest())
        signer = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token")
        return str(signer.dumps(raw))


class Statements:
    """How many statements the database was sent."""

    def __init__(self, engine: Any) -> None:
        self.engine, self.sent = engine, []

    def __enter__(self) -> list[str]:
        sa.event.listen(self.engine, "before_cursor_execute", self._hear)
        return self.sent

    def __exit__(self, *_: object) -> None:
        sa.event.remove(self.engine, "before_cursor_execute", self._hear)

    def _hear(self, _c: Any, _k: Any, statement: str, *_: Any) -> None:
        self.sent.append(statement)


def seen(page: str) -> str:
    """The number of events that a case's page shows."""
    found = re.search(r'name="seen" value="(\d+)"', page)
    assert found, "the page has no form to send"
    return found[1]


def _registry() -> list[list[Any]]:
    return [
        [
            County(code=47, name="Nairobi", headquarters="Nairobi", aliases=[]),
            County(code=1, name="Mombasa", headquarters="Mombasa", aliases=[]),
            Sector(key="civil_registration", position=1, short_en="IDs", short_sw="Vitambulisho"),
        ],
        [
            _institution("NRB", "Registration Bureau"),
            _institution("DIS", "Immigration"),
            _institution("HKS", "Huduma Kenya"),
            _institution("CENTRAL", "Central desk"),
            _institution("EACC", "EACC"),
        ],
        [
            _unit("NRB-R", "NRB", "redress"),
            _unit("NRB-2", "NRB", "redress"),
            _unit("DIS-R", "DIS", "redress"),
            _unit("HKS-R", "HKS", "redress"),
            _unit("CENTRAL-T", "CENTRAL", "central"),
            _unit("EACC-I", "EACC", "integrity"),
        ],
        [
            _point("NRC-001", "Huduma Centre GPO", 47),
            _point("MSA-001", "Huduma Centre Mombasa", 1),
        ],
        [_service("id-first", "1001", "NRB", "ID, first time"),
         _service("passport", "1003", "DIS", "Passport")],
        [_charter("id-first"), _charter("passport")],
        [_cell("id-first", "NRB-R"), _cell("passport", "DIS-R")],
    ]  # fmt: skip


def _institution(key: str, name: str) -> Institution:
    return Institution(
        id=key, name=name, short_en=name, short_sw=name, acronym=key, type="department",
        sector="civil_registration", county_code=None, reporting_line="direct", aliases=[],
        external_escalation="CAJ",
    )  # fmt: skip


def _unit(key: str, institution: str, kind: str) -> Unit:
    return Unit(
        id=key, institution_id=institution, name_en=f"{key} desk", name_sw=f"Dawati {key}",
        kind=kind,
    )  # fmt: skip


def _point(key: str, name: str, county: int) -> ServicePoint:
    return ServicePoint(
        id=key, name_en=name, short=name, county_code=county, host_id="HKS", location="Town",
        opens=time(8), closes=time(17), status="open",
    )  # fmt: skip


def _service(key: str, code: str, institution: str, name: str) -> Service:
    return Service(
        id=key, poster_code=code, institution_id=institution, owner="national",
        sector="civil_registration", name_en=name, name_sw=name, short_en=name, short_sw=name,
        aliases=[], where_en="Any office", where_sw="Ofisi yoyote",
    )  # fmt: skip


def _charter(service: str) -> Charter:
    return Charter(
        service_id=service, version=1, effective_from=DAY_ONE, effective_to=None,
        requirements_en="Birth certificate", requirements_sw="Cheti cha kuzaliwa", cost_kes=300,
        cost_note_en="", cost_note_sw="", promise_amount=10, promise_unit="working_days",
        acknowledge_working_days=1, resolve_working_days=5, source="test",
    )  # fmt: skip


def _cell(service: str, unit: str) -> Responsibility:
    return Responsibility(
        service_id=service, service_point_id="", county_code=0, version=1, unit_id=unit,
        effective_from=DAY_ONE, effective_to=None,
    )  # fmt: skip
