"""`feedback triage`: classify a file; train a model, judge it, take it into use, take it back."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from feedback_service.cli import Refused
from feedback_service.cli.connection import service
from feedback_service.settings import environment, read_run_file

if TYPE_CHECKING:
    from analytics.triage import Gazetteer, Row
    from feedback_service.cli.model_shelf import Shelf

_RESTART = "Workers load their model when they start: restart them (or `make run`)."


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    room = verbs.add_parser("classify", help="add what the model thinks to each row of a file")
    room.add_argument("file", metavar="FILE.csv", type=Path, help="with a column `text`")
    room.add_argument(
        "--output", metavar="OUT.csv", type=Path, help="where to write; else standard output"
    )
    room.set_defaults(do=classify)
    room = verbs.add_parser("train", help="train on the corpus and the desks' corrections")
    room.set_defaults(do=train)
    room = verbs.add_parser("evaluate", help="figures per language, on writers not read")
    room.add_argument(
        "version", metavar="VERSION", nargs="?",
        help="a trained model, as it was judged then; without it everything is judged anew",
    )  # fmt: skip
    room.set_defaults(do=evaluate)
    room = verbs.add_parser("promote", help="use a trained model, unless it is worse")
    room.add_argument("version", metavar="VERSION", help="as `feedback triage train` named it")
    room.set_defaults(do=promote)
    room = verbs.add_parser("rollback", help="use the model that was in use before")
    room.set_defaults(do=rollback)


def classify(chosen: argparse.Namespace) -> int:
    """Write the rows with the twelve columns; needs no database."""
    from analytics import triage
    from feedback_service.registry import BadRows

    try:
        model = triage.load(_shelf().in_use)
        gazetteer, labels = _names()
        with tempfile.TemporaryDirectory() as folder:
            target: Path = chosen.output or Path(folder) / "classified.csv"
            triage.classify_file(model, gazetteer, chosen.file, target, labels)
            if chosen.output is None:
                with target.open(encoding="utf-8", newline="") as done:
                    shutil.copyfileobj(done, sys.stdout)
    except (triage.BadFile, triage.ModelMismatch, BadRows) as error:
        raise Refused(str(error)) from error
    except OSError as error:
        raise Refused(f"{error.filename}: {error.strerror}. Name another file.") from error
    return 0


def train(_: argparse.Namespace) -> int:
    """Train into VAR_DIR/models/<version>; the model in use stays."""
    from datetime import datetime

    from analytics import triage
    from feedback_service.domain.calendar import NAIROBI

    shelf, corrections = _shelf(), _corrections()
    print(f"Training on the corpus and {len(corrections)} corrections: about a minute.", flush=True)
    shelf.models.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=shelf.models, prefix=".half-") as half:
        today = datetime.now(NAIROBI).date().isoformat()
        manifest = triage.train_from_corpus(Path(half) / "model", today, corrections)
        target = shelf.models / manifest.version
        shutil.rmtree(target, ignore_errors=True)
        (Path(half) / "model").rename(target)
    _show(manifest.metrics)
    print(f"{manifest.version} is in {target}\nUse it: feedback triage promote {manifest.version}")
    return 0


def evaluate(chosen: argparse.Namespace) -> int:
    """Print the figures by language; judged anew they are also written as a page."""
    from analytics import triage

    shelf = _shelf()
    if chosen.version:
        _show(triage.read_manifest(shelf.folder(chosen.version)).metrics)
        return 0
    from analytics.triage.evaluate import evaluate as judge

    rows = [*triage.read_corpus(), *_corrections()]
    print(f"Judging {len(rows)} messages, each by a model that never read its writer: about a "
          "minute.", flush=True)  # fmt: skip
    report = shelf.models / "report"
    _show(judge(report, rows))
    print(f"The whole report: {report / 'report.html'}")
    return 0


def promote(chosen: argparse.Namespace) -> int:
    """Use a version, unless a language or the safety of people would lose by it."""
    _shelf().promote(chosen.version)
    print(f"{chosen.version} is in use. {_RESTART}")
    return 0


def rollback(_: argparse.Namespace) -> int:
    """One step back."""
    print(f"{_shelf().rollback()} is in use again. {_RESTART}")
    return 0


def _shelf() -> Shelf:
    from feedback_service.cli.model_shelf import Shelf

    return Shelf(Path(environment().get("VAR_DIR") or "var").absolute())


def _names() -> tuple[Gazetteer, Mapping[str, str]]:
    """What finds names, and how labels write them: from the database, else from our own files."""
    from feedback_service import registry, triage
    from feedback_service.registry import files

    read = files.read(registry.DATA)
    counties = {str(county.code): county.name for county in read.counties}
    labels = dict(counties)
    for body in read.institutions:
        labels[body.id] = body.acronym or body.short_en
        if body.type == "county government" and body.county:
            labels[body.id] = f"county:{counties[str(body.county)]}"
    labels |= registry.label_of()
    labels["HKS"] = "Huduma:{county}"
    if _configured():
        try:
            return _loaded_names(), labels
        except Refused as error:
            print(f"{error}\nNames come from the service's own files.", file=sys.stderr)
    return triage.gazetteer_of(read.institutions, read.counties, read.services), labels


def _loaded_names() -> Gazetteer:
    import sqlalchemy as sa

    from feedback_service import triage
    from feedback_service.models import County, Institution, Service

    try:
        with service() as rt, rt.transaction() as session:
            rows = [session.scalars(sa.select(table)).all() for table in (Institution, County)]
            services = session.scalars(sa.select(Service)).all()
            if not rows[0]:
                raise Refused("The database has no registry yet.")
            return triage.gazetteer_of(rows[0], rows[1], services)  # type: ignore[arg-type]
    except sa.exc.OperationalError as error:
        raise Refused("The database does not answer.") from error


def _corrections() -> list[Row]:
    """What desks chose; none where no service is configured."""
    from feedback_service import triage

    if not _configured():
        return []
    with service() as rt, rt.transaction() as session:
        return triage.corrections(session)


def _configured() -> bool:
    env = environment()
    here = read_run_file(Path(env.get("VAR_DIR") or "var"))
    return bool(env.get("DATABASE_URL") or here.get("DATABASE_URL"))


def _show(metrics: Mapping[str, Any]) -> None:
    """Macro-F1 by head and language, and what keeps people safe."""
    from feedback_service.cli.model_shelf import HEADS, by_language

    table = {head: by_language(metrics, head) for head in HEADS}
    languages = sorted({language for figures in table.values() for language in figures})
    print(f"{'macro-F1':10}", *(f"{language:>7}" for language in languages), f"{'all':>7}")
    for head, figures in table.items():
        cells = [figures.get(language, 0.0) for language in languages]
        cells.append(metrics["heads"][head]["macro_f1"])
        print(f"{head:10}", *(f"{cell:7.3f}" for cell in cells))
    for name, part, kind in (
        ("urgent", "urgent", "either"), ("bribery", "bribery", "closed_with_model"),
    ):  # fmt: skip
        print(f"{name:10} recall {metrics[part][kind]['recall']:.3f}")
