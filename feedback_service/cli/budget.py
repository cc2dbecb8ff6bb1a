"""`feedback budget set INSTITUTION KES` and `show`: what messages may cost in a month."""

from __future__ import annotations

import argparse

from feedback_service.cli import Refused
from feedback_service.cli.connection import service


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    new = verbs.add_parser("set", help="set what an institution means to spend in a month")
    new.add_argument("institution", metavar="INSTITUTION", help="its id, such as DIS")
    new.add_argument("kes", metavar="KES", help="shillings a month, such as 25000")
    new.set_defaults(do=set_budget)
    verbs.add_parser("show", help="this month so far, dearest first").set_defaults(do=show)


def set_budget(chosen: argparse.Namespace) -> int:
    """Set the budget; messages of cases leave beyond it, only surveys wait."""
    from feedback_service.outbox import costs

    with service() as rt, rt.transaction() as session:
        try:
            costs.set_budget(session, chosen.institution, chosen.kes, rt.now())
        except (costs.NoSuchInstitution, costs.NotABudget) as error:
            raise Refused(str(error)) from error
    print(f"{chosen.institution}  KES {chosen.kes} a month. Beyond it only surveys wait.")
    return 0


def show(_: argparse.Namespace) -> int:
    """One line an institution: messages, cost, share of its budget."""
    from feedback_service.domain.calendar import NAIROBI
    from feedback_service.outbox import costs

    with service() as rt, rt.transaction() as session:
        rows = costs.spent(session, rt.now().astimezone(NAIROBI).date())
    for row in rows:
        share = f"{row.share:>5.0%} of {row.budget_kes:,.0f}" if row.share is not None else ""
        unpriced = f"  {row.unpriced} without a price" if row.unpriced else ""
        who = row.institution_id or "(no case)"
        print(f"{who:<14} {row.messages:>7} messages  KES {row.kes:>10,.2f}  {share}{unpriced}")
    if not rows:
        print("No messages this month, and no budgets.")
    return 0
