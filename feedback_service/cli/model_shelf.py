"""The text models under VAR_DIR: each in `models/<version>`, the one in use linked as `model`.

`models/promoted.txt` holds a version a line, the one in use last, so that a rollback is one step.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analytics import triage
from analytics.triage import Manifest, ModelMismatch
from feedback_service.cli import Refused

HEADS = ("category", "intent", "sector")
"""What decides where a message goes: no language may get worse at any of them."""
_SAFETY = (
    ("urgent messages found", "urgent", "either"),
    ("bribery kept from the accused", "bribery", "closed_with_model"),
)


@dataclass(frozen=True)
class Shelf:
    """The models of one service; without any promoted one the model we come with is in use."""

    var_dir: Path

    @property
    def models(self) -> Path:
        return self.var_dir / "models"

    @property
    def in_use(self) -> Path:
        promoted = self.var_dir / "model"
        return promoted if (promoted / "manifest.json").exists() else triage.TRAINED

    def folder(self, version: str) -> Path:
        """The folder of a trained version; raises Refused naming those that are there."""
        folder = self.models / version
        if not (folder / "manifest.json").is_file() or folder.parent != self.models:
            there = sorted(path.parent.name for path in self.models.glob("*/manifest.json"))
            known = (
                f"Trained here: {', '.join(there)}." if there else "Run `feedback triage train`."
            )
            raise Refused(f"No model {version!r}. {known}")
        return folder

    def promote(self, version: str) -> None:
        """Use this version from now on; raises Refused when it is worse or does not load."""
        folder = self.folder(version)
        try:
            triage.load(folder)
            new, old = triage.read_manifest(folder), triage.read_manifest(self.in_use)
        except (ModelMismatch, OSError, KeyError, TypeError) as error:
            raise Refused(f"The model in {folder} does not load: {error}") from error
        if worse := list(worse_than(new, old)):
            raise Refused(
                f"Not promoted: {version} is worse than {old.version}, which stays in use.\n  "
                + "\n  ".join(worse)
            )
        self._write([*self._promoted(), version])
        self._link(folder)

    def rollback(self) -> str:
        """Use what was in use before; returns its version."""
        promoted = self._promoted()
        if not promoted:
            raise Refused("No model was promoted: the one the service comes with is in use.")
        before = promoted[:-1]
        if before:
            self._link(self.folder(before[-1]))
        else:
            (self.var_dir / "model").unlink(missing_ok=True)
        self._write(before)
        return triage.read_manifest(self.in_use).version

    def _link(self, folder: Path) -> None:
        """Point `model` at a folder in one step: who looks meanwhile sees the old or the new."""
        half = self.var_dir / "model.half"
        half.unlink(missing_ok=True)
        half.symlink_to(folder.relative_to(self.var_dir))
        os.replace(half, self.var_dir / "model")

    def _promoted(self) -> list[str]:
        file = self.models / "promoted.txt"
        return file.read_text().split() if file.exists() else []

    def _write(self, versions: list[str]) -> None:
        half = self.models / "promoted.half"
        half.write_text("".join(f"{version}\n" for version in versions))
        os.replace(half, self.models / "promoted.txt")


def worse_than(new: Manifest, old: Manifest) -> Iterator[str]:
    """Each held-out figure that fell, in words: by language, and the two that keep people safe."""
    for head in HEADS:
        before, after = (by_language(manifest.metrics, head) for manifest in (old, new))
        for language, figure in before.items():
            found = after.get(language, 0.0)
            if found < figure:
                yield f"{head}, {language}: macro-F1 {found:.3f}, was {figure:.3f}"
    for words, part, kind in _SAFETY:
        was, found = (manifest.metrics[part][kind]["recall"] for manifest in (old, new))
        if found < was:
            yield f"{words}: recall {found:.3f}, was {was:.3f}"


def by_language(metrics: Mapping[str, Any], head: str) -> dict[str, float]:
    """Macro-F1 on writers the model had not read, by language."""
    return {
        language: figures["macro_f1"]
        for language, figures in sorted(metrics["heads"][head]["by_language"].items())
    }
