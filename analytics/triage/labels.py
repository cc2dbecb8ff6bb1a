"""The closed sets a message is labelled with, as `corpus/LABELS.md` defines them."""

from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    COMPLAINT = "complaint"
    COMPLIMENT = "compliment"
    ENQUIRY = "enquiry"
    SUGGESTION = "suggestion"
    SPAM = "spam"


class Category(StrEnum):
    DELAY = "delay"
    STAFF_CONDUCT = "staff_conduct"
    BRIBERY = "bribery"
    COST = "cost"
    ACCESS = "access"
    QUALITY = "quality"
    INFORMATION = "information"
    SYSTEM_FAILURE = "system_failure"
    DISCRIMINATION = "discrimination"


class Sector(StrEnum):
    CIVIL_REGISTRATION = "civil_registration"
    HEALTH = "health"
    EDUCATION = "education"
    POLICE_SECURITY = "police_security"
    LANDS = "lands"
    TRANSPORT = "transport"
    TAX_BUSINESS = "tax_business"
    UTILITIES = "utilities"
    SOCIAL_PROTECTION = "social_protection"
    JUSTICE = "justice"
    AGRICULTURE = "agriculture"
    COUNTY_ADMIN = "county_admin"
    HUDUMA = "huduma"
    OTHER = "other"


class Lang(StrEnum):
    EN = "en"
    SW = "sw"
    SHENG = "sheng"
    MIXED = "mixed"


@dataclass(frozen=True)
class Head:
    """One question the model answers: its name, its answers, and who is asked.

    `complaints_only`: the head is trained on complaints, for nothing else has a category.
    """

    name: str
    labels: tuple[str, ...]
    complaints_only: bool = False


INTENT = Head("intent", tuple(map(str, Intent)))
CATEGORY = Head("category", tuple(map(str, Category)), complaints_only=True)
SECTOR = Head("sector", tuple(map(str, Sector)))
LANG = Head("lang", tuple(map(str, Lang)))
URGENT = Head("urgent", ("true",))

CONFIDENTIAL = Head("confidential", ("true",))

HEADS = (INTENT, CATEGORY, SECTOR, LANG, URGENT)
SCORED = (*HEADS, CONFIDENTIAL)
"""Every head with a column of scores; `CONFIDENTIAL` is no label of a row but read beside it."""

YES_OR_NO = (URGENT, CONFIDENTIAL)


def columns() -> dict[str, slice]:
    """Which columns of a score matrix belong to which head: one a label, one for yes or no."""
    spans: dict[str, slice] = {}
    start = 0
    for head in SCORED:
        spans[head.name] = slice(start, start + len(head.labels))
        start += len(head.labels)
    return spans


def width() -> int:
    """How many columns a score matrix has."""
    return sum(len(head.labels) for head in SCORED)
