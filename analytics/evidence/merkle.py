"""The tree of answers: one root for all of them, and a proof that one leaf is among them.

Hashing of RFC 6962, section 2.1: a leaf is SHA-256 of 0x00 and its bytes, a node that of 0x01 and
its two children; of n leaves the left part is the largest power of two below n.  What is hashed
for a leaf is a secret salt, the answer's id and its class: never the answer itself.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

EMPTY = sha256(b"").digest()
_LEAF, _NODE = b"\x00", b"\x01"


@dataclass(frozen=True)
class Proof:
    """That `leaf` is the leaf `index` (from 0) of a tree of `size`: the hashes beside its way up,
    from the bottom; all hashes are 32 bytes."""

    leaf: bytes
    index: int
    size: int
    path: tuple[bytes, ...]


def leaf_hash(secret: bytes, answer: str, kind: str) -> bytes:
    """The leaf of one answer.  Its salt is made of the period's secret, so that nobody without it
    can find an answer's leaf by trying."""
    salt = hmac.digest(secret, answer.encode(), "sha256")
    return leaf_of(salt + answer.encode() + b"\x00" + kind.encode())


def leaf_of(content: bytes) -> bytes:
    """The hash of a leaf of these bytes."""
    return sha256(_LEAF + content).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The hash that stands for all of these leaf hashes in their order."""
    level = list(leaves)
    if not level:
        return EMPTY
    while len(level) > 1:
        # An odd one goes up as it is: the same tree as splitting at the largest power of two.
        paired = [_node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = paired + level[len(level) & ~1 :]
    return level[0]


def prove(leaves: Sequence[bytes], index: int) -> Proof:
    """The proof of one leaf of these."""
    path: list[bytes] = []
    level, at = list(leaves), index
    while len(level) > 1:
        beside = at ^ 1
        if beside < len(level):
            path.append(level[beside])
        paired = [_node(level[n], level[n + 1]) for n in range(0, len(level) - 1, 2)]
        level, at = paired + level[len(level) & ~1 :], at // 2
    return Proof(leaves[index], index, len(leaves), tuple(path))


def proves(proof: Proof, tree: bytes) -> bool:
    """Whether the leaf is in the tree of that root (RFC 9162, section 2.1.3.2)."""
    if not 0 <= proof.index < proof.size:
        return False
    at, last, found = proof.index, proof.size - 1, proof.leaf
    for beside in proof.path:
        if not last:
            return False
        if at & 1 or at == last:
            found = _node(beside, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = _node(found, beside)
        at, last = at >> 1, last >> 1
    return not last and found == tree


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(_NODE + left + right).digest()
