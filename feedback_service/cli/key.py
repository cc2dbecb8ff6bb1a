"""`feedback key add NAME --scope SCOPE...`: a key for a program that calls the API, shown once."""

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
    new.set_defaults(do=add)


def add(chosen: argparse.Namespace) -> int:
    """Make the key and print it."""
    from feedback_service import staff

    with service() as rt, rt.transaction() as session:
        try:
            key = staff.add_key(session, chosen.name, chosen.scope, rt.now())
        except staff.BadKey as error:
            raise Refused(str(error)) from error
    print(f"{chosen.name}  key: {key}")
    print("It is shown this once.")
    return 0
