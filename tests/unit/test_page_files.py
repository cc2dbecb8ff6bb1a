"""The files of the pages: each says what it is given, carries its token, fetches nothing from
elsewhere, and is small."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.unit.test_design import ROOM, TEMPLATES

STATIC = sorted(path for path in (ROOM / "static").iterdir() if path.is_file())
LARGEST = {".css": 32_000, ".js": 16_000, ".svg": 1_000}
"""Bytes a file may have: a page on a slow line is read before its looks arrive."""
HERE = "http://www.w3.org/2000/svg"  # a name, not an address: no browser fetches it


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOM)) for path in paths]


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_a_template_says_what_it_is_given(path: Path) -> None:
    opening = path.read_text(encoding="utf-8").partition("-#}")[0]
    assert opening.startswith("{#-")
    assert "Context" in opening


@pytest.mark.parametrize("path", [*TEMPLATES, *STATIC], ids=names([*TEMPLATES, *STATIC]))
def test_nothing_is_fetched_from_elsewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace(HERE, "")
    assert not re.findall(r"(?:https?:)?//\w[\w-]*\.\w|@import", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_no_page_holds_what_the_desk_s_policy_refuses(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.findall(r"<style|\sstyle=\"|\son[a-z]+=\"|<script>|javascript:", text)


@pytest.mark.parametrize("path", STATIC, ids=names(STATIC))
def test_what_a_page_loads_is_small(path: Path) -> None:
    assert path.stat().st_size < LARGEST[path.suffix]


PAGES = [path for path in TEMPLATES if not path.name.startswith("_")]


@pytest.mark.parametrize("path", PAGES, ids=names(PAGES))
def test_a_page_stands_in_the_frame_with_one_heading_and_a_title(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert '{% extends "_base.html" %}' in text
    assert "{% block title %}" in text
    assert len(re.findall(r"<h1[ >]", text)) == 1


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_every_form_that_changes_something_carries_its_token(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for form in re.findall(r'<form[^>]*method="post".*?</form>', text, flags=re.DOTALL):
        assert "parts.csrf()" in form or "sending(" in form or path.parent.name == "phone"


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_every_head_of_a_column_says_so(path: Path) -> None:
    heads = re.findall(r"<th(?: [^>]*)?>", path.read_text(encoding="utf-8"))
    assert all('scope="' in head for head in heads)
