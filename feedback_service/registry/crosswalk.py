"""The crosswalk: every institution, county, sector and category label of the corpus, as the
registry and the Ombudsman call it.  Facts stand in `data/crosswalk.csv` and `data/ombudsman.csv`.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from feedback_service.models import Category

FOLDER = Path(__file__).parent / "data"
INSTITUTION = "institution"


class UnknownLabel(LookupError):
    """A label without a row in the crosswalk."""

    def __init__(self, kind: str, label: str) -> None:
        super().__init__(f"{kind} {label!r}: no row; add one to {FOLDER.name}/crosswalk.csv")


@dataclass(frozen=True)
class Crossing:
    """One label and what it is here.

    `target`: an institution id (kinds institution and hospital), a county code, a service point id
    (kind Huduma), a sector key, or the Ombudsman's category (kind category). `how`: `is` the same,
    `answers` for it, `nearest` of a shorter list, `central` nobody here: a person decides.
    """

    kind: str
    label: str
    target: str
    how: str
    note: str


@dataclass(frozen=True)
class OmbudsmansCategory:
    """A kind of complaint as the Commission on Administrative Justice counts them."""

    key: str
    name_en: str
    name_sw: str


@cache
def crossings() -> Mapping[tuple[str, str], Crossing]:
    """(kind, label) -> its row; kinds: institution, hospital, Huduma, county, sector, category."""
    with (FOLDER / "crosswalk.csv").open(encoding="utf-8", newline="") as rows:
        return {(row["kind"], row["label"]): Crossing(**row) for row in csv.DictReader(rows)}


def crossing(kind: str, label: str) -> Crossing:
    """The row of a label; an institution may carry its kind: `hospital:Kitale`, `county:Meru`.

    Raises `UnknownLabel`.
    """
    before, colon, name = label.partition(":")
    if kind == INSTITUTION and colon:
        kind, label = before, name
    try:
        return crossings()[kind, label]
    except KeyError:
        raise UnknownLabel(kind, label) from None


@cache
def labels() -> Mapping[str, str]:
    """Label of `corpus/LABELS.md` without a name after a colon -> institution id."""
    return {each.label: each.target for each in crossings().values() if each.kind == INSTITUTION}


@cache
def label_of() -> Mapping[str, str]:
    """Institution id -> the label the guide writes for that very institution, the first of them."""
    found: dict[str, str] = {}
    for each in crossings().values():
        if each.kind == INSTITUTION and each.how == "is":
            found.setdefault(each.target, each.label)
    return found


def ombudsmans(category: Category) -> OmbudsmansCategory:
    """What the Ombudsman calls a complaint of our category: the nearest of their list."""
    return ombudsmans_categories()[crossings()["category", category.value].target]


@cache
def ombudsmans_categories() -> Mapping[str, OmbudsmansCategory]:
    """Key -> the Ombudsman's kinds of complaint, in their order."""
    with (FOLDER / "ombudsman.csv").open(encoding="utf-8", newline="") as rows:
        return {
            row["key"]: OmbudsmansCategory(row["key"], row["name_en"], row["name_sw"])
            for row in csv.DictReader(rows)
        }
