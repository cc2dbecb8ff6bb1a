"""A draw made again by whoever doubts it, and what of the survey a desk may read."""

import json

import pytest
import sqlalchemy as sa

from feedback_service.domain.periods import Period
from feedback_service.models import AuditLine, Invitation, Role, SurveyDraw, SurveySeed
from feedback_service.visits import publishing
from tests import survey_world
from tests.desk_world import Browser, DeskWorld
from tests.handset import sms
from tests.integration.command_line import loaded, run

__all__ = ["loaded", "run"]
PEOPLE = [f"+2547110000{n:02}" for n in range(6)]


@pytest.fixture
def drawn(loaded_rt, clock):
    """Six visits of one day, drawn the next; the draw's record."""
    survey_world.begin_day(loaded_rt, clock)
    day = clock().date()
    survey_world.feed(loaded_rt, PEOPLE)
    survey_world.close_day(loaded_rt, clock)
    with loaded_rt.transaction() as session:
        return publishing.record(session, "DIS", day)


def test_anybody_draws_the_same_from_the_file(drawn):
    again = json.loads(publishing.written(drawn))
    assert publishing.check(again).holds
    assert len(again["taken"]) > 5


@pytest.mark.parametrize(
    ("field", "change", "broken"),
    [
        ("seed", lambda seed: seed[::-1], "seed_is_the_one"),
        ("frame", lambda text: text.split("\n", 1)[1], "frame_is_whole"),
        ("taken", lambda visits: visits[1:], "same_visits"),
    ],
)
def test_whatever_is_changed_afterwards_is_seen(field, change, broken, drawn):
    found = publishing.check(drawn | {field: change(drawn[field])})
    assert not found.holds
    assert not getattr(found, broken)


def test_the_seed_was_sealed_before_the_day_and_is_told_when_it_is_over(
    drawn, loaded_rt, all_of, clock
):
    sealed = [line for line in all_of(AuditLine) if line.what == "survey.seed"]
    assert drawn["seed_hash"] in [line.data["seed_hash"] for line in sealed]
    period = Period.containing(clock())

    def told():
        with loaded_rt.transaction() as session:
            (one,) = publishing.published(session, period, loaded_rt.now(), "DIS")
        return one

    assert (told().ahead, told().seed) == (True, None)
    clock.forward(days=7)
    assert told().seed == drawn["seed"]


def test_a_day_is_drawn_once_and_a_missing_feed_is_marked(drawn, loaded_rt, clock, all_of):
    from feedback_service.visits import drawing

    assert drawing.draw_due(loaded_rt) == []
    before = len(all_of(Invitation))
    (missing,) = survey_world.close_day(loaded_rt, clock)
    assert (missing.institution_id, missing.frame_size) == ("DIS", 0)
    assert len(all_of(Invitation)) == before
    assert len(all_of(SurveyDraw)) == 2
    assert len(all_of(SurveySeed)) == len({seed.day for seed in all_of(SurveySeed)})


def test_the_command_shows_a_draw_and_checks_its_file(drawn, run, clock, tmp_path):
    quarter = Period.containing(clock()).label
    code, out, _ = run("survey", "show", "--quarter", quarter)
    assert (code, "6 of 6 asked" in out) == (0, True)
    code, out, _ = run("survey", "show", "--institution", "DIS", "--day", drawn["day"])
    file = tmp_path / "draw.json"
    file.write_text(out)
    assert run("survey", "check", file)[0] == 0
    assert run("survey", "check", "--institution", "DIS", "--day", drawn["day"])[0] == 0
    file.write_text(json.dumps(drawn | {"taken": drawn["taken"][::-1]}))
    code, out, _ = run("survey", "check", file)
    assert (code, "NOT those the lot takes" in out) == (1, True)
    code, _, err = run("survey", "check", "--institution", "DIS", "--day", "2020-01-01")
    assert (code, "no draw of 2020-01-01" in err) == (1, True)


def test_a_desk_reads_its_own_funnel_in_batches_and_no_number(drawn, loaded_rt, app, client, clock):
    world = DeskWorld.__new__(DeskWorld)  # its accounts, in the country of the registry's files
    world.rt = loaded_rt
    survey_world.send(loaded_rt, clock)
    with loaded_rt.transaction() as session:
        session.execute(sa.update(Invitation).values(state="delivered", delivered_at=clock()))
    for number in PEOPLE[:4]:
        sms(client, "2", number=number)
    browser = Browser(app, world.staff(Role.PERFORMANCE, "DIS"))
    assert "6 asked" not in browser.get("/desk/survey").text, "who may still be asked is not told"
    sms(client, "2", number=PEOPLE[4])
    clock.forward(days=9)
    page = browser.get("/desk/survey?lang=sw").text
    assert "Walihudumiwa 6, " in page
    hidden = ("walijibu.", "hawakujibu", "83 %", "Kuridhika")
    assert not [words for words in hidden if words in page], "nor does the public card tell it"
    assert "kama kwenye kadi ya umma" in page
    assert not [number for number in PEOPLE if number[-9:] in page]
    assert browser.get("/desk/survey?institution=KRA").status_code == 404
    other = Browser(app, world.staff(Role.ANALYST, None))
    assert "institution=DIS" in other.get("/desk/survey").text
    page = other.get("/desk/survey?institution=DIS&lang=sw").text
    assert "6 waliulizwa, 6 walifikiwa, 5 walijibu" in page
    assert "83 %" in page
    of_a_body = Browser(app, world.staff(Role.ANALYST, "KRA"))
    assert "83 %" not in of_a_body.get("/desk/survey").text
    assert "83 %" not in of_a_body.get("/desk/survey?institution=DIS").text


def test_other_systems_read_the_funnel_and_the_sealed_draws(drawn, loaded_rt, client, clock):
    survey_world.send(loaded_rt, clock)
    quarter = Period.containing(clock()).label.replace("/", "-")
    assert client.get(f"/api/v1/survey?period={quarter}").json["surveys"] == []
    (draw,) = client.get(f"/api/v1/survey/draws?period={quarter}").json["draws"]
    assert (draw["seed"], draw["seed_hash"], draw["asked"]) == (None, drawn["seed_hash"], 6)
    clock.forward(days=9)
    (told,) = client.get(f"/api/v1/survey?period={quarter}").json["surveys"]
    assert (told["institution"], told["visited"], told["asked"]) == ("DIS", 6, 6)
    assert (told["answered"], told["hidden_problems"]) == (None, None)
    card = client.get(f"/api/v1/scorecards?period={quarter}&institution=DIS").json["scorecards"][0]
    assert card["survey"] == {
        k: v for k, v in told.items() if k not in ("institution", "simulated")
    }
    assert client.get("/api/v1/survey?period=nonsense").status_code == 400
