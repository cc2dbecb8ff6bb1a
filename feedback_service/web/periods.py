"""Periods in addresses: `FY2026-27-Q1` stands for FY2026/27-Q1 where a slash would cut a path.

Both spellings are read everywhere; links are written with the hyphen.
"""

import re

from feedback_service.domain.periods import Period

_HYPHENED = re.compile(r"(FY\d{4})-(\d{2})(-Q\d)?")


def read_period(text: str) -> Period:
    """The period of either spelling.  Raises NotAPeriod, which names an example."""
    return Period.parse(_HYPHENED.sub(r"\1/\2\3", text.strip()))


def in_address(period: Period) -> str:
    """The period as one part of a path."""
    return period.label.replace("/", "-")
