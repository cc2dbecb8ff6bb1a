"""One spelling for what differs only in typing: case, width, links, handles, drawn-out letters.

Training and prediction both pass through here, so that the model never sees one thing twice.
"""

import re
import unicodedata
from functools import lru_cache

URL = "urltoken"
USER = "usertoken"

_URL = re.compile(r"(?:https?://|www\.)\S+")
_USER = re.compile(r"(?<!\S)@\w+")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")


@lru_cache(maxsize=512)  # reading, screening and the gazetteer ask for the same text in turn
def normalise(text: str) -> str:
    """The text in NFKC and lower case, links and handles as tokens, `saaaana` as `saana`."""
    folded = unicodedata.normalize("NFKC", text).lower().replace("\u2019", "'")
    if "http" in folded or "www." in folded:
        folded = _URL.sub(f" {URL} ", folded)
    if "@" in folded:
        folded = _USER.sub(f" {USER} ", folded)
    return _DRAWN_OUT.sub(r"\1\1", folded)
