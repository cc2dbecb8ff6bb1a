"""What stands beside the tallies of a card is in its pack: frame, visits, quarters before."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from analytics.evidence import archive
from analytics.evidence.making import Edition
from analytics.evidence.verifying import verify
from feedback_service import scoring
from feedback_service.domain.cases import CaseStatus
from feedback_service.domain.ratings import Sample
from feedback_service.models import DeclaredCount, Visit
from feedback_service.scoring.frozen.packs import pack
from tests.integration.frozen_planting import PERIOD, frozen, plant
from tests.integration.scoring_planting import a_case, a_citizen

pytestmark = pytest.mark.servers
VISITS = 10


def test_every_figure_of_a_measured_body_is_made_again(
    world: Any, rt: Any, clock: Any, tmp_path: Path
) -> None:
    plant(rt, world, clock)
    with rt.transaction() as session:
        for number in range(VISITS):
            session.add(Visit(
                source=f"NRB/T{number}", institution_id="NRB", service_id="id-first",
                citizen_id=a_citizen(session), at=clock(), fed_at=clock(),
            ))  # fmt: skip
        session.add(DeclaredCount(
            institution_id="NRB", period=PERIOD.label, kind="tickets", count=VISITS + 1,
            evidence="the rolls", at=clock(),
        ))  # fmt: skip
        before = clock() - timedelta(days=100)
        for number in range(8):
            session.add(a_case(
                4000 + number, due_at=before, received_at=before - timedelta(days=9),
                resolved_at=before - timedelta(days=1) if number % 3 else None,
                status=CaseStatus.RESOLVED if number % 3 else CaseStatus.RECEIVED,
            ))  # fmt: skip
    frozen(rt, clock)
    path = tmp_path / "pack.zip"
    with rt.transaction() as session:
        path.write_bytes(pack(session, "NRB", PERIOD, Edition.FULL))
    assert verify(path, lambda *_: None).recomputed
    card = scoring.card(rt, "NRB", PERIOD, public=False)
    files = archive.opened(path)
    stated, figures = (archive.parsed(files[name]) for name in ("stated.json", "figures.json"))
    assert (card.sample, figures["sample"]) == (Sample.VERIFIED, "verified")
    assert (stated["beside"]["visits"], stated["frame"]["declared"]) == (VISITS, VISITS + 1)
    assert figures["frame"]["measured"] is True
    [earlier] = stated["beside"]["before"]
    assert earlier["cases"]["unresolved"] == 3
    per_visit = figures["classes"]["verified"]["cases_per_1000_visits"]
    assert (per_visit["value"], card.figures["cases_per_1000_visits"].value) == (300, 300)
