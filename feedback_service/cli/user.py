"""`feedback user`: accounts of the desk, made, closed, given a new password or second factor."""

from __future__ import annotations

import argparse
import difflib
from typing import TYPE_CHECKING, Any

from feedback_service.cli import Refused
from feedback_service.cli.connection import service

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from feedback_service.models import Base


def arguments(parser: argparse.ArgumentParser) -> None:
    from feedback_service.models import Role

    verbs = parser.add_subparsers(metavar="VERB", required=True)
    new = verbs.add_parser("add", help="make an account; its password is printed once")
    new.add_argument("email", metavar="EMAIL")
    new.add_argument("--role", required=True, choices=[str(role) for role in Role])
    new.add_argument("--institution", metavar="ID", help="where the person works, such as KRA")
    new.add_argument("--unit", metavar="ID", help="one desk of it, such as CG-001-HEALTH")
    new.add_argument("--service-point", metavar="ID", help="one place only, such as NAC-002")
    new.add_argument("--name", default="", help="as colleagues know the person")
    new.set_defaults(do=add)
    for verb, does, do in (
        ("disable", "close an account and sign it out everywhere", disable),
        ("reset", "open an account with a new password, printed once", reset),
        ("reset-second-factor", "for who lost telephone and codes: set up anew", reset_second),
    ):
        room = verbs.add_parser(verb, help=does)
        room.add_argument("email", metavar="EMAIL")
        room.set_defaults(do=do)


def add(chosen: argparse.Namespace) -> int:
    """Make the account and print its password."""
    from feedback_service import staff
    from feedback_service.models import Institution, Role, ServicePoint, Unit

    with service() as rt, rt.transaction() as session:
        for option, model in (
            ("institution", Institution), ("unit", Unit), ("service_point", ServicePoint),
        ):  # fmt: skip
            _must_be_known(session, model, option, getattr(chosen, option))
        try:
            account, password = staff.add(
                session, chosen.email, Role(chosen.role), rt.now(), name=chosen.name,
                institution_id=chosen.institution, unit_id=chosen.unit,
                service_point_id=chosen.service_point,
            )  # fmt: skip
        except staff.BadAccount as error:
            raise Refused(str(error)) from error
        email = account.email
    _show_once(email, password)
    return 0


def disable(chosen: argparse.Namespace) -> int:
    """Close the account; nobody who is signed in with it stays so."""
    from feedback_service import staff

    with service() as rt, rt.transaction() as session:
        try:
            email = staff.disable(session, chosen.email, rt.now()).email
        except staff.BadAccount as error:
            raise Refused(str(error)) from error
    print(f"{email} is closed and signed out everywhere.")
    return 0


def reset(chosen: argparse.Namespace) -> int:
    """A new password; a closed account is open again."""
    from feedback_service import staff

    with service() as rt, rt.transaction() as session:
        try:
            account, password = staff.reset(session, chosen.email, rt.now())
        except staff.BadAccount as error:
            raise Refused(str(error)) from error
        email = account.email
    _show_once(email, password)
    return 0


def reset_second(chosen: argparse.Namespace) -> int:
    """Take the second factor away; a role that must have one sets it up at the next sign-in."""
    from feedback_service import staff
    from feedback_service.staff import second_factor

    with service() as rt, rt.transaction() as session:
        try:
            email = second_factor.reset(session, chosen.email, rt.now()).email
        except staff.BadAccount as error:
            raise Refused(str(error)) from error
    print(f"{email} has no second factor now.")
    return 0


def _must_be_known(session: Session, model: type[Base], option: str, value: str | None) -> None:
    if value is None or session.get(model, value) is not None:
        return
    rows: list[Any] = session.query(model).all()
    if not rows:
        raise Refused(f"{option}: {value!r} cannot be looked up. Run `feedback load` first.")
    called = {name.casefold(): row for row in rows for name in _names(row)}
    close = difflib.get_close_matches(value.casefold(), called, cutoff=0.5)
    near = dict.fromkeys(f"{called[name].id} ({_names(called[name])[-1]})" for name in close)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"For example {rows[0].id}."
    raise Refused(f"{option}: {value!r} is not in the registry. {hint}")


def _names(row: Any) -> list[str]:
    """What a person may call an institution, a desk or a place, its full name last."""
    short = [row.id, *(getattr(row, field, "") for field in ("acronym", "short", "short_en"))]
    return [*filter(None, [*short, *getattr(row, "aliases", ())]), _full(row)]


def _full(row: Any) -> str:
    return str(getattr(row, "name", "") or row.name_en)


def _show_once(email: str, password: str) -> None:
    print(f"{email}  password: {password}")
    print("It is shown this once.")
