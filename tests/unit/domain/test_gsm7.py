"""What a text takes on a phone, against the published tables and a second way of counting."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback_service.domain.gsm7 import Encoding, Parts, fits, parts, septets, smart

ESCAPED = "^{}\\[~]|€\f"
texts = (
    st.text(max_size=400) | st.text("ab^€'ngombe \n", max_size=500) | st.text("a😀", max_size=300)
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("ng'ombe", 7),
        ("ng\u2019ombe", None),
        ("[x]", 5),
        ("€", 2),
        ("é è ù à ñ ü Ç", 13),
        ("á", None),
        ("ç", None),
        ("ĩ", None),
        ("`", None),
        ("\t", None),
        ("\x1b", None),
        ("😀", None),
    ],
)
def test_septets_follow_the_table(text: str, expected: int | None) -> None:
    assert septets(text) == expected


def test_the_basic_table_has_127_characters_and_the_extension_ten() -> None:
    singles = [chr(code) for code in range(0x110000) if septets(chr(code)) == 1]
    doubles = [chr(code) for code in range(0x110000) if septets(chr(code)) == 2]
    assert len(singles) == 127
    assert sorted(doubles) == sorted(ESCAPED)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Parts(Encoding.GSM7, 1, 0)),
        ("a" * 160, Parts(Encoding.GSM7, 1, 160)),
        ("a" * 161, Parts(Encoding.GSM7, 2, 161)),
        ("a" * 306, Parts(Encoding.GSM7, 2, 306)),
        ("a" * 307, Parts(Encoding.GSM7, 3, 307)),
        ("a" * 158 + "€", Parts(Encoding.GSM7, 1, 160)),
        ("a" * 152 + "€" + "a" * 152, Parts(Encoding.GSM7, 3, 306)),  # the escape moves on whole
        ("ĩ" * 70, Parts(Encoding.UCS2, 1, 70)),
        ("ĩ" * 71, Parts(Encoding.UCS2, 2, 71)),
        ("ĩ" * 134, Parts(Encoding.UCS2, 2, 134)),
        ("😀" * 35, Parts(Encoding.UCS2, 1, 70)),
        ("ĩ" * 66 + "😀" + "ĩ" * 66, Parts(Encoding.UCS2, 3, 134)),  # so does a surrogate pair
    ],
)
def test_parts_are_counted(text: str, expected: Parts) -> None:
    assert parts(text) == expected


def _cut_slowly(text: str) -> int:
    """Cut the real code units, moving each cut back when it would split an escape or a pair."""
    if septets(text) is None:
        units, alone, room = text.encode("utf-16-be", "surrogatepass"), 140, 134
        split = [units[at : at + 2] for at in range(0, len(units), 2)]
        halves = [0xD8 <= unit[0] <= 0xDB for unit in split]
        alone, room = alone // 2, room // 2
    else:
        halves = [mark for c in text for mark in ([True, False] if c in ESCAPED else [False])]
        alone, room = 160, 153
    if len(halves) <= alone:
        return 1
    count = at = 0
    while at < len(halves):
        step = min(room, len(halves) - at)
        at += step - 1 if step == room and halves[at + step - 1] else step
        count += 1
    return count


@settings(max_examples=60, deadline=None)
@given(texts.filter(lambda text: not any(0xD800 <= ord(c) <= 0xDFFF for c in text)))
def test_parts_agree_with_cutting_the_code_units(text: str) -> None:
    assert parts(text).count == _cut_slowly(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ng\u2019ombe", "ng'ombe"),
        ("\u201cHabari\u201d", '"Habari"'),
        ("1\u20135 \u2014 ndiyo", "1-5 - ndiyo"),
        ("Subiri\u2026", "Subiri..."),
        ("KES\u00a0100", "KES 100"),
        ("\u2022 moja", "- moja"),
        ("`a`\tb", "'a' b"),
        ("a\u200bb\ufeff", "ab"),
        ("Wanjĩkũ José á", "Wanjĩkũ José á"),
    ],
)
def test_look_alikes_become_plain_and_names_stay(text: str, expected: str) -> None:
    assert smart(text) == expected


@settings(max_examples=60, deadline=None)
@given(texts)
def test_smart_never_makes_a_gsm_text_worse_and_settles_at_once(text: str) -> None:
    assert smart(smart(text)) == smart(text)
    if septets(text) is not None:
        assert smart(text) == text


def test_fits_needs_both_the_alphabet_and_the_room() -> None:
    assert fits("a" * 160)
    assert not fits("a" * 161)
    assert not fits("a" * 159 + "[")
    assert not fits("\u2019")
    assert fits("abc", limit=3)
    assert not fits("abcd", limit=3)
