"""Papers for those who decide: the citizens' scorecard, the Summit, Parliament, the Cabinet and the
County Assemblies; every figure is the public one of pages, files and API."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from feedback_service.domain.periods import Period
from feedback_service.reports.history import history
from feedback_service.reports.papers.blocks import Paper
from feedback_service.reports.papers.gathering import Counted, Gathered, gathered
from feedback_service.reports.papers.shelf import COUNTY, NoSuchPaper, made
from feedback_service.reports.papers.writing import LANGUAGES, NATIONAL, county
from feedback_service.runtime import Runtime


def write(
    rt: Runtime,
    period: Period,
    folder: Path,
    counted: Mapping[str, Counted],
    say: Callable[[str, int, int], None],
) -> list[Path]:
    """Every paper of a period as a PDF in `folder`, in both languages; `say` hears of each."""
    found = gathered(rt, period, counted)
    folder.mkdir(parents=True, exist_ok=True)
    of = len(LANGUAGES) * (len(NATIONAL) + len(found.governments))
    written = []
    for name, paper in _all(rt, found):
        path = folder / f"{name}.pdf"
        path.write_bytes(paper.as_pdf())
        written.append(path)
        say(name, len(written), of)
    return written


def _all(rt: Runtime, found: Gathered) -> Iterator[tuple[str, Paper]]:
    for lang in LANGUAGES:
        for name, drawn_up in NATIONAL.items():
            yield f"{name}-{lang}", drawn_up(found, lang)
    for code in sorted(found.governments):
        quarters = tuple(history(rt, found.governments[code].id, found.period))
        for lang in LANGUAGES:
            yield f"{COUNTY}{code:02d}-{lang}", county(found, lang, code, quarters)


__all__ = [
    "COUNTY", "LANGUAGES", "NATIONAL", "Counted", "Gathered", "NoSuchPaper", "Paper", "county",
    "gathered", "made", "write",
]  # fmt: skip
