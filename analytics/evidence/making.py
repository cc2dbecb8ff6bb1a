"""A pack being made: its files, the statement that binds all packs of a period together, the
signatures.  Anybody with the same records and the same key makes the same bytes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from analytics.evidence import archive, history, merkle, rows, signing
from analytics.evidence.archive import MANIFEST, SIGNATURE, STATEMENT, digest, digests
from analytics.evidence.figures import Facts, Stated, figures
from analytics.evidence.plain import canonical
from analytics.evidence.reading_aid import FORMULAS, README, formulas, read_me
from analytics.methods import versions_in_use
from analytics.tallies import CaseFact, RatingFact

FORMAT = "evidence-1"
RELEASE = "evidence-1.1"
"""Of the names in figures.json; see `comparing.LATER`."""
RATINGS, CASES = "ratings.csv", "cases.csv"
EVENTS, HEADS = "events.csv", "heads.csv"
LEAVES, STATED, FIGURES = "leaves.txt", "stated.json", "figures.json"
STATEMENT_SIGNATURE = "period.sig"
BLOCK = 64
"""Leaves come in such numbers, so that their count does not tell how few answered."""


class Edition(StrEnum):
    FULL = "full"  # every record, redacted: for keys of scope evidence
    PUBLIC = "public"  # the published figures alone


@dataclass(frozen=True)
class Body:
    """What the statement says of one institution: a hash over the files of each edition, and its
    part of the tree."""

    full: str
    public: str
    root: str
    leaves: int


@dataclass(frozen=True)
class Statement:
    """What is signed of a period: when and as of when it was frozen, the versions in force, the
    audit's last line, every institution, the root of the tree of answers."""

    period: str
    frozen_at: datetime
    as_of: datetime
    early: bool
    reason: str
    audit_number: int
    audit_head: str
    methods: Mapping[str, str]
    bodies: Mapping[str, Body]
    root: str
    key: str
    release: str = RELEASE
    simulated: bool = False


@dataclass(frozen=True)
class Manifest:
    """What a pack is of; `at`, `of` and `way` prove the institution's tree in the period's."""

    institution: str
    period: str
    edition: Edition
    files: Mapping[str, str]
    key: str
    at: int
    of: int
    way: Sequence[str] = ()
    format: str = FORMAT
    frozen_at: datetime | None = field(default=None)


def full_files(
    stated: Stated, facts: Facts, events: Iterable[history.Event], leaves: Sequence[bytes]
) -> dict[str, bytes]:
    """The files of the full edition; events in the order of their rows and numbers."""
    happened, heads = history.written(events)
    return _for_readers() | {
        RATINGS: rows.written(RatingFact, facts.ratings),
        CASES: rows.written(CaseFact, facts.cases),
        EVENTS: happened,
        HEADS: heads,
        LEAVES: "".join(f"{leaf.hex()}\n" for leaf in leaves).encode(),
        STATED: canonical(stated),
        FIGURES: canonical(figures(stated, facts)),
    }


def year_files(
    stated: Stated,
    figures_of_it: object,
    packs: Mapping[str, bytes],
    without: Mapping[str, tuple[bytes, str]],
) -> dict[str, bytes]:
    """The files of a year's full edition: its quarters' own packs by label, and what they come to;
    of each quarter that is `without` the institution its statement and signature, to prove it."""
    held = {file_of(label): one for label, one in packs.items()}
    for label, (statement, signature) in without.items():
        file, signed_by = files_without(label)
        held |= {file: statement, signed_by: signature.encode() + b"\n"}
    return (
        _for_readers()
        | held
        | {
            STATED: canonical(stated),
            FIGURES: canonical(figures_of_it),
        }
    )


def file_of(label: str) -> str:
    """The file in a year's pack that is the pack of this quarter."""
    return f"{label.replace('/', '-')}.zip"


def files_without(label: str) -> tuple[str, str]:
    """The statement of a quarter that had no such institution, and its signature."""
    name = label.replace("/", "-")
    return f"{name}.json", f"{name}.sig"


def year_leaf(label: str, body: Body) -> bytes:
    """A quarter's part of an institution's tree, in the tree of the year."""
    return body_leaf(label, body.root, body.leaves)


def public_files(published: object) -> dict[str, bytes]:
    """The files of the public edition: the figures as everybody reads them."""
    return _for_readers() | {FIGURES: canonical(published)}


def padded(secret: bytes, name: str, leaves: Iterable[bytes]) -> tuple[list[bytes], int]:
    """The leaves of an institution in their order, with others that stand for nobody; how many
    those are."""
    found = sorted(leaves)
    missing = -len(found) % BLOCK
    more = [merkle.leaf_hash(secret, f"{name}:{number}", "nobody") for number in range(missing)]
    return sorted(found + more), missing


def content(files: Mapping[str, bytes]) -> str:
    """One hash for all files of an edition."""
    return digest(canonical(digests(files)))


def tree(bodies: Mapping[str, Body]) -> list[bytes]:
    """The leaves of the period's tree: one for each institution's own."""
    return [body_leaf(name, one.root, one.leaves) for name, one in sorted(bodies.items())]


def body_leaf(name: str, root: str, leaves: int) -> bytes:
    return merkle.leaf_of(canonical([name, root, leaves]))


@dataclass(frozen=True)
class Seal:
    """What all packs of a period share: the statement, signed, and the period's tree."""

    statement: Statement
    seed: bytes
    said: bytes
    leaves: Sequence[bytes]


def seal_of(statement: Statement, seed: bytes) -> Seal:
    return Seal(statement, seed, canonical(statement), tree(statement.bodies))


def signed(seal: Seal, name: str, edition: Edition, files: Mapping[str, bytes]) -> bytes:
    """The finished zip of one institution and edition."""
    statement = seal.statement
    proof = merkle.prove(seal.leaves, sorted(statement.bodies).index(name))
    whole = {**files, STATEMENT: seal.said, STATEMENT_SIGNATURE: _signed(seal.seed, seal.said)}
    manifest = canonical(
        Manifest(
            name, statement.period, edition, digests(whole), statement.key, proof.index,
            proof.size, [one.hex() for one in proof.path], frozen_at=statement.frozen_at,
        )
    )  # fmt: skip
    return archive.packed({**whole, MANIFEST: manifest, SIGNATURE: _signed(seal.seed, manifest)})


def _for_readers() -> dict[str, bytes]:
    return {README: read_me(), FORMULAS: _formulas(tuple(versions_in_use().items()))}


@lru_cache(4)
def _formulas(versions: tuple[tuple[str, str], ...]) -> bytes:
    """The same in every pack of a period."""
    return canonical(formulas())


def _signed(seed: bytes, said: bytes) -> bytes:
    return signing.signature(seed, said).encode() + b"\n"
