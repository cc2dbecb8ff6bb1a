"""Which labelled messages are confidential: bribery by their label, bribery, abuse or a threat by
the second reading of the corpus.
"""

from analytics.triage.corpus.confidential import confidential_reading
from analytics.triage.labels import Category
from analytics.triage.rows import Row, Source

_READ = (Source.TEAM, Source.SYNTHETIC)


def is_grave(row: Row) -> bool:
    """What must be kept from the accused: recall is promised of these."""
    return row.category == Category.BRIBERY or row.id in confidential_reading()


def is_grave_or_near(row: Row) -> bool:
    """What the head learns from: bribery as a second category too."""
    return is_grave(row) or row.alt_category == Category.BRIBERY


def was_read(row: Row) -> bool:
    """Whether the second reader saw it.  A desk's label does not say that a message holds no abuse
    and no threat, and the office concerned may have set it: that must not teach to let it pass."""
    return row.source in _READ
