"""How many dots a picture may have: a small file can unfold to gigabytes in a browser."""

from feedback_service.attachments.refusal import Refused

MOST_DOTS = 100_000_000
"""Twice what the best telephones take."""


def checked_size(height: int, width: int) -> None:
    if height * width > MOST_DOTS:
        raise Refused("size", f"the picture has {width} x {height} dots")
