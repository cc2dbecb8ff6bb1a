"""Frozen quarters as other systems get them: packs with a key, statements and proofs without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analytics.evidence.inclusion import check
from analytics.evidence.making import Statement
from analytics.evidence.plain import canonical, read
from analytics.evidence.signing import is_signed
from analytics.evidence.verifying import verify
from feedback_service import staff
from feedback_service.scoring.frozen import counted
from tests.integration.frozen_planting import PERIOD, frozen, plant

pytestmark = pytest.mark.servers
URL, WHEN = "/api/v1", PERIOD.label.replace("/", "-")


def quiet(name: str, many: int) -> None:
    """Somebody who is told nothing on the way."""


def test_a_frozen_quarter_is_given_out_and_checked_elsewhere(
    world: Any, rt: Any, clock: Any, client: Any, tmp_path: Path
) -> None:
    confirmed = plant(rt, world, clock)[0]
    assert client.get(f"{URL}/frozen").json == {"periods": []}
    assert client.get(f"{URL}/frozen/{WHEN}").status_code == 404
    frozen(rt, clock)
    with rt.transaction() as session:
        key = staff.add_key(session, "auditor", ["evidence"], rt.now())
        other = staff.add_key(session, "press", ["scorecards"], rt.now())
        own = staff.add_key(session, "the body", ["evidence"], rt.now(), institution="NRB")
        receipt = counted.of_verdict(session, session.merge(confirmed)).receipt
    path = f"{URL}/evidence/NRB/{PERIOD.label}.zip"
    assert client.get(path).status_code == 401
    for refused in (other, own):
        assert client.get(path, headers={"X-Api-Key": refused}).status_code == 403
    mine = {"X-Api-Key": key}
    answer = client.get(path, headers=mine)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert client.get(path.replace("/26", "-26"), headers=mine).data == answer.data
    file = tmp_path / "pack.zip"
    file.write_bytes(answer.data)
    (head,) = client.get(f"{URL}/frozen").json["periods"]
    assert verify(file, quiet, head["key"]).statement.root == head["root"]
    for wrong in ("/evidence/NOBODY/FY2025-26-Q3.zip", "/evidence/NRB/FY2025-26-Q2.zip"):
        assert client.get(URL + wrong, headers=mine).mimetype == "application/problem+json"
    said = client.get(f"{URL}/frozen/{PERIOD.label}").json
    whole = canonical(read(Statement, said["statement"]))
    assert is_signed(head["key"], whole, head["signature"])
    proof = client.get(f"{URL}/frozen/{WHEN}/proof/{receipt}").json
    check(read(counted.Inclusion, proof), head["root"])
    for wrong in ("0000-0000-0000-0000", "x"):
        assert client.get(f"{URL}/frozen/{WHEN}/proof/{wrong}").status_code == 404
    assert client.get(f"{URL}/frozen/2026/proof/{receipt}").status_code == 400
