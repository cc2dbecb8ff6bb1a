"""Which things are taken, told by what they hold and never by what they are called."""

from collections.abc import Mapping

import filetype

from feedback_service.attachments.refusal import Refused

PICTURE, RECORDING, PAPER = "picture", "recording", "paper"

TAKEN: Mapping[str, str] = {
    "image/jpeg": PICTURE,
    "image/png": PICTURE,
    "image/webp": PICTURE,
    "audio/ogg": RECORDING,
    "audio/amr": RECORDING,
    "audio/mpeg": RECORDING,
    "audio/aac": RECORDING,
    "audio/mp4": RECORDING,
    "video/mp4": RECORDING,
    "video/3gpp": RECORDING,
    "application/pdf": PAPER,
}
"""Types by content.  Nothing that can carry a script for a browser, no office file, no archive."""
SAME: Mapping[str, str] = {"video/x-m4v": "video/mp4", "video/quicktime": "video/mp4"}
"""What is one container under several brands, shown by every browser that shows the other."""
SAY_NOTHING = frozenset({"", "application/octet-stream", "binary/octet-stream"})
AS_SOUND: Mapping[str, str] = {"video/mp4": "audio/mp4", "video/3gpp": "audio/3gpp"}
"""Containers of sound or film: which of them this is only the sender knows."""


def content_type(content: bytes, told: str) -> str:
    """The type by content, "image/jpeg"; Refused when we do not take it, or when it is of another
    kind than it was told to be.

    told: what the provider calls it, "audio/ogg; codecs=opus".
    """
    found = "video/3gpp" if _is_3gp(content) else filetype.guess_mime(content) or ""
    found = SAME.get(found, found)
    kind, said = TAKEN.get(found), told.partition(";")[0].strip().lower()
    if kind is None:
        raise Refused("type", f"{found or 'an unknown type'} is not taken")
    if said not in SAY_NOTHING and kind_of(said) != kind:
        raise Refused("type", f"was called {said[:60]} and holds {found}")
    return AS_SOUND.get(found, found) if said.startswith("audio/") else found


def kind_of(called: str) -> str:
    """PICTURE, RECORDING or PAPER by the name of a type; empty for any other."""
    named = {"image": PICTURE, "audio": RECORDING, "video": RECORDING}
    if called == "application/ogg":
        return RECORDING
    return TAKEN.get(called) or named.get(called.partition("/")[0], "")


def _is_3gp(content: bytes) -> bool:
    """The library looks for this brand four bytes too early (filetype 1.2.0)."""
    return content[4:8] == b"ftyp" and content[8:11] in (b"3gp", b"3g2")
