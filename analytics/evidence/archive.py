"""A pack as a zip file: the same files give the same bytes, and each is held against its hash."""

import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

MANIFEST, SIGNATURE, STATEMENT = "manifest.json", "manifest.sig", "period.json"
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError,
    RuntimeError,  # a password is wanted, or a way of packing that is not known
)  # fmt: skip
_DAY = (1980, 1, 1, 0, 0, 0)
MOST = 500_000_000
"""Bytes of a pack's files together: no archive may fill a machine's memory.  A body with a million
cases has more: whoever trusts the file says so."""


class NotAPack(ValueError):
    """The file cannot be read as a pack; the message says why."""


def packed(files: Mapping[str, bytes]) -> bytes:
    """A zip with sorted names and one date for all."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as out:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            out.writestr(entry, files[name])
    return raw.getvalue()


def opened(path: Path, most: int = MOST) -> dict[str, bytes]:
    """The files of a pack.  Raises NotAPack."""
    return _opened(path, path.name, most)


def opened_inside(content: bytes, name: str, most: int = MOST) -> dict[str, bytes]:
    """The files of a pack that is itself a file, called `name`, of another.  Raises NotAPack."""
    return _opened(io.BytesIO(content), name, most)


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def digests(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: digest(content) for name, content in sorted(files.items())}


def parsed(content: bytes) -> Any:
    """What a file of JSON says; numbers as they were written."""
    return json.loads(content)


def _opened(file: Path | io.BytesIO, name: str, most: int) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(file) as found:
            if (size := sum(entry.file_size for entry in found.infolist())) > most:
                raise NotAPack(
                    f"{name} would unpack to {size:,} bytes, more than {most:,}: if you trust "
                    f"where it comes from, allow it with --most {size}"
                )
            names = found.namelist()
            if len(set(names)) < len(names):
                raise NotAPack(f"{name} has two files of one name")
            return {one: found.read(one) for one in names}
    except _UNREADABLE as error:
        raise NotAPack(f"{name} is not a zip file that can be read: {error}") from None
