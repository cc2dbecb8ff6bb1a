"""The crosswalk between the labels of the corpus and the registry's institutions."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "labels.csv"


@cache
def labels() -> Mapping[str, str]:
    """Label of `corpus/LABELS.md` -> institution id; county, hospital and centre have no row here,
    because their label carries a name after a colon.
    """
    with FILE.open(encoding="utf-8", newline="") as rows:
        return {row["label"]: row["institution"] for row in csv.DictReader(rows)}
