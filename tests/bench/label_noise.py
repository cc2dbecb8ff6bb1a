"""`python -m tests.bench.label_noise`: labels flipped on purpose, and how many of them are found.

Of the team's complaints one in twenty gets another category; the list of doubtful labels is read
from its top.  About a minute of CPU; needs no service.
"""

import numpy as np

from analytics.triage.noise import suspects
from analytics.triage.rows import Row, read_corpus
from tests.unit.triage.flipped import flipped


def report() -> str:
    """Recall and precision at as many as were flipped, at twice as many, and of the whole list."""
    rows, wrong = flipped([row for row in read_corpus() if row.judges], np.random.default_rng(7))
    listed = [one.row.id for one in suspects(rows) if one.head == "category"]
    lines = [f"{len(_complaints(rows))} complaints, {len(wrong)} with a category flipped"]
    for words, many in (
        ("as many as flipped", len(wrong)), ("twice as many", 2 * len(wrong)),
        ("the whole list", len(listed)),
    ):  # fmt: skip
        found = len(wrong & set(listed[:many]))
        lines.append(
            f"{words:20} {many:5} read: recall {found / len(wrong):.2f}, "
            f"precision {found / max(1, many):.2f}"
        )
    return "\n".join(lines)


def _complaints(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.intent == "complaint"]


if __name__ == "__main__":
    print(report())
