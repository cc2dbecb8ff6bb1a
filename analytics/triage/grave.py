"""Which labelled messages are confidential: bribery by their label, bribery, abuse or a threat by
the second reading of the corpus.
"""

from analytics.triage.corpus.confidential import confidential_reading
from analytics.triage.labels import Category
from analytics.triage.rows import Row


def is_grave(row: Row) -> bool:
    """What must be kept from the accused: recall is promised of these."""
    return row.category == Category.BRIBERY or row.id in confidential_reading()


def is_grave_or_near(row: Row) -> bool:
    """What the head learns from: bribery as a second category too."""
    return is_grave(row) or row.alt_category == Category.BRIBERY
