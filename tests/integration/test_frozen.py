"""A quarter is closed once, for good: its packs are made again elsewhere to the same bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from analytics.evidence import archive
from analytics.evidence.signing import public_key
from analytics.evidence.verifying import verify
from analytics.tallies import Cohort
from feedback_service import scoring
from feedback_service.domain.cases import Action, Actor
from feedback_service.domain.chain import BrokenChain
from feedback_service.domain.ratings import Sample
from feedback_service.models import (
    AuditLine,
    FrozenCard,
    FrozenLeaves,
    FrozenPack,
    FrozenPeriod,
    FrozenTallies,
)
from feedback_service.scoring import editions
from feedback_service.scoring.counting import bounds
from feedback_service.scoring.frozen.closing import CannotFreeze, Closing, freeze
from feedback_service.scoring.frozen.gathering import Question, gather
from tests.integration.frozen_planting import MATURED, PERIOD, act, frozen, plant, quiet
from tests.integration.scoring_planting import a_rating

pytestmark = pytest.mark.servers


def pack(rt: Any, folder: Path, edition: str = "full", institution: str = "NRB") -> Path:
    path = folder / f"{institution}.zip"
    with rt.transaction() as session:
        key = (PERIOD.label, institution, edition)
        path.write_bytes(session.get_one(FrozenPack, key).content)
    return path


def test_packs_of_a_frozen_quarter_verify_without_the_service_and_name_nobody(
    world: Any, rt: Any, clock: Any, tmp_path: Path
) -> None:
    cases = plant(rt, world, clock)
    frozen(rt, clock)
    steps: dict[str, int] = {}
    key = public_key(rt.settings.signing_key)
    found = verify(pack(rt, tmp_path), steps.__setitem__, key)
    assert found.recomputed
    assert steps["records"] == 43
    assert steps["events in their chains"] > 6
    told = b"".join(archive.opened(pack(rt, tmp_path)).values())
    with rt.transaction() as session:
        secret = session.get_one(FrozenPeriod, PERIOD.label).leaf_secret
    hidden = [case.reference for case in cases] + [str(case.id) for case in cases]
    hidden += [str(case.citizen_id) for case in cases] + [secret.hex(), "ID card", "ready at"]
    assert [one for one in hidden if one.encode() in told] == []
    assert not verify(pack(rt, tmp_path, "public"), steps.__setitem__, key).recomputed
    assert verify(pack(rt, tmp_path, institution="DIS"), steps.__setitem__, key).recomputed


def test_a_case_is_what_its_history_comes_to_though_the_clock_never_stands_still(
    world: Any, rt: Any, clock: Any, tmp_path: Path
) -> None:
    def running() -> datetime:
        clock.forward(seconds=2)
        return clock()

    plant(running_rt := replace(rt, now=running), world, clock)
    frozen(running_rt, clock)
    assert verify(pack(rt, tmp_path), lambda *_: None).recomputed


def test_a_quarter_is_frozen_once_when_it_is_mature_or_for_a_reason(
    world: Any, rt: Any, clock: Any
) -> None:
    plant(rt, world, clock)
    clock.set(MATURED.replace(month=3, day=31))
    with pytest.raises(CannotFreeze, match="ends on 2026-03-31"):
        freeze(rt, Closing(PERIOD, "The figures are good today."), quiet)
    clock.set(MATURED.replace(month=4))
    with pytest.raises(CannotFreeze, match="provisional until 2026-04-30"):
        freeze(rt, Closing(PERIOD), quiet)
    made = freeze(rt, Closing(PERIOD, "Cabinet meets on Monday."), quiet)
    assert (made.early, made.reason) == (True, "Cabinet meets on Monday.")
    assert made.statement["early"] is True
    clock.set(MATURED)
    with pytest.raises(CannotFreeze, match="frozen already"):
        freeze(rt, Closing(PERIOD), quiet)
    with rt.transaction() as session:
        noted = session.scalars(sa.select(AuditLine).where(AuditLine.what == "period.freeze"))
        assert [(line.subject, line.data["reason"]) for line in noted] == [
            (PERIOD.label, "Cabinet meets on Monday.")
        ]


CHANGED = {
    "an event": ("update case_events set actor = 'clock' where case_id = :id and number = 2",
                 "was changed after it was sealed"),
    "the confirmation alone": ("update cases set closed_at = null where id = :id",
                               "closed_at is none, its events say 2026"),
    "the last event and the row": (
        "with gone as (delete from case_events where case_id = :id and action = 'confirm') "
        "update cases set outcome = null, closed_at = null where id = :id",
        "is not there, and a message about event 4 was written"),
    "all events": ("delete from case_events where case_id = :id", "event 1 of .* is not there"),
    "the outcome": ("update cases set outcome = 'not-upheld' where id = :id",
                    "outcome is not-upheld, its events say confirmed"),
    "the answer": ("update cases set resolved_at = received_at where id = :id", "resolved_at is"),
    "the kind": ("update cases set kind = 'information' where id = :id", "kind is information"),
    "the acknowledgement": ("update cases set acknowledged_at = received_at where id = :id",
                            "acknowledged_at is"),
    "a dispute": ("update cases set disputes = 1 where id = :id", "reopened is True"),
}  # fmt: skip


def test_a_case_that_is_not_what_its_sealed_history_says_stops_the_freeze(
    world: Any, rt: Any, clock: Any
) -> None:
    case = plant(rt, world, clock)[0]
    clock.set(MATURED)
    asked = Question(PERIOD, Cohort(*bounds(PERIOD), clock()), "NRB", False, Sample.OPEN, b"secret")
    for changed, named in CHANGED.values():
        with rt.db() as session:
            session.execute(sa.text("alter table case_events disable trigger only_added"))
            session.execute(sa.text(changed), {"id": case.id})
            with pytest.raises(BrokenChain, match=named):
                list(gather(rt, session, asked).events)
    with rt.transaction() as session:
        session.execute(sa.text("update cases set outcome = null where id = :id"), {"id": case.id})
    with pytest.raises(CannotFreeze, match="outcome is none, its events say confirmed"):
        frozen(rt, clock)


def test_the_same_figures_are_frozen_that_were_published(
    world: Any, rt: Any, clock: Any, tmp_path: Path
) -> None:
    plant(rt, world, clock)
    with rt.transaction() as session:  # with fewer nothing is told of nobody's before the freeze
        session.add_all(a_rating(institution_id=None, given_at=clock()) for _ in range(4))
    clock.set(MATURED)
    read = [scoring.edition(rt, PERIOD, ["county", "service"], public=one) for one in (True, False)]
    frozen(rt, clock)
    for before in read:
        found = scoring.edition(rt, PERIOD, ["county", "service"], public=before is read[0])
        assert (found.whole, found.cards) == (before.whole, before.cards)
        assert found.tables["NRB"] == before.tables["NRB"]
        assert found.told == {}, "from now on all is told"
    assert editions.keep_up(rt) == 0
    with rt.transaction() as session:
        assert editions.days(session, PERIOD) == {}
    figures = archive.parsed(archive.opened(pack(rt, tmp_path))["figures.json"])
    with rt.transaction() as session:
        card = session.get_one(FrozenCard, (PERIOD.label, "NRB")).full["card"]
    assert card["figures"]["resolved"] == figures["classes"][card["sample"]]["resolved"]
    assert figures["tallies"]["ratings"]["score_1"] + figures["tallies"]["open"]["score_1"] > 0


def test_nothing_changes_what_is_frozen_in_pack_on_card_or_in_the_database(
    world: Any, rt: Any, clock: Any, tmp_path: Path
) -> None:
    case = plant(rt, world, clock)[2]
    frozen(rt, clock)
    packed = pack(rt, tmp_path).read_bytes()
    read = {public: scoring.edition(rt, PERIOD, ["county"], public=public) for public in (0, 1)}
    clock.forward(days=1)
    act(rt, case, Action.RESOLVE, Actor.OFFICER, "It is there at last.")
    assert pack(rt, tmp_path).read_bytes() == packed
    for public, before in read.items():
        assert scoring.edition(rt, PERIOD, ["county"], public=public) == before
    live = scoring.by(rt, "NRB", PERIOD.previous(), ["county"], public=False)
    assert live == {"county": {}}, "a quarter that is open is read from the facts"
    for table in (FrozenPeriod, FrozenCard, FrozenPack, FrozenLeaves, FrozenTallies):
        for statement in (sa.delete(table), sa.update(table).values(period="FY2020/21-Q1")):
            with pytest.raises(sa.exc.DBAPIError, match="frozen"), rt.transaction() as session:
                session.execute(statement)
