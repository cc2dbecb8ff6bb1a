"""`feedback sheet`: an empty one printed, a full one filed, every mistake told, nothing twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from feedback_service import staff
from feedback_service.models import Case, Role
from tests.integration.command_line import loaded, run

__all__ = ["loaded", "run"]

ROW = "SHEET234,{row},{day},Nimesubiri pasipoti miezi mitatu.,sw,,passport,Nairobi,,,"


def helper(rt: Any) -> str:
    with rt.transaction() as session:
        account, _ = staff.add(
            session, "helper@huduma.example", Role.OFFICER, rt.now(), institution_id="HKS"
        )
        return str(account.email)


def written(tmp_path: Path, empty: str, *rows: str) -> Path:
    file = tmp_path / "sheet.csv"
    file.write_text("\n".join([empty.splitlines()[0], *rows, ""]), encoding="utf-8")
    return file


def test_a_sheet_is_filed_once_and_its_mistakes_are_told(
    loaded: Any, rt: Any, tmp_path: Path
) -> None:
    day = f"{datetime.now(UTC) - timedelta(days=3):%d/%m/%Y}"  # the command has the real clock
    empty = loaded("sheet", "empty")[1]
    assert len(empty.splitlines()) == 31
    good, bad = ROW.format(row=1, day=day), ROW.format(row=2, day="yesterday")
    file, by = written(tmp_path, empty, good, bad), helper(rt)
    code, said, _ = loaded("sheet", "load", file, "--by", by)
    assert code == 1
    assert "1 filed, 0 filed before." in said
    assert "line 3, received_on 'yesterday': This is not a day." in said
    code, said, _ = loaded("sheet", "load", written(tmp_path, empty, good), "--by", by)
    assert (code, said) == (0, "0 filed, 1 filed before.\n")
    with rt.transaction() as session:
        assert session.scalar(sa.select(sa.func.count(Case.id))) == 1


def test_who_took_it_down_must_be_known(loaded: Any, tmp_path: Path) -> None:
    file = written(tmp_path, loaded("sheet", "empty")[1], ROW.format(row=1, day="01/01/2026"))
    code, _, wrong = loaded("sheet", "load", file, "--by", "nobody@example.go.ke")
    assert code == 1
    assert "no officer or supervisor" in wrong
