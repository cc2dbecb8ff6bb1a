"""Spelling folded, meaning kept."""

import pytest

from analytics.triage.normalise import normalise


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("ASANTE Sana", "asante sana"),
        ("asanteeeee saaaana", "asantee saana"),
        ("bill ya 46000", "bill ya 46000"),
        ("soma https://example.test/a?b=1 leo", "soma  urltoken  leo"),
        ("see www.example.test", "see  urltoken "),
        ("hello @KenyaPower", "hello  usertoken "),
        ("mail me at a@b.test", "mail me at a@b.test"),
        ("\uff28\uff55\uff44\uff55\uff4d\uff41", "huduma"),
        ("ng\u2019ombe", "ng'ombe"),
        ("", ""),
    ],
)
def test_a_text_is_folded(typed: str, folded: str) -> None:
    assert normalise(typed) == folded


def test_folding_twice_changes_nothing() -> None:
    once = normalise("HAPANAAAA!!! @afisa https://example.test")
    assert normalise(once) == once
