"""A model with its manifest: trained on all rows, its figures taken on writers it had not read."""

import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from analytics.triage import record
from analytics.triage.evaluate import figures, judge
from analytics.triage.model import Model
from analytics.triage.recording import record_of
from analytics.triage.rows import Row, data_hash, without_repeats
from analytics.triage.storage import Manifest, content_hash
from analytics.triage.train import SEED, hold_out, train


def build(
    rows: Sequence[Row],
    when: str,
    seed: int = SEED,
    processes: int = 1,
    record_in: Path | None = None,
) -> tuple[Model, Manifest]:
    """The model of `train` and what is to be known of it; `when` is the caller's date.

    `processes`: how many of the held-out fits run at once; the figures are the same.
    `record_in`: the folder that keeps each held-out answer, for comparing models.
    """
    kept = without_repeats(rows)
    # One thread: more of them wait for each other on matrices this small.
    with threadpool_limits(limits=1):
        held_out = hold_out(rows, seed, processes=processes)
        model = train(rows, seed, held_out)
        metrics = figures(held_out, seed)
        if record_in:
            record.save(record_of(judge(held_out), kept), record_in)
    manifest = Manifest(
        version=model.version,
        when=when,
        content_hash=content_hash(model.weights, model.settings),
        data_hash=data_hash(kept),
        rows=len(kept),
        seed=seed,
        libraries=_libraries(),
        metrics=metrics,
    )
    return model, manifest


def _libraries() -> dict[str, str]:
    names = ("numpy", "scikit-learn", "scipy")
    return {"python": platform.python_version()} | {name: version(name) for name in names}
