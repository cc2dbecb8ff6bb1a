"""Every phrase a citizen reads, once per language, with its budget.

A phrase lives in `en.toml` and `sw.toml` under the same key; `budgets.py` says where it is shown
and with which longest real values it must still fit.  `**values` fill the braces.  What an editor
changed while the service runs is swapped in whole with `use`, and taken back by swapping again.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from string import Formatter

LANGUAGES = ("en", "sw")
COUNTS = ("n", "times")
"""Values that count something: with 1 of it, the phrase's `-one` form is said where it has one."""


class NoSuchPhrase(KeyError):
    """A key that no catalogue holds: a mistake in the flow, found by the tests."""


def phrase(key: str, language: str, **values: str | int) -> str:
    """The phrase in the citizen's language; a language we do not write falls to English."""
    catalogue = phrases(language if language in LANGUAGES else "en")
    try:
        text = catalogue[key]
    except KeyError:
        raise NoSuchPhrase(key) from None
    if not values:
        return text
    if any(str(values.get(name)) == "1" for name in COUNTS):
        text = catalogue.get(f"{key}-one", text)
    return text.format(**values)


def phrases(language: str) -> dict[str, str]:
    """All phrases of one language as they are said now."""
    return _in_force.get(language) or shipped(language)


@cache
def shipped(language: str) -> dict[str, str]:
    """All phrases of one language as this release comes with them."""
    text = (Path(__file__).parent / f"{language}.toml").read_text(encoding="utf-8")
    return {key: str(value).strip("\n") for key, value in tomllib.loads(text).items()}


def use(overrides: Mapping[tuple[str, str], str]) -> tuple[tuple[str, str], ...]:
    """Say these texts by (key, language) instead of the shipped ones; all others as shipped.

    Returns those that are not used: their key is gone, or its values are other ones by now, since
    they were written for another release.  An empty text says what we ship.
    """
    global _in_force, _edition
    wanted = {place: text for place, text in overrides.items() if text}
    unfit = unsuited(wanted)
    fresh = {language: dict(shipped(language)) for language in LANGUAGES}
    for (key, language), text in wanted.items():
        if (key, language) not in unfit:
            fresh[language][key] = text
    _in_force = fresh
    _edition += 1  # after the swap: what is drawn meanwhile counts as drawn before it
    return unfit


def edition() -> int:
    """A number that changes whenever what is said may have: for whoever keeps texts made of it."""
    return _edition


def unsuited(overrides: Mapping[tuple[str, str], str]) -> tuple[tuple[str, str], ...]:
    """Those of the texts that this release cannot say; "" is never one of them."""
    return tuple(place for place, text in overrides.items() if text and not _suits(place, text))


def names(text: str) -> frozenset[str]:
    """The values a text has braces for; raises ValueError for braces that no value can fill."""
    found = set()
    for _, name, spec, conversion in Formatter().parse(text):
        if name is None:
            continue
        if spec or conversion or not name.isidentifier():
            raise ValueError(f"{{{name}}} is no plain name")
        found.add(name)
    return frozenset(found)


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
    return phrase(f"time-{unit}", language, n=amount)


def _suits(place: tuple[str, str], text: str) -> bool:
    key, language = place
    if language not in LANGUAGES or key not in shipped(language):
        return False
    try:
        return names(text) == names(shipped(language)[key])
    except ValueError:
        return False


_in_force: dict[str, dict[str, str]] = {}
"""Read without a lock: it is replaced whole, never changed."""
_edition = 0
