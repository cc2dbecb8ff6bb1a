"""A model on disk without pickle: arrays in .npz, words and settings in JSON, and a manifest.

The manifest says what the model was made from, and carries the hash of the rest: a model that was
changed or half copied is refused, never half used.
"""

import json
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.triage.calibration import Curve
from analytics.triage.holding import Hold
from analytics.triage.labels import HEADS
from analytics.triage.model import Model, Settings
from analytics.triage.reading import Vocabulary
from analytics.triage.scoring import Weights

FORMAT = 2
ARRAYS = "weights.npz"
WORDS = "model.json"
MANIFEST = "manifest.json"


class ModelMismatch(ValueError):
    """The files of a model do not belong together, or were written for another format."""

    def __init__(self, field: str, value: object, expected: object) -> None:
        super().__init__(
            f"{field} is {value}, the manifest says {expected}: copy the whole folder again, "
            "or train anew with `feedback triage train`"
        )


@dataclass(frozen=True)
class Manifest:
    """Where a model comes from. `when` is the caller's date; `metrics` are held-out figures."""

    version: str
    when: str
    content_hash: str
    data_hash: str
    rows: int
    seed: int
    libraries: dict[str, str]
    metrics: dict[str, Any]
    format: int = FORMAT


def save(model: Model, manifest: Manifest, folder: Path) -> None:
    """Writes the three files; the folder is made when it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = model.weights
    np.savez_compressed(folder / ARRAYS, **_arrays(weights))  # type: ignore[arg-type]
    (folder / WORDS).write_text(_words(model.weights, model.settings), encoding="utf-8")
    text = json.dumps(asdict(manifest), indent=1, sort_keys=True, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def load(folder: Path) -> Model:
    """The model in a folder. Raises `ModelMismatch`, `FileNotFoundError` for a missing file."""
    manifest = read_manifest(folder)
    words = json.loads((folder / WORDS).read_text(encoding="utf-8"))
    # Opened here, for numpy leaves a file open that breaks off.
    with (folder / ARRAYS).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        weights = Weights(
            Vocabulary(tuple(words["words"]), tuple(words["chars"])),
            **{name: arrays[name] for name in arrays.files},
        )
    settings = Settings(
        {name: Curve(**curve) for name, curve in words["curves"].items()},
        words["sure"],
        words["urgent"],
        Hold(tuple(words["hold"]["weights"]), words["hold"]["offset"], words["hold"]["least"]),
    )
    found = content_hash(weights, settings)
    if found != manifest.content_hash:
        raise ModelMismatch("content_hash", found, manifest.content_hash)
    return Model(weights, settings, manifest.version)


def read_manifest(folder: Path) -> Manifest:
    """The manifest alone. Raises `ModelMismatch` when it was written for another format."""
    manifest = Manifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    if manifest.format != FORMAT:
        raise ModelMismatch("format", FORMAT, manifest.format)
    return manifest


def content_hash(weights: Weights, settings: Settings) -> str:
    """SHA-256 over words, labels, settings and arrays: the same model, the same hash anywhere."""
    digest = sha256(_words(weights, settings).encode())
    for name, values in sorted(_arrays(weights).items()):
        digest.update(f"{name}{values.shape}".encode())
        digest.update(np.ascontiguousarray(values, "<f4").tobytes())
    return digest.hexdigest()


def version_of(content: str) -> str:
    """The name that every suggestion carries."""
    return f"triage-{FORMAT}-{content[:8]}"


def _arrays(weights: Weights) -> dict[str, NDArray[np.float32]]:
    return {
        field.name: getattr(weights, field.name)
        for field in fields(weights)
        if field.name != "vocabulary"
    }


def _words(weights: Weights, settings: Settings) -> str:
    return json.dumps(
        {
            "labels": {head.name: list(head.labels) for head in HEADS},
            "curves": {name: asdict(curve) for name, curve in sorted(settings.curves.items())},
            "sure": settings.sure,
            "urgent": settings.urgent,
            "hold": asdict(settings.hold),
            "words": weights.vocabulary.words,
            "chars": weights.vocabulary.chars,
        },
        ensure_ascii=False,
        indent=0,
    )
