"""The reference files are read whole or not at all, and every problem is told at once."""

import datetime as dt
from pathlib import Path

import pytest

from feedback_service.registry.files import DATA, ROWS, BadRows, digest, read
from tests.unit.registry_planting import change, copy_to, lines_of, told, write


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return copy_to(tmp_path)


def test_a_problem_names_file_row_field_value_and_remedy_apart(directory: Path) -> None:
    row = change(directory, "units.csv", {"id": "KRA-R"}, {"kind": "desk"})
    with pytest.raises(BadRows) as caught:
        read(directory)
    first = caught.value.problems[0]
    assert (first.file, first.row, first.field, first.value) == ("units.csv", row, "kind", "desk")
    assert first.remedy == "Write one of: redress, integrity, central."


def test_the_mistakes_of_all_files_are_told_together_in_file_order(directory: Path) -> None:
    change(directory, "posters.csv", {"code": "5002"}, {"code": "x"})
    change(directory, "posters.csv", {"code": "5001"}, {"code": "y"})
    change(directory, "counties.csv", {"code": "1"}, {"name": ""})
    change(directory, "charters.csv", {"service": "kra-pin"}, {"source": "", "cost_kes": "-5"})
    (directory / "sectors.csv").unlink()
    starts = [message.split(":")[0] for message in told(directory)]
    assert [start.split()[0] for start in starts] == [
        "counties.csv", "sectors.csv", "charters.csv", "charters.csv", "posters.csv", "posters.csv",
    ]  # fmt: skip
    rows = [int(start.split()[2]) for start in starts if start.startswith("posters")]
    assert rows == sorted(rows)


def test_a_wrong_cell_is_not_told_again_by_the_rows_that_name_its_row(directory: Path) -> None:
    change(directory, "services.csv", {"id": "garbage"}, {"short_en": "x" * 30})
    assert len(told(directory)) == 1


def test_a_missing_file_is_told_once(directory: Path) -> None:
    (directory / "services.csv").unlink()
    assert told(directory) == [
        "services.csv: is missing or cannot be opened. Put it in the directory."
    ]


def test_an_empty_directory_is_told_file_by_file(tmp_path: Path) -> None:
    assert [message.split(":")[0] for message in told(tmp_path)] == list(ROWS)


def test_missing_unknown_and_doubled_columns_are_told(directory: Path) -> None:
    lines = lines_of(directory / "sectors.csv")
    lines[0] = ["key", "place", "short_en", "short_en"]
    write(directory / "sectors.csv", lines)
    assert told(directory) == [
        "sectors.csv row 1 position: is a missing column. "
        "Add it to the first line; README.md says what it holds.",
        "sectors.csv row 1 short_sw: is a missing column. "
        "Add it to the first line; README.md says what it holds.",
        "sectors.csv row 1 place: is an unknown column. Correct or remove it.",
        "sectors.csv row 1 short_en: is a column that comes twice. Keep one.",
    ]


def test_a_row_with_an_unquoted_comma_is_told(directory: Path) -> None:
    with (directory / "holidays_extra.csv").open("a", encoding="utf-8") as stream:
        stream.write("2026-12-24,Eve, of Christmas,,illustrative\n")
    assert told(directory) == [
        "holidays_extra.csv row 5: has 5 cells where the header has 4. "
        "Put quotes around a cell that holds a comma."
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"date,name,county,source\n2026-01-02,Caf\xe9,,x\n", "is not UTF-8 text"),
        (b'date,name,county,source\n2026-01-02,"Open,,x\n', "is not CSV"),
    ],
)
def test_a_file_that_is_no_csv_is_told(content: bytes, message: str, directory: Path) -> None:
    (directory / "holidays_extra.csv").write_bytes(content)
    (only,) = told(directory)
    assert only.startswith(f"holidays_extra.csv: {message}")


def test_rows_are_numbered_as_an_editor_shows_them(directory: Path) -> None:
    (directory / "holidays_extra.csv").write_text(
        'date,name,county,source\n\n2026-01-02,A day,,"two\nlines"\nsoon,A day,,x\n'
    )
    assert told(directory)[0].startswith("holidays_extra.csv row 5 date:")


def test_spaces_and_a_spreadsheet_s_mark_do_no_harm(directory: Path) -> None:
    (directory / "holidays_extra.csv").write_text(
        "\ufeffdate, name,county,source\r\n 2026-01-02 ,A day, 30 ,x\r\n", encoding="utf-8"
    )
    (day,) = read(directory).holidays
    assert (day.date, day.name, day.county) == (dt.date(2026, 1, 2), "A day", 30)


def test_there_is_exactly_one_desk_of_last_resort(directory: Path) -> None:
    first = change(directory, "units.csv", {"id": "EACC-I"}, {"kind": "central"})
    second = change(directory, "units.csv", {"id": "CENTRAL-T"}, {})
    assert told(directory) == [
        f'units.csv row {second} kind: "central" is already the kind of row {first}. '
        "Keep one central unit."
    ]
    change(directory, "units.csv", {"id": "EACC-I"}, {"kind": "integrity"})
    change(directory, "units.csv", {"id": "CENTRAL-T"}, {"kind": "redress"})
    assert told(directory) == [
        "units.csv kind: central is missing. Add one unit of kind central: the desk of last resort."
    ]


def test_an_office_without_a_desk_for_complaints_is_told(directory: Path) -> None:
    change(directory, "units.csv", {"id": "KWS-R"}, {"institution": "KFS"})
    row = change(directory, "institutions.csv", {"id": "KWS"}, {})
    assert told(directory) == [
        f'institutions.csv row {row} id: "KWS" has no desk for complaints. '
        "Add a redress unit to units.csv."
    ]


def test_a_poster_for_what_is_not_given_there_is_told(directory: Path) -> None:
    cell = {"service_point": "BRC-001", "service": "smart-dl"}
    offering = change(directory, "offerings.csv", cell, {})
    row = change(directory, "posters.csv", {"code": "20001"}, cell)
    assert told(directory) == [
        f'posters.csv row {row} service: "smart-dl" is not offered there, says offerings.csv '
        f"row {offering}. Remove the poster or correct the offering."
    ]


def test_the_digest_follows_every_byte_of_every_file(directory: Path) -> None:
    before = digest(directory)
    assert before == digest(DATA)
    assert len(before) == 64
    seen = {before}
    for name in ROWS:
        with (directory / name).open("a", encoding="utf-8") as stream:
            stream.write("\n")
        seen.add(digest(directory))
    (directory / "sectors.csv").unlink()
    seen.add(digest(directory))
    assert len(seen) == len(ROWS) + 2
