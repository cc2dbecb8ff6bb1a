"""Words of the web pages in English and Kiswahili, and how a page says days and moments.

`page_words(lang)` is what every template is given: `t`, `moment`, `day`, `number` and `lang`.
The catalogues `en.json` and `sw.json` hold one line per key; a key may hold a pair of forms,
`one` and `other`, chosen by the value `n`.
"""

import json
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import cast
from zoneinfo import ZoneInfo

LANGUAGES = ("en", "sw")
NAIROBI = ZoneInfo("Africa/Nairobi")

Text = str | dict[str, str]


def page_words(lang: str) -> dict[str, object]:
    """What a template needs to speak `lang`; give it to `app.context_processor`."""
    return {
        "lang": lang,
        "t": translator(lang),
        "moment": lambda at: moment(lang, at),
        "day": lambda at: day(lang, at),
        "number": lambda n: f"{n:,}",
    }


def translator(lang: str) -> Callable[..., str]:
    """`say` with the language already chosen: `t("queue.cases", n=3)`."""

    def t(key: str, **values: object) -> str:
        return say(lang, key, **values)

    return t


def say(lang: str, key: str, **values: object) -> str:
    """The text of `key` with its `{places}` filled.

    A key that does not exist is read aloud as words ("event.sent_back" becomes "sent back"): keys
    made from stored values may be newer than the catalogue, and a page must not fail for a label.
    Keys written out in templates are held complete by a test.
    """
    text = catalogue(lang).get(key)
    if text is None:
        return key.rsplit(".", 1)[-1].replace("_", " ")
    if isinstance(text, dict):
        text = text["one" if values.get("n") == 1 else "other"]
    return text.format_map(values)


def due_words(lang: str, working_days: int) -> str:
    """Words for a due day: positive days are left, 0 is today, negative days are late."""
    if working_days == 0:
        return say(lang, "due.today")
    key = "due.left" if working_days > 0 else "due.late"
    return say(lang, key, n=abs(working_days))


def moment(lang: str, at: datetime | None) -> str:
    """A day and a time in Nairobi: "Tue 14 Oct 2026, 09:12". None is a dash."""
    return f"{day(lang, at)}, {at.astimezone(NAIROBI):%H:%M}" if at else "–"  # noqa: RUF001 - typography


def day(lang: str, at: date | datetime | None) -> str:
    """A day in Nairobi: "Tue 14 Oct 2026". None is a dash."""
    if at is None:
        return "–"  # noqa: RUF001 - typography
    local = at.astimezone(NAIROBI) if isinstance(at, datetime) else at
    weekday = say(lang, "calendar.weekdays").split()[local.weekday()]
    month = say(lang, "calendar.months").split()[local.month - 1]
    return f"{weekday} {local.day} {month} {local.year}"


@cache
def catalogue(lang: str) -> dict[str, Text]:
    """All texts of a language, by key. A language without a file is a FileNotFoundError."""
    source = files(__package__).joinpath(f"{lang}.json").read_text(encoding="utf-8")
    return cast(dict[str, Text], json.loads(source))
