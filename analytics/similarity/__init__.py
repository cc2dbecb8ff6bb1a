"""How alike two short complaints are, in whatever mixture of languages: one cause, or two.

Words are folded to what they mean, rare ones count most, misspelt ones meet by their letters; the
service, the place and the county hold back what words alone would join.  Plain values in and out.
"""

from analytics.similarity.comparing import (
    SUGGESTED,
    SURE,
    Fingerprint,
    Report,
    fingerprint,
    likeness,
    likenesses,
)
from analytics.similarity.folding import counted

__all__ = [
    "SUGGESTED",
    "SURE",
    "Fingerprint",
    "Report",
    "counted",
    "fingerprint",
    "likeness",
    "likenesses",
]
