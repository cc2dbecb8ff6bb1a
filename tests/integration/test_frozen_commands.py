"""`feedback freeze`, `evidence` and `verify`; and who is told that an answer was counted."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from analytics.evidence.inclusion import NotIncluded, check
from analytics.evidence.plain import canonical
from feedback_service.cli import main
from feedback_service.domain.ratings import Sample
from feedback_service.models import Case, FrozenPeriod, Rating
from feedback_service.scoring.frozen import counted
from feedback_service.scoring.frozen.counted import Counted, State
from tests.conftest import SECRETS
from tests.integration.command_line import run
from tests.integration.frozen_planting import PERIOD, frozen, plant

__all__ = ["run"]
pytestmark = pytest.mark.servers


def test_a_quarter_is_frozen_packed_and_verified_from_the_command_line(
    world: Any, rt: Any, clock: Any, run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(rt, world, clock)
    code, out, _ = run("freeze", PERIOD.label)
    assert (code, "is frozen:" in out) == (0, True)
    code, _, err = run("freeze", PERIOD.label)
    assert (code, "is frozen already" in err) == (1, True)
    full, public = tmp_path / "full.zip", tmp_path / "public.zip"
    assert run("evidence", "NRB", PERIOD.label, "--output", full)[0] == 0
    assert run("evidence", "NRB", PERIOD.label, "--public", "--output", public)[0] == 0
    for name in (*SECRETS, "DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    code, out, _ = run("verify", full)
    assert (code, "made again to the same bytes" in out) == (0, True)
    assert run("verify", public)[0] == 0
    code, _, err = run("verify", full, "--key", "AAAA")
    assert (code, "is signed with key" in err) == (1, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["freeze", "2026"], "write it like FY2026/27-Q1"),
        (["freeze", "FY2029/30-Q1", "--early", "a slip"], "ends on 2029-09-30"),
        (["freeze", "FY2025/26"], "Freeze first: FY2025/26-Q1"),
        (["evidence", "NRB", "FY2025/26-Q3"], "is not frozen"),
        (["verify", "nowhere.zip"], "No file nowhere.zip"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(run: Any, words: list[str], said: str) -> None:
    code, _, err = run(*words)
    assert (code, said in err) == (1, True)


def test_a_citizens_word_is_counted_and_proven_without_telling_it(
    world: Any, rt: Any, clock: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    confirmed, disputed, still_open = plant(rt, world, clock)
    assert of_case(rt, confirmed) == Counted(State.NOT_YET, PERIOD.label)
    frozen(rt, clock)
    assert of_case(rt, confirmed).state is State.YES
    assert of_case(rt, disputed).state is State.YES
    assert of_case(rt, still_open) == Counted(State.NO, PERIOD.label)
    with rt.transaction() as session:
        proof = counted.prove(session, PERIOD, of_case(rt, confirmed).receipt)
        root = session.get_one(FrozenPeriod, PERIOD.label).root
        assert counted.prove(session, PERIOD, "0000-0000-0000-0000") is None
        assert counted.prove(session, PERIOD, "not a receipt") is None
    assert proof is not None
    check(proof, root)
    with pytest.raises(NotIncluded):
        check(replace(proof, index=proof.index ^ 1))
    with pytest.raises(NotIncluded):
        check(proof, "0" * 64)
    file = tmp_path / "proof.json"
    file.write_bytes(canonical(proof))
    assert main(["verify", str(file), "--root", root]) == 0
    file.write_text(json.dumps({**json.loads(file.read_text()), "institution": "KRA"}))
    assert main(["verify", str(file)]) == 1
    assert "is not under the root" in capsys.readouterr().err


def test_every_vote_of_a_frozen_quarter_is_counted(world: Any, rt: Any, clock: Any) -> None:
    plant(rt, world, clock)
    frozen(rt, clock)
    clock.forward(days=1)
    with rt.transaction() as session:
        votes = list(session.scalars(sa.select(Rating)))
        states = {counted.of_rating(session, vote).state for vote in votes}
        assert (len(votes), states) == (41, {State.YES})
        later = votes[0]
        later.sample = next(one for one in Sample if one is not later.sample)
        assert counted.of_rating(session, later).state is State.YES, "in the class it was in"
        later.given_at = clock()
        assert counted.of_rating(session, later).state is State.NOT_YET
        session.rollback()


def of_case(rt: Any, case: Case) -> Counted:
    with rt.transaction() as session:
        return counted.of_verdict(session, session.get_one(Case, case.id))
