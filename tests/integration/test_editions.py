"""The public reads a running quarter in editions: no two of them are one to four answers apart, and
whoever may read everything reads what stands."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import contracts, scoring
from feedback_service.domain.periods import Period
from feedback_service.government.standing import drawn, signatories
from feedback_service.models import Institution, Rating, ToldTally
from feedback_service.scoring import Dimension, rollups
from feedback_service.scoring.editions.telling import AS_A_READER, AS_THE_CLOCK, tell
from tests.integration.scoring_planting import PERIOD, a_rating

QUARTER = Period.parse(PERIOD)
PLACES = ("MBC-001", "BGC-001")


def plant(rt: Any, many: int, **of: Any) -> None:
    with rt.transaction() as session:
        session.add_all(a_rating(**of) for _ in range(many))


def read(rt: Any, institution: str = "NRB", public: bool = True) -> tuple[int, float | None]:
    figure = scoring.card(rt, institution, QUARTER, public=public).figures["satisfaction"]
    return figure.n, figure.value


def rows(rt: Any, by: Dimension = Dimension.CHANNEL) -> dict[str, int]:
    table = scoring.by(rt, "NRB", QUARTER, [by])[by]
    return {key: card.figures["satisfaction"].n for key, card in table.items()}


def at_the_office(rt: Any) -> list[int]:
    """Answers in the charter's report of the quarter, and in the aggregate of the body's line."""
    with rt.transaction() as session:
        body = session.get_one(Institution, "NRB")
        lines = signatories(session, QUARTER)
    report = contracts.report(rt, body, QUARTER)
    line = next(one for one in lines if "NRB" in one.members)
    going_up = drawn(rt, QUARTER, line, {}).bodies
    found = [one.figure.n for one in report.items if one.figure.indicator == "satisfaction"]
    found += [of.figures["satisfaction"].n for of in going_up if of.institution == "NRB"]
    return found


@pytest.fixture(params=[False, True], ids=["counted", "rolled up"])
def service(rt: Any, own_registry: None, request: Any) -> Any:
    plant(rt, 45, score=5)
    while request.param and rollups.keep_up(rt):
        pass
    return rt


def test_the_public_is_told_five_answers_at_once(service: Any) -> None:
    before = read(service)
    assert before == (45, 5.0)
    plant(service, 1, score=1)
    assert read(service) == before, "one citizen's mark could be worked out"
    assert scoring.edition(service, QUARTER).whole.figures["satisfaction"].n == 45
    assert scoring.national(service, QUARTER)[0].figures["satisfaction"].n in (0, 45)
    assert at_the_office(service) == [45, 45], "nor by those whom it is about"
    assert read(service, public=False) == (46, pytest.approx(226 / 46))
    plant(service, 4, score=5)
    assert read(service) == (50, pytest.approx(4.92))
    assert scoring.edition(service, QUARTER).whole.figures["satisfaction"].n == 50
    with service.transaction() as session:
        some = sa.select(Rating.id).where(Rating.score == 5).limit(4)
        session.execute(sa.delete(Rating).where(Rating.id.in_(some)))
    assert read(service)[0] == 50, "an erasure tells as much"
    with service.transaction() as session:
        some = sa.select(Rating.id).where(Rating.score == 5).limit(1)
        session.execute(sa.delete(Rating).where(Rating.id.in_(some)))
    assert read(service)[0] == 45


def test_a_row_stays_until_five_of_it_and_of_all_that_stay(rt: Any, own_registry: None) -> None:
    for place in PLACES:
        plant(rt, 40, service_point_id=place, county_code=39)
    plant(rt, 20, channel="sms", county_code=1)
    assert rows(rt) == {"africastalking-ussd": 80, "sms": 20}
    plant(rt, 3, channel="sms", county_code=1)
    plant(rt, 8, service_point_id=PLACES[0], county_code=39)
    assert read(rt)[0] == 111
    assert rows(rt) == {"africastalking-ussd": 80, "sms": 20}, "111 - 88 would tell of three"
    assert rows(rt, Dimension.COUNTY) == {"1": 20, "39": 80}
    plant(rt, 5, channel="sms", county_code=1)
    assert rows(rt) == {"africastalking-ussd": 88, "sms": 28}
    assert rows(rt, Dimension.COUNTY) == {"1": 28, "39": 88}
    assert rows(rt, Dimension.SERVICE_POINT) == {"": 28, PLACES[0]: 48, PLACES[1]: 40}


def test_a_body_that_few_rated_shows_in_no_later_total(service: Any) -> None:
    read(service)
    plant(service, 4, institution_id="DIS")
    assert scoring.edition(service, QUARTER).whole.figures["satisfaction"].n == 45
    assert read(service, "DIS") == (0, None)
    plant(service, 1, institution_id="DIS")
    assert scoring.edition(service, QUARTER).whole.figures["satisfaction"].n == 50


def test_a_quarter_is_told_first_in_one_go_and_by_the_clock_where_it_is_large(
    rt: Any, own_registry: None
) -> None:
    plant(rt, 45)
    plant(rt, 3, institution_id="DIS")
    assert tell(rt, [QUARTER], replace(AS_A_READER, at_first=47)) == 0
    assert tell(rt, [QUARTER], replace(AS_THE_CLOCK, seconds=-1)) == 1
    assert scoring.edition(rt, QUARTER).whole.figures["satisfaction"].n == 45


def test_a_reader_waits_for_no_large_body_the_clock_does(service: Any) -> None:
    assert read(service) == (45, 5.0)
    plant(service, 5, score=1)
    while rollups.bring_up(service):
        pass
    assert tell(service, [QUARTER], replace(AS_A_READER, of_one=49)) == 0
    assert tell(service, [QUARTER], AS_THE_CLOCK) == 1
    assert read(service)[0] == 50


def test_a_quarter_does_not_begin_with_the_mark_of_who_came_first(
    rt: Any, own_registry: None
) -> None:
    """What hides the row of one is another row, and which one changes with their sizes."""
    plant(rt, 1, score=1, institution_id="DIS")
    assert tell(rt, [QUARTER], AS_THE_CLOCK) == 0
    plant(rt, 45, score=5)
    assert tell(rt, [QUARTER], AS_THE_CLOCK) == 1
    whole = scoring.edition(rt, QUARTER).whole.figures["satisfaction"]
    assert (whole.n, whole.value) == (45, 5.0)


def test_what_was_told_outlives_the_rollups(rt: Any, own_registry: None) -> None:
    plant(rt, 45)
    while rollups.keep_up(rt):
        pass
    assert read(rt)[0] == 45
    plant(rt, 2)
    rollups.rebuild(rt)
    assert read(rt)[0] == 45
    while rollups.keep_up(rt):
        pass
    assert read(rt)[0] == 45


def test_all_tables_of_a_package_are_of_one_moment(service: Any) -> None:
    with scoring.one_moment(service, [QUARTER]) as moment:
        before = list(scoring.leaves(service, QUARTER, Dimension, moment=moment))
        plant(service, 9)
        assert read(service)[0] == 54
        assert list(scoring.leaves(service, QUARTER, Dimension, moment=moment)) == before


def test_who_finds_another_telling_reads_what_stands(service: Any) -> None:
    assert read(service)[0] == 45
    plant(service, 5)
    with service.transaction() as session:
        session.execute(sa.text("lock table told_tallies in share update exclusive mode"))
        assert read(service)[0] == 45
    assert read(service)[0] == 50
    with service.transaction() as session:
        days = set(session.scalars(sa.select(ToldTally.told_at)))
    assert days == {service.now()}
