"""How many were reached, counted once each, with no county of few people told alone."""

from __future__ import annotations

from typing import Any

import pytest

from feedback_service.domain.cases import Lane
from feedback_service.domain.periods import Period
from feedback_service.domain.ratings import Sample
from feedback_service.models import Role
from feedback_service.recognition.reached import Reached, count, in_fives, put_together
from tests.desk_world import Browser
from tests.integration.scoring_planting import a_case, a_citizen, a_rating

YEAR = Period(2025)


def line(county: int, people: int) -> Reached:
    return Reached(county, people=people, ratings=people)


@pytest.mark.parametrize(
    ("people", "alone", "together"),
    [
        ([5, 9], [1, 2], None),
        ([9, 2, 3], [1], 5),
        ([9, 4, 20], [3], 13),
        ([1], [], 1),
    ],
)
def test_a_county_with_few_people_is_never_told_alone(
    people: list[int], alone: list[int], together: int | None
) -> None:
    shown, few = put_together([line(at, n) for at, n in enumerate(people, start=1)])
    assert [one.county for one in shown] == alone
    assert (few.people if few else None) == together


@pytest.mark.parametrize(
    ("people", "alone", "together"),
    [([5, 9], [5, 5], None), ([14, 2, 3], [10], 5), ([9, 4, 20], [5, 20], None), ([4], [], None)],
)
def test_while_the_year_runs_no_county_moves_by_one_person(
    people: list[int], alone: list[int], together: int | None
) -> None:
    shown, few = in_fives([line(at, n) for at, n in enumerate(people, start=1)])
    assert [one.people for one in shown] == alone
    assert (few.people if few else None) == together


@pytest.fixture
def planted(world: Any) -> Any:
    """One person who rated twice in two counties; one whose case the office may not see."""
    with world.rt.transaction() as session:
        one, other = a_citizen(session), a_citizen(session)
        session.add_all(
            [
                a_rating(citizen_id=one),
                a_rating(citizen_id=one, county_code=1, sample=Sample.ASSISTED),
                a_case(1, citizen_id=other, lane=Lane.CONFIDENTIAL),
                a_rating(institution_id="DIS", citizen_id=other),
            ]
        )
    return world


@pytest.mark.servers
def test_a_person_counts_once_and_no_office_counts_what_is_kept_from_it(planted: Any) -> None:
    with planted.rt.transaction() as session:
        own, country = count(session, YEAR, "NRB"), count(session, YEAR, None)
        before = count(session, YEAR.previous(), None)
    assert own.whole == Reached(None, people=1, ratings=2, assisted=1)
    assert (own.counties, own.few) == ((), Reached(None, people=2, ratings=2, assisted=1))
    assert country.whole == Reached(None, people=2, ratings=3, cases=1, assisted=1)
    assert [(one.county, one.people) for one in country.counties] == [(1, 1), (47, 2)]
    assert before.whole == Reached(None)


@pytest.mark.servers
def test_invented_records_count_only_where_none_is_real(world: Any) -> None:
    def there() -> tuple[int, bool]:
        with world.rt.transaction() as session:
            found = count(session, YEAR, "NRB")
        return (found.whole.ratings or 0) + (found.whole.cases or 0), found.simulated

    assert there() == (0, False)
    with world.rt.transaction() as session:
        session.add(a_rating(citizen_id=a_citizen(session), simulated=True))
        session.add(a_case(1, simulated=True))
    assert there() == (2, True)
    with world.rt.transaction() as session:
        session.add(a_case(2))
    assert there() == (1, False)


@pytest.mark.servers
def test_page_file_and_paper_have_the_same_counts(planted: Any, app: Any) -> None:
    desk = Browser(app, planted.staff(Role.ANALYST, None))
    assert "Number reached" in desk.get("/desk/reached?period=FY2025-26").text
    lines = desk.get("/desk/reached?period=FY2025-26&as=csv").text.splitlines()
    assert lines[1:] == [
        "FY2025/26,county,1,Mombasa,1,1,0,0,0,1",
        "FY2025/26,county,47,Nairobi,2,2,1,0,0,0",
        "FY2025/26,whole,,,2,3,1,0,0,1",
    ]
    boss = Browser(app, planted.staff(Role.SUPERVISOR, "NRB"))
    for lang in ("en", "sw"):
        paper = boss.get(f"/desk/reached/report.pdf?period=FY2025-26&lang={lang}")
        assert (paper.status_code, paper.data[:5]) == (200, b"%PDF-")
    own = Browser(app, planted.staff(Role.PERFORMANCE, "NRB"))
    assert "under 5" in own.get("/desk/reached?period=FY2025-26").text


@pytest.mark.servers
def test_two_looks_of_an_institution_do_not_tell_whether_somebody_spoke_between(
    world: Any, app: Any
) -> None:
    own = Browser(app, world.staff(Role.SUPERVISOR, "NRB"))

    def seen() -> list[str]:
        with world.rt.transaction() as session:
            session.add(a_rating(citizen_id=a_citizen(session)))
        lines = own.get("/desk/reached?period=FY2025-26&as=csv").text.splitlines()[1:]
        return [line.partition(",")[2] for line in lines]

    looks = [seen() for _ in range(7)]
    assert looks[0] == looks[3] == ["whole,,,,,,,,"]
    assert looks[4] == looks[6] == ["county,47,Nairobi,5,5,,,,", "whole,,,5,5,,,,"]
