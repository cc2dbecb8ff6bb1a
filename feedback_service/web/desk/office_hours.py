"""Office hours on the page of the calendar: what is kept, and what a form says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from feedback_service.registry import hours
from feedback_service.registry.hours import Hours
from feedback_service.web.desk.frame import Choice, catalogue
from feedback_service.web.texts import say

T = TypeVar("T")

FIELDS = ("scope", "effective_from", "opens", "closes")
ERRORS = {
    "scope": "choose_one",
    "effective_from": "hours_from",
    "opens": "hours_time",
    "closes": "hours_closes",
    "weekend": "hours_weekend",
}
"""The key of error.* for each field."""


@dataclass(frozen=True)
class HoursLine:
    whose: str
    effective_from: date
    opens: str
    closes: str
    weekend: str


class NotFilled(ValueError):
    """Fields that cannot be read; `fields` names them."""

    def __init__(self, fields: list[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


def line(one: Hours, lang: str) -> HoursLine:
    weekdays = say(lang, "calendar.weekdays").split()
    return HoursLine(
        whose=scopes(lang).get(one.scope, one.scope),
        effective_from=one.effective_from,
        opens=one.opens.isoformat("minutes"),
        closes=one.closes.isoformat("minutes"),
        weekend=", ".join(weekdays[day] for day in sorted(one.weekend)),
    )


def scopes(lang: str) -> Mapping[str, str]:
    """Whom hours can be kept for: counties, then institutions, by name."""
    known = catalogue()
    counties = {
        f"{hours.COUNTY}{code}": say(lang, "hours.of_county", name=one.name)
        for code, one in known.counties.items()
    }
    named = sorted(known.offices.items(), key=lambda one: one[1][lang])
    return counties | {key: names[lang] for key, names in named}


def weekdays(lang: str) -> list[Choice]:
    names = say(lang, "calendar.weekdays").split()
    return [Choice(str(number), name) for number, name in enumerate(names)]


def read(form: MultiDict[str, str], lang: str) -> Hours:
    """The hours a form says; raises NotFilled."""
    wrong, typed = [], {name: form.get(name, "").strip() for name in FIELDS}
    if typed["scope"] not in scopes(lang):
        wrong.append("scope")
    starts = _read(date.fromisoformat, typed["effective_from"])
    opens, closes = (_read(time.fromisoformat, typed[name]) for name in ("opens", "closes"))
    shut = frozenset(int(day) for day in form.getlist("weekend") if day in set("0123456"))
    found = {"effective_from": starts, "opens": opens, "closes": closes}
    wrong += [name for name, value in found.items() if value is None]
    if wrong or starts is None or opens is None or closes is None:
        raise NotFilled(wrong)
    return Hours(typed["scope"], starts, opens, closes, shut)


def _read(reader: Callable[[str], T], text: str) -> T | None:
    try:
        return reader(text)
    except ValueError:
        return None
