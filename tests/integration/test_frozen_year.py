"""A year is closed when its quarters are: made of what they were, verified with their packs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from analytics.contract import Counted, Span
from analytics.evidence import archive
from analytics.evidence.figures import Stated
from analytics.evidence.making import STATED, Edition
from analytics.evidence.plain import canonical, read
from analytics.evidence.records import check_absent
from analytics.evidence.signing import public_key
from analytics.evidence.verifying import Differs, verify
from analytics.integrity import Signal
from feedback_service import contracts, scoring
from feedback_service.domain.cases import Action, Actor
from feedback_service.models import FrozenCard, Institution, Rating, Role
from feedback_service.scoring.books import quarters
from feedback_service.scoring.frozen import contests
from feedback_service.scoring.frozen.closing import CannotFreeze, Closing, freeze
from feedback_service.scoring.frozen.contests import Agreement, Doubt, Moderation
from feedback_service.scoring.frozen.packs import pack
from tests.integration.frozen_planting import PERIOD, act, plant, quiet, raised
from tests.integration.scoring_planting import a_citizen, a_rating

pytestmark = pytest.mark.servers
YEAR = PERIOD.financial_year
OVER = datetime(2026, 8, 4, 6, tzinfo=UTC)
"""More than 30 days after the year's end."""


def test_a_year_is_made_of_its_frozen_quarters_and_verified_with_their_packs(
    world: Any, rt: Any, clock: Any, tmp_path: Path
) -> None:
    cases = plant(rt, world, clock)
    with rt.transaction() as session:
        before = clock() - timedelta(days=100)
        for score in (2, 3, 4, 5, 5, 5):
            citizen = a_citizen(session)
            session.add(a_rating(score=score, citizen_id=citizen, given_at=before))
        best = session.scalars(sa.select(Rating.id).where(Rating.score == 5)).all()
        session.add(raised(rt, Signal.STAFF_PHONE, list(best)))
        session.add(raised(rt, Signal.NO_CONTACT, [cases[0].id]))
    clock.set(OVER)
    with pytest.raises(CannotFreeze, match="Freeze first: FY2025/26-Q1, FY2025/26-Q2, FY2025/26"):
        freeze(rt, Closing(YEAR), quiet)
    for quarter in quarters(YEAR):
        if quarter == PERIOD:
            _newcomer(rt)
        freeze(rt, Closing(quarter), quiet)
    frozen = scoring.edition(rt, YEAR, ["county"], public=False)
    published = scoring.edition(rt, YEAR, ["county"])
    answered = frozen.cards["NRB"].figures["resolved"]
    act(rt, cases[2], Action.RESOLVE, Actor.OFFICER, "It is there at last.")
    now = scoring.card(rt, "NRB", YEAR, public=False)
    assert now.figures["resolved"] == answered, "its quarter is frozen, and so is its part"
    row = freeze(rt, Closing(YEAR), quiet)
    assert (row.early, row.reason) == (False, "")
    for public, was in ((False, frozen), (True, published)):
        again = scoring.edition(rt, YEAR, ["county"], public=public)
        assert (again.whole, again.cards) == (was.whole, was.cards)
        assert again.tables["NRB"] == was.tables["NRB"]
    parts = [scoring.card(rt, "NRB", one, public=False) for one in quarters(YEAR)]
    satisfied = [one.figures["satisfaction"].n for one in (*parts, frozen.cards["NRB"])]
    assert satisfied == [0, 6, 13, 0, 19]
    _verified(rt, tmp_path)
    _absent(rt, tmp_path)
    _contested(rt, world)


def _verified(rt: Any, folder: Path) -> None:
    path, key = folder / "year.zip", public_key(rt.settings.signing_key)
    with rt.transaction() as session:
        path.write_bytes(pack(session, "NRB", YEAR, Edition.FULL))
        card = session.get_one(FrozenCard, (YEAR.label, "NRB")).full["card"]
    steps: dict[str, int] = {}
    assert verify(path, steps.__setitem__, key).recomputed
    assert (steps[f"{PERIOD.label}: records"], steps["trees of the quarters"]) == (43, 4)
    files = archive.opened(path)
    figures = archive.parsed(files["figures.json"])
    with rt.transaction() as session:
        kept = session.get_one(FrozenCard, (YEAR.label, "NRB")).readings
        quarter = session.get_one(FrozenCard, (PERIOD.label, "NRB")).readings
    assert canonical(kept) == canonical(figures["readings"])
    satisfied, resolved = kept["satisfaction"], kept["resolved"]
    out = quarter["satisfaction"]["counted"]["n"] - quarter["satisfaction"]["without"]["n"]
    assert out > 0
    assert (satisfied["counted"]["n"], satisfied["without"]["n"]) == (19, 19 - out)
    assert resolved["stands"]["value"] < resolved["counted"]["value"]
    assert canonical(figures["classes"]["open"]["resolved"]) == canonical(
        card["figures"]["resolved"]
    )
    with rt.transaction() as session:
        (folder / "public.zip").write_bytes(pack(session, "NRB", YEAR, Edition.PUBLIC))
    assert not verify(folder / "public.zip", steps.__setitem__, key).recomputed
    files[STATED] = files[STATED].replace(b"FY2025/26-Q3", b"FY2025/26-Q2")
    path.write_bytes(archive.packed(files))
    with pytest.raises(Differs, match=STATED):
        verify(path, steps.__setitem__)


def _newcomer(rt: Any) -> None:
    """An institution that was not there in the first two quarters."""
    with rt.transaction() as session:
        old = session.get_one(Institution, "DIS")
        told = {one.key: getattr(old, one.key) for one in sa.inspect(Institution).column_attrs}
        session.add(Institution(**told | {"id": "NEW", "name": "A new bureau", "acronym": "NEW"}))


def _absent(rt: Any, folder: Path) -> None:
    """A quarter that a year's pack lacks is shown to have had no such body."""
    with rt.transaction() as session:
        (folder / "new.zip").write_bytes(pack(session, "NEW", YEAR, Edition.FULL))
    assert verify(folder / "new.zip", lambda *_: None).recomputed
    files = archive.opened(folder / "new.zip")
    stated = read(Stated, archive.parsed(files[STATED]))
    assert list(stated.quarters) == ["FY2025/26-Q3", "FY2025/26-Q4"]
    with pytest.raises(Differs, match="Q1 had NRB, and its pack is not here"):
        check_absent(files, replace(stated, institution="NRB"))
    with pytest.raises(KeyError, match="FY2025-26-Q2"):
        check_absent({k: v for k, v in files.items() if "Q2" not in k}, stated)


def _contested(rt: Any, world: Any) -> None:
    officer = world.staff(Role.PERFORMANCE, "NRB")
    doubt = Doubt(YEAR.label, "NRB", "resolved", "Two were never ours.", "", officer.id)
    contests.contest(rt, doubt)
    analyst = world.staff(Role.ANALYST, None)
    score = Moderation(*_of_year(doubt), 0.5, "Without these two.", analyst.id, None)
    second = world.staff(Role.ANALYST, None)
    contests.agree(rt, Agreement(contests.moderate(rt, score), second.id, None))
    with rt.transaction() as session:
        assert [one.row.period for one in contests.contests(session, YEAR.label)] == [YEAR.label]
        sheet = contracts.register(rt, session, "NRB", Span.parse(YEAR.label))
    assert (sheet.frozen, sheet.counted["complaints"]) == (4, Counted(1, 3))
    assert [one.row.period for one in sheet.scores] == [YEAR.label]
    moderated = sheet.moderated["complaints"]
    assert 2 * moderated.hits == moderated.n, "the score beside the year's own figure stands"


def _of_year(doubt: Doubt) -> tuple[str, str, str]:
    return doubt.period, doubt.institution, doubt.indicator
