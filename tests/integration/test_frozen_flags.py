"""What was suspect at the freeze stands in the pack three ways, as reviewers saw it, made again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from analytics.evidence import archive
from analytics.evidence.plain import canonical
from analytics.evidence.verifying import verify
from analytics.integrity import Signal
from feedback_service.models import Case, FrozenCard, FrozenPack, Rating
from feedback_service.scoring import flags
from tests.integration.frozen_planting import MATURED, PERIOD, frozen, plant, raised

pytestmark = pytest.mark.servers


def test_suspect_records_are_frozen_with_and_without(
    world: Any, rt: Any, clock: Any, tmp_path: Path
) -> None:
    cases = plant(rt, world, clock)
    clock.set(MATURED)
    with rt.transaction() as session:
        mine = sa.select(Rating.id).where(Rating.institution_id == "NRB")
        best = session.scalars(mine.where(Rating.score == 5).order_by(Rating.id)).all()
        worst = session.scalars(mine.where(Rating.score == 1).order_by(Rating.id)).all()
        elsewhere = world.case("An ID card of another quarter.")
        row = session.get_one(Case, elsewhere.id)
        row.due_at = row.first_due_at = clock()
        # A pause moved its date over the end of the quarter that counts it.
        session.get_one(Case, cases[0].id).due_at = MATURED
        planted = [
            raised(rt, Signal.STAFF_PHONE, list(best)),
            raised(rt, Signal.SIM_BURST, list(worst), stands=False),
            raised(rt, Signal.NO_CONTACT, [cases[0].id, elsewhere.id]),
        ]
        session.add_all(planted)
        session.flush()
        live = flags.figures(rt, session, "NRB", PERIOD, sorted(planted, key=lambda f: f.kind))
    frozen(rt, clock)
    with rt.transaction() as session:
        readings = session.get_one(FrozenCard, (PERIOD.label, "NRB")).readings
        path = tmp_path / "pack.zip"
        path.write_bytes(session.get_one(FrozenPack, (PERIOD.label, "NRB", "full")).content)
    assert canonical(readings) == canonical(live)
    satisfied, resolved = readings["satisfaction"], readings["resolved"]
    assert satisfied["without"]["n"] == satisfied["counted"]["n"] - marked(path)
    assert resolved["counted"]["value"] > 0
    assert resolved["stands"]["value"] == 0, "unreviewed: the reading that serves the body less"
    assert verify(path, lambda *_: None).recomputed


def marked(path: Path) -> int:
    """How many open ratings of the pack are part of the third flag, that of staff's phones."""
    lines = archive.opened(path)["ratings.csv"].decode().splitlines()
    return sum(",open," in line and line.endswith(",3") for line in lines)
