"""Every phrase a citizen reads, once per language, with its budget.

A phrase lives in `en.toml` and `sw.toml` under the same key; `budgets.py` says where it is shown
and with which longest real values it must still fit.  `**values` fill the braces.
"""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "sw")


class NoSuchPhrase(KeyError):
    """A key that no catalogue holds: a mistake in the flow, found by the tests."""


def phrase(key: str, language: str, **values: str | int) -> str:
    """The phrase in the citizen's language; a language we do not write falls to English."""
    catalogue = phrases(language if language in LANGUAGES else "en")
    try:
        text = catalogue[key]
    except KeyError:
        raise NoSuchPhrase(key) from None
    return text.format(**values) if values else text


@cache
def phrases(language: str) -> dict[str, str]:
    """All phrases of one language."""
    text = (Path(__file__).parent / f"{language}.toml").read_text(encoding="utf-8")
    return {key: str(value).strip("\n") for key, value in tomllib.loads(text).items()}


def day(when: date, language: str) -> str:
    """A date as an SMS says it: `Fri 4 Dec`, `Ijm 4 Des`."""
    days = phrase("days", language).split()
    months = phrase("months", language).split()
    return f"{days[when.weekday()]} {when.day} {months[when.month - 1]}"


def kes(amount: int | None, language: str) -> str:
    """Money as a charter prints it: `KES 1,050`, `free`, `varies`."""
    if amount is None:
        return phrase("cost-varies", language)
    return f"KES {amount:,}" if amount else phrase("cost-free", language)


def promised(amount: int, unit: str, language: str) -> str:
    """A promised time in words: `10 working days`, `siku 10 za kazi`; none at all is `at once`."""
    if amount == 0:
        return phrase("time-now", language)
    return phrase(f"time-{unit}{'' if amount != 1 else '-one'}", language, n=amount)
