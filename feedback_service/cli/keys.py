"""`feedback keys`: what each of PHONE_KEYS holds; seal everything with the newest; let one go."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from feedback_service.cli import Refused
from feedback_service.cli.connection import service

if TYPE_CHECKING:
    from feedback_service.identity.rotation import Progress


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    verbs.add_parser("status", help="which key holds how much").set_defaults(do=status)
    verbs.add_parser(
        "rotate", help="seal everything with the newest key; may be stopped and begun again"
    ).set_defaults(do=rotate)
    anew = verbs.add_parser("rehash", help="have the newest key find everybody, with all stopped")
    anew.add_argument("--service-is-stopped", action="store_true", required=True,
                      help="web, workers and clock are stopped")  # fmt: skip
    anew.set_defaults(do=rehash)
    gone = verbs.add_parser("retire", help="ask whether a key may leave PHONE_KEYS")
    gone.add_argument("key", metavar="KEY", help="its id, as `feedback keys status` shows it")
    gone.add_argument("--even-quiet", action="store_true",
                      help="although digits of open quiet cases may be under it")  # fmt: skip
    gone.set_defaults(do=retire)


def status(_: argparse.Namespace) -> int:
    """A line for each key, newest first, and one for each key that is missing."""
    from feedback_service.identity import key_id, rotation

    with service() as rt, rt.transaction() as session:
        held, ids = rotation.held_by(session), [key_id(key).hex() for key in rt.settings.phone_keys]
    missing = sorted({named for keys in held.values() for named in keys} - set(ids))
    for named in (*ids, *missing):
        does = [word for word, so in (
            ("seals", named == ids[0]), ("finds", named == ids[-1]), ("MISSING", named in missing)
        ) if so]  # fmt: skip
        counts = ", ".join(f"{keys[named]} {name}" for name, keys in held.items() if named in keys)
        print(f"{named}  {', '.join(does) or 'opens':<14} {counts or 'holds nothing'}")
    return 1 if missing else 0


def rotate(_: argparse.Namespace) -> int:
    """Go through all that is sealed, telling how far it is."""
    from feedback_service.identity import rotation

    with service() as rt:
        ended = rotation.rotate(rt, _tell)
    shut = sum(one.shut for one in ended.values())
    print(f"{sum(one.done for one in ended.values())} values sealed with the newest key.")
    if shut:
        raise Refused(f"{shut} values are opened by none of PHONE_KEYS: put their key back in.")
    return 0


def rehash(_: argparse.Namespace) -> int:
    """Change what finds everybody; refused while the clock runs."""
    import sqlalchemy as sa

    from feedback_service.identity import rotation
    from feedback_service.runtime import CLOCK_LOCK

    with service() as rt, rt.engine.connect() as held:
        if not held.scalar(sa.text("select pg_try_advisory_lock(:key)"), {"key": CLOCK_LOCK}):
            raise Refused("The service runs: stop web, workers and clock first.")
        done = rotation.rehash(rt, _tell)
    for what, count in done.items():
        print(f"{count} {what}")
    print("Now leave the older keys out of PHONE_KEYS before anything is started again.")
    return 0


def retire(chosen: argparse.Namespace) -> int:
    """Say that the key may go, or what still needs it."""
    from feedback_service.identity import rotation

    with service() as rt:
        try:
            rotation.retire(rt, chosen.key, even_quiet=chosen.even_quiet)
        except rotation.StillUsed as error:
            raise Refused(str(error)) from error
    print(f"Nothing is sealed with {chosen.key} and nobody is found by it.")
    print("Leave it out of PHONE_KEYS and restart. Keep it for as long as backups made with it.")
    return 0


def _tell(progress: Progress) -> None:
    print(f"{progress.store}: {progress.done} done", flush=True)
