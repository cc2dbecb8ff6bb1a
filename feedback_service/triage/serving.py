"""The model this process works with: the one in use on disk, taken up when it changes.

A folder that does not load stops nobody: the process keeps the model it has, or takes the one the
service comes with, says so in Redis for the watch, and looks again once the folder changes.
"""

import logging
from dataclasses import dataclass
from pathlib import Path

from redis.exceptions import RedisError

from analytics import triage as model_room
from feedback_service.runtime import Runtime
from feedback_service.triage.shelf import UNLOADABLE, Shelf

logger = logging.getLogger(__name__)

_REFUSED, _KEPT_FOR = "model:refused", 3600
"""What a worker could not load, told to the watch; forgotten an hour after the last such worker."""

Stamp = tuple[str, int, int]


@dataclass(frozen=True)
class Serving:
    """A loaded model; `words` are the words it knows; `stamp` tells its files from later ones."""

    model: model_room.Model
    words: frozenset[str]
    stamp: Stamp


def model(rt: Runtime) -> model_room.Model:
    """The model in use, loaded once for each change of it."""
    return serving(rt).model


def folder(rt: Runtime) -> Path:
    """Where the model in use lies: a promoted one under VAR_DIR, else the one we come with."""
    return Shelf(rt.settings.var_dir).in_use


def serving(rt: Runtime) -> Serving:
    """The model in use with its words; an older one while the newest does not load.

    Raises as `analytics.triage.load` does when not even the one we come with loads.
    """
    held: Serving | None = rt.kept.get("model")
    there = folder(rt)
    stamp = _stamp(there)
    if held and stamp == rt.kept.get("model_refused"):
        _tell(rt, stamp[0])  # again: what was told is forgotten after an hour
        return held
    if held and stamp == held.stamp:
        _well(rt)
        return held
    try:
        found = _loaded(there, stamp)
        _well(rt)
    except UNLOADABLE as error:
        if there == model_room.TRAINED:
            raise
        logger.error("the text model in %s does not load: %s", there.name, type(error).__name__)
        found = held or _loaded(model_room.TRAINED, _stamp(model_room.TRAINED))
        rt.kept["model_refused"] = stamp
        _tell(rt, stamp[0])
    rt.kept["model"] = found
    return found


def refused(rt: Runtime) -> str:
    """The folder that some worker could not load, while it works with another; empty if none."""
    try:
        said: bytes | None = rt.redis.get(_REFUSED)  # type: ignore[assignment]
    except RedisError:  # told by others; here it only means that nobody could say
        return ""
    return said.decode() if said else ""


def _loaded(there: Path, stamp: Stamp) -> Serving:
    loaded = model_room.load(there)
    words = frozenset(word for word in loaded.weights.vocabulary.words if " " not in word)
    return Serving(loaded, words, stamp)


def _stamp(there: Path) -> Stamp:
    """Which files these are: a promotion changes the folder, a copy over it the manifest."""
    try:
        seen = (there / "manifest.json").stat()
    except OSError:  # gone between two looks: loading will say so
        return str(there), 0, 0
    return str(there.resolve()), seen.st_ino, seen.st_mtime_ns


def _well(rt: Runtime) -> None:
    """The model on disk loads: what was told otherwise is over."""
    if rt.kept.pop("model_refused", None):
        _tell(rt, "")


def _tell(rt: Runtime, refused_folder: str) -> None:
    try:
        if refused_folder:
            rt.redis.set(_REFUSED, Path(refused_folder).name, ex=_KEPT_FOR)
        else:
            rt.redis.delete(_REFUSED)
    except RedisError as error:
        logger.warning("the watch was not told of the model (%s)", type(error).__name__)
