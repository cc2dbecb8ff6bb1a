"""Taking out of a file what it tells beside what it shows: where it was made, when, with which
phone.  Pictures and films; a paper (PDF) and a sound of another container go as they came."""

from collections.abc import Callable, Mapping

from feedback_service.attachments.stripping.films import strip_film
from feedback_service.attachments.stripping.jpeg import strip_jpeg
from feedback_service.attachments.stripping.png import strip_png
from feedback_service.attachments.stripping.webp import strip_webp

_STRIPS: Mapping[str, Callable[[bytes], bytes]] = {
    "image/jpeg": strip_jpeg,
    "image/png": strip_png,
    "image/webp": strip_webp,
    "video/mp4": strip_film,
    "video/3gpp": strip_film,
    "audio/mp4": strip_film,
    "audio/3gpp": strip_film,
}


def strip(content: bytes, content_type: str) -> bytes:
    """The same picture or film without its metadata; Refused when it cannot be read as one."""
    how = _STRIPS.get(content_type)
    return how(content) if how else content
