"""Use case: what a citizen brought to somebody who writes it down: at a help desk, by call or
letter, from the Ombudsman, on a sheet of paper; one case each, the citizen's and not the helper's.
"""

import uuid
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import identity, redress, triage
from feedback_service.domain.cases import Lane
from feedback_service.domain.information import Handling
from feedback_service.identity import KeyRing
from feedback_service.models import Case, Category, Institution, Staff, StaffPhone
from feedback_service.redress import Complaint, assisted
from feedback_service.runtime import Runtime

SERIOUS = frozenset({Category.BRIBERY, Category.THREAT})
"""What an accused office must not see before people have looked, whatever the words are."""
OMBUDSMAN = "CAJ"
"""The institution that refers complaints, as the registry knows it."""


@dataclass(frozen=True)
class Filed:
    """A form or a row whose every field has been read; `source` makes it one case.

    phone: E.164.  named: whom the citizen complains of.  referral: the Ombudsman's own number, of
    what the Ombudsman sent.
    """

    source: str
    came: str
    received_on: date
    words: str
    language: str
    phone: str | None = None
    service: str | None = None
    institution: str | None = None
    county: int | None = None
    place: str | None = None
    category: Category | None = None
    handling: Handling = Handling.COMPLAINT
    named: str = ""
    referral: str = ""


def file(rt: Runtime, filed: Filed, staff_id: uuid.UUID | None) -> Case:
    """The case, the same one when it is filed again.

    Whoever has no phone gets a slip, whose digits open the case from any; so does whoever must not
    be written to, because others may read it.
    """
    screened = triage.screen(rt, filed.words)
    lane = Lane.HELD if filed.category in SERIOUS else screened.lane
    with rt.transaction() as session:
        complaint = Complaint(
            source=filed.source,
            channel="desk",
            language=filed.language,
            text=filed.words,
            citizen_id=_citizen(rt, session, filed),
            service_id=filed.service,
            institution_id=filed.institution,
            place_id=filed.place,
            county=filed.county,
            category=filed.category,
            handling=filed.handling,
            lane=lane,
            quiet=redress.quiet_by_default(session, filed.service, filed.institution, lane),
            urgent=screened.danger,
            received_on=filed.received_on,
            registered_by_id=staff_id,
            referred_by=OMBUDSMAN if filed.came == "ombudsman" and _knows(session) else None,
            their_reference=filed.referral,
        )
        before = session.scalars(sa.select(Case).where(Case.source == filed.source)).one_or_none()
        case = before or redress.open_case(rt, session, complaint)
        if before is None:
            if filed.named:
                assisted.names(rt, session, case, filed.named)
            if case.citizen_id is None or case.quiet:
                redress.set_secret(rt, session, case, assisted.slip_secret(rt, case))
        return case


def is_helpers(rt: Runtime, session: Session, phone: str, staff_id: uuid.UUID) -> bool:
    """Whether a number given as the citizen's is one of the helper's own office."""
    helper = session.get_one(Staff, staff_id)
    lookup = KeyRing(rt.settings.phone_keys).lookup(phone)
    return bool(helper.institution_id) and (
        session.get(StaffPhone, (helper.institution_id, lookup)) is not None
    )


def _citizen(rt: Runtime, session: Session, filed: Filed) -> uuid.UUID | None:
    if not filed.phone:
        return None
    ring = KeyRing(rt.settings.phone_keys)
    return identity.find_or_add(session, ring, filed.phone, rt.now(), filed.language).id


def _knows(session: Session) -> bool:
    return session.get(Institution, OMBUDSMAN) is not None
