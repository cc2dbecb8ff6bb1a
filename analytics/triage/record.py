"""What a model answered on held-out messages, kept beside it: two models are compared message by
message, and the days to come with these.

Numbers alone and a hash of each text of the corpus; no text.  Reading needs numpy alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analytics.triage.calibration import Flags, Floats
from analytics.triage.labels import CATEGORY, INTENT, LANG, SECTOR, Head
from analytics.triage.normalise import normalise

FILE = "heldout.npz"
HEADS: tuple[Head, ...] = (INTENT, CATEGORY, SECTOR, LANG)
NOT_ASKED = -1
"""Where a head does not concern a message."""

Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Record:
    """One place a message, in the same order everywhere.

    `keys`: hashes of texts. `langs`, `truth` and `guess` by head: places in the head's labels.
    `sure`: no person was needed.  `urgent`, `grave` (confidential): what it is; `raised`, `held`:
    what model or lexicon made of it.  `unknown`: the share of words that other writers had not
    written twice.
    """

    keys: NDArray[np.str_]
    langs: Labels
    truth: Mapping[str, Labels]
    guess: Mapping[str, Labels]
    sure: Flags
    urgent: Flags
    raised: Flags
    grave: Flags
    held: Flags
    unknown: float

    def shares(self, head: Head) -> Floats:
        """How often each label of a head was the answer."""
        answered = self.guess[head.name]
        counts = np.bincount(answered, minlength=len(head.labels))
        return counts / max(1, len(answered))


def key_of(text: str) -> str:
    """By what a text is found again."""
    return sha256(normalise(text).encode()).hexdigest()[:16]


def save(record: Record, folder: Path) -> None:
    """Writes the record into a model's folder, which is made when it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, NDArray[np.generic]] = {
        "keys": record.keys.astype("S16"),
        "langs": record.langs.astype(np.int8),
        **{name: getattr(record, name) for name in _FLAGS},
        "unknown": np.array([record.unknown]),
    }
    for head in HEADS:
        arrays[f"truth_{head.name}"] = record.truth[head.name].astype(np.int8)
        arrays[f"guess_{head.name}"] = record.guess[head.name].astype(np.int8)
    np.savez_compressed(folder / FILE, **arrays)  # type: ignore[arg-type]


def read(folder: Path) -> Record | None:
    """The record of a model; None for one that was trained before there were any.

    One that was kept before `grave` and `held` has them empty: nothing was confidential.
    """
    if not (folder / FILE).is_file():
        return None
    # Opened here, for numpy leaves a file open that breaks off.
    with (folder / FILE).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        nothing = np.zeros(len(arrays["keys"]), dtype=bool)
        return Record(
            keys=arrays["keys"].astype(str),
            langs=arrays["langs"].astype(np.int64),
            truth={head.name: arrays[f"truth_{head.name}"].astype(np.int64) for head in HEADS},
            guess={head.name: arrays[f"guess_{head.name}"].astype(np.int64) for head in HEADS},
            unknown=float(arrays["unknown"][0]),
            **{name: arrays.get(name, nothing).astype(bool) for name in _FLAGS},
        )


_FLAGS = ("sure", "urgent", "raised", "grave", "held")
