"""The tree of answers is that of RFC 6962, and a proof holds for its own leaf and tree only."""

from hashlib import sha256

import pytest

from analytics.evidence.merkle import EMPTY, Proof, leaf_hash, leaf_of, prove, proves, root

# Leaves and roots as the tests of Certificate Transparency publish them (RFC 6962, section 2.1).
PUBLISHED = [
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]  # fmt: skip
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def leaves(many: int) -> list[bytes]:
    return [leaf_of(bytes.fromhex(one)) for one in PUBLISHED[:many]]


@pytest.mark.parametrize("many", ROOTS)
def test_roots_are_the_published_ones(many: int) -> None:
    assert root(leaves(many)).hex() == ROOTS[many]


def test_no_leaves_have_the_hash_of_nothing() -> None:
    assert root([]) == EMPTY == sha256(b"").digest()


@pytest.mark.parametrize("many", [1, 2, 3, 5, 6, 7, 8, 13, 64, 65])
def test_every_leaf_is_proven_in_its_own_place_only(many: int) -> None:
    found = [leaf_of(bytes([one])) for one in range(many)]
    tree = root(found)
    for at in range(many):
        proof = prove(found, at)
        assert proves(proof, tree)
        assert not proves(Proof(leaf_of(b"other"), at, many, proof.path), tree)
        assert not proves(Proof(proof.leaf, at, many, (*proof.path, EMPTY)), tree)
        assert not any(
            proves(Proof(proof.leaf, other, many, proof.path), tree)
            for other in range(-1, many + 1)
            if other != at
        )


def test_a_leaf_tells_neither_answer_nor_place_without_the_secret() -> None:
    one = leaf_hash(b"secret", "id-1", "rating:open")
    assert one == leaf_hash(b"secret", "id-1", "rating:open")
    others = [("other", "id-1", "rating:open"), ("secret", "id-2", "rating:open"),
              ("secret", "id-1", "verdict")]  # fmt: skip
    assert one not in {leaf_hash(key.encode(), answer, kind) for key, answer, kind in others}
