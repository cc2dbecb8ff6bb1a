"""What a survey's visits and answers become: the funnel, hidden problems, weights, the card."""

import random
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from analytics.coverage import Coverage
from analytics.funnel import Funnel
from feedback_service import reports, scoring
from feedback_service.domain.periods import Period
from feedback_service.domain.ratings import Sample
from feedback_service.models import Invitation, Rating, Role, ServicePoint, Visit, new_id
from feedback_service.scoring import survey, survey_kept
from feedback_service.web.public import asked
from tests import survey_world
from tests.desk_world import Browser, DeskWorld
from tests.handset import sms
from tests.integration.scoring_planting import a_citizen, a_rating

pytestmark = pytest.mark.usefixtures("loaded_rt")
OVER = timedelta(days=10)
PEOPLE = [f"+2547110000{n:02}" for n in range(7)]


def read(rt, name="DIS"):
    """When all that was asked until now is over."""
    now = rt.now()
    with rt.transaction() as session:
        return survey.surveys(session, Period.containing(now), now + OVER)[name]


def test_every_visit_stands_in_the_funnel_with_its_reason(loaded_rt, client, clock):
    sms(client, "STOP", number=PEOPLE[0])
    survey_world.begin_day(loaded_rt, clock)
    visited = clock()
    survey_world.feed(loaded_rt, PEOPLE)
    survey_world.feed(loaded_rt, [""], at=visited - timedelta(minutes=30))
    survey_world.feed(loaded_rt, PEOPLE[2:3], at=visited - timedelta(minutes=20))  # fed again
    survey_world.close_day(loaded_rt, clock)
    survey_world.feed(loaded_rt, [PEOPLE[1]], at=visited - timedelta(minutes=40))
    survey_world.send(loaded_rt, clock)
    with loaded_rt.transaction() as session:
        drawn = set(session.scalars(sa.select(Invitation.citizen_id)))
        session.execute(sa.update(Invitation).values(state="delivered", delivered_at=clock()))
    sms(client, "2", number=PEOPLE[3])
    sms(client, "1", number=PEOPLE[3])
    found = read(loaded_rt).funnel
    assert found.adds_up
    assert found.visited == 10
    why = ("stopped", "no-number", "fed-late", "repeated")
    assert {name: found.not_asked.get(name) for name in why} == dict.fromkeys(why, 1)
    assert (found.asked, found.delivered) == (len(drawn), 6)
    assert (found.answered, found.complete) == (1, 0)
    assert found.in_batches().answered == 0
    assert found.in_batches().adds_up


def planted(session, now, scores, problems, *, place=None, visits=0, day=0, since=0):
    """Verified ratings of visits so many days on, as the talk would have left them, and more visits
    that nobody answered about."""
    at = now + timedelta(days=day)
    there = {"institution_id": "DIS", "service_id": "passport", "service_point_id": place}
    people = [a_citizen(session) if n < len(scores) else None
              for n in range(max(visits, len(scores)))]  # fmt: skip
    fed = [
        Visit(
            id=new_id(), source=f"DIS/{place}-{day}-{n}", at=at, fed_at=at, citizen_id=who, **there
        )
        for n, who in enumerate(people)
    ]
    session.add_all(fed)
    session.flush()  # their ratings point at them
    for n, (score, visit) in enumerate(zip(scores, fed, strict=False)):
        had = problems[n % len(problems)]
        session.add(a_rating(
            **there, county_code=None, score=score, given_at=at + timedelta(days=since),
            sample=Sample.VERIFIED, visit_id=visit.id, citizen_id=visit.citizen_id,
            had_problem=had is not None, reported_problem=had, instrument="2026",
        ))  # fmt: skip


def a_place(session):
    return session.scalars(sa.select(ServicePoint.id).limit(1)).one()


def test_hidden_problems_stand_with_their_interval(loaded_rt):
    now = loaded_rt.now()
    with loaded_rt.transaction() as session:
        planted(session, now, [4] * 50, [None, None, None, False, True])
        planted(session, now, [1] * 9, [None], day=2)  # what stays untold beside the card
    found = read(loaded_rt)
    assert (found.hidden.n, found.hidden.value, found.hidden.unweighted) == (50, 0.2, 0.2)
    assert 0.10 < found.hidden.interval.low < 0.13
    assert 0.31 < found.hidden.interval.high < 0.35
    assert (found.satisfaction.n, found.satisfaction.value) == (50, 4.0)


def test_hidden_problems_are_weighted_by_the_visits_they_stand_for(loaded_rt):
    """Two places asked alike: ten visits without problems, a thousand of which half have one."""
    now = loaded_rt.now()
    with loaded_rt.transaction() as session:
        planted(session, now, [4] * 24, [None])
        planted(session, now, [4] * 24, [None, False], place=a_place(session), visits=300)
        planted(session, now, [1] * 9, [None], day=2)
    found = read(loaded_rt).hidden
    assert found.unweighted == 0.25
    assert found.value > 0.4
    assert found.interval.low < found.value < found.interval.high


def test_weights_change_a_figure_only_where_chances_differed(loaded_rt):
    now, chance = loaded_rt.now(), random.Random(3)
    with loaded_rt.transaction() as session:
        planted(session, now, [chance.randint(1, 5) for _ in range(40)], [None])
        planted(session, now, [1] * 9, [None], day=2)
    found = read(loaded_rt).satisfaction
    assert found.value == pytest.approx(found.unweighted)
    assert (found.n, found.effective_n, found.not_covered) == (40, 40, pytest.approx(0))


def test_an_answer_is_told_with_its_visit_and_no_earlier_than_five(loaded_rt):
    """Of a day that is not over nothing is told; a rating of one more is not told alone."""
    now = loaded_rt.now()
    with loaded_rt.transaction() as session:
        planted(session, now, [4] * 30, [None])
        planted(session, now, [1] * 4, [None], day=1, since=1)
        planted(session, now, [1] * 9, [None], day=4)
    period = Period.containing(now)
    with loaded_rt.transaction() as session:
        found = {
            days: survey.surveys(session, period, now + timedelta(days=days)).get("DIS")
            for days in (8, 9, 10, 13)
        }
    assert found[8] is None
    assert [found[n].funnel.visited for n in (9, 10, 13)] == [30, 34, 43]
    assert [found[n].satisfaction.n for n in (9, 10, 13)] == [30, 30, 30]


def test_a_year_tells_the_answers_that_its_quarters_tell(loaded_rt, clock):
    """Cut anew, the year would be told with one answer of the second quarter more."""
    now, days = clock(), 0
    with loaded_rt.transaction() as session:
        planted(session, now, [4] * 33, [None])
        planted(session, now, [1], [None], day=1)
        while Period.containing(now + timedelta(days=days)) == Period.containing(now):
            days += 1
        for n in range(20):
            planted(session, now, [5], [None], day=days + n)
    later = now + timedelta(days=days + 40)
    with loaded_rt.transaction() as session:
        first, second, year = (
            survey.surveys(session, period, later)["DIS"].satisfaction
            for period in (Period.containing(now), Period.containing(later),
                           Period(Period.containing(now).year))
        )  # fmt: skip
    assert (first.n, second.n, year.n) == (0, 10, 10)


def test_a_kept_survey_is_the_one_counted_anew(loaded_rt, clock, app):
    now = clock()
    with loaded_rt.transaction() as session:
        planted(session, now, [4, 5] * 20, [None, False])
        planted(session, now, [1] * 9, [None], day=2)
    period = Period.containing(now)
    clock.forward(days=9)
    assert survey_kept.keep_surveys(loaded_rt) == 2, "the quarter and its year"
    assert survey_kept.keep_surveys(loaded_rt) == 0
    with loaded_rt.transaction() as session:
        kept = survey_kept.told(session, period, clock())
        assert kept == survey.surveys(session, period, clock())
        told = kept["DIS"]
    card = scoring.card(loaded_rt, "DIS", period)
    values, nothing = reports.survey_values(told, card), reports.survey_values(told, None)
    assert (values["satisfaction_weighted"], values["satisfaction_unweighted"]) == (4.5, 4.5)
    assert values["hidden_problems_low"] < values["hidden_problems"] == 50
    assert values["answered"] is not None
    names = ("answered", "satisfaction_weighted", "hidden_problems", "effective_n")
    assert {nothing[name] for name in names} == {None}, "the card hides what drawn citizens said"
    shown, hidden = (asked._asked(Coverage("DIS", ""), told, of) for of in (card, None))
    assert [(one.key, one.weighted, one.unweighted) for one in shown.weighed] == [
        ("satisfaction", "4.50", "4.50"), ("hidden", "50.0", "50.0"),
    ]  # fmt: skip
    assert (hidden.weighed, hidden.through) == ((), told.through)
    world = DeskWorld.__new__(DeskWorld)  # its accounts, in the country of the registry's files
    world.rt = loaded_rt
    page = Browser(app, world.staff(Role.PERFORMANCE, "DIS")).get("/desk/survey").text
    assert "Satisfaction, unweighted" in page, "a body reads what its card tells"
    with loaded_rt.transaction() as session:
        session.execute(sa.delete(Rating))
        assert survey_kept.told(session, period, clock(), "DIS") == kept
    clock.forward(days=1)
    assert survey_kept.keep_surveys(loaded_rt) == 2


def test_answers_that_are_worth_fewer_than_thirty_show_no_figure(loaded_rt, client, clock):
    """Forty answers, ten of which stand for ten times as many visits."""
    now = clock()
    with loaded_rt.transaction() as session:
        planted(session, now, [4] * 30, [None])
        planted(session, now, [4] * 10, [None], place=a_place(session), visits=400)
        planted(session, now, [1] * 9, [None], day=2)
    found = read(loaded_rt)
    assert found.satisfaction.n == 40
    assert found.satisfaction.effective_n < 30
    clock.forward(days=9)
    (told,) = client.get("/api/v1/survey").json["surveys"]
    assert (told["visited"], told["answered"]) == (430, 0)
    assert (told["satisfaction_weighted"], told["hidden_problems"]) == (None, None)


@pytest.mark.parametrize(
    ("funnel", "told"),
    [
        (Funnel(4, 4, 4, 4), {}),
        (Funnel(400, 4, 4, 4), {"visited": 400}),
        (Funnel(400, 9, 4, 4), {"visited": 400}),
        (Funnel(400), {"visited": 400, "asked": 0, "delivered": 0, "answered": 0}),
        (Funnel(400, 9, 8, 7), {"visited": 400, "asked": 9, "delivered": 8, "answered": 5}),
    ],
)
def test_no_stage_tells_of_one_to_four_in_api_or_page(funnel, told):
    assert reports.stages(funnel, answered=True) == told
    assert "answered" not in reports.stages(funnel, answered=False)
    assert {one.key: one.n for one in asked._stages(funnel, answered=True)} == told
    values = reports.survey_values(survey.Survey(funnel, date(2026, 1, 1)), None)
    assert {name: values[name] for name in ("visited", "asked", "delivered")} == {
        name: told.get(name) for name in ("visited", "asked", "delivered")
    }


def test_a_drawn_citizens_answer_stands_on_the_card_as_verified(loaded_rt, client, clock):
    survey_world.ask(loaded_rt, clock)
    for text in ("4", "2", "1", "1", "1"):
        sms(client, text)
    period = Period.containing(clock())
    with loaded_rt.transaction() as session:
        (rating,) = session.scalars(sa.select(Rating))
        assert rating.complete
    card = scoring.edition(loaded_rt, period, public=False).cards["DIS"]
    assert card.beside[Sample.VERIFIED]["satisfaction"].value == 4.0
    found = read(loaded_rt)
    assert (found.funnel.complete, found.satisfaction.n) == (1, 0)
    assert found.instruments == ("2026",)


def test_a_trend_breaks_where_one_period_was_asked_otherwise(loaded_rt, clock):
    survey_world.ask(loaded_rt, clock)
    now = Period.containing(clock())
    with loaded_rt.transaction() as session:
        assert survey.broken(session, now, now) == ()
