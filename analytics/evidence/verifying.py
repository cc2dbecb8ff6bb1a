"""A pack checked without the service: signatures, hashes, the tree, the histories, and every figure
made again from the records.  The first difference ends it, named."""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from analytics.evidence import archive, history, merkle
from analytics.evidence.archive import MANIFEST, MOST, SIGNATURE, STATEMENT, NotAPack, digest
from analytics.evidence.comparing import LATER, as_frozen, difference
from analytics.evidence.figures import NONE_OLDER, Older, Stated, figures
from analytics.evidence.making import (
    FIGURES,
    FORMAT,
    STATED,
    STATEMENT_SIGNATURE,
    Edition,
    Manifest,
    Statement,
    body_leaf,
    content,
    file_of,
    year_leaf,
)
from analytics.evidence.plain import NotPlain, canonical, read, said
from analytics.evidence.records import (
    BEFORE_STATEMENTS,
    Differs,
    check_absent,
    check_histories,
    check_rows,
    check_signature,
    check_tree,
    facts_of,
    labels_of,
)
from analytics.evidence.rows import BadRow
from analytics.evidence.years import Quarter, recounted, year_figures, year_frame
from analytics.methods import UnknownMethod
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import Period

__all__ = ["Checked", "Differs", "Step", "verify"]

Step = Callable[[str, int], None]
"""Told of each step as it is done: its name, and how many things were looked at."""
_UNREADABLE = (
    ValueError, TypeError, AttributeError, ArithmeticError, RecursionError, IndexError, csv.Error,
)  # fmt: skip
"""What reading a file that was made to hurt can raise."""


@dataclass(frozen=True)
class Checked:
    """A pack that is whole."""

    manifest: Manifest
    statement: Statement
    recomputed: bool
    """Whether there were records to make the figures from: in the full edition."""


def verify(
    path: Path, step: Step, key: str = "", older: Older = NONE_OLDER, most: int = MOST
) -> Checked:
    """Check the pack; `key` is the public key it must be signed with, if one is known, `most` how
    many bytes it may unpack to.

    Raises NotAPack for what is no pack, Differs at the first difference.
    """
    files = archive.opened(path, most)
    try:
        return _verify(files, (step, older, most), key)
    except (NotPlain, BadRow, history.BrokenHistory, UnknownMethod) as error:
        raise Differs(str(error)) from None
    except KeyError as error:
        raise Differs(f"{error.args[0]} is missing from the pack") from None
    except _UNREADABLE as error:
        raise Differs(f"a file cannot be read as what it should be: {error}") from None


_Way = tuple[Step, Older, int]
"""Who is told, older methods, and how much may be unpacked."""


def _verify(files: dict[str, bytes], way: _Way, key: str) -> Checked:
    step = way[0]
    manifest = read(Manifest, _json(files, MANIFEST))
    if manifest.format != FORMAT:
        raise NotAPack(f"{MANIFEST} names the format {manifest.format!r}: this reads {FORMAT}")
    check_signature(files, MANIFEST, SIGNATURE, manifest.key, key)
    for name, expected in sorted(manifest.files.items()):
        if digest(files[name]) != expected:
            raise Differs(f"{name} is not the file that was signed")
    if extra := files.keys() - manifest.files.keys() - {MANIFEST, SIGNATURE}:
        raise Differs(f"{min(extra)} was added to the pack")
    step("signed files", len(files))
    statement = read(Statement, _json(files, STATEMENT))
    _stands_in(files, manifest, statement, key)
    step("statement of the period", len(statement.bodies))
    if manifest.edition is Edition.FULL:
        stated = read(Stated, _json(files, STATED))
        _is_of(stated, manifest, statement)
        if stated.quarters:
            _quarters(files, (manifest, statement, stated), way)
        else:
            _records(files, (manifest, statement, stated), way)
    return Checked(manifest, statement, manifest.edition is Edition.FULL)


def _stands_in(
    files: Mapping[str, bytes], manifest: Manifest, statement: Statement, key: str
) -> None:
    check_signature(files, STATEMENT, STATEMENT_SIGNATURE, statement.key, key or manifest.key)
    if statement.period != manifest.period:
        raise Differs(f"{STATEMENT} is of {statement.period}, the pack of {manifest.period}")
    body = statement.bodies[manifest.institution]
    own = {
        name: one
        for name, one in files.items()
        if name not in (MANIFEST, SIGNATURE, STATEMENT, STATEMENT_SIGNATURE)
    }
    if content(own) != (body.full if manifest.edition is Edition.FULL else body.public):
        raise Differs(f"{STATEMENT} has another hash for the files of {manifest.institution}")
    leaf = body_leaf(manifest.institution, body.root, body.leaves)
    way = tuple(bytes.fromhex(one) for one in manifest.way)
    proof = merkle.Proof(leaf, manifest.at, manifest.of, way)
    if not merkle.proves(proof, bytes.fromhex(statement.root)):
        raise Differs(f"{MANIFEST}: the institution's tree is not in the root of {STATEMENT}")


def _is_of(stated: Stated, manifest: Manifest, statement: Statement) -> None:
    """Of this body, period and moment, by the methods that were signed for everybody."""
    for name, own, signed in (
        ("institution", stated.institution, manifest.institution),
        ("period", stated.period, manifest.period),
        ("as_of", stated.cohort.as_of, statement.as_of),
        ("methods", stated.methods, statement.methods),
    ):
        if canonical(own) != canonical(signed):
            raise Differs(f"{STATED}: {name} is {said(own)}, {said(signed)} was signed")
    period = Period.parse(stated.period)
    days = (period.start, period.end + timedelta(days=1))
    bounds = tuple(datetime.combine(day, time(), NAIROBI) for day in days)
    if (stated.cohort.start, stated.cohort.end) != bounds:
        raise Differs(f"{STATED}: the cohort is not that of {stated.period}")
    if [one for one in labels_of(stated.period) if one in stated.quarters] != stated.quarters:
        raise Differs(f"{STATED}: {', '.join(stated.quarters)}: not quarters of {stated.period}")


_Said = tuple[Manifest, Statement, Stated]


def _records(files: Mapping[str, bytes], told: _Said, way: _Way) -> None:
    (manifest, statement, stated), (step, older, _) = told, way
    facts = facts_of(files)
    check_rows(stated, facts)
    step("records", len(facts.ratings) + len(facts.cases))
    check_tree(files, manifest, statement, stated, facts)
    step("tree of answers", statement.bodies[manifest.institution].leaves)
    step("events in their chains", check_histories(files, facts))
    _same_figures(files, statement, said(figures(stated, facts, older)), step)


def _quarters(files: Mapping[str, bytes], told: _Said, way: _Way) -> None:
    """A year: each quarter's pack as it would be checked alone, and what they come to."""
    (manifest, statement, year), (step, older, most) = told, way
    parts: list[Quarter] = []
    leaves = []
    for label in year.quarters:
        inside = archive.opened_inside(files[file_of(label)], file_of(label), most)
        # Its bytes are signed with the year; its own key may be an older one.
        found = _verify(inside, (_of(label, step), older, most), "")
        body = found.statement.bodies[manifest.institution]
        if (found.manifest.period, found.manifest.institution) != (label, manifest.institution):
            raise Differs(f"{file_of(label)} is of {found.manifest.period}, not of {label}")
        leaves.append(year_leaf(label, body))
        parts.append(recounted(read(Stated, _json(inside, STATED)), facts_of(inside)))
    if statement.release not in BEFORE_STATEMENTS:
        check_absent(files, year)
    body = statement.bodies[manifest.institution]
    if merkle.root(leaves).hex() != body.root or len(leaves) != body.leaves:
        raise Differs(f"{STATEMENT}: the quarters' trees do not give the root of the year's")
    step("trees of the quarters", len(leaves))
    frame = year_frame(year.institution, year.period, [one.stated.frame for one in parts])
    if canonical(frame) != canonical(year.frame):
        raise Differs(f"{STATED}: the quarters' frames do not add up to the year's")
    _same_figures(files, statement, said(year_figures(year, parts, older)), step)


def _of(label: str, step: Step) -> Step:
    return lambda name, many: step(f"{label}: {name}", many)


def _same_figures(files: Mapping[str, bytes], statement: Statement, again: Any, step: Step) -> None:
    frozen = _json(files, FIGURES)
    if found := difference(frozen, again, LATER.get(statement.release, frozenset())):
        raise Differs(f"{FIGURES}: {found}")
    if canonical(as_frozen(frozen, again)) != files[FIGURES]:
        raise Differs(f"{FIGURES} is not written as it would be written again")
    step("figures made again to the same bytes", len(files[FIGURES]))


def _json(files: Mapping[str, bytes], name: str) -> Any:
    return archive.parsed(files[name])
