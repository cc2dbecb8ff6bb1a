"""What a survey's visits and answers become: the funnel, hidden problems, weights, the card."""

import random
from datetime import timedelta

import pytest
import sqlalchemy as sa

from feedback_service import scoring
from feedback_service.domain.periods import Period
from feedback_service.domain.ratings import Sample
from feedback_service.models import Invitation, Rating, ServicePoint, Visit, new_id
from feedback_service.scoring import survey
from tests import survey_world
from tests.handset import sms
from tests.integration.scoring_planting import a_citizen, a_rating

pytestmark = pytest.mark.usefixtures("loaded_rt")
PEOPLE = [f"+2547110000{n:02}" for n in range(12)]


def read(rt, name="DIS"):
    now = rt.now()
    with rt.transaction() as session:
        return survey.surveys(session, Period.containing(now), now)[name]


def test_every_visit_stands_in_the_funnel_with_its_reason(loaded_rt, client, clock):
    sms(client, "STOP", number=PEOPLE[0])
    survey_world.begin_day(loaded_rt, clock)
    visited = clock()
    survey_world.feed(loaded_rt, PEOPLE)
    survey_world.feed(loaded_rt, [""], at=visited - timedelta(minutes=30))
    survey_world.close_day(loaded_rt, clock)
    survey_world.feed(loaded_rt, [PEOPLE[1]], at=visited - timedelta(minutes=40))
    survey_world.send(loaded_rt, clock)
    with loaded_rt.transaction() as session:
        asked = set(session.scalars(sa.select(Invitation.citizen_id)))
        session.execute(sa.update(Invitation).values(state="delivered", delivered_at=clock()))
    sms(client, "2", number=PEOPLE[3])
    sms(client, "1", number=PEOPLE[3])
    found = read(loaded_rt).funnel
    assert found.adds_up
    assert found.visited == 14
    assert {name: found.not_asked.get(name) for name in ("stopped", "no-number", "fed-late")} == {
        "stopped": 1, "no-number": 1, "fed-late": 1,
    }  # fmt: skip
    assert (found.asked, found.delivered) == (len(asked), 11)
    assert (found.answered, found.complete) == (1, 0)
    assert found.in_batches().answered == 0
    assert found.in_batches().adds_up


def planted(session, now, scores, problems):
    """Verified ratings of visits to two places, as the talk would have left them."""
    for n, score in enumerate(scores):
        person = a_citizen(session)
        visit = Visit(
            id=new_id(), source=f"DIS/{n}", institution_id="DIS", service_id="passport",
            citizen_id=person, at=now, fed_at=now,
        )  # fmt: skip
        session.add(visit)
        session.flush()
        had = problems[n % len(problems)]
        session.add(
            a_rating(
                service_id="passport",
                institution_id="DIS",
                county_code=None,
                score=score,
                given_at=now,
                sample=Sample.VERIFIED,
                visit_id=visit.id,
                citizen_id=person,
                had_problem=had is not None,
                reported_problem=had,
                instrument="2026",
            )
        )


def test_hidden_problems_stand_with_their_interval(loaded_rt):
    now = loaded_rt.now()
    with loaded_rt.transaction() as session:
        planted(session, now, [4] * 50, [None, None, None, False, True])
    found = read(loaded_rt).hidden
    assert (found.of, found.problems, found.hidden, found.share) == (50, 20, 10, 0.2)
    assert 0.10 < found.interval.low < 0.13
    assert 0.31 < found.interval.high < 0.35


def test_weights_change_a_figure_only_where_chances_differed(loaded_rt):
    now, chance = loaded_rt.now(), random.Random(3)
    with loaded_rt.transaction() as session:
        planted(session, now, [chance.randint(1, 5) for _ in range(40)], [None])
    found = read(loaded_rt).satisfaction
    assert found.value == pytest.approx(found.unweighted)
    assert (found.n, found.effective_n, found.not_covered) == (40, 40, 0)


def test_answers_that_are_worth_fewer_than_thirty_show_no_figure(loaded_rt, client):
    """Forty answers, ten of which stand for ten times as many visits."""
    now = loaded_rt.now()
    with loaded_rt.transaction() as session:
        planted(session, now, [4] * 40, [None])
        session.flush()
        place = session.scalars(sa.select(ServicePoint.id).limit(1)).one()
        few = sa.select(Rating.id).order_by(Rating.id).limit(10)
        session.execute(sa.update(Rating).where(Rating.id.in_(few)).values(service_point_id=place))
        session.add_all(
            Visit(id=new_id(), source=f"DIS/more{n}", institution_id="DIS", service_id="passport",
                  service_point_id=place, at=now, fed_at=now)
            for n in range(400)
        )  # fmt: skip
    found = read(loaded_rt)
    assert found.satisfaction.n == 40
    assert found.satisfaction.effective_n < 30
    (told,) = client.get("/api/v1/survey").json["surveys"]
    assert (told["satisfaction_weighted"], told["hidden_problems"]) == (None, None)


def test_a_drawn_citizens_answer_stands_on_the_card_as_verified(loaded_rt, client, clock):
    survey_world.ask(loaded_rt, clock)
    for text in ("4", "2", "1", "1", "1"):
        sms(client, text)
    period = Period.containing(clock())
    with loaded_rt.transaction() as session:
        (rating,) = session.scalars(sa.select(Rating))
        assert rating.complete
    card = scoring.edition(loaded_rt, period, public=False).cards["DIS"]
    assert read(loaded_rt).satisfaction.value == 4.0
    assert card.institution == "DIS"
    assert read(loaded_rt).instruments == {"2026"}


def test_a_trend_breaks_where_one_period_was_asked_otherwise(loaded_rt, clock):
    survey_world.ask(loaded_rt, clock)
    now = Period.containing(clock())
    with loaded_rt.transaction() as session:
        assert survey.broken(session, now, now) == ()
