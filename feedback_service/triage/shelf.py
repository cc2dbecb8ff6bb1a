"""The text models under VAR_DIR: each in `models/<version>`, the one in use linked as `model`.

`models/promoted.txt` holds a version a line, the one in use last, so that a rollback is one step.
"""

import os
import re
import shutil
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

from analytics import triage
from analytics.triage import Manifest, Row, record
from analytics.triage.rows import data_hash, without_repeats

UNLOADABLE = (
    ValueError, OSError, LookupError, TypeError, AttributeError,
    EOFError, RecursionError, MemoryError, NotImplementedError, BadZipFile, zlib.error,
)  # fmt: skip
"""What loading a folder that is no whole model raises: `ModelMismatch`, a ValueError, and whatever
numpy, zip and JSON say of files that were cut off, changed or made by others."""

_A_NAME = re.compile(r"\w[\w.-]{0,79}", re.ASCII)
HALF = ".half-"
"""What the folder of a training under way begins with."""


class NoSuchModel(LookupError):
    """No trained model has that version; the words name those that are there."""


class NotLoaded(ValueError):
    """The files of a version are no whole model."""


class NothingPromoted(ValueError):
    """There is no step to take back."""


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

    @property
    def standing(self) -> Path:
        """What a new model is set against: the one in use, or, as workers do, the one we come with
        where that does not load."""
        return self.in_use if _loads(self.in_use) else triage.TRAINED

    @property
    def version(self) -> str:
        """The version in use, by its manifest."""
        return triage.read_manifest(self.in_use).version

    def version_or_nothing(self) -> str:
        """As `version`; empty where the model in use cannot be read."""
        try:
            return self.version
        except UNLOADABLE:
            return ""

    def trained(self) -> list[Manifest]:
        """What was trained here, the newest first; folders that cannot be read are left out."""
        found = []
        files = self.models.glob("*/manifest.json")
        for file in sorted(files, key=lambda file: file.stat().st_mtime_ns, reverse=True):
            try:
                found.append(triage.read_manifest(file.parent))
            except UNLOADABLE:
                continue  # half copied, or of another release: nobody can promote it
        return found

    def folder(self, version: str) -> Path:
        """The folder of a trained version; raises NoSuchModel naming those that are there."""
        folder = self.models / version
        if not _A_NAME.fullmatch(version) or not (folder / "manifest.json").is_file():
            there = sorted(path.parent.name for path in self.models.glob("*/manifest.json"))
            known = (
                f"Trained here: {', '.join(there)}." if there else "Run `feedback triage train`."
            )
            raise NoSuchModel(f"No model {version!r}. {known}")
        return folder

    def report(self, rows: Sequence[Row]) -> Path:
        """Where to write what was measured on these rows: the folder of the model of them, the one
        in use first; for the model we come with, and where there is none, a folder beside."""
        wanted = data_hash(without_repeats(rows))
        found = [one.version for one in self.trained() if one.data_hash == wanted]
        if not found:
            return self.models / "report"
        last = self.promoted()[-1:]
        return self.models / (last[0] if last and last[0] in found else found[0])

    def tidy(self, many: int) -> None:
        """Remove all but the newest of the models that were never in use, and what a training that
        was killed left half done."""
        for half in self.models.glob(f"{HALF}*"):
            shutil.rmtree(half, ignore_errors=True)
        ever = {*self.promoted(), self.version_or_nothing()}
        for manifest in [one for one in self.trained() if one.version not in ever][many:]:
            shutil.rmtree(self.folder(manifest.version), ignore_errors=True)

    def checked(self, version: str) -> Path:
        """The folder of a version whose files are whole; raises NoSuchModel, NotLoaded."""
        folder = self.folder(version)
        try:
            triage.load(folder)
            record.read(folder)
        except UNLOADABLE as error:
            raise NotLoaded(f"The model in {folder} does not load: {error}") from error
        return folder

    def use(self, version: str) -> None:
        """Use this version from now on; whoever looks meanwhile sees the old or the new."""
        folder, before = self.folder(version), self.promoted()
        if before[-1:] != [version]:  # twice would make the next rollback change nothing
            self._write([*before, version])
        self._link(folder)

    def rollback(self) -> str:
        """Use what was in use before, leaving out what does not load any more; returns its version.

        Raises NothingPromoted.
        """
        promoted = self.promoted()
        if not promoted:
            raise NothingPromoted(
                "No model was promoted: the one the service comes with is in use."
            )
        before = promoted[:-1]
        while before and not _loads(self.models / before[-1]):
            before.pop()
        if before:
            self._link(self.folder(before[-1]))
        else:
            (self.var_dir / "model").unlink(missing_ok=True)
        self._write(before)
        return self.version

    def promoted(self) -> list[str]:
        """Versions in the order they were taken into use; the last is in use."""
        file = self.models / "promoted.txt"
        return file.read_text().split() if file.exists() else []

    def _link(self, folder: Path) -> None:
        """Point `model` at a folder in one step."""
        half = self.var_dir / "model.half"
        half.unlink(missing_ok=True)
        half.symlink_to(folder.relative_to(self.var_dir))
        os.replace(half, self.var_dir / "model")

    def _write(self, versions: list[str]) -> None:
        half = self.models / "promoted.half"
        half.write_text("".join(f"{version}\n" for version in versions))
        os.replace(half, self.models / "promoted.txt")


def answers(folder: Path) -> record.Record | None:
    """What a model answered on held-out messages; None where that was not kept or is broken."""
    try:
        return record.read(folder)
    except UNLOADABLE:
        return None


def _loads(folder: Path) -> bool:
    try:
        triage.load(folder)
    except UNLOADABLE:
        return False
    return True
