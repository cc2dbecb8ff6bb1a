"""Who stands on a rung of an institution by name: set by administrators, noted in the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import audit
from feedback_service.models import RungHolder, Staff
from feedback_service.redress.ladder import LIAISON
from feedback_service.runtime import Runtime
from feedback_service.staff import Viewer

KEYS = ("head", "chair", "delivery", LIAISON)
"""What somebody can be to an institution; `liaison` receives what climbs to it from others."""


class BadHolder(ValueError):
    """The person cannot be named so: `field` is wrong; the message gives value and remedy too."""

    def __init__(self, field: str, told: str) -> None:
        super().__init__(f"{field}: {told}")
        self.field = field


@dataclass(frozen=True)
class Person:
    """A named person as they are to be reached; a mail of an account leads to its desk as well."""

    name: str
    title: str
    mail: str


def holders_of(session: Session, institution_id: str) -> Sequence[RungHolder]:
    found = sa.select(RungHolder).where(RungHolder.institution_id == institution_id)
    return session.scalars(found.order_by(RungHolder.key)).all()


def name_holder(
    rt: Runtime, session: Session, who: Viewer, institution_id: str, key: str, person: Person
) -> RungHolder:
    """Put a person on a rung; whoever stood there before no longer does."""
    if key not in KEYS:
        raise BadHolder("key", f"{key!r} is none. Choose one of {', '.join(KEYS)}")
    if not person.name.strip():
        raise BadHolder("name", "is blank. Write who stands there")
    mail = person.mail.strip().lower()
    if "@" not in mail.strip("@") or " " in mail:
        raise BadHolder("mail", f"{mail!r} is no address. Write name@office.go.ke")
    account = session.scalar(
        sa.select(Staff.id).where(
            Staff.email == mail,
            Staff.institution_id == institution_id,
            Staff.disabled_at.is_(None),
        )
    )
    held = session.get(RungHolder, (institution_id, key))
    was = {"name": held.name, "mail": held.mail} if held else None
    if held is None:
        held = RungHolder(institution_id=institution_id, key=key)
        session.add(held)
    held.name, held.title, held.mail = person.name.strip(), person.title.strip(), mail
    held.staff_id, held.set_at = account, rt.now()
    data = {"name": held.name, "mail": mail, "was": was}
    audit.note(session, "ladder.holder", f"{institution_id}:{key}", rt.now(), who.staff_id, data)
    return held
