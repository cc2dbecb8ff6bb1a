"""The package as a folder or a zip file: tables, datapackage.json (Frictionless Data Package 1),
a dictionary in English and Kiswahili, the licence, and of each file its bytes and SHA-256."""

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import IO, Any

from feedback_service import scoring
from feedback_service.domain.calendar import NAIROBI
from feedback_service.reports.open_data.asked import Asked
from feedback_service.reports.open_data.dictionary import LICENCE, dictionary
from feedback_service.reports.open_data.shape import Resource
from feedback_service.reports.open_data.streams import csv_lines
from feedback_service.reports.open_data.tables import RESOURCES

CC_BY = {
    "name": "CC-BY-4.0", "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}  # fmt: skip
ODBL = {
    "name": "ODbL-1.0", "title": "Open Data Commons Open Database License 1.0",
    "path": "https://opendatacommons.org/licenses/odbl/1-0/",
}  # fmt: skip
MAP = "data/counties.geojson"

Say = Callable[[str, int], object]
"""Told the table and how many of its rows are written."""


@dataclass(frozen=True)
class Package:
    """What was written: rows by table, the version, all bytes."""

    rows: dict[str, int]
    version: str
    bytes: int


def write(asked: Asked, folder: Path, say: Say = lambda name, rows: None) -> Package:
    """Write the package into `folder`; files of an earlier one are overwritten.

    Each file is put in place when it is whole: a reader never finds half a table.
    """
    (folder / "data").mkdir(parents=True, exist_ok=True)
    rows, told = {}, []
    with scoring.one_moment(asked.rt, asked.periods) as moment:
        alike = replace(asked, moment=moment)
        for resource in RESOURCES:
            rows[resource.name], digest, size = _table(resource, alike, folder, say)
            told.append(_described(resource, digest, size))
    told.append(_map(folder))
    version = version_of(asked)
    _text(folder / "README.md", dictionary(RESOURCES, version, asked))
    _text(folder / "LICENCE.txt", LICENCE)
    described = _package(asked, version, told)
    _text(folder / "datapackage.json", json.dumps(described, indent=1, ensure_ascii=False) + "\n")
    return Package(rows, version, sum(one["bytes"] for one in told))


def as_zip(asked: Asked, file: Path) -> Package:
    """The package as one zip file, put in place when it is whole."""
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".making-") as made:
        folder, packed = Path(made) / "package", Path(made) / "package.zip"
        package = write(asked, folder)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    archive.write(path, path.relative_to(folder).as_posix())
        os.replace(packed, file)
    return package


def version_of(asked: Asked) -> str:
    """The newest quarter and the day of writing: FY2026-27-Q1.20261120."""
    today = asked.rt.now().astimezone(NAIROBI).date()
    return f"{asked.quarters[-1].label.replace('/', '-')}.{today:%Y%m%d}"


def _table(resource: Resource, asked: Asked, folder: Path, say: Say) -> tuple[int, str, int]:
    digest, size, written = hashlib.sha256(), 0, 0
    with _whole(folder / resource.path) as file:
        for text, rows in csv_lines(resource, resource.rows(asked)):
            piece = text.encode()
            file.write(piece)
            digest.update(piece)
            size, written = size + len(piece), written + rows
            say(resource.name, written)
    return written, digest.hexdigest(), size


def _described(resource: Resource, digest: str, size: int) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource", "name": resource.name, "path": resource.path,
        "title": resource.en, "description": f"{resource.en} / {resource.sw}", "format": "csv",
        "mediatype": "text/csv", "encoding": "utf-8", "bytes": size, "hash": f"sha256:{digest}",
        "licenses": [CC_BY], "schema": resource.schema,
    }  # fmt: skip


def _map(folder: Path) -> dict[str, Any]:
    """The boundaries of the counties, which are OpenStreetMap's and not ours."""
    content = files("analytics.charts").joinpath("counties.geojson").read_bytes()
    with _whole(folder / MAP) as file:
        file.write(content)
    return {
        "name": "counties_map", "path": MAP, "title": "Boundaries of the counties, simplified.",
        "description": "© OpenStreetMap contributors. Mipaka ya kaunti.", "format": "geojson",
        "mediatype": "application/geo+json", "encoding": "utf-8", "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}", "licenses": [ODBL],
        "sources": [{"title": "OpenStreetMap", "path": "https://www.openstreetmap.org/copyright"}],
    }  # fmt: skip


def _package(asked: Asked, version: str, resources: list[dict[str, Any]]) -> dict[str, Any]:
    settings = asked.rt.settings
    return {
        "profile": "data-package", "name": "citizen-feedback-kenya", "version": version,
        "title": "Citizens' scorecard of Kenya's public service",
        "description": "Figures, registry and single requests; README.md is the dictionary.",
        "homepage": f"{settings.public_url}/open-data/", "licenses": [CC_BY],
        "created": asked.rt.now().astimezone(NAIROBI).isoformat(timespec="seconds"),
        "contributors": [{"title": settings.scorecard_owner, "role": "publisher"}],
        "sources": [{"title": "Citizens by phone; register of cases", "path": settings.public_url}],
        "periods": [period.label for period in asked.periods], "resources": resources,
    }  # fmt: skip


def _text(path: Path, text: str) -> None:
    with _whole(path) as file:
        file.write(text.encode())


@contextmanager
def _whole(path: Path) -> Iterator[IO[bytes]]:
    partial = path.with_name(f".{path.name}.part")
    with partial.open("wb") as file:
        yield file
    shutil.move(partial, path)
