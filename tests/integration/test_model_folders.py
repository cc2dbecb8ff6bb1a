"""Folders of models: whole, broken, of another release, in use while they are made again."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from analytics import triage as model_room
from analytics.triage import TRAINED, read_manifest
from feedback_service import triage
from feedback_service.triage import promotion, serving, training
from feedback_service.triage.shelf import NotLoaded, Shelf
from tests.integration.test_model_steps import answers, promote, shelved

pytestmark = pytest.mark.servers


@pytest.fixture
def here(rt: Any, tmp_path: Path) -> Any:
    """The runtime with a VAR_DIR of its own."""
    return replace(rt, settings=replace(rt.settings, var_dir=tmp_path), kept={})


def test_a_loaded_model_is_not_loaded_again_until_it_changes(here: Any) -> None:
    shelf = Shelf(here.settings.var_dir)
    shelved(shelf, "triage-a", answers())
    assert triage.model(here) is triage.model(here)
    first = triage.model(here)
    shelf.use("triage-a")
    assert triage.model(here) is not first


@pytest.mark.parametrize("left", [b"half a copy", b"", None], ids=["other", "empty", "cut off"])
def test_a_broken_folder_stops_nobody_and_is_told(here: Any, left: bytes | None) -> None:
    shelf = Shelf(here.settings.var_dir)
    folder = shelved(shelf, "triage-a", answers())
    good = triage.model(here)
    shelf.use("triage-a")
    file = folder / "weights.npz"
    file.write_bytes(file.read_bytes()[:5000] if left is None else left)
    assert triage.model(here) is good
    here.redis.delete("model:refused")  # an hour later
    assert triage.model(here) is good
    assert serving.refused(here) == "triage-a"
    fresh = replace(here, kept={})  # a worker that starts now has nothing to keep
    assert triage.model(fresh).version == good.version
    with here.transaction() as session:
        promotion.rollback(session, shelf, here.now())
    assert triage.model(here).version == good.version
    assert serving.refused(here) == ""


def test_a_model_of_another_release_is_followed_by_a_new_one_or_taken_back(here: Any) -> None:
    shelf = Shelf(here.settings.var_dir)
    for version in ("triage-old", "triage-older", "triage-b"):
        shelved(shelf, version, answers())
    for version in ("triage-older", "triage-old"):
        shelf.use(version)
        file = shelf.folder(version) / "manifest.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | {"format": 1}))
    found = promote(here, "triage-b")
    assert (found.in_use, found.worse) == (read_manifest(TRAINED).version, [])
    with here.transaction() as session:
        back = promotion.rollback(session, shelf, here.now())
    assert (back, shelf.promoted()) == (read_manifest(TRAINED).version, [])


def test_a_model_with_broken_answers_is_not_promoted_and_one_in_use_is_judged_without(
    here: Any,
) -> None:
    shelf = Shelf(here.settings.var_dir)
    folders = [shelved(shelf, version, answers()) for version in ("triage-a", "triage-b")]
    shelf.use("triage-a")
    for folder in folders:
        (folder / "heldout.npz").write_bytes((folder / "heldout.npz").read_bytes()[:500])
    with pytest.raises(NotLoaded):
        promote(here, "triage-b")
    shelved(shelf, "triage-c", answers())
    assert promote(here, "triage-c").worse == []


def test_a_version_in_use_stays_while_it_is_made_again_and_used_again(
    here: Any, monkeypatch: Any
) -> None:
    shelf = Shelf(here.settings.var_dir)
    shelved(shelf, "triage-a", answers())
    shelf.use("triage-a")
    seen = []

    def trained(folder: Path, *_: Any) -> Any:
        seen.append(shelf.version)
        return read_manifest(shutil.copytree(shelf.in_use, folder))

    monkeypatch.setattr(model_room, "train_from_corpus", trained)
    assert training.make(shelf, [], here.now()).version == "triage-a"
    assert [*seen, shelf.version] == ["triage-a"] * 2
    shelf.use("triage-a")
    with here.transaction() as session:
        promotion.rollback(session, shelf, here.now())
    assert shelf.version == read_manifest(TRAINED).version


def test_one_at_a_time_takes_models_into_use(here: Any) -> None:
    with here.transaction() as session, here.transaction() as other:
        promotion.alone(session)
        other.execute(sa.text("set local lock_timeout = '50ms'"))
        with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
            promotion.rollback(other, Shelf(here.settings.var_dir), here.now())
        other.rollback()


def test_models_that_were_never_in_use_do_not_pile_up(here: Any) -> None:
    shelf = Shelf(here.settings.var_dir)
    for number in range(4):
        shelved(shelf, f"triage-{number}", answers())
    shelf.use("triage-0")
    (shelf.models / ".half-of-a-training-that-was-killed").mkdir()
    shelf.tidy(1)
    assert not list(shelf.models.glob(".half-*"))
    assert {one.version for one in shelf.trained()} >= {"triage-0"}
    assert len(shelf.trained()) == 2
