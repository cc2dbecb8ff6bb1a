"""`feedback retention`: how long each kind of thing is kept, what is too old now, its removal."""

from __future__ import annotations

import argparse

from feedback_service.cli.connection import service


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    verbs.add_parser("show", help="the rules, and when each was last carried out").set_defaults(
        do=show
    )
    now = verbs.add_parser("run", help="carry every rule out now; the clock does it every night")
    now.add_argument("--dry-run", action="store_true", help="only say how many would go")
    now.set_defaults(do=run)


def show(_: argparse.Namespace) -> int:
    """Each rule with its days, its basis and its last run."""
    import sqlalchemy as sa
    from sqlalchemy.dialects.postgresql import distinct_on

    from feedback_service.models import RetentionRun
    from feedback_service.privacy import retention

    with service() as rt, rt.transaction() as session:
        newest = sa.select(RetentionRun).order_by(RetentionRun.rule, RetentionRun.at.desc())
        last = {
            one.rule: one for one in session.scalars(newest.ext(distinct_on(RetentionRun.rule)))
        }
    for rule in retention.rules():
        ran = last.get(rule.name)
        done = f"last {ran.at:%Y-%m-%d}, {ran.removed} removed" if ran else "never carried out"
        print(f"{rule.name:<10} {rule.days:>5} days after {rule.since}: {rule.removed}")
        print(f"{'':<10} {rule.basis}; {done}")
    return 0


def run(chosen: argparse.Namespace) -> int:
    """Remove what is too old, or say how much that is."""
    from feedback_service.privacy import retention

    with service() as rt:
        counts = retention.too_old(rt) if chosen.dry_run else retention.run(rt)
    for name, count in counts.items():
        print(f"{name:<10} {count:>8} {'would go' if chosen.dry_run else 'removed'}")
    return 0
