"""Until when the rows of a contract are the institution's alone (`methods/contracts.json`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from analytics.methods import published


@dataclass(frozen=True)
class Vetting:
    """`on` is the last day on which rows change without a second person; how sure that day is."""

    on: date
    words: Mapping[str, str]
    confidence: str


def vetting_of(year: int) -> Vetting:
    """The rule for the financial year beginning in `year`."""
    rule = published("contracts.json")["vetting"]
    month, day = (int(number) for number in rule["day"].split("-"))
    on = date(year if month >= 7 else year + 1, month, day)
    return Vetting(on, {"en": rule["en"], "sw": rule["sw"]}, rule["confidence"])
