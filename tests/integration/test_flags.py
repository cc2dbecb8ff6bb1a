"""Flags raised from the rows of a quarter, once; reviewed outside the body; figures three ways."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from analytics.integrity import Signal
from feedback_service import audit, jobs, schedule
from feedback_service.models import (
    AuditLine,
    Case,
    Flag,
    Role,
    StaffPhone,
)
from feedback_service.scoring import flags
from feedback_service.scoring.flags import NotReviewed, Reviewed
from tests.integration.flags_planting import (
    LAST,
    MIDDLE,
    all_flags,
    plant_cases,
)
from tests.integration.scoring_planting import a_case, a_citizen, a_rating

pytestmark = pytest.mark.servers


def test_an_office_that_refuses_too_much_is_flagged_once(world: Any, rt: Any) -> None:
    plant_cases(rt, many=120, rejected=60)
    assert flags.raise_flags(rt) == 1
    assert flags.raise_flags(rt) == 0
    (flag,) = all_flags(rt)
    assert (flag.kind, flag.institution_id, flag.unit_id) == (Signal.REJECTED, "NRB", "NRB-R")
    assert flag.period == LAST.label
    assert flag.records == len(flag.detail["records"]) == 60
    assert flag.detail["figures"]["hits"] == 60
    assert flag.detail["figures"]["of"] == 120


def test_the_clock_rings_and_a_worker_looks(world: Any, rt: Any) -> None:
    plant_cases(rt, many=120, rejected=60)
    for _ in range(2):
        schedule.DUTIES["flags"].do(rt)
    assert [job.func_name for job in rt.queue.jobs] == ["feedback_service.jobs.flags"]
    assert all_flags(rt) == [], "it is not the clock's own work"
    jobs.use(rt)
    for _ in range(2):
        jobs.flags()
    assert len(all_flags(rt)) == 1


def test_an_honest_office_is_not_flagged(world: Any, rt: Any) -> None:
    plant_cases(rt, many=120, rejected=8)
    assert flags.raise_flags(rt) == 0


def test_ten_working_days_are_given_for_the_review(world: Any, rt: Any) -> None:
    plant_cases(rt, many=120, rejected=60)
    flags.raise_flags(rt)
    (flag,) = all_flags(rt)
    assert flag.raised_at == rt.now()
    assert timedelta(days=13) < flag.due_at - rt.now() < timedelta(days=18)


def test_ratings_from_a_phone_of_the_staff_are_flagged(world: Any, rt: Any) -> None:
    with rt.transaction() as session:
        person = a_citizen(session)
        lookup = session.connection().exec_driver_sql("select lookup from citizens").scalar()
        session.add(StaffPhone(institution_id="NRB", lookup=lookup, entered_at=MIDDLE))
        session.add(a_rating(citizen_id=person, given_at=MIDDLE, score=5))
        session.add(a_rating(given_at=MIDDLE, score=2))
    assert flags.raise_flags(rt) == 1
    (flag,) = all_flags(rt)
    assert flag.kind == Signal.STAFF_PHONE
    assert flag.detail["figures"] == {"hits": 1, "of": 2, "phones": 1, "mean": 5}


def test_a_phone_that_rates_all_week_is_flagged_without_its_first_rating(
    world: Any, rt: Any
) -> None:
    with rt.transaction() as session:
        person = a_citizen(session)
        for day in range(8):
            at = MIDDLE + timedelta(days=day / 2)
            session.add(a_rating(citizen_id=person, given_at=at, score=5))
    flags.raise_flags(rt)
    (flag,) = all_flags(rt)
    assert (flag.kind, flag.records) == (Signal.SIM_BURST, 7)


def test_figures_are_read_with_and_without_and_the_worse_one_stands(world: Any, rt: Any) -> None:
    plant_cases(rt, many=120, rejected=60)
    flags.raise_flags(rt)
    (flag,) = all_flags(rt)
    with rt.transaction() as session:
        read = flags.figures(rt, session, "NRB", LAST, [flag])["resolved"]
    assert (read.counted.value, read.without.value) == (1.0, 0.5)
    assert read.stands.value == 0.5
    assert read.stands.n == 120, "no complaint is left out"


@pytest.mark.parametrize(("stands", "value"), [(True, 0.5), (False, 1.0)])
def test_the_review_decides_which_reading_stands(
    world: Any, rt: Any, stands: bool, value: float
) -> None:
    plant_cases(rt, many=120, rejected=60)
    flags.raise_flags(rt)
    auditor = world.staff(Role.AUDITOR, None)
    flags.review(rt, Reviewed(all_flags(rt)[0].id, auditor.id, None, stands, "Read them all."))
    (flag,) = all_flags(rt)
    with rt.transaction() as session:
        read = flags.figures(rt, session, "NRB", LAST, [flag])["resolved"]
        line = session.query(AuditLine).one()
        assert audit.check(session) == 1
    assert read.stands.value == value
    assert (line.what, line.data["stands"]) == ("flag.review", stands)


def test_what_a_reviewer_found_usual_for_a_desk_is_not_flagged_again(world: Any, rt: Any) -> None:
    plant_cases(rt, many=120, rejected=60)
    flags.raise_flags(rt)
    auditor = world.staff(Role.AUDITOR, None)
    flags.review(rt, Reviewed(all_flags(rt)[0].id, auditor.id, None, False, "A tribunal refuses."))
    with rt.transaction() as session:
        session.execute(Flag.__table__.update().values(period="FY2024/25-Q1"))
    assert flags.raise_flags(rt) == 0


@pytest.mark.parametrize(
    ("works_for", "reason", "why"),
    [
        ("NRB", "Read them all.", "own-body"),
        ("DIS", "Read them all.", "own-body"),  # of its sector: perhaps above it
        (None, "no", "reason-missing"),
    ],
)
def test_a_review_needs_an_outsider_and_a_reason(
    world: Any, rt: Any, works_for: str | None, reason: str, why: str
) -> None:
    plant_cases(rt, many=120, rejected=60)
    flags.raise_flags(rt)
    someone = world.staff(Role.AUDITOR, works_for)
    (flag,) = all_flags(rt)
    with pytest.raises(NotReviewed) as refused:
        flags.review(rt, Reviewed(flag.id, someone.id, works_for, True, reason))
    assert refused.value.why == why
    assert all_flags(rt)[0].reviewed_at is None


def test_a_flag_is_reviewed_once(world: Any, rt: Any) -> None:
    plant_cases(rt, many=120, rejected=60)
    flags.raise_flags(rt)
    auditor = world.staff(Role.AUDITOR, None)
    what = Reviewed(all_flags(rt)[0].id, auditor.id, None, True, "Read them all.")
    flags.review(rt, what)
    with pytest.raises(NotReviewed):
        flags.review(rt, what)


def test_invented_records_are_not_looked_at_beside_real_ones(world: Any, rt: Any) -> None:
    plant_cases(rt, many=120, rejected=60)
    with rt.transaction() as session:
        session.execute(Case.__table__.update().values(simulated=True))
    assert flags.raise_flags(rt) == 1, "where there are no others"
    with rt.transaction() as session:
        session.add(a_case(1, received_at=MIDDLE, due_at=MIDDLE, resolved_at=MIDDLE))
        session.execute(Flag.__table__.delete())
    assert flags.raise_flags(rt) == 0


def test_figures_of_real_records_take_nothing_from_invented_ones(world: Any, rt: Any) -> None:
    plant_cases(rt, many=120, rejected=60)
    with rt.transaction() as session:
        session.execute(Case.__table__.update().values(simulated=True))
    flags.raise_flags(rt)
    with rt.transaction() as session:
        session.add(a_case(1, received_at=MIDDLE, due_at=MIDDLE, resolved_at=MIDDLE))
    with rt.transaction() as session:
        read = flags.figures(rt, session, "NRB", LAST, all_flags(rt))["resolved"]
    assert [(one.n, one.value) for one in (read.counted, read.without, read.stands)] == [(1, 1)] * 3
