"""What a monitor reads: alive, ready, and figures that agree with what is stored."""

import pytest
import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis

from feedback_service import identity, outbox, redress, watch
from feedback_service.app import create_app
from feedback_service.identity import KeyRing
from feedback_service.models import Rating
from feedback_service.runtime import CLOCK_LOCK, assemble

PHONE = "+254712345678"


@pytest.fixture
def case(rt, own_registry):
    """One case with its message, not sent yet."""
    with rt.transaction() as session:
        ring = KeyRing(rt.settings.phone_keys)
        citizen = identity.find_or_add(session, ring, PHONE, rt.now(), "en")
        complaint = redress.Complaint(
            "test:1", "africastalking-ussd", "en", "My PIN was not sent", citizen.id, "kra-pin"
        )
        return redress.open_case(rt, session, complaint)


def figures(client):
    """What a scrape gives: (name, labels) to value."""
    reply = client.get("/metrics")
    assert reply.status_code == 200
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(reply.text)
        for sample in family.samples
    }


def test_alive_and_ready_are_said(client):
    assert client.get("/health/live").json == {"status": "live"}
    ready = {"status": "ready", "database": "here", "redis": "here"}
    assert client.get("/health/ready").json == ready


def test_an_empty_service_has_figures_of_nothing(client):
    found = figures(client)
    assert found["feedback_database_up",] == 1
    assert found["feedback_redis_up",] == 1
    assert found["feedback_ratings",] == 0
    assert found["feedback_cases_open", ("status", "received")] == 0
    assert found["feedback_messages_oldest_waiting_seconds",] == 0
    assert found["feedback_workers",] == 0
    assert found["feedback_clock_running",] == 0


def test_messages_are_counted_by_state_and_channel_and_by_how_long_they_wait(
    rt, client, case, clock
):
    clock.forward(minutes=3)
    sms = ("channel", "africastalking-sms")
    found = figures(client)
    assert found["feedback_messages_waiting", sms] == 1
    assert found["feedback_messages_oldest_waiting_seconds",] == 180
    assert found["feedback_messages_day", sms, ("state", "queued")] == 1
    assert found["feedback_bells_waiting",] >= 1
    outbox.drain(rt)
    found = figures(client)
    assert ("feedback_messages_waiting", sms) not in found
    assert found["feedback_messages_day", sms, ("state", "sent")] == 1
    assert found["feedback_messages_oldest_waiting_seconds",] == 0


def test_cases_are_counted_open_late_and_not_classified(rt, client, case, clock):
    found = figures(client)
    assert found["feedback_cases_open", ("status", "received")] == 1
    assert found["feedback_cases_untriaged",] == 1
    assert found["feedback_cases_late", ("level", "0")] == 0
    clock.set(case.due_at)
    clock.forward(hours=1)
    redress.raise_late_cases(rt)
    assert figures(client)["feedback_cases_late", ("level", "1")] == 1


def test_every_kind_of_alarm_has_its_line_and_those_up_count(rt, client):
    up = ("kind", "breaker-open")
    assert figures(client)["feedback_alarms", up] == 0
    watch.look(rt, ["twilio", "africastalking"])
    found = figures(client)
    assert found["feedback_alarms", up] == 2
    assert {labels[0][1] for name, *labels in found if name == "feedback_alarms"} == {*watch.Kind}


def test_ratings_are_counted(rt, client, case):
    with rt.transaction() as session:
        session.add(
            Rating(
                source="r:1", service_id="kra-pin", channel="web", language="en", score=4,
                given_at=rt.now(),
            )
        )  # fmt: skip
    assert figures(client)["feedback_ratings",] == 1


def test_the_clock_is_seen(client, engine):
    with engine.connect() as connection:
        connection.execute(sa.text("select pg_advisory_lock(:key)"), {"key": CLOCK_LOCK})
        assert figures(client)["feedback_clock_running",] == 1
        connection.execute(sa.text("select pg_advisory_unlock(:key)"), {"key": CLOCK_LOCK})


def test_no_figure_tells_of_a_person(client, case):
    text = client.get("/metrics").text
    for told in ("712345678", "PIN", case.reference, str(case.id), str(case.citizen_id)):
        assert told not in text


def test_a_database_or_redis_that_is_away_is_a_figure_too(rt, engine):
    away = sa.create_engine("postgresql+psycopg://feedback@/postgres?host=/nowhere")
    with Redis(unix_socket_path="/nowhere") as nobody:
        app = create_app(assemble(rt.settings, away, nobody, rt.ways, rt.now))
        found = figures(app.test_client())
        assert app.test_client().get("/health/ready").status_code == 503
    assert found == {("feedback_database_up",): 0, ("feedback_redis_up",): 0}


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/plain;version=0.0.4", "text/plain"),
        ("application/openmetrics-text;version=1.0.0", "application/openmetrics-text"),
    ],
)
def test_the_format_is_the_one_that_is_asked_for(client, accept, kind):
    reply = client.get("/metrics", headers={"Accept": accept})
    assert reply.content_type.startswith(kind)
    assert reply.text.startswith("# HELP feedback_database_up Whether PostgreSQL answers.")
