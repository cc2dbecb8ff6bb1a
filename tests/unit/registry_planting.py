"""A copy of the reference data to plant mistakes in, and what is then told of them."""

import csv
import shutil
from pathlib import Path

import pytest

from feedback_service.registry.files import DATA, BadRows, read


def copy_to(directory: Path) -> Path:
    """A copy of the shipped data that a test may spoil."""
    return Path(shutil.copytree(DATA, directory / "data"))


def lines_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def change(directory: Path, file: str, where: dict[str, str], put: dict[str, str]) -> int:
    """Put cells into the first row where `where` holds; gives the row's number in the file."""
    lines = lines_of(directory / file)
    header = lines[0]
    for number, line in enumerate(lines[1:], 2):
        if all(line[header.index(name)] == value for name, value in where.items()):
            for name, value in put.items():
                line[header.index(name)] = value
            write(directory / file, lines)
            return number
    raise LookupError(f"{file} has no row with {where}")


def write(path: Path, lines: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(lines)


def told(directory: Path) -> list[str]:
    with pytest.raises(BadRows) as caught:
        read(directory)
    return [str(problem) for problem in caught.value.problems]
