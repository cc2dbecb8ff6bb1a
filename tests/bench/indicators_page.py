"""`python -m tests.bench.indicators_page`: writes the tables of docs/indicators.md that come from
code, between the lines that mark them."""

import re
import sys
from pathlib import Path

from analytics.indicators import DEFINITIONS, Definition
from analytics.indicators.denominators import CASE_AXES, RATING_AXES, Line, table
from analytics.scorecards import standards

PAGE = Path(__file__).parents[2] / "docs" / "indicators.md"


def definitions() -> str:
    """Every indicator in use, a line each."""
    head = "| indicator | counts | leaves out | formula, interval | unit | standard |"
    lines = [head, "|---|---|---|---|---|---|"]
    return "\n".join([*lines, *map(_of_one, DEFINITIONS.values())])


def denominators() -> str:
    """Which states of a record count where, an indicator's lines together."""
    lines = ["| indicator | where | is |", "|---|---|---|"]
    before = ""
    for line in table():
        name = "" if line.indicator == before else f"`{line.indicator}`"
        lines.append(f"| {name} | {_where(line)} | {line.role} |")
        before = line.indicator
    return "\n".join(lines)


def filled(page: str) -> str:
    """The page with its tables as they are now."""
    for name, made in (("definitions", definitions()), ("denominators", denominators())):
        marks = rf"(<!-- {name} -->\n)(?:(?!<!-- end -->).)*(\n<!-- end -->)"
        page = re.sub(marks, lambda m, made=made: m[1] + made + m[2], page, flags=re.DOTALL)
    return page


def main() -> int:
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


def _of_one(one: Definition) -> str:
    known = standards().get(one.id)
    held = (
        "shown only" if known is None else f"{'at most' if one.better == 'lower' else 'at least'}"
    )
    value = "" if known is None else f" {known.value:g}"
    name = f"`{one.id}` {one.version}: {one.name_en}"
    return (
        f"| {name} | {one.counted} | {one.excluded} | {one.formula} | {one.unit} | {held}{value} |"
    )


def _where(line: Line) -> str:
    axes = {**RATING_AXES, **CASE_AXES}
    said = [f"{axis}: {_values(axes[axis], values)}" for axis, values in line.where.items()]
    return "; ".join(said) or "always"


def _values(all_of_them: tuple[str, ...], values: tuple[str, ...]) -> str:
    others = [value for value in all_of_them if value not in values]
    if len(others) < len(values) and len(values) > 2:
        return "any but " + " or ".join(others)
    return " or ".join(values)


if __name__ == "__main__":
    sys.exit(main())
