"""What `feedback run` makes once and keeps in var/run.env: secrets, and where the data are."""

from __future__ import annotations

import base64
import importlib.util
import os
import secrets
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path

from feedback_service.settings import RUN_FILE

STATE = "FEEDBACK_STATE"
"""The line of run.env that names the folder of the servers' data."""

_MARK = "prepared"
_HEADER = """\
# Written by `feedback run`. Keep this file with the data: without PHONE_KEYS no number can be read.
"""


def with_secrets(kept: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """`kept` and, for every secret neither kept nor given by the operator, a new one."""
    makers: dict[str, Callable[[], str]] = {
        "SECRET_KEY": lambda: secrets.token_urlsafe(32),
        "PHONE_KEYS": _key,
        "SIGNING_KEY": _key,
        "AT_CALLBACK_SECRET": lambda: secrets.token_urlsafe(24),
        "TWILIO_AUTH_TOKEN": lambda: secrets.token_hex(16),
    }
    new = {name: make() for name, make in makers.items() if not (given.get(name) or kept.get(name))}
    return {**kept, **new}


def write_run_file(var_dir: Path, values: Mapping[str, str]) -> Path:
    """Write run.env, readable by its owner alone, whole or not at all."""
    var_dir.mkdir(parents=True, exist_ok=True)
    file = var_dir / RUN_FILE
    half = file.with_suffix(".half")
    half.unlink(missing_ok=True)
    lines = "".join(f"{name}={shlex.quote(value)}\n" for name, value in sorted(values.items()))
    with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(_HEADER + lines)
    half.rename(file)
    return file


def was_prepared(var_dir: Path) -> bool:
    """True when an earlier start brought this data to the newest schema there is now."""
    mark = var_dir / _MARK
    return mark.exists() and mark.read_text() == _newest_revision()


def note_prepared(var_dir: Path) -> None:
    (var_dir / _MARK).write_text(_newest_revision())


def _newest_revision() -> str:
    spec = importlib.util.find_spec("migrations")  # found, not imported: Alembic takes a second
    assert spec is not None
    assert spec.origin is not None
    return max(file.name for file in (Path(spec.origin).parent / "versions").glob("[0-9]*.py"))


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
