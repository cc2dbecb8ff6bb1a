"""Reading what was typed for a citizen, in a form or a row of a sheet, with every mistake in it."""

from collections.abc import Container, Mapping
from datetime import date, timedelta

from feedback_service.conversations.catalogue import Catalogue
from feedback_service.conversations.wording import LANGUAGES
from feedback_service.domain.information import Handling
from feedback_service.domain.phones import NotAPhone, normalise
from feedback_service.intake.assisted import Filed
from feedback_service.models import Category

CAME_BY = ("person", "call", "letter", "ombudsman")
"""How what a helper types came to the desk."""
MASHINANI = "mashinani"
"""How what a sheet holds came."""
OLDEST = timedelta(days=365)
LONGEST_WORDS, LONGEST_NAME = 4000, 80
FIELDS = (
    "came", "received_on", "phone", "language", "service", "institution", "county", "place",
    "category", "named", "referral", "words", "handling",
)  # fmt: skip


def mistakes(typed: Mapping[str, str], known: Catalogue, today: date) -> dict[str, str]:
    """What is wrong, by field, as keys of the pages' error.*; empty when all is well."""
    service = known.services.get(typed["service"])
    found = {
        "came": _choice(typed["came"], (*CAME_BY, MASHINANI), needed=True),
        "received_on": _day(typed["received_on"], today),
        "phone": _phone(typed["phone"]),
        "language": _choice(typed["language"], LANGUAGES, needed=True),
        "service": _choice(typed["service"], known.services),
        "institution": _choice(typed["institution"], known.offices),
        "county": _choice(typed["county"], [str(code) for code in known.counties]),
        "place": _choice(typed["place"], known.places),
        "category": _choice(typed["category"], tuple(Category)),
        "handling": _choice(typed["handling"], tuple(Handling)),
        "named": "too_long" if len(typed["named"]) > LONGEST_NAME else "",
        "referral": "too_long" if len(typed["referral"]) > LONGEST_NAME else "",
        "words": _words(typed["words"]),
    }
    if service and service.by_county and not typed["county"] and not typed["place"]:
        found["county"] = "required"
    return {name: key for name, key in found.items() if key}


def read(typed: Mapping[str, str], known: Catalogue, source: str) -> Filed:
    """What was typed, when there are no mistakes in it."""
    place = known.places.get(typed["place"])
    county = int(typed["county"]) if typed["county"] else place.county if place else None
    return Filed(
        source=source,
        came=typed["came"],
        received_on=date.fromisoformat(typed["received_on"]),
        words=typed["words"],
        language=typed["language"],
        phone=normalise(typed["phone"]) if typed["phone"] else None,
        service=typed["service"] or None,
        institution=None if typed["service"] else typed["institution"] or None,
        county=county,
        place=typed["place"] or None,
        category=Category(typed["category"]) if typed["category"] else None,
        handling=Handling(typed["handling"] or Handling.COMPLAINT),
        named=typed["named"],
        referral=typed["referral"],
    )


def _choice(value: str, known: Container[str], *, needed: bool = False) -> str:
    if not value:
        return "required" if needed else ""
    return "" if value in known else "choose_one"


def _day(text: str, today: date) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return "not_a_day" if text else "required"
    if day > today:
        return "in_future"
    return "too_old" if today - day > OLDEST else ""


def _phone(text: str) -> str:
    if not text:
        return ""
    try:
        normalise(text)
    except NotAPhone:
        return "not_a_phone"
    return ""


def _words(text: str) -> str:
    if len(text) < 3:
        return "too_short" if text else "required"
    return "too_long" if len(text) > LONGEST_WORDS else ""
