"""The proof that one answer is among those of a frozen period, as a file that anybody can check;
it tells neither who answered nor what."""

from dataclasses import dataclass

from analytics.evidence.making import body_leaf
from analytics.evidence.merkle import Proof, proves


class NotIncluded(Exception):
    """The proof does not lead from its leaf to the root."""


@dataclass(frozen=True)
class Inclusion:
    """The way of one leaf to the root that was published for its period: in its institution's tree
    of `size` leaves, and that tree's in the period's.  All hashes in hexadecimal digits."""

    period: str
    institution: str
    leaf: str
    index: int
    size: int
    path: tuple[str, ...]
    institution_root: str
    institution_index: int
    institutions: int
    institution_path: tuple[str, ...]
    root: str


def check(one: Inclusion, root: str = "") -> None:
    """Raises NotIncluded unless the leaf is under the root: that of the proof, or one known from
    elsewhere."""
    if root and one.root != root:
        raise NotIncluded(f"root is {one.root}, not {root}: the proof is of another period")
    leaf = bytes.fromhex(one.leaf)
    own = Proof(leaf, one.index, one.size, _hashes(one.path))
    if not proves(own, bytes.fromhex(one.institution_root)):
        raise NotIncluded(f"leaf {one.leaf} is not in the tree of {one.institution}")
    body = body_leaf(one.institution, one.institution_root, one.size)
    above = Proof(body, one.institution_index, one.institutions, _hashes(one.institution_path))
    if not proves(above, bytes.fromhex(one.root)):
        raise NotIncluded(f"the tree of {one.institution} is not under the root of {one.period}")


def _hashes(path: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(one) for one in path)
