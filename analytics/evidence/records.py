"""The parts of a pack held against each other: rows, tree, histories, signatures, quarters.  The
first difference is raised, named."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from analytics.evidence import archive, history, merkle, rows, signing
from analytics.evidence.archive import STATEMENT
from analytics.evidence.figures import Facts, Stated, answers
from analytics.evidence.lives import TELLING, Done, contradiction
from analytics.evidence.making import (
    CASES,
    EVENTS,
    HEADS,
    LEAVES,
    RATINGS,
    Manifest,
    Statement,
    files_without,
)
from analytics.evidence.plain import read
from analytics.tallies import CaseFact, RatingFact
from feedback_service.domain.cases import Action

BEFORE_STATEMENTS = frozenset({"evidence-1"})
"""Releases whose packs of years show nothing of a quarter that had no such body."""


class Differs(Exception):
    """The pack is not what was signed; the message names file, place and both values."""


def check_signature(
    files: Mapping[str, bytes], name: str, signature: str, key: str, known: str
) -> None:
    if known and key != known:
        raise Differs(f"{name} is signed with key {key}, not with {known}")
    if not signing.is_signed(key, files[name], files[signature].decode("ascii").strip()):
        raise Differs(f"{signature} is no signature of {name} by key {signing.key_id(key)}")


def facts_of(files: Mapping[str, bytes]) -> Facts:
    return Facts(
        list(rows.rows_of(RatingFact, files[RATINGS], RATINGS)),
        list(rows.rows_of(CaseFact, files[CASES], CASES)),
    )


def check_rows(stated: Stated, facts: Facts) -> None:
    """Every row is of the body and stands once."""
    tables: tuple[tuple[str, Iterable[rows.Row[Any]]], ...] = (
        (RATINGS, facts.ratings), (CASES, facts.cases),
    )  # fmt: skip
    for name, found in tables:
        seen: set[str] = set()
        for one in found:
            if one.fact.institution != stated.institution:
                raise Differs(f"{name}: row {one.id} is of {one.fact.institution}")
            if one.id in seen:
                raise Differs(f"{name}: row {one.id} stands twice")
            seen.add(one.id)


def check_tree(
    files: Mapping[str, bytes],
    manifest: Manifest,
    statement: Statement,
    stated: Stated,
    facts: Facts,
) -> None:
    leaves = [bytes.fromhex(line) for line in files[LEAVES].decode().splitlines()]
    body = statement.bodies[manifest.institution]
    if merkle.root(leaves).hex() != body.root or len(leaves) != body.leaves:
        raise Differs(f"{LEAVES} does not give the root that {STATEMENT} has")
    counted = answers(facts, stated.cohort)
    if counted != stated.answers or counted + stated.padding != len(leaves):
        raise Differs(
            f"{LEAVES} has {len(leaves)} leaves, {stated.padding} of them for nobody: the records "
            f"have {counted} answers"
        )


def check_histories(files: Mapping[str, bytes], facts: Facts) -> int:
    """How many events there are, chained as they were sealed; every case has some, and is what
    they come to."""
    cases = {one.id: one.fact for one in facts.cases}
    many = 0
    lines = history.checked(files[EVENTS], files[HEADS])
    for row, told in groupby(lines, key=lambda cells: cells[0]):
        events = [_done(cells) for cells in told]
        many += len(events)
        if row not in cases:
            raise Differs(f"{EVENTS}: case {row} is not in {CASES}")
        if found := contradiction(cases.pop(row), events):
            raise Differs(f"{CASES}: row {row}: {found}")
    if cases:
        raise Differs(f"{CASES}: row {min(cases)} has no events in {EVENTS}")
    return many


def check_absent(files: Mapping[str, bytes], year: Stated) -> None:
    """Every quarter that is not in the year's pack had no such institution, by its statement."""
    for label in labels_of(year.period):
        if label in year.quarters:
            continue
        name, signature = files_without(label)
        said_then = read(Statement, archive.parsed(files[name]))
        check_signature(files, name, signature, said_then.key, "")
        if said_then.period != label or year.institution in said_then.bodies:
            raise Differs(f"{name}: {label} had {year.institution}, and its pack is not here")


def labels_of(year: str) -> list[str]:
    return [f"{year}-Q{number}" for number in range(1, 5)]


def _done(cells: list[str]) -> Done:
    # Of most events the data decides nothing, and reading it takes longer than all the rest.
    data = json.loads(cells[5]) if cells[2] in TELLING else {}
    return Done(Action(cells[2]), datetime.fromisoformat(cells[4]), data)
