"""The registry changed at a desk: checked like a load, told to the audit, kept by later loads."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import audit, registry
from feedback_service.models import (
    Charter,
    Institution,
    RegistryState,
    Responsibility,
    Rung,
    Service,
    Unit,
)
from feedback_service.registry import DATA, shapes, versions
from feedback_service.registry.editing import BadEdit, Edit, keep
from feedback_service.registry.reading import LOOK_AGAIN_AFTER
from feedback_service.registry.standing import Cells, cells_of, tables_of
from tests.conftest import assembled

pytestmark = pytest.mark.servers

REFERENCE = (Charter, Institution, Responsibility, Rung, Service, Unit)


@pytest.fixture
def rt(rt: Any, own_registry: None) -> Any:
    """A registry of this test's own: it is changed, and what is kept between tests is not."""
    return rt


def cells(rt: Any, file: str, model: Any, key: Any) -> Cells:
    with rt.transaction() as session:
        return cells_of(file, session.get_one(model, key))


def kept(rt: Any, file: str, model: Any, key: Any, **new: str) -> int:
    with rt.transaction() as session:
        edit = Edit(file, {**cells(rt, file, model, key), **new})
        return keep(session, [edit], rt.now())


def told(rt: Any) -> list[tuple[str, str]]:
    with rt.transaction() as session:
        return [(line.what, line.subject) for line in audit.lines(session)][1:]  # past the load


def test_what_is_loaded_reads_as_files_again_without_a_problem(rt: Any) -> None:
    from feedback_service.registry.checks import cross_checks

    with rt.transaction() as session:
        tables = tables_of(session)
    assert [line for table in tables.values() for line in table.lines if line.row is None] == []
    assert list(cross_checks(tables)) == []


def test_a_change_is_told_with_old_and_new_and_read_by_every_process(rt: Any) -> None:
    with rt.transaction() as session:
        version = session.scalar(sa.select(RegistryState.version))
    assert kept(rt, shapes.INSTITUTIONS, Institution, "DIS", short_en="Passports") == 1
    assert kept(rt, shapes.INSTITUTIONS, Institution, "DIS", short_en="Passports") == 0
    assert told(rt) == [("institutions.change", "DIS")]
    with rt.transaction() as session:
        [load, line] = audit.lines(session)
        assert (load.what, load.subject) == ("registry.load", "version 1")
        assert line.data == {"short_en": ["Immigration", "Passports"]}
        assert session.scalar(sa.select(RegistryState.version)) == version + 1
    rt.kept.pop("catalogue", None)
    assert registry.catalogue(rt).offices["DIS"]["en"] == "Passports"


def test_a_change_is_in_force_in_another_process_within_ten_seconds(
    rt: Any, settings: Any, engine: Any, redis: Any, clock: Any
) -> None:
    with assembled(settings, engine, redis, clock) as other:
        registry.catalogue(other)
        kept(rt, shapes.INSTITUTIONS, Institution, "DIS", short_en="Passports")
        tick, day, copy = other.kept["catalogue"]
        other.kept["catalogue"] = (tick - LOOK_AGAIN_AFTER, day, copy)  # ten seconds pass
        assert registry.catalogue(other).offices["DIS"]["en"] == "Passports"
        assert registry.desks(other).units["DIS-R"].short_en == "Passports"


WRONG = [
    ("a word too long", shapes.INSTITUTIONS, Institution, "DIS", {"short_en": "x" * 40}),
    ("letters no phone shows", shapes.INSTITUTIONS, Institution, "DIS", {"short_en": "Uhamiajiũ"}),
    ("no such sector", shapes.INSTITUTIONS, Institution, "DIS", {"sector": "dance"}),
    ("a county for a department", shapes.INSTITUTIONS, Institution, "DIS", {"county": "1"}),
    ("no such institution", shapes.UNITS, Unit, "DIS-R", {"institution": "NOBODY"}),
    ("a second desk of last resort", shapes.UNITS, Unit, "DIS-R", {"kind": "central"}),
    ("the only desk made another kind", shapes.UNITS, Unit, "DIS-R", {"kind": "integrity"}),
    ("a code that is taken", shapes.SERVICES, Service, "passport", {"poster_code": "1001"}),
    ("a national service of nobody", shapes.SERVICES, Service, "passport", {"institution": ""}),
]


@pytest.mark.parametrize(
    ("file", "model", "key", "new"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_what_a_load_would_refuse_is_refused_here_with_field_value_and_remedy(
    rt: Any, file: str, model: Any, key: str, new: dict[str, str]
) -> None:
    with pytest.raises(BadEdit) as refused:
        kept(rt, file, model, key, **new)
    [field] = new
    assert any(
        problem.field in (field, "id") and problem.remedy for problem in refused.value.problems
    )
    assert told(rt) == []


def begin(rt: Any, file: str, **new: str) -> int:
    with rt.transaction() as session:
        model, key = (
            (Charter, ("passport", _newest(session))) if file == shapes.CHARTERS
            else (Responsibility, ("passport", "", 0, 1))
        )  # fmt: skip
        row = cells_of(file, session.get_one(model, key))
        return versions.begin(session, file, {**row, **new}, rt.now())


def _newest(session: Any) -> int:
    found = sa.select(sa.func.max(Charter.version)).where(Charter.service_id == "passport")
    return session.scalar(found) or 0


def test_a_new_charter_begins_tomorrow_and_the_old_one_stays_for_cases_under_it(
    rt: Any, clock: Any
) -> None:
    today = rt.now().date()
    tomorrow = (today + timedelta(days=1)).isoformat()
    with pytest.raises(BadEdit, match="too early"):
        begin(rt, shapes.CHARTERS, effective_from=today.isoformat())
    old = registry.charter_at(rt, "passport", today)
    number = begin(rt, shapes.CHARTERS, effective_from=tomorrow, resolve_working_days="3")
    assert number == old.version + 1
    rt.kept.pop("catalogue", None)
    assert registry.charter_at(rt, "passport", today).version == old.version
    assert registry.charter_at(rt, "passport", today + timedelta(days=1)).version == number
    later = (today + timedelta(days=9)).isoformat()
    with pytest.raises(BadEdit, match="plain phones"):
        begin(rt, shapes.CHARTERS, effective_from=later, requirements_en="Pasipoti ũ")


def test_a_slip_in_a_date_gives_way_to_the_right_one(rt: Any) -> None:
    today = rt.now().date()
    tomorrow, far = (today + timedelta(days=1)).isoformat(), f"{today.year + 10}-03-01"
    old = registry.charter_at(rt, "passport", today)
    slip = begin(rt, shapes.CHARTERS, effective_from=far, resolve_working_days="3")
    right = begin(rt, shapes.CHARTERS, effective_from=tomorrow, resolve_working_days="4")
    with rt.transaction() as session:
        assert session.get(Charter, ("passport", slip)) is None
        assert session.get_one(Charter, ("passport", old.version)).effective_to == today
        assert session.get_one(Charter, ("passport", right)).effective_to is None
    assert ("charters.remove", "passport") in told(rt)


def test_no_rule_sends_cases_to_a_desk_that_has_ended(rt: Any) -> None:
    with rt.transaction() as session:
        session.get_one(Unit, "NRB-R").ended_on = rt.now().date()
    with pytest.raises(BadEdit, match="has ended"):
        begin(rt, shapes.RESPONSIBILITIES, unit="NRB-R", effective_from=f"{rt.now().date()}")
    with rt.transaction() as session:
        session.get_one(Unit, "DIS-R").ended_on = rt.now().date()
    rt.kept.clear()
    assert registry.route(rt, "passport", None, None, rt.now()).missing


def test_a_rule_sends_cases_elsewhere_from_today(rt: Any) -> None:
    before = registry.route(rt, "passport", None, None, rt.now())
    assert before.unit_id == "DIS-R"
    begin(rt, shapes.RESPONSIBILITIES, unit="NRB-R", effective_from=rt.now().date().isoformat())
    rt.kept.pop("catalogue", None)
    assert registry.route(rt, "passport", None, None, rt.now()).unit_id == "NRB-R"
    key = {"service": "passport", "service_point": "", "county": ""}
    with rt.transaction() as session:
        assert versions.stop_rule(session, key, rt.now()) == 1
    rt.kept.pop("catalogue", None)
    assert registry.route(rt, "passport", None, None, rt.now()).missing


def test_a_ladder_s_days_change_as_a_whole_and_never_fall(rt: Any) -> None:
    with rt.transaction() as session:
        rungs = [
            dict(line.cells) for line in tables_of(session)[shapes.LADDERS].lines
            if line.cells["ladder"] == "ministry"
        ]  # fmt: skip
        rungs[2]["overdue_working_days"] = "7"
        rungs[3]["overdue_working_days"] = "3"
        with pytest.raises(BadEdit, match="less than on the rung below"):
            versions.begin_ladder(session, rungs, rt.now())
        rungs[3]["overdue_working_days"] = "12"
        assert versions.begin_ladder(session, rungs, rt.now()) == 2
    rt.kept.pop("catalogue", None)
    days = [rung.overdue_working_days for rung in registry.ladder_of(rt, "DIS").rungs]
    assert days[2:4] == [7, 12]


def test_a_later_load_leaves_what_the_desk_changed_and_says_so(rt: Any, tmp_path: Any) -> None:
    kept(rt, shapes.INSTITUTIONS, Institution, "DIS", short_en="Passports")
    tomorrow = (rt.now().date() + timedelta(days=1)).isoformat()
    number = begin(rt, shapes.CHARTERS, effective_from=tomorrow, resolve_working_days="3")
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    _replace(folder / "institutions.csv", "Immigration", "Emigration")
    _replace(folder / "units.csv", "NRB-R,NRB,", "NRB-R,NRB,New ")
    loaded = registry.load(rt, folder)
    assert loaded.changed
    assert loaded.kept == {"institutions": 1, "charters": number - 1}
    with rt.transaction() as session:
        loads = [line for line in audit.lines(session) if line.what == "registry.load"]
    assert loads[-1].data["kept"] == loaded.kept
    again = registry.load(rt, folder)
    assert not again.changed
    with rt.transaction() as session:
        assert session.get_one(Institution, "DIS").short_en == "Passports"
        assert session.get_one(Charter, ("passport", number)).resolve_working_days == 3
        assert session.get_one(Charter, ("passport", number - 1)).effective_to is not None
        assert session.get_one(Unit, "NRB-R").name_en.startswith("New ")


def _replace(file: Any, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_every_date_is_a_day_of_the_calendar() -> None:
    with pytest.raises(BadEdit, match="is not a date"):
        versions._day(shapes.CHARTERS, "soon", date(2026, 3, 2))
