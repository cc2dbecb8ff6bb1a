"""A model with its manifest: trained on all rows, its figures taken on writers it had not read."""

import platform
from collections.abc import Sequence
from importlib.metadata import version

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from analytics.triage.evaluate import figures
from analytics.triage.model import Model
from analytics.triage.rows import Row, data_hash
from analytics.triage.storage import Manifest, content_hash
from analytics.triage.train import SEED, hold_out, train


def build(rows: Sequence[Row], when: str, seed: int = SEED) -> tuple[Model, Manifest]:
    """The model of `train` and what is to be known of it; `when` is the caller's date."""
    # One thread: more of them wait for each other on matrices this small.
    with threadpool_limits(limits=1):
        held_out = hold_out(rows, seed)
        model = train(rows, seed, held_out)
        metrics = figures(held_out, seed)
    manifest = Manifest(
        version=model.version,
        when=when,
        content_hash=content_hash(model.weights, model.settings),
        data_hash=data_hash(held_out.rows),
        rows=len(held_out.rows),
        seed=seed,
        libraries=_libraries(),
        metrics=metrics,
    )
    return model, manifest


def _libraries() -> dict[str, str]:
    names = ("numpy", "scikit-learn", "scipy")
    return {"python": platform.python_version()} | {name: version(name) for name in names}
