"""Which institution and county a message names, on the corpus's seven writers: by names alone, with
the sector a model gave that never read the writer, and with the spelling of a hurried thumb.
"""

from collections.abc import Callable, Sequence
from time import process_time

from analytics import triage as model_room
from analytics.triage.evaluate.judging import judge
from analytics.triage.evaluate.noise import noisy
from analytics.triage.labels import SECTOR
from analytics.triage.train import hold_out
from feedback_service.registry import DATA, files
from feedback_service.registry.crosswalk import crossing
from feedback_service.triage.names import gazetteer_of
from tests.bench.processes import Bench

SLIPS, SEED = 0.3, 5
Row = model_room.Row
Pair = tuple[str, str]
Found = list[tuple[Row, Pair, Pair]]
"""A row, then (institution, county) by its labels and as found: ids of the registry, or blank."""


def report(_: Bench | None = None) -> str:
    """Precision and recall of institution and county; for the sector all writers are held out."""
    read = files.read(DATA)
    gazetteer = gazetteer_of(read.institutions, read.counties, read.services)
    held_out = hold_out(model_room.read_corpus(), processes=2)
    rows = held_out.rows
    sectors = [SECTOR.labels[at] for at in judge(held_out).chances["sector"].argmax(axis=1)]
    texts = [row.text for row in rows]
    slips = noisy(texts, "sms", SLIPS, SEED)
    started = process_time()
    whole = _all(gazetteer, rows, texts, sectors)
    cost = (process_time() - started) / len(rows) * 1_000
    lines = [f"names: institution and county, {len(rows)} messages, {cost:.2f} ms CPU a text"]
    lines += _lines("names alone", _all(gazetteer, rows, texts, [""] * len(rows)))
    lines += _lines("with the sector", whole)
    lines += _lines(f"with SMS slips in {SLIPS:.0%}", _all(gazetteer, rows, slips, sectors))
    lines += _by("writer", whole, lambda row: row.author)
    lines += _by("language", whole, lambda row: row.lang)
    return "\n".join(lines)


def _all(
    gazetteer: model_room.Gazetteer,
    rows: Sequence[Row],
    texts: Sequence[str],
    sectors: Sequence[str],
) -> Found:
    found = []
    for row, text, sector in zip(rows, texts, sectors, strict=True):
        said = gazetteer.find(text, sector)
        found.append((row, labelled(row), (said.institution, said.county)))
    return found


def labelled(row: Row) -> Pair:
    """What the labels mean: the institution, or who answers for it; the county's code."""
    county = crossing("county", row.county).target if row.county else ""
    if not row.institution:
        return "", county
    cross = crossing("institution", row.institution)
    if cross.kind == "county":
        return f"CG-{int(cross.target):03d}", county
    return ("HKS" if cross.kind == "Huduma" else cross.target), county


def _lines(name: str, found: Found) -> list[str]:
    return [
        f"  {name:26} {what:11} {_rates([(pair[at], said[at]) for _, pair, said in found])}"
        for at, what in enumerate(("institution", "county"))
    ]


def _by(name: str, found: Found, key: Callable[[Row], str]) -> list[str]:
    groups = sorted({key(row) for row, _, _ in found})
    return [
        line
        for group in groups
        for line in _lines(f"{name} {group}", [one for one in found if key(one[0]) == group])
    ]


def _rates(pairs: Sequence[Pair]) -> str:
    right = sum(label == said != "" for label, said in pairs)
    named, found = sum(bool(label) for label, _ in pairs), sum(bool(said) for _, said in pairs)
    return f"precision {right / max(1, found):.3f}  recall {right / max(1, named):.3f}"
