"""`feedback key`: keys for programs that call the API, made and shown once, listed, closed."""

from __future__ import annotations

import argparse

from feedback_service.cli import Refused
from feedback_service.cli.connection import service


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    new = verbs.add_parser("add", help="make a key; it is printed once")
    new.add_argument("name", metavar="NAME", help="who uses it, such as 'KRA ticketing'")
    new.add_argument(
        "--scope", metavar="SCOPE", nargs="+", action="extend", required=True,
        help="what it may do, such as visits",
    )  # fmt: skip
    new.add_argument(
        "--institution", metavar="ID", help="whom it speaks for; without it for every institution"
    )
    new.add_argument("--days", type=int, metavar="N", help="how long it opens; without it for good")
    new.add_argument(
        "--per-minute", type=int, metavar="N", help="how often it may ask; else as the settings say"
    )
    new.set_defaults(do=add)
    verbs.add_parser("list", help="the open keys, by name").set_defaults(do=show)
    old = verbs.add_parser("disable", help="close every open key of a name")
    old.add_argument("name", metavar="NAME")
    old.set_defaults(do=disable)


def add(chosen: argparse.Namespace) -> int:
    """Make the key and print it."""
    from feedback_service import staff

    with service() as rt, rt.transaction() as session:
        try:
            key = staff.add_key(
                session, chosen.name, chosen.scope, rt.now(), institution=chosen.institution,
                days=chosen.days, per_minute=chosen.per_minute,
            )  # fmt: skip
        except staff.BadKey as error:
            raise Refused(str(error)) from error
    print(f"{chosen.name}  key: {key}")
    print("It is shown this once.")
    return 0


def show(_: argparse.Namespace) -> int:
    """The open keys: name, scopes, since when, until when, when they were used last (UTC)."""
    import sqlalchemy as sa

    from feedback_service.models import ApiKey

    open_keys = sa.select(ApiKey).where(ApiKey.disabled_at.is_(None)).order_by(ApiKey.name)
    with service() as rt, rt.transaction() as session:
        for key in session.scalars(open_keys):
            whose = key.institution_id or "all"
            scopes = ", ".join(key.scopes)
            until = f"  until {key.expires_at:%Y-%m-%d}" if key.expires_at else ""
            used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never"
            since = f"{key.created_at:%Y-%m-%d}{until}"
            print(f"{key.name}  {scopes}  for {whose}  since {since}  used {used}")
    return 0


def disable(chosen: argparse.Namespace) -> int:
    """Close the keys of that name; programs that use them are refused from now on."""
    from feedback_service import staff

    with service() as rt, rt.transaction() as session:
        try:
            closed = staff.disable_key(session, chosen.name, rt.now())
        except staff.BadKey as error:
            raise Refused(str(error)) from error
    print(f"{chosen.name}: {closed} closed.")
    return 0
