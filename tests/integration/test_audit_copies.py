"""Copies of the audit: exported with the head, checked with nothing but the file."""

from __future__ import annotations

import json
from typing import Any

import pytest

from feedback_service import audit
from feedback_service.domain.chain import BrokenChain
from feedback_service.models import Role
from tests.desk_world import Browser, DeskWorld
from tests.integration.command_line import run

__all__ = ["run"]

pytestmark = pytest.mark.servers

AUDIT = "/desk/admin/audit"


@pytest.fixture
def noted(rt: Any) -> None:
    with rt.transaction() as session:
        for number in range(3):
            data = {"to": ["a", "b"], "share": 0.25, "name": 'Wanjirũ, "O\'"'}
            audit.note(session, "staff.change", f"person {number}", rt.now(), data=data)


FORMS = {"jsonl": audit.as_json_lines, "csv": audit.as_csv}


def copy_of(rt: Any, form: str) -> list[str]:
    with rt.transaction() as session:
        return list(FORMS[form](session))


@pytest.mark.parametrize("form", FORMS)
def test_a_copy_is_checked_by_itself(rt: Any, noted: None, form: str) -> None:
    copy = audit.check_copy(copy_of(rt, form))
    with rt.transaction() as session:
        head = list(audit.lines(session))[-1].hash
    assert (copy.lines, copy.head) == (3, head)


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_audit_has_a_copy_too(rt: Any, form: str) -> None:
    assert audit.check_copy(copy_of(rt, form)).lines == 0


@pytest.mark.parametrize("form", FORMS)
def test_a_copy_tells_of_every_change(rt: Any, noted: None, form: str) -> None:
    first = 1 if form == "csv" else 0
    for number in range(3):
        lines = copy_of(rt, form)
        lines[first + number] = lines[first + number].replace("Wanj", "Kimani")
        with pytest.raises(BrokenChain) as broken:
            audit.check_copy(lines)
        assert broken.value.number == number + 1
    for cut in (slice(first + 1, first + 2), slice(-2, -1)):
        lines = copy_of(rt, form)
        del lines[cut]
        with pytest.raises(audit.BadCopy, match="3 were exported"):
            audit.check_copy(lines)
    with pytest.raises(audit.BadCopy, match="the end is missing"):
        audit.check_copy(copy_of(rt, form)[:-1])


BAD = [
    ("words", ["{not json\n"], "line 1: no JSON"),
    ("another table", ["a,b\n", "1,2\n"], "columns are not"),
    ("a line without its hash", ['{"number": 1}\n', '{"head": "0", "lines": 1}\n'], "a field is"),
    ("nothing", [], "the end is missing"),
]


@pytest.mark.parametrize(("lines", "said"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_what_is_no_copy_is_told(lines: list[str], said: str) -> None:
    with pytest.raises(audit.BadCopy, match=said):
        audit.check_copy(lines)


@pytest.mark.parametrize("form", FORMS)
def test_the_command_exports_and_checks(
    run: Any, rt: Any, noted: None, tmp_path: Any, form: str
) -> None:
    file = tmp_path / f"audit.{form}"
    code, out, _ = run("audit", "export", file)
    assert code == 0
    head = out.split()[-1]
    assert run("audit", "check")[1].split()[-1] == head
    assert run("audit", "check", file, "--head", head)[0] == 0
    assert run("audit", "check", file, "--head", "0" * 64)[0] == 1
    file.write_text(file.read_text().replace("person 1", "person 9"))
    code, _, err = run("audit", "check", file)
    assert (code, "event 2" in err) == (1, True)
    assert run("audit", "export", tmp_path / "audit.pdf")[0] == 1
    assert run("audit", "check", tmp_path / "nowhere.csv")[0] == 1


def test_the_page_filters_checks_and_hands_out_the_whole_chain(
    app: Any, world: DeskWorld, rt: Any, noted: None
) -> None:
    auditor = Browser(app, world.staff(Role.AUDITOR, None, name="Odhiambo"))
    page = auditor.get(AUDIT).text
    assert all(f"person {number}" in page for number in range(3))
    one = auditor.get(f"{AUDIT}?subject=person+1").text
    assert "person 1" in one
    assert "person 2" not in one
    for nothing in ("kind=holiday", "who=Odhiambo", "until=2026-03-01", "since=2026-03-03"):
        assert "person 1" not in auditor.get(f"{AUDIT}?{nothing}").text, nothing
    with rt.transaction() as session:
        head = list(audit.lines(session))[-1].hash
    assert head in auditor.get(f"{AUDIT}?check=1").text
    for form in FORMS:
        sent = auditor.get(f"{AUDIT}.{form}")
        assert "attachment" in sent.headers["Content-Disposition"]
        assert audit.check_copy(sent.text.splitlines(keepends=True)).head == head
    assert auditor.get(f"{AUDIT}.pdf").status_code == 404
    assert json.loads(auditor.get(f"{AUDIT}.jsonl").text.splitlines()[-1])["lines"] == 3


def test_pages_go_on_where_the_last_ended(app: Any, world: DeskWorld, rt: Any) -> None:
    with rt.transaction() as session:
        for number in range(101):
            audit.note(session, "staff.change", f"p{number}", rt.now())
    auditor = Browser(app, world.staff(Role.AUDITOR, None))
    page = auditor.get(AUDIT).text
    assert "p100" in page
    assert "changed p0<" not in page
    assert "changed p0<" in auditor.get(f"{AUDIT}?before=2").text


def test_an_administrator_of_one_institution_reads_no_changes_of_others(
    app: Any, world: DeskWorld
) -> None:
    assert Browser(app, world.staff(Role.ADMINISTRATOR, "NRB")).get(AUDIT).status_code == 404
    assert Browser(app, world.staff(Role.ADMINISTRATOR, None)).get(AUDIT).status_code == 200
