"""The audit of the service itself: a chain that tells of every slip and every forgery."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from feedback_service import audit
from feedback_service.domain.chain import BrokenChain
from feedback_service.models import AuditLine


def test_lines_are_chained_in_the_order_of_the_changes(rt):
    with rt.transaction() as session:
        first = audit.note(session, "staff.add", "amina@example.go.ke", rt.now())
        second = audit.note(session, "staff.role", "amina@example.go.ke", rt.now(), data={"to": 1})
        assert (first.number, second.number) == (1, 2)
        assert second.previous == first.hash
        assert audit.check(session) == 2


def test_no_line_is_changed_or_removed(rt):
    with rt.transaction() as session:
        audit.note(session, "calendar.add", "2026-12-27", rt.now())
    for slip in (sa.update(AuditLine).values(what="nothing"), sa.delete(AuditLine)):
        with pytest.raises(sa.exc.DBAPIError, match="never changed"), rt.transaction() as session:
            session.execute(slip)


def test_a_forged_line_breaks_the_chain(rt):
    with rt.transaction() as session:
        audit.note(session, "staff.add", "amina@example.go.ke", rt.now())
        audit.note(session, "staff.role", "amina@example.go.ke", rt.now(), data={"to": "officer"})
    with rt.transaction() as session:
        session.execute(sa.text("alter table audit_lines disable trigger only_added"))
        session.execute(sa.update(AuditLine).where(AuditLine.number == 1).values(subject="other"))
        with pytest.raises(BrokenChain):
            audit.check(session)
        session.rollback()


def test_changes_made_at_once_stand_in_one_chain(rt):
    def write(name):
        for number in range(5):
            with rt.transaction() as session:
                audit.note(session, "staff.change", f"{name}-{number}", rt.now())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, "abcd"))
    with rt.transaction() as session:
        assert audit.check(session) == 20
