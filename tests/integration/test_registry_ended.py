"""Desks, services, institutions that end: when nothing depends on them, and not for ever."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import registry
from feedback_service.models import Institution, RegistryEdit, Unit
from feedback_service.registry import ending, shapes, versions
from feedback_service.registry.editing import Edit, keep
from feedback_service.registry.ending import StillNeeded
from tests.integration.test_registry_edited import begin, cells, rt, told

__all__ = ["rt"]

pytestmark = pytest.mark.servers


def test_a_desk_ends_when_nothing_depends_on_it(rt: Any) -> None:
    extra = {"id": "DIS-X", "institution": "DIS", "name_en": "Second", "name_sw": "Pili",
             "kind": "redress"}  # fmt: skip
    with rt.transaction() as session:
        ending.keep_unit(session, extra, rt.now())
    begin(rt, shapes.RESPONSIBILITIES, unit="DIS-X", effective_from=rt.now().date().isoformat())
    with rt.transaction() as session:
        central = session.scalars(sa.select(Unit.id).where(Unit.kind == "central")).one()
    for which, key in (("DIS-X", "rules"), ("NRB-R", "rules"), (central, "central")):
        with rt.transaction() as session, pytest.raises(StillNeeded) as refused:
            ending.end(session, "units", which, rt.now())
        assert refused.value.key == key
    key = {"service": "passport", "service_point": "", "county": ""}
    with rt.transaction() as session:
        versions.stop_rule(session, key, rt.now())
        ending.end(session, "units", "DIS-X", rt.now())
    rt.kept.pop("catalogue", None)
    assert registry.desks(rt).units["DIS-X"].ended
    with rt.transaction() as session:
        ending.resume(session, "units", "DIS-X", rt.now())
        assert session.get_one(Unit, "DIS-X").ended_on is None


def test_an_institution_goes_on_with_the_desks_that_ended_with_it(rt: Any, clock: Any) -> None:
    rows = [
        Edit(shapes.INSTITUTIONS, {**cells(rt, shapes.INSTITUTIONS, Institution, "DIS"), **NEW}),
        *(Edit(shapes.UNITS, {"id": unit, "institution": "NEW", "name_en": unit,
                              "name_sw": unit, "kind": "redress"}) for unit in ("NEW-R", "NEW-2")),
    ]  # fmt: skip
    with rt.transaction() as session:
        keep(session, rows, rt.now())
        ending.end(session, "units", "NEW-2", rt.now())
    clock.forward(days=1)
    with rt.transaction() as session:
        ending.end(session, "institutions", "NEW", rt.now())
    with rt.transaction() as session, pytest.raises(StillNeeded, match="its institution"):
        ending.resume(session, "units", "NEW-R", rt.now())
    with rt.transaction() as session:
        ending.resume(session, "institutions", "NEW", rt.now())
    with rt.transaction() as session:
        ended = [session.get_one(Unit, unit).ended_on is None for unit in ("NEW-R", "NEW-2")]
    assert ended == [True, False]


NEW = {"id": "NEW", "name": "New Department", "short_en": "New", "short_sw": "Mpya",
       "aliases": "", "acronym": ""}  # fmt: skip


def test_a_desk_with_cases_under_way_neither_ends_nor_moves(rt: Any, client: Any) -> None:
    from feedback_service import redress
    from feedback_service.redress import Complaint

    with rt.transaction() as session:
        redress.open_case(
            rt, session,
            Complaint(source="test:1", channel="africastalking-ussd", language="en",
                      text="No passport.", citizen_id=None, service_id="passport"),
        )  # fmt: skip
        session.execute(sa.text("update cases set unit_id = 'DIS-R'"))
    moved = {**cells(rt, shapes.UNITS, Unit, "DIS-R"), "institution": "NRB"}
    with rt.transaction() as session, pytest.raises(StillNeeded, match="1 cases are under way"):
        ending.keep_unit(session, moved, rt.now())
    with rt.transaction() as session, pytest.raises(StillNeeded, match="services are its own"):
        ending.end(session, "institutions", "DIS", rt.now())
    with rt.transaction() as session, pytest.raises(StillNeeded, match="Transfer them first"):
        ending.end(session, "units", "DIS-R", rt.now())


def test_a_service_that_ended_is_in_no_menu_and_on_no_poster(rt: Any) -> None:
    with rt.transaction() as session:
        ending.end(session, "services", "passport", rt.now())
    rt.kept.pop("catalogue", None)
    known = registry.catalogue(rt)
    assert "passport" in known.services
    assert "passport" not in {each.id for each in known.find_services("passport")}
    assert known.poster("1003") is None
    sector = known.services["passport"].sector
    assert "passport" not in {each.id for each in known.in_sector(sector)}
    assert told(rt) == [("services.end", "passport")]
    with rt.transaction() as session:
        assert session.get_one(RegistryEdit, ("services", "passport"))
