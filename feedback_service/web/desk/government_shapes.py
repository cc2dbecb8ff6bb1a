"""The whole of government as pages show it: where each line stands, and an aggregate in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for

from analytics.indicators import DEFINITIONS
from analytics.scorecards import Tier, standards
from feedback_service import government
from feedback_service.domain.periods import Period
from feedback_service.government import Aggregate, BodyFigures, Line, Reading, State, Status
from feedback_service.reports.scale import Scale
from feedback_service.web.periods import in_address
from feedback_service.web.public.views import COLUMNS, name_of, tier_key
from feedback_service.web.texts import say

SIDES = (Tier.ABOVE, Tier.NOT_SEPARABLE, Tier.BELOW, Tier.NOT_MEASURED)
CONTRACT = ("charter", "complaints", "owes")
"""What of a contract stands beside the figures."""
TONES: Mapping[State, str] = {State.GONE_UP: "good", State.RETURNED: "late", State.SIGNED: "soon"}


@dataclass(frozen=True)
class Standing:
    """An aggregate in the list; `missing`: not gone up though its date is past; `href` None where
    the reader may not open it."""

    name: str
    state: str
    tone: str
    due: date
    days_late: int
    missing: bool
    signed_by: str
    signed_at: datetime | None
    provisional: bool
    href: str | None


@dataclass(frozen=True)
class Group:
    """A line with its aggregates."""

    name: str
    through: str
    rows: list[Standing]
    up: int


@dataclass(frozen=True)
class Cell:
    """A figure of a body in words; `tier` is the end of a key of `tier.*`, `why` where none."""

    words: str
    between: str
    n: int
    tier: str
    why: str


@dataclass(frozen=True)
class Row:
    """A body in the table of an aggregate."""

    key: str
    name: str
    cells: list[Cell]
    contract: list[str]


@dataclass(frozen=True)
class Shown:
    """An aggregate in words: `sides` counts bodies by figure and side, `unmeasured` by why."""

    digest: str
    provisional: bool
    simulated: bool
    columns: list[str]
    sides: list[tuple[str, list[int], list[tuple[str, int]]]]
    rows: list[Row]
    contracts: bool
    left_out: list[tuple[str, str]]


def groups(
    found: Iterable[Status],
    period: Period,
    people: Mapping[object, str],
    names: Mapping[str, str],
    lang: str,
    readable: Iterable[State] = tuple(State),
) -> list[Group]:
    """The aggregates by line, in the order of the policy."""
    by_line: dict[str, list[Status]] = {}
    for one in found:
        by_line.setdefault(one.signatory.line.key, []).append(one)
    return [
        Group(
            line.name[lang], line.through[lang],
            [_standing(one, period, people, names, lang, tuple(readable)) for one in by_line[key]],
            sum(one.state is State.GONE_UP for one in by_line[key]),
        )
        for key, line in government.lines().items()
        if key in by_line
    ]  # fmt: skip


def called(status: Status, names: Mapping[str, str], lang: str) -> str:
    """A whole line by its name, a body or county by its own."""
    one = status.signatory
    return one.line.name[lang] if one.whole else names.get(one.holder, one.holder)


def shown(figures: Aggregate, names: Mapping[str, str], lang: str) -> Shown:
    return Shown(
        figures.digest, figures.provisional, figures.simulated,
        [name_of(DEFINITIONS[name], lang) for name in COLUMNS],
        [
            (
                name_of(DEFINITIONS[name], lang), [counted[side] for side in SIDES],
                _whys(figures.unmeasured(name).values(), lang),
            )
            for name, counted in figures.sides().items()
        ],
        [_row(body, names, lang) for body in figures.bodies],
        any(body.contract for body in figures.bodies),
        [
            (names.get(key, key), say(lang, f"government.out_{why}"))
            for key, why in figures.left_out.items()
        ],
    )  # fmt: skip


def signs(line: Line, lang: str, *, whole: bool) -> str:
    """Who signs, in words."""
    return (line.signs_words if whole or not line.first_words[lang] else line.first_words)[lang]


def _standing(
    one: Status,
    period: Period,
    people: Mapping[object, str],
    names: Mapping[str, str],
    lang: str,
    readable: tuple[State, ...],
) -> Standing:
    up = one.state is State.GONE_UP
    key, holder = one.signatory.line.key.value, one.signatory.holder
    sheet = one.sheet if one.state in readable else None
    href = url_for("desk.line_sheet", line=key, holder=holder, period=in_address(period))
    return Standing(
        called(one, names, lang), say(lang, f"government.state_{one.state.replace(' ', '_')}"),
        TONES.get(one.state, ""), one.due, one.days_late, not up and one.days_late > 0,
        people.get(sheet.signed_by_id, "") if sheet else "", sheet.signed_at if sheet else None,
        bool(sheet and sheet.provisional), href if one.state in readable else None,
    )  # fmt: skip


def _whys(keys: Iterable[str], lang: str) -> list[tuple[str, int]]:
    counted: dict[str, int] = {}
    for key in keys:
        counted[key] = counted.get(key, 0) + 1
    return [(say(lang, f"government.why_{key}"), n) for key, n in sorted(counted.items())]


def _row(body: BodyFigures, names: Mapping[str, str], lang: str) -> Row:
    cells = [_cell(name, body.figures[name], lang) for name in COLUMNS if name in standards()]
    contract = [body.contract.get(key, "") for key in CONTRACT] if body.contract else []
    return Row(body.institution, names.get(body.institution, body.institution), cells, contract)


def _cell(name: str, one: Reading, lang: str) -> Cell:
    scale = Scale.of(DEFINITIONS[name])
    words = "" if one.value is None else scale.words(one.value, lang)
    side = tier_key(one.tier) if one.tier else ""
    why = say(lang, f"government.why_{one.why}") if one.why else ""
    return Cell(words, scale.between(one.low, one.high, lang), one.n, side, why)
