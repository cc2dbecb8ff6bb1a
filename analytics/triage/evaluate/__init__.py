"""What the model can do on writers it has never read, per head, per language and per writer.

Temperatures and thresholds too are chosen without the writer who is judged.  `report.json` and
`report.html` say it; the headline figures also stand in the manifest of the model.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analytics.triage.evaluate import experiments, plans
from analytics.triage.evaluate.figures import figures
from analytics.triage.evaluate.fits import Told, run
from analytics.triage.evaluate.judging import Judged, judge
from analytics.triage.evaluate.probes import nearest
from analytics.triage.metrics import rounded
from analytics.triage.report_page import page
from analytics.triage.rows import Row, data_hash, read_corpus, without_repeats
from analytics.triage.train import SEED, MayNotJudge

PROCESSES = 2


def evaluate(
    folder_out: Path,
    rows: Sequence[Row] | None = None,
    seed: int = SEED,
    whole: bool = True,
    shares: Sequence[float] = plans.CURVE,
    processes: int = PROCESSES,
    told: Told = lambda _: None,
) -> dict[str, Any]:
    """Trains and judges leaving writers out, writes the report into the folder, returns it.

    `whole`: also learning curve, noise, likeness, baselines, gates and other writers, about five
    times the work. `shares`: of the messages, for the learning curve. `told` hears which share of
    the work is done.
    """
    kept = without_repeats(read_corpus() if rows is None else rows)
    report = (
        _whole(kept, seed, shares, processes, told)
        if whole
        else _headline(kept, seed, processes, told)
    )
    report |= {
        "seed": seed,
        "data_hash": data_hash(kept),
        "rows_by_source": dict(sorted(Counter(row.source for row in kept).items())),
    }
    write(report, folder_out)
    return report


def write(report: Mapping[str, Any], folder_out: Path) -> None:
    """`report.json` and `report.html` of figures, those of a manifest too."""
    folder_out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(report, indent=1, ensure_ascii=False)
    (folder_out / "report.json").write_text(text + "\n", encoding="utf-8")
    (folder_out / "report.html").write_text(page(report), encoding="utf-8")


def _headline(rows: Sequence[Row], seed: int, processes: int, told: Told) -> dict[str, Any]:
    answers = run({"headline": plans.headline(rows, seed, noise=False)}, seed, processes, told)
    return figures(answers["headline"].held_out(rows), seed)


def _whole(
    rows: Sequence[Row], seed: int, shares: Sequence[float], processes: int, told: Told
) -> dict[str, Any]:
    others = plans.others(rows)
    answers = run(
        {
            "headline": plans.headline(rows, seed, noise=True),
            "random": plans.at_random(rows, seed),
            "dealt": plans.dealt_labels(rows, seed),
            **({"team": plans.team_alone(rows), "others": others} if others else {}),
            **{f"curve {share}": plans.curve(rows, share, seed) for share in shares},
        },
        seed,
        processes,
        told,
    )
    plain = answers["headline"].held_out(rows)
    judged, likest = judge(plain), nearest(plain.rows, rows, least=60)
    dealt = answers["dealt"].held_out(plans.dealt_rows(rows, seed))
    more = {
        "learning": experiments.learning(
            {share: answers[f"curve {share}"] for share in shares}, plain, rows, seed
        ),
        "noise": experiments.noise(plain, answers["headline"], rows, seed),
        "likeness": experiments.likeness(judged, likest),
        "baselines": experiments.baselines(judged, dealt),
        "gates": experiments.gates(rows, judged, likest, answers["random"].held_out(rows), dealt),
    }
    if others:
        more["team_alone"] = experiments.brief(judge(answers["team"].held_out(rows)))
        more["others"] = experiments.others(answers["others"], plain, rows)
    result: dict[str, Any] = rounded(more)
    return figures(plain, seed) | result


__all__ = ["Judged", "MayNotJudge", "evaluate", "figures", "judge", "write"]
