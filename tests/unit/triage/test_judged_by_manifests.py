"""What the kept answers of two models do not tell is judged by their manifests."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from analytics.triage import TRAINED, record
from feedback_service.triage import promotion
from feedback_service.triage.shelf import Shelf


def shelved(var: Path, recall: float) -> str:
    """Our own model with answers of the time before `grave` and `held`, and another recall."""
    version, folder = "triage-b", var / "models" / "triage-b"
    shutil.copytree(TRAINED, folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["metrics"]["hold"]["either"]["recall"] = recall
    (folder / "manifest.json").write_text(json.dumps(manifest | {"version": version}))
    with np.load(folder / record.FILE) as arrays:
        kept = {name: arrays[name] for name in arrays.files if name not in ("grave", "held")}
    np.savez_compressed(folder / record.FILE, **kept)
    return version


@pytest.mark.parametrize(("recall", "worse"), [(0.988, []), (0.98, []), (0.95, ["confidential"])])
def test_a_model_that_holds_less_is_refused_beside_one_whose_answers_do_not_tell(
    tmp_path: Path, recall: float, worse: list[str]
) -> None:
    found = promotion.judge(Shelf(tmp_path), shelved(tmp_path, recall))
    assert [one.what for one in found.worse] == worse
