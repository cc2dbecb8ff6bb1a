"""Whom an incident touched: by table, by account, by key; and how fast, of many people."""

from __future__ import annotations

import csv
import dataclasses
import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service.identity import KeyRing, key_id
from feedback_service.models import Citizen, Look, Role, new_id
from feedback_service.privacy import breach
from feedback_service.privacy.breach import NoSuchScope, Scope
from tests.desk_world import PHONE, DeskWorld

pytestmark = pytest.mark.servers

OTHER = "+254712000002"


@pytest.fixture
def scope(rt: Any) -> Scope:
    return Scope(rt.now() - timedelta(hours=1), rt.now() + timedelta(hours=1))


def report(rt: Any, scope: Scope, folder: Path) -> tuple[breach.Report, list[dict[str, str]]]:
    made = breach.report(rt, scope, rt.now(), folder)
    with (folder / "touched.csv").open(encoding="utf-8") as file:
        return made, list(csv.DictReader(file))


def test_an_account_touched_the_cases_it_opened(
    world: DeskWorld, rt: Any, scope: Scope, tmp_path: Path
) -> None:
    one, other = world.case(), world.case(phone=OTHER)
    world.case(phone=OTHER)
    thief = world.staff(Role.OFFICER, "NRB")
    with rt.transaction() as session:
        early = rt.now() - timedelta(days=2)
        session.add_all([
            Look(staff_id=thief.id, case_id=one.id, what="opened", at=rt.now()),
            Look(staff_id=thief.id, case_id=one.id, what="number", at=rt.now()),
            Look(staff_id=thief.id, case_id=other.id, what="opened", at=early),
        ])  # fmt: skip
    made, people = report(rt, dataclasses.replace(scope, staff=thief.email), tmp_path)
    assert (made.people, made.numbers_seen, made.can_be_told) == (1, 1, 1)
    assert [(row["cases"], row["number_seen"]) for row in people] == [(one.reference, "yes")]


def test_a_caller_s_account_saw_the_numbers_it_called(
    world: DeskWorld, rt: Any, scope: Scope, tmp_path: Path
) -> None:
    case, caller = world.case(), world.staff(Role.ANALYST, None)
    with rt.transaction() as session:
        session.add(Look(staff_id=caller.id, case_id=case.id, what="called", at=rt.now()))
    made, _ = report(rt, dataclasses.replace(scope, staff=caller.email), tmp_path)
    assert (made.people, made.numbers_seen) == (1, 1)


def test_a_table_touched_whoever_stood_in_it_by_then(
    world: DeskWorld, rt: Any, scope: Scope, clock: Any, tmp_path: Path
) -> None:
    world.case()
    clock.forward(hours=2)
    world.case(phone=OTHER)
    made, people = report(rt, dataclasses.replace(scope, table="cases"), tmp_path)
    assert made.people == len(people) == 1
    later = dataclasses.replace(scope, until=rt.now())
    assert report(rt, dataclasses.replace(later, table="cases"), tmp_path)[0].people == 2
    assert report(rt, later, tmp_path)[0].people == 2
    with pytest.raises(NoSuchScope, match="none of citizens, aliases"):
        breach.report(rt, dataclasses.replace(scope, table="money"), rt.now(), tmp_path)


def test_a_key_touched_whose_numbers_it_sealed(
    world: DeskWorld, rt: Any, scope: Scope, tmp_path: Path
) -> None:
    world.case()
    new = KeyRing((b"n" * 32,))
    with rt.transaction() as session:
        lookup = new.lookup(OTHER)
        session.add(
            Citizen(
                id=new_id(),
                lookup=lookup,
                sealed=new.seal(OTHER, lookup),
                kind="phone",
                language="sw",
                created_at=rt.now(),
            )
        )
    by_key = dataclasses.replace(scope, key=key_id(b"n" * 32).hex())
    made, _ = report(rt, by_key, tmp_path)
    assert (made.people, made.by_language) == (1, {"sw": 1})
    finds = dataclasses.replace(scope, key=key_id(rt.settings.phone_keys[-1]).hex())
    assert report(rt, finds, tmp_path)[0].people == 2
    with pytest.raises(NoSuchScope, match="is no id"):
        breach.report(rt, dataclasses.replace(scope, key="leaked"), rt.now(), tmp_path)


def test_the_texts_are_ready_and_the_list_names_nobody(
    world: DeskWorld, rt: Any, scope: Scope, tmp_path: Path
) -> None:
    world.case("Naitwa Otieno")
    made, _ = report(rt, scope, tmp_path)
    assert made.commissioner_by - made.known_at == timedelta(hours=72)
    said = json.loads((tmp_path / "report.json").read_text())
    assert said["people"] == 1
    notice = (tmp_path / "commissioner.txt").read_text()
    assert "section 43" in notice
    assert "05.03.2026 09:00" in notice
    for path in tmp_path.iterdir():
        text = path.read_text()
        assert PHONE not in text
        assert "Otieno" not in text
    assert (tmp_path / "people-sw.txt").read_text().startswith("Taarifa")
    assert (tmp_path / "touched.csv").stat().st_mode & 0o077 == 0


def test_a_hundred_thousand_people_are_listed_within_a_minute(
    rt: Any, world: DeskWorld, scope: Scope, tmp_path: Path
) -> None:
    with rt.engine.begin() as connection:
        connection.execute(
            sa.text(
                "insert into citizens (id, lookup, sealed, kind, language, created_at)"
                " select gen_random_uuid(), sha256(n::text::bytea), sha256(n::text::bytea),"
                " 'phone', 'sw', :at from generate_series(1, 100000) n"
            ),
            {"at": rt.now()},
        )
    began = time.monotonic()
    made, _ = report(rt, scope, tmp_path)
    assert made.people == 100_000
    assert time.monotonic() - began < 60
