"""Suggests intent, category, urgency, sector and language of a citizen's message, and says when it
does not know.  `load` and `Model.predict` need numpy alone; only training imports scikit-learn.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from analytics.triage.corpus.confidential import confidential_reading
from analytics.triage.files import BadFile, classify_file
from analytics.triage.gazetteer import Found, Gazetteer, Named, nicknames, places, small_places
from analytics.triage.gazetteer.implied import Implied
from analytics.triage.lexicon import Screening, screen
from analytics.triage.model import Model
from analytics.triage.rows import Row, read_corpus
from analytics.triage.storage import Manifest, ModelMismatch, load, read_manifest, save
from analytics.triage.suggestion import Suggestion

TRAINED = Path(__file__).parent / "trained"


def train_from_corpus(folder_out: Path, when: str, corrections: Sequence[Row] = ()) -> Manifest:
    """Trains on the corpus and the desk's corrections, and writes model and manifest to a folder.

    `when`: the caller's date, kept in the manifest. A correction replaces a row of the same text
    that only trains. About 130 s of CPU, in as many processes as there are cores.
    """
    # Here, not above: a worker that only predicts must not carry scikit-learn in its memory.
    from analytics.triage.build import build

    model, manifest = build(
        [*read_corpus(), *corrections], when, processes=os.cpu_count() or 1, record_in=folder_out
    )
    save(model, manifest, folder_out)
    return manifest


__all__ = [
    "TRAINED",
    "BadFile",
    "Found",
    "Gazetteer",
    "Implied",
    "Manifest",
    "Model",
    "ModelMismatch",
    "Named",
    "Row",
    "Screening",
    "Suggestion",
    "classify_file",
    "confidential_reading",
    "load",
    "nicknames",
    "places",
    "read_corpus",
    "read_manifest",
    "screen",
    "small_places",
    "train_from_corpus",
]
