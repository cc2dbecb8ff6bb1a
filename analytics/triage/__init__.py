"""Suggests intent, category, urgency, sector and language of a citizen's message, and says when it
does not know.  `load` and `Model.predict` need numpy alone; only training imports scikit-learn.
"""

from collections.abc import Sequence
from pathlib import Path

from analytics.triage.lexicon import Screening, screen
from analytics.triage.model import Model
from analytics.triage.rows import Row, read_corpus
from analytics.triage.storage import Manifest, ModelMismatch, load, read_manifest, save
from analytics.triage.suggestion import Suggestion

TRAINED = Path(__file__).parent / "trained"


def train_from_corpus(folder_out: Path, when: str, corrections: Sequence[Row] = ()) -> Manifest:
    """Trains on the corpus and the desk's corrections, and writes model and manifest to a folder.

    `when`: the caller's date, kept in the manifest. A correction replaces a corpus row of the same
    text. About 20 s of CPU; raises `train.TooFewWriters`.
    """
    # Here, not above: a worker that only predicts must not carry scikit-learn in its memory.
    from analytics.triage.train import train_with_manifest

    model, manifest = train_with_manifest([*read_corpus(), *corrections], when)
    save(model, manifest, folder_out)
    return manifest


__all__ = [
    "TRAINED",
    "Manifest",
    "Model",
    "ModelMismatch",
    "Row",
    "Screening",
    "Suggestion",
    "load",
    "read_corpus",
    "read_manifest",
    "screen",
    "train_from_corpus",
]
