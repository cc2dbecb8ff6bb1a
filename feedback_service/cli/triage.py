"""`feedback triage`: classify a file; train a model, judge it, take it into use, take it back."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from feedback_service.cli import Refused, model_steps
from feedback_service.cli.connection import service

if TYPE_CHECKING:
    from analytics.triage import Gazetteer, Row


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    room = verbs.add_parser("classify", help="add what the model thinks to each row of a file")
    room.add_argument("file", metavar="FILE.csv", type=Path, help="with a column `text`")
    room.add_argument(
        "--output", metavar="OUT.csv", type=Path, help="where to write; else standard output"
    )
    room.set_defaults(do=classify)
    room = verbs.add_parser("train", help="train on the corpus and the desks' corrections")
    room.add_argument("--by-clock", action="store_true", help=argparse.SUPPRESS)
    room.set_defaults(do=train)
    room = verbs.add_parser("evaluate", help="figures per language, on writers not read")
    room.add_argument(
        "version", metavar="VERSION", nargs="?",
        help="a trained model, as it was judged then; without it everything is judged anew",
    )  # fmt: skip
    room.add_argument(
        "--quick", action="store_true",
        help="the headline figures alone: no learning curve, noise, gates or other writers",
    )  # fmt: skip
    room.set_defaults(do=evaluate)
    room = verbs.add_parser("promote", help="use a trained model, unless it is worse")
    room.add_argument("version", metavar="VERSION", help="as `feedback triage train` named it")
    room.set_defaults(do=promote)
    room = verbs.add_parser("noise", help="labels that are probably wrong, for a second look")
    room.add_argument("--show", type=int, default=30, metavar="N", help="how many; 30 if not said")
    room.set_defaults(do=noise)
    room = verbs.add_parser("rollback", help="use the model that was in use before")
    room.set_defaults(do=rollback)


def classify(chosen: argparse.Namespace) -> int:
    """Write the rows with the twelve columns; needs no database."""
    from analytics import triage
    from feedback_service.registry import BadRows
    from feedback_service.triage.shelf import UNLOADABLE

    folder = model_steps.shelf().in_use
    try:
        model = triage.load(folder)
    except UNLOADABLE as error:
        raise Refused(f"The model in {folder} does not load: {error}") from error
    try:
        gazetteer, labels = _names()
        with tempfile.TemporaryDirectory() as half:
            target: Path = chosen.output or Path(half) / "classified.csv"
            triage.classify_file(model, gazetteer, chosen.file, target, labels)
            if chosen.output is None:
                with target.open(encoding="utf-8", newline="") as done:
                    shutil.copyfileobj(done, sys.stdout)
    except (triage.BadFile, BadRows) as error:
        raise Refused(str(error)) from error
    except OSError as error:
        raise Refused(f"{error.filename}: {error.strerror}. Name another file.") from error
    return 0


def train(chosen: argparse.Namespace) -> int:
    """Train into VAR_DIR/models/<version>; the model in use stays."""
    return model_steps.train(by_clock=chosen.by_clock)


def evaluate(chosen: argparse.Namespace) -> int:
    """Print the figures by language; judged anew they are also written as a page with plots."""
    from analytics import triage
    from feedback_service.triage.shelf import NoSuchModel

    shelf = model_steps.shelf()
    if chosen.version:
        try:
            folder = shelf.folder(chosen.version)
        except NoSuchModel as error:
            raise Refused(str(error)) from error
        model_steps.show(triage.read_manifest(folder).metrics)
        if (folder / "report.html").exists():
            print(f"The whole report: {folder / 'report.html'}")
        return 0
    from analytics.triage.evaluate import evaluate as judge

    rows = [*triage.read_corpus(), *_corrections()]
    minutes = "a minute and a half" if chosen.quick else "five minutes"
    print(f"Learning from {len(rows)} messages many times over, each time judging writers that "
          f"were not read: about {minutes} of two cores.", flush=True)  # fmt: skip
    folder = shelf.report(rows)
    model_steps.show(judge(folder, rows, whole=not chosen.quick, told=model_steps.progress()))
    print(f"The whole report: {folder / 'report.html'}")
    return 0


def noise(chosen: argparse.Namespace) -> int:
    """List the labels of corpus and desks that the rest finds least believable; changes nothing."""
    from analytics.triage import read_corpus
    from analytics.triage.noise import suspects

    print("Reading every label against the others: about a minute.", flush=True)
    rows = [*read_corpus(), *_corrections()]
    for one in suspects(rows)[: chosen.show]:
        words = one.row.text if one.row.source != "staff" else "(a citizen's: see the case)"
        said = f"{one.row.id}  {one.head}: {one.label}, likelier {one.likelier}"
        print(f"{one.gap:5.2f}  {said}  {words}")
    return 0


def promote(chosen: argparse.Namespace) -> int:
    """Use a version, unless a language or the safety of people would lose by it."""
    return model_steps.promote(chosen.version)


def rollback(_: argparse.Namespace) -> int:
    """One step back."""
    return model_steps.rollback()


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
    if model_steps.configured():
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

    if not model_steps.configured():
        return []
    with service() as rt, rt.transaction() as session:
        return triage.corrections(session)
