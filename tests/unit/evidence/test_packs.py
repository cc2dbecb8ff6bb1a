"""A pack is made again to the same bytes from what is in it, and every change in it is found."""

from collections.abc import Callable
from pathlib import Path

import pytest

from analytics.evidence import archive
from analytics.evidence.making import Edition
from analytics.evidence.plain import canonical
from analytics.evidence.signing import public_key
from analytics.evidence.verifying import Differs, verify
from tests.unit.evidence import packs


@pytest.fixture(scope="module")
def whole() -> bytes:
    return packs.pack(packs.facts())


def quiet(name: str, many: int) -> None:
    """A reader who is told nothing on the way."""


def test_a_pack_is_whole_and_its_figures_are_made_again(whole: bytes, tmp_path: Path) -> None:
    path, steps = tmp_path / "pack.zip", []
    path.write_bytes(whole)
    found = verify(path, lambda name, many: steps.append((name, many)), public_key(packs.SEED))
    assert (found.manifest.institution, found.recomputed) == ("NRB", True)
    assert dict(steps)["records"] == 240
    assert [name for name, _ in steps][-1] == "figures made again to the same bytes"


def test_the_same_records_give_the_same_bytes(whole: bytes) -> None:
    assert packs.pack(packs.facts()) == whole
    assert packs.pack(packs.facts(8)) != whole


def test_the_words_for_readers_name_every_file_twice(whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(whole)
    files = archive.opened(path)
    words = files["README.txt"].decode()
    assert [name for name in files if words.count(name) < 2 and name != "README.txt"] == []


def test_the_public_edition_is_checked_without_records(tmp_path: Path) -> None:
    path = tmp_path / "public.zip"
    path.write_bytes(packs.pack(packs.facts(), Edition.PUBLIC))
    assert not verify(path, quiet).recomputed
    assert "cases.csv" not in archive.opened(path)


def edited(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)

    return change


SPOILED = {
    "one answer": (edited("ratings.csv", b"ussd,sw,1,", b"ussd,sw,5,"), "figures.json: "),
    "one verdict": (edited("cases.csv", b",confirmed,", b",disputed,"),
                    "outcome is disputed, its events say confirmed"),
    "one promise": (edited("cases.csv", b"T", b"T1"), "cases.csv, line 2"),
    "a figure left out": (lambda files: files.update(
        {"figures.json": without(files["figures.json"], "classes", "open", "resolved")}),
        "figures.json: classes.open.resolved is left out"),
    "a county left out": (lambda files: files.update(
        {"figures.json": without(files["figures.json"], "by", "county", "47")}),
        "figures.json: by.county.47 is left out"),
    "a class left out": (lambda files: files.update(
        {"figures.json": without(files["figures.json"], "classes", "verified")}),
        "figures.json: classes.verified is left out"),
    "a rating twice": (lambda files: files.update({"ratings.csv": files["ratings.csv"]
        + files["ratings.csv"].splitlines(keepends=True)[-1]}), "stands twice"),
    "another's rating": (edited("ratings.csv", b",NRB,", b",KRA,"), "is of KRA"),
    "a cell without end": (lambda files: files.update(
        {"ratings.csv": files["ratings.csv"] + b"x" * 140_000}), "a file cannot be read"),
    "a file within files": (lambda files: files.update(
        {"figures.json": b"[" * 200_000 + b"]" * 200_000}), "a file cannot be read"),
    "its bounds": (edited("stated.json", b'"start":"2026-06-30', b'"start":"2026-06-29'),
                   "stated.json: the cohort is not that of FY2026/27-Q1"),
    "one figure": (edited("figures.json", b'"n":', b'"n":1'), "figures.json: "),
    "one event": (edited("events.csv", b",officer,", b",citizen,"), "events.csv, line "),
    "an event's place": (edited("events.csv", b"c00001,1,", b"c00001,2,"), "events.csv, line "),
    "a head": (edited("heads.csv", b"c00000,", b"c99999,"), "heads.csv"),
    "one leaf": (lambda files: files.update({"leaves.txt": files["leaves.txt"][65:]}),
                 "leaves.txt does not give the root"),
    "a case less": (lambda files: files.update({"cases.csv": without_last(files["cases.csv"])}),
                    "events.csv: case c00119 is not in cases.csv"),
    "a rating less": (
        lambda files: files.update({"ratings.csv": without_last(files["ratings.csv"])}),
        "the records have "),
    "a case without events": (lambda files: files.update(
        {name: without_last(files[name]) for name in ("events.csv", "heads.csv")}),
        "cases.csv: row c00119 has no events"),
    "a method's version": (edited("stated.json", b'"indicator:resolved":"',
                                  b'"indicator:resolved":"none-'), "stated.json: methods is"),
    "whose it is": (edited("stated.json", b'"NRB"', b'"KRA"'), "stated.json: institution is"),
    "its period": (edited("stated.json", b"-Q1", b"-Q2"), "stated.json: period is"),
    "its moment": (edited("stated.json", b'"as_of":"2026-10', b'"as_of":"2026-12'),
                   "stated.json: as_of is"),
    "a quarter twice": (edited("stated.json", b'"quarters":[]',
                               b'"quarters":["FY2026/27-Q1","FY2026/27-Q1"]'),
                        "not quarters of FY2026/27-Q1"),
}  # fmt: skip


def without(figures: bytes, *path: str) -> bytes:
    """The figures, one of them gone."""
    told = archive.parsed(figures)
    place = told
    for name in path[:-1]:
        place = place[name]
    del place[path[-1]]
    return canonical(told)


def without_last(lines: bytes) -> bytes:
    return b"".join(lines.splitlines(keepends=True)[:-1])


@pytest.mark.parametrize("what", SPOILED)
def test_what_was_changed_is_found_and_named(what: str, whole: bytes, tmp_path: Path) -> None:
    change, named = SPOILED[what]
    with pytest.raises(Differs, match="is not the file that was signed"):
        verify(packs.spoiled(tmp_path, whole, change, resign=False), quiet)
    with pytest.raises(Differs) as found:
        verify(packs.spoiled(tmp_path, whole, change, resign=True), quiet)
    assert named in str(found.value)


def test_whoever_signs_anew_is_found_by_the_key(whole: bytes, tmp_path: Path) -> None:
    path = packs.spoiled(tmp_path, whole, lambda _: None, resign=True)
    verify(path, quiet)
    with pytest.raises(Differs, match="is signed with key"):
        verify(path, quiet, public_key(packs.SEED))


BROKEN = {
    "a file too many": (lambda files: files.update(more=b"x"), "more was added"),
    "a file too few": (lambda files: files.pop("cases.csv"), "cases.csv is missing"),
    "another signature": (
        lambda files: files.update({"manifest.sig": b"AAAA\n"}), "no signature of manifest.json"
    ),
    "another statement": (edited("period.json", b'"early":false', b'"early":true'), "period.json"),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_a_pack_in_disorder_is_refused(what: str, whole: bytes, tmp_path: Path) -> None:
    change, named = BROKEN[what]
    with pytest.raises(Differs, match=named):
        verify(packs.spoiled(tmp_path, whole, change, resign=False), quiet)


def locked(whole: bytes) -> bytes:
    """The same, said to want a password."""
    at = whole.index(b"PK\x01\x02") + 8
    return whole[:at] + b"\x01" + whole[at + 1 :]


def damaged(whole: bytes) -> bytes:
    """With bytes in the middle of a file as no packing writes them."""
    at = whole.index(b"README.txt") + len(b"README.txt")
    return whole[:at] + b"\xff" * 40 + whole[at + 40 :]


@pytest.mark.parametrize("spoil", [locked, damaged])
def test_a_zip_that_cannot_be_unpacked_is_said_to_be_none(
    spoil: Callable[[bytes], bytes], whole: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(spoil(whole))
    with pytest.raises(archive.NotAPack, match=r"pack\.zip is not a zip file that can be read"):
        verify(path, quiet)


def test_a_file_that_would_fill_the_memory_is_refused_unless_it_is_trusted(
    whole: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(whole)
    with pytest.raises(archive.NotAPack, match=r"more than 1,000: if you trust.*--most \d+"):
        verify(path, quiet, most=1_000)


def test_what_is_no_zip_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "words.zip"
    path.write_text("not a zip")
    with pytest.raises(archive.NotAPack, match=r"words\.zip is not a zip"):
        verify(path, quiet)
