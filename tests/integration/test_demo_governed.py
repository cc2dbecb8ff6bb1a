"""The demo's campaign, targets, evidence and appraisals: invented once, marked, on days of the
past; and counties of the map have something to say."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from feedback_service import audit, demo
from feedback_service.cli.preparation import first_logins
from feedback_service.demo import appraised, governed, surveyed
from feedback_service.domain.appraisals import Stage
from feedback_service.domain.ratings import Sample
from feedback_service.models import (
    Appraisal,
    Campaign,
    Case,
    ContractEvidence,
    HundredDayTarget,
    Rating,
)
from tests.conftest import DEMO_DAY


def test_what_the_policies_ask_for_is_invented_once(
    rt: Any, own_registry: None, clock: Any
) -> None:
    clock.set(DEMO_DAY)
    first_logins(rt)
    demo.fill(rt, 7, lambda *_: None, ratings=60, cases=6)
    for _ in range(2):
        governed.govern(rt)
        appraised.appraise(rt)
    with rt.transaction() as session:
        [week] = session.scalars(sa.select(Campaign))
        assert week.simulated
        came = session.scalars(sa.select(Rating).where(Rating.campaign_id == week.id)).all()
        assert came
        assert {rating.sample for rating in came} == {Sample.OPEN}
        targets = session.scalars(sa.select(HundredDayTarget)).all()
        assert {one.starts_on < DEMO_DAY.date() for one in targets} == {True}
        brought = session.scalars(
            sa.select(ContractEvidence).order_by(ContractEvidence.brought_at)
        ).all()
        assert [one.accepted for one in brought][:3] == [True, None, True]
        assert all(one.brought_at < DEMO_DAY for one in brought)
        stages = session.scalars(sa.select(Appraisal.stage).order_by(Appraisal.made_at)).all()
        assert stages == [Stage.PROPOSED, Stage.CONTESTED]
        assert audit.check(session) > 0
    clock.forward(hours=1)
    with rt.transaction() as session:
        session.execute(sa.update(Case).values(simulated=False))
        session.execute(sa.delete(ContractEvidence))
    assert governed.govern(rt).startswith("No campaign")


def test_counties_of_every_side_feed_their_visits(demo_rt: Any) -> None:
    with demo_rt.transaction() as session:
        found = session.scalars(
            sa.select(Rating.institution_id).where(Rating.sample == Sample.VERIFIED).distinct()
        ).all()
    counties = [name for name in found if name.startswith("CG-")]
    assert len(counties) >= len(surveyed.COUNTIES) - 1
