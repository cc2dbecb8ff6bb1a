"""Which messages of the corpus a second reader found confidential; GUIDE.md says how.

`classes.csv` is of the writers who judge, `training.csv` of those who only train.
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILES = ("classes.csv", "training.csv")


@cache
def confidential_reading() -> Mapping[str, frozenset[str]]:
    """Message id -> the classes read in it: bribery, abuse, threat; others have no line."""
    found: dict[str, frozenset[str]] = {}
    for name in FILES:
        with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                found[row["id"]] = frozenset(row["classes"].split("|"))
    return found
