"""The registry in its tables: loaded whole or not at all, read by date, routed to a desk."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from feedback_service import registry
from feedback_service.models import (
    Charter,
    County,
    Holiday,
    Institution,
    Responsibility,
    Service,
    Unit,
)
from feedback_service.registry import BadRows, NoCentralTriage
from feedback_service.registry.desks import desks
from feedback_service.registry.reading import LOOK_AGAIN_AFTER
from tests.talking import rows, shipped
from tests.unit.registry_planting import change, copy_to, lines_of, write

NOON = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def count(rt):
    def rows_of(model):
        with rt.transaction() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(model))

    return rows_of


@pytest.fixture
def files(tmp_path):
    """A copy of the shipped files that a test may change."""
    return copy_to(tmp_path)


# --- Loading ----------------------------------------------------------------------------------


def test_a_load_fills_every_table_with_every_row(rt, count):
    loaded = registry.load(rt)
    data = rows()
    assert (loaded.changed, loaded.version) == (True, 1)
    assert loaded.rows == {
        "counties": len(data.counties), "institutions": len(data.institutions),
        "units": len(data.units), "service_points": len(data.service_points),
        "sectors": len(data.sectors), "services": len(data.services),
        "charters": len(data.charters), "posters": len(data.posters),
        "offerings": len(data.offerings), "responsibilities": len(data.responsibilities),
        "holidays": len(data.holidays), "rungs": len(data.rungs),
    }  # fmt: skip
    assert count(Responsibility) == len(data.responsibilities)


def test_the_same_files_again_change_nothing(rt, count):
    registry.load(rt)
    before = count(Service)
    again = registry.load(rt)
    assert (again.changed, again.version, dict(again.rows)) == (False, 1, {})
    assert count(Service) == before


def test_a_changed_file_is_a_new_version_and_updates_its_rows(rt, files):
    registry.load(rt, files)
    change(files, "services.csv", {"id": "passport"}, {"short_en": "Passports"})
    assert registry.load(rt, files).version == 2
    with rt.transaction() as session:
        assert session.get_one(Service, "passport").short_en == "Passports"


def test_a_row_that_left_the_files_stays_because_cases_may_point_to_it(rt, files, count):
    registry.load(rt, files)
    lines = lines_of(files / "posters.csv")
    write(files / "posters.csv", lines[:-1])
    before = count(registry.loading.Poster)
    registry.load(rt, files)
    assert count(registry.loading.Poster) == before


@pytest.mark.parametrize("loaded_before", [False, True])
def test_one_bad_row_loads_nothing(loaded_before, rt, files, count):
    if loaded_before:
        registry.load(rt, files)
    change(files, "services.csv", {"id": "passport"}, {"short_en": "Passports"})
    change(files, "counties.csv", {"code": "1"}, {"code": "one"})
    with pytest.raises(BadRows, match=r"counties\.csv"):
        registry.load(rt, files)
    assert count(County) == (47 if loaded_before else 0)
    with rt.transaction() as session:
        passport = session.get(Service, "passport")
        assert passport is None or passport.short_en == "Passport"


def test_loads_at_once_are_one_load(rt):
    with ThreadPoolExecutor(4) as operators:
        loads = list(operators.map(lambda _: registry.load(rt), range(4)))
    assert sorted(load.changed for load in loads) == [False, False, False, True]
    assert {load.version for load in loads} == {1}


# --- The copy for talking ---------------------------------------------------------------------


def test_the_copy_for_talking_is_what_the_files_describe(loaded_rt):
    assert replace(registry.catalogue(loaded_rt), version=1) == shipped()


def test_a_load_is_seen_at_once_here_and_soon_by_other_processes(rt, files):
    from feedback_service import runtime

    registry.load(rt, files)
    other = runtime.assemble(rt.settings, rt.engine, rt.redis, rt.ways, rt.now)
    assert registry.catalogue(other).services["passport"].short["en"] == "Passport"
    change(files, "services.csv", {"id": "passport"}, {"short_en": "Passports"})
    registry.load(rt, files)
    assert registry.catalogue(rt).services["passport"].short["en"] == "Passports"
    assert registry.catalogue(other).services["passport"].short["en"] == "Passport"
    tick, day, kept = other.kept["catalogue"]
    other.kept["catalogue"] = (tick - LOOK_AGAIN_AFTER, day, kept)
    assert registry.catalogue(other).services["passport"].short["en"] == "Passports"


def test_days_that_pass_have_nothing_made_again_that_is_the_same_every_day(loaded_rt, clock):
    registry.catalogue(loaded_rt)
    kept = loaded_rt.kept["catalogue"]
    clock.forward(days=1)
    desks(loaded_rt)
    assert loaded_rt.kept["catalogue"] is kept


DAYS = [
    # The fee of a first ID was waived on 19 March 2025.
    (datetime(2025, 3, 18, 9, tzinfo=UTC), 1),
    (datetime(2025, 3, 18, 20, 59, tzinfo=UTC), 1),  # one minute to midnight in Nairobi
    (datetime(2025, 3, 18, 21, 0, tzinfo=UTC), 2),
    (datetime(2025, 3, 19, 9, tzinfo=UTC), 2),
]


@pytest.mark.parametrize(("moment", "version"), DAYS)
def test_a_charter_comes_into_force_at_midnight_in_nairobi(moment, version, loaded_rt, clock):
    clock.set(moment)
    assert registry.catalogue(loaded_rt).services["id-first"].card.version == version


def test_yesterdays_copy_is_not_believed_today(loaded_rt, clock):
    clock.set(DAYS[0][0])
    assert registry.catalogue(loaded_rt).services["id-first"].card.version == 1
    clock.set(DAYS[-1][0])
    assert registry.catalogue(loaded_rt).services["id-first"].card.version == 2


@pytest.mark.parametrize(
    ("day", "version"),
    [(date(2024, 2, 29), None), (date(2024, 3, 1), 1), (date(2025, 3, 18), 1),
     (date(2025, 3, 19), 2), (date(2030, 1, 1), 2)],
)  # fmt: skip
def test_the_charter_of_a_day_is_the_one_in_force(day, version, loaded_rt):
    charter = registry.charter_at(loaded_rt, "id-first", day)
    assert (charter.version if charter else None) == version


# --- Who answers ------------------------------------------------------------------------------


LEFT_EMPTY = [("sewer-blockage", county) for county in (5, 9, 25)]
"""On purpose, as the data's README says: nobody knows who answers for sewers there."""


def test_every_service_has_its_desk_in_every_county(loaded_rt):
    lost, strangers = [], []
    county_of = {i.id: i.county for i in rows().institutions}
    for service in rows().services:
        for county in range(1, 48) if service.owner == "county" else (None,):
            found = registry.route(loaded_rt, service.id, None, county, NOON)
            if found.missing:
                lost.append((service.id, county))
            elif county_of[found.institution_id] != county:
                strangers.append((service.id, county, found.institution_id))
    assert lost == LEFT_EMPTY
    assert strangers == []


def test_a_case_at_a_place_is_hosted_by_who_runs_it(loaded_rt):
    found = registry.route(loaded_rt, "passport", "BRC-001", None, NOON)
    assert (found.institution_id, found.host_id, found.missing) == ("DIS", "HKS", False)
    county = registry.route(loaded_rt, "water-fault", "BRC-001", None, NOON)
    assert county.institution_id == "CG-030", "the county is the place's"


CELLS = [
    # place, county, unit, from, to
    (None, None, "DIS-R", date(2024, 3, 1), None),
    (None, 30, "KRA-R", date(2026, 1, 1), date(2026, 6, 30)),
    ("BRC-001", None, "NPS-R", date(2026, 3, 1), date(2026, 3, 31)),
]
EXACT = [
    ("anywhere", None, 47, NOON, "DIS-R"),
    ("the county", None, 30, NOON, "KRA-R"),
    ("the place", "BRC-001", 30, NOON, "NPS-R"),
    ("the place, over", "BRC-001", 30, datetime(2026, 4, 1, 9, tzinfo=UTC), "KRA-R"),
    ("the county, over", None, 30, datetime(2026, 7, 1, 9, tzinfo=UTC), "DIS-R"),
    ("the last evening", None, 30, datetime(2026, 6, 30, 20, 59, tzinfo=UTC), "KRA-R"),
    ("past midnight in Nairobi", None, 30, datetime(2026, 6, 30, 21, tzinfo=UTC), "DIS-R"),
    ("another place", "BMT-001", 36, NOON, "DIS-R"),
]


@pytest.mark.parametrize(
    ("place", "county", "moment", "unit"), [row[1:] for row in EXACT], ids=[r[0] for r in EXACT]
)
def test_the_most_exact_cell_in_force_answers(place, county, moment, unit, rt, own_registry):
    with rt.transaction() as session:
        session.execute(sa.delete(Responsibility).where(Responsibility.service_id == "passport"))
        for number, (at, of, holder, begins, ends) in enumerate(CELLS, start=1):
            session.add(
                Responsibility(
                    service_id="passport", service_point_id=at or "", county_code=of or 0,
                    version=number, unit_id=holder, effective_from=begins, effective_to=ends,
                )
            )  # fmt: skip
    assert registry.route(rt, "passport", place, county, moment).unit_id == unit


def test_without_a_central_desk_nothing_is_routed_in_silence(rt):
    with pytest.raises(NoCentralTriage, match="feedback load"):
        registry.route(rt, None, None, None, NOON)


@pytest.mark.parametrize(
    ("service", "county", "owner"),
    [("passport", None, "DIS"), ("passport", 47, "DIS"), ("water-fault", 47, "CG-047"),
     ("water-fault", None, None), ("no-such-service", 1, None)],
)  # fmt: skip
def test_a_service_is_owned_by_its_institution_or_the_county(service, county, owner, loaded_rt):
    assert registry.owner_of(loaded_rt, service, county) == owner


def test_every_institution_with_services_has_a_desk_that_hears_complaints(loaded_rt):
    with loaded_rt.transaction() as session:
        owners = session.scalars(sa.select(Service.institution_id).distinct()).all()
        governments = session.scalars(
            sa.select(Institution.id).where(Institution.type == "county government")
        ).all()
        for owner in filter(None, [*owners, *governments]):
            unit = registry.redress_unit(loaded_rt, owner)
            assert unit is not None, owner
            assert unit.institution_id == owner
        kinds = session.scalars(sa.select(Unit.kind).where(Unit.kind == "central")).all()
        assert len(kinds) == 1


# --- The calendar -----------------------------------------------------------------------------


def test_holidays_of_the_library_and_the_gazette_are_no_working_days(rt, own_registry):
    with rt.transaction() as session:
        session.add(Holiday(day=date(2026, 3, 5), county_code=0, name="Sudden", source="test"))
        session.add(Holiday(day=date(2026, 3, 6), county_code=47, name="County", source="test"))
    with rt.transaction() as session:
        nation, nairobi = registry.calendar(rt, session), registry.calendar(rt, session, 47)
    monday = datetime(2026, 3, 2, 6, tzinfo=UTC)
    assert nation.add_days(monday, 3).date() == date(2026, 3, 6)
    assert nairobi.add_days(monday, 3).date() == date(2026, 3, 9)
    jamhuri = datetime(2026, 12, 11, 6, tzinfo=UTC)  # 12 December 2026 is a Saturday
    assert nation.add_days(jamhuri, 1).date() == date(2026, 12, 14)
    labour = datetime(2026, 4, 30, 6, tzinfo=UTC)  # Friday 1 May is Labour Day
    assert nation.add_days(labour, 1).date() == date(2026, 5, 4)


def test_old_cases_keep_the_charter_they_were_filed_under(loaded_rt):
    with loaded_rt.transaction() as session:
        versions = session.scalars(
            sa.select(Charter.version).where(Charter.service_id == "id-first")
        ).all()
    assert sorted(versions) == [1, 2]
