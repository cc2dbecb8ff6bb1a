"""What the model can do on writers it has never read, per head, per language and per writer.

Temperatures and thresholds too are chosen without the writer who is judged.  `report.json` and
`report.html` say it; the figures also stand in the manifest of the model.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analytics.triage.evaluate.figures import figures
from analytics.triage.evaluate.judging import Judged, MayNotJudge, judge
from analytics.triage.report_page import page
from analytics.triage.rows import Row, read_corpus
from analytics.triage.train import SEED, hold_out


def evaluate(
    folder_out: Path, rows: Sequence[Row] | None = None, seed: int = SEED
) -> dict[str, Any]:
    """Trains and judges leaving writers out, writes the report into the folder, returns it."""
    report = figures(hold_out(read_corpus() if rows is None else rows, seed), seed)
    write(report, folder_out)
    return report


def write(report: Mapping[str, Any], folder_out: Path) -> None:
    """`report.json` and `report.html` of figures, those of a manifest too."""
    folder_out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(report, indent=1, ensure_ascii=False)
    (folder_out / "report.json").write_text(text + "\n", encoding="utf-8")
    (folder_out / "report.html").write_text(page(report), encoding="utf-8")


__all__ = ["Judged", "MayNotJudge", "evaluate", "figures", "judge", "write"]
