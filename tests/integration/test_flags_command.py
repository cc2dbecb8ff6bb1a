"""The command that looks for suspect figures and takes in the phones of staff."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from feedback_service.identity import KeyRing
from feedback_service.models import StaffPhone
from tests.integration.command_line import loaded, run

__all__ = ["loaded", "run"]


def kept(rt: Any) -> list[tuple[str, bytes]]:
    with rt.transaction() as session:
        found = sa.select(StaffPhone).order_by(StaffPhone.institution_id, StaffPhone.lookup)
        return [(row.institution_id, row.lookup) for row in session.scalars(found)]


def test_phones_of_staff_are_kept_as_keyed_hashes(loaded: Any, rt: Any, tmp_path: Any) -> None:
    file = tmp_path / "phones.csv"
    file.write_text("institution,phone\nDIS,0712000111\nDIS,+254712000111\nNRB,0712000222\n")
    code, out, _ = loaded("flags", "phones", str(file))
    assert code == 0
    assert "0712" not in out
    ring = KeyRing(rt.settings.phone_keys)
    hashes = [("DIS", ring.lookup("+254712000111")), ("NRB", ring.lookup("+254712000222"))]
    assert kept(rt) == hashes


def test_a_new_list_takes_the_place_of_the_last(loaded: Any, rt: Any, tmp_path: Any) -> None:
    file = tmp_path / "phones.csv"
    for number in ("0712000111", "0712000333"):
        file.write_text(f"institution,phone\nDIS,{number}\n")
        assert loaded("flags", "phones", str(file))[0] == 0
    assert [name for name, _ in kept(rt)] == ["DIS"]


def test_a_wrong_list_changes_nothing_and_repeats_no_number(
    loaded: Any, rt: Any, tmp_path: Any
) -> None:
    file = tmp_path / "phones.csv"
    file.write_text("institution,phone\nDIS,0712000111\nNOBODY,0712000222\nDIS,12\n")
    code, _, err = loaded("flags", "phones", str(file))
    assert code == 1
    assert "row 3, institution: 'NOBODY'" in err
    assert "row 4, phone" in err
    assert "0712000" not in err
    assert kept(rt) == []


def test_a_missing_file_is_named(loaded: Any) -> None:
    code, _, err = loaded("flags", "phones", "nowhere.csv")
    assert (code, "No file nowhere.csv" in err) == (1, True)


def test_looking_says_where_flags_wait(loaded: Any) -> None:
    code, out, _ = loaded("flags", "look")
    assert code == 0
    assert "0 new flags" in out
    assert "/desk/flags" in out
