"""The budget for messages, as an operator sets and reads it."""

from feedback_service import outbox
from feedback_service.models import Budget
from tests.handset import arrived, sms
from tests.integration.command_line import loaded, run

__all__ = ["loaded", "run"]


def test_a_budget_is_set_changed_and_shown_with_its_share(loaded, rt):
    assert loaded("budget", "show")[1].startswith("No messages")
    for kes in ("1000", "25000"):
        code, out, _ = loaded("budget", "set", "DIS", kes)
        assert (code, f"KES {kes} a month" in out) == (0, True)
    with rt.transaction() as session:
        assert session.get(Budget, "DIS").monthly_kes == 25000
    assert "0% of 25,000" in loaded("budget", "show")[1]


def test_what_is_no_budget_is_refused_with_the_remedy(loaded):
    for words, wrong in (
        (("NOBODY", "100"), "NOBODY is no institution"),
        (("DIS", "much"), "give shillings, such as 25000"),
        (("DIS", "-1"), "give a positive amount"),
    ):
        code, _, err = loaded("budget", "set", *words)
        assert (code, wrong in err) == (1, True), err


def test_messages_of_a_case_are_borne_by_its_institution(loaded_rt, client):
    sms(client, "I have waited three months for my passport at Immigration")
    arrived(loaded_rt)
    now = loaded_rt.now()
    with loaded_rt.transaction() as session:
        (spent,) = outbox.costs.spent(session, now.date())
    assert (spent.institution_id, spent.messages) == ("DIS", 1)
    assert spent.parts >= 1
