"""The list of the Performance Week: proposals from two closed quarters by their intervals, with the
flags; taken or dropped once by a person in words, on paper and in the audit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from analytics.evidence.plain import said
from analytics.scorecards import Cell, Scorecard, card
from analytics.tallies import CaseCounts
from feedback_service.domain.periods import Period
from feedback_service.models import (
    AuditLine,
    Flag,
    FrozenCard,
    FrozenPeriod,
    Proposal,
    Role,
    WeekDecision,
    new_id,
)
from feedback_service.recognition import week
from feedback_service.staff import Viewer
from tests.desk_world import Browser
from tests.integration.at_once import at_once

pytestmark = pytest.mark.servers

NEW, OLD = Period.parse("FY2025/26-Q2"), Period.parse("FY2025/26-Q1")
WORDS = "Ninety-nine in a hundred, twice."


def a_card(period: Period, solved: int, of: int = 400) -> Scorecard:
    counts = CaseCounts(resolved_in_time=solved, unresolved=of - solved)
    return card("", period.label, Cell(cases=counts))


TABLE = {
    "above twice": ((396, 396), Proposal.RECOGNISE),
    "below twice": ((200, 220), Proposal.IMPROVE),
    "above once": ((396, 360), None),
    "above, then below": ((396, 200), None),
    "the points above, the intervals not": ((364, 364), None),
}


@pytest.mark.parametrize(("solved", "proposed"), TABLE.values(), ids=TABLE)
def test_only_the_same_side_twice_is_proposed(solved: Any, proposed: Any) -> None:
    new, old = (a_card(p, n) for p, n in zip((NEW, OLD), solved, strict=True))
    found = {
        (name, kind)
        for name, indicator, kind, _ in week.in_a_row({"NRB": new}, {"NRB": old})
        if indicator == "resolved"
    }
    assert found == ({("NRB", proposed)} if proposed else set())


def test_another_way_of_counting_in_between_is_no_row() -> None:
    new, old = a_card(NEW, 396), a_card(OLD, 396)
    figures = {name: replace(one, version="0") for name, one in old.figures.items()}
    other = replace(old, figures=figures)
    assert list(week.in_a_row({"NRB": new}, {"NRB": other})) == []
    assert list(week.in_a_row({"NRB": new}, {"NRB": replace(old, simulated=True)})) == []


@pytest.fixture
def closed(world: Any, rt: Any) -> Any:
    """Two closed quarters: the bureau above the standard, Immigration below it."""
    with rt.transaction() as session:
        for period in (NEW, OLD):
            session.add(_a_freeze(rt, period))
            session.flush()  # Cards point to it.
            for name, solved in (("NRB", 398), ("DIS", 200), ("national", 300)):
                told = a_card(period, solved)
                session.add(_frozen_card(period, name, told, told))
    return world


def _a_freeze(rt: Any, period: Period) -> FrozenPeriod:
    return FrozenPeriod(
        period=period.label, frozen_at=rt.now(), as_of=rt.now(), early=False,
        reason="", root="", statement={}, signature="", leaf_secret=b"",
    )  # fmt: skip


def _frozen_card(period: Period, name: str, full: Scorecard, public: Scorecard) -> FrozenCard:
    told = [{"card": said(one), "by": {}} for one in (full, public)]
    return FrozenCard(
        period=period.label, institution_id=name, full=told[0], public=told[1], readings={}
    )


def test_a_person_takes_or_drops_each_once_in_words(closed: Any, rt: Any, app: Any) -> None:
    gpmco = Browser(app, closed.staff(Role.ANALYST, None))
    page = gpmco.get("/desk/recognition").text
    assert "Registration Bureau: Complaints resolved in time" in page
    assert "FY2025/26-Q1: 100 % (98 to 100 %, n 400)" in page
    key = {"period": "FY2025-26-Q2", "institution": "NRB", "indicator": "resolved"}
    assert gpmco.post("/desk/recognition", **key, decision="take", words="ok").status_code == 422
    with rt.transaction() as session:
        session.add(
            Flag(
                id=new_id(), kind="burst", institution_id="NRB", period=OLD.label, subject="x",
                detail={}, records=3, raised_at=rt.now(), due_at=rt.now(),
            )
        )  # fmt: skip
    praise = {**key, "decision": "take", "words": WORDS}
    refused = gpmco.post("/desk/recognition", **praise)
    assert (refused.status_code, "A flag has not been reviewed" in refused.text) == (422, True)
    with rt.transaction() as session:
        session.execute(sa.update(Flag).values(reviewed_at=rt.now(), stands=False))
    assert gpmco.post("/desk/recognition", **praise).status_code == 303
    assert gpmco.post("/desk/recognition", **praise).status_code == 422
    drop = {**key, "institution": "DIS", "decision": "drop", "words": "They moved offices then."}
    assert gpmco.post("/desk/recognition", **drop).status_code == 303
    with rt.transaction() as session:
        rows = session.scalars(sa.select(WeekDecision).order_by(WeekDecision.decided_at)).all()
        assert [(row.proposal, row.taken) for row in rows] == [
            (Proposal.RECOGNISE, True), (Proposal.IMPROVE, False)
        ]  # fmt: skip
        noted = session.scalars(sa.select(AuditLine).where(AuditLine.what == "week.decide")).all()
        assert noted[0].data["evidence"]["stands"][0]["low"] > 0.9
    lines = gpmco.get("/desk/recognition/list.csv").text.splitlines()
    assert sum(",taken," in line for line in lines) == 1
    assert sum(",dropped," in line for line in lines) == 1
    for lang in ("en", "sw"):
        made = gpmco.get(f"/desk/recognition/list.pdf?lang={lang}")
        assert made.data.startswith(b"%PDF")
    assert gpmco.get("/desk/recognition?period=FY2025-26-Q1").status_code == 404


def test_of_two_who_decide_at_once_the_second_is_told_that_it_is_decided(
    closed: Any, rt: Any
) -> None:
    one = closed.staff(Role.ANALYST, None)
    viewer = Viewer(one.id, "-", frozenset({Role.ANALYST}), None, None, None, "en")

    def decide(own: Any) -> None:
        with own.transaction() as session:
            week.decide(own, session, viewer, NEW, ("NRB", "resolved"), taken=True, words=WORDS)

    found = at_once(rt, decide)
    assert [str(one) for one in found if one] == [str(week.NotDecided("decided"))]


def test_a_figure_that_is_kept_back_from_the_public_is_proposed_to_nobody(
    closed: Any, rt: Any
) -> None:
    before = OLD.previous()
    hidden = replace(a_card(before, 200), figures={}, hidden=frozenset({"resolved"}))
    with rt.transaction() as session:
        session.add(_a_freeze(rt, before))
        session.flush()  # Cards point to it.
        for name, solved, public in (("NRB", 398, None), ("DIS", 200, hidden)):
            full = a_card(before, solved)
            session.add(_frozen_card(before, name, full, public or full))
    with rt.transaction() as session:
        assert {one.institution for one in week.proposals(rt, session, NEW)} == {"DIS", "NRB"}
        assert {one.institution for one in week.proposals(rt, session, OLD)} == {"NRB"}
        owned = replace(rt, settings=replace(rt.settings, scorecard_owner="NRB"))
        found = {one.institution for one in week.proposals(owned, session, NEW)}
        assert found == {"DIS"}, "the owner's analysts decide"


def test_who_is_not_the_owners_decides_nothing(closed: Any, app: Any) -> None:
    key = {"period": "FY2025-26-Q2", "institution": "NRB", "indicator": "resolved"}
    other = Browser(app, closed.staff(Role.ANALYST, "DIS"))
    said_yes = other.post("/desk/recognition", **key, decision="take", words=WORDS)
    assert said_yes.status_code == 404
    assert "Take it" not in other.get("/desk/recognition").text
    assert ",taken," not in other.get("/desk/recognition/list.csv").text
