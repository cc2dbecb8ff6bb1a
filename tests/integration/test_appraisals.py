"""An appraisal from target to signature: nothing by itself, the officer first, others never."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from analytics.appraisal import score_file
from feedback_service import appraisals, redress
from feedback_service.appraisals import entries
from feedback_service.cli import main
from feedback_service.demo import appraised
from feedback_service.domain.appraisals import Stage
from feedback_service.domain.cases import Action, Actor
from feedback_service.models import (
    Appraisal,
    AppraisalEntry,
    AppraisalStep,
    AppraisalTarget,
    AuditLine,
    Case,
    Certainty,
    Conflict,
    Role,
    Staff,
)
from feedback_service.redress import Act
from tests.desk_world import Browser, DeskWorld

pytestmark = pytest.mark.servers

YEAR = "2025"
WORDS = "Your card lies at the office in Nakuru: bring your waiting slip."


@pytest.fixture
def people(world: DeskWorld, app: Any) -> dict[str, Any]:
    """An officer with a supervisor, who has one above, and those who must not read of it."""
    found: dict[str, Any] = {}
    found["top"] = world.staff(Role.SUPERVISOR, "NRB", name="Otieno Top")
    found["boss"] = world.staff(Role.SUPERVISOR, "NRB", unit_id="NRB-R", name="Wanjiru Boss",
                                supervisor_id=found["top"].id)  # fmt: skip
    found["officer"] = world.staff(Role.OFFICER, "NRB", unit_id="NRB-R", name="Amina Officer",
                                   supervisor_id=found["boss"].id)  # fmt: skip
    found["peer"] = world.staff(Role.OFFICER, "NRB", unit_id="NRB-R", name="Peer Officer")
    found["hr"] = world.staff(Role.PERFORMANCE, "NRB")
    found["other_desk"] = world.staff(Role.SUPERVISOR, "NRB", unit_id="NRB-2")
    found["other_body"] = world.staff(Role.SUPERVISOR, "DIS")
    for role in (Role.OVERSIGHT, Role.ANALYST, Role.AUDITOR, Role.ADMINISTRATOR):
        found[role.value] = world.staff(role, None)
    return {key: (one, Browser(app, one)) for key, one in found.items()}


def at(people: dict[str, Any], who: str) -> Any:
    return people[who][1]


def page_of(people: dict[str, Any], who: str = "officer") -> str:
    return f"/desk/appraisals/{people[who][0].id}"


def step(people: dict[str, Any], who: str, key: str, **more: str) -> Any:
    return at(people, who).post(f"{page_of(people)}/steps", period=YEAR, step=key, **more)


def steps(rt: Any) -> list[str]:
    with rt.transaction() as session:
        found = session.query(AppraisalStep).order_by(AppraisalStep.at, AppraisalStep.id)
        return [one.step.value for one in found]


def begin(people: dict[str, Any]) -> None:
    boss = at(people, "boss")
    boss.post(f"{page_of(people)}/begin", period=YEAR, form="PSC 37A")
    add = f"{page_of(people)}/targets"
    boss.post(add, period=YEAR, name="Cases answered in own time", target="80",
              measure="own_time", source="B3")  # fmt: skip
    boss.post(add, period=YEAR, name="Desks visited", target="4", unit="visits", measure="entered")


def solve(rt: Any, world: DeskWorld, clock: Any, people: dict[str, Any], n: int, kept: int) -> None:
    """So many cases given to the officer, `kept` of them answered the next day, the others late."""
    officer, boss = people["officer"][0].id, people["boss"][0].id
    clock.set(datetime(2026, 1, 12, 6, tzinfo=UTC))
    cases = [world.case() for _ in range(n)]
    acts = [Act(Action.ASSIGN, Actor.SUPERVISOR, staff_id=boss, assignee_id=officer)] * n
    _all(rt, cases, acts)
    answer = Act(Action.RESOLVE, Actor.OFFICER, WORDS, officer)
    clock.forward(days=1)
    _all(rt, cases[:kept], [answer] * kept)
    clock.forward(days=20)
    _all(rt, cases[kept:], [answer] * (n - kept))


def _all(rt: Any, cases: list[Any], acts: list[Act]) -> None:
    with rt.transaction() as session:
        for case, what in zip(cases, acts, strict=True):
            redress.act_within(rt, session, session.get_one(Case, case.id), what)


def propose(people: dict[str, Any]) -> None:
    begin(people)
    step(people, "boss", "set")
    step(people, "officer", "agree")
    with_target = at(people, "officer").get(f"/desk/appraisal?period={YEAR}").text
    target = with_target.split('<select id="enter-target"')[1].split('option value="')[1][:36]
    at(people, "officer").post("/desk/appraisal/entries", period=YEAR, target=target, quarter="3",
                               achieved="3", words="Three reports in the file")  # fmt: skip
    step(people, "boss", "propose")


def test_from_target_to_signature_the_officer_is_always_first(
    rt: Any, world: DeskWorld, clock: Any, people: dict[str, Any], tmp_path: Any
) -> None:
    solve(rt, world, clock, people, 30, 27)
    clock.set(datetime(2026, 3, 20, 6, tzinfo=UTC))
    propose(people)
    assert "Wanjiru" not in at(people, "boss").get(page_of(people) + f"?period={YEAR}").text.split(
        "<main")[1].split("<h2>Steps")[0]  # fmt: skip
    hidden = at(people, "boss").get(f"{page_of(people)}?period={YEAR}").text
    assert "27 / 30" not in hidden
    assert "The officer sees these first." in hidden
    assert at(people, "boss").get(f"{page_of(people)}/form.csv?period={YEAR}").status_code == 404
    for early in ("accept", "contest"):
        step(people, "officer", early, words="Not before I have read it")
    step(people, "boss", "sign", band="Good", words="Signed too early, I think")
    assert steps(rt) == ["set", "agree", "propose"]
    own = at(people, "officer").get(f"/desk/appraisal?period={YEAR}").text
    assert "27 / 30" in own
    assert "Mean 93.75 %" in own  # (90 / 80 + 3 / 4) / 2
    step(people, "officer", "see")
    step(people, "officer", "contest", words="Two of these came to me the day before")
    assert "27 / 30" in at(people, "boss").get(f"{page_of(people)}?period={YEAR}").text
    step(people, "boss", "sign", band="Excellent", words="")  # no words, no signature
    assert steps(rt)[-1] == "contest"
    step(people, "boss", "sign", band="Excellent", words="The two cases are as she says")
    assert steps(rt)[-1] == "sign"
    done = at(people, "officer").get(f"/desk/appraisal?period={YEAR}").text
    assert "Excellent (differs from the proposal)" in done
    assert "Wanjiru Boss" in done
    for browser in ("officer", "boss", "hr"):
        sent = at(people, browser).get(f"{page_of(people)}/form.csv?period={YEAR}")
        (tmp_path / "form.csv").write_bytes(sent.data)
        with (tmp_path / "out.csv").open("w") as out:
            scored = score_file(tmp_path / "form.csv", out)
        assert (str(scored.mean), scored.band) == ("93.75", "Good")
    paper = at(people, "hr").get(f"{page_of(people)}/form.pdf?period={YEAR}&lang=sw")
    assert paper.data.startswith(b"%PDF")
    solve(rt, world, clock, people, 5, 0)  # what comes later, the officer reads first
    clock.set(datetime(2026, 3, 20, 7, tzinfo=UTC))
    assert "27 / 35" in at(people, "officer").get(f"/desk/appraisal?period={YEAR}").text
    for browser in ("boss", "hr"):
        shown = at(people, browser).get(f"{page_of(people)}?period={YEAR}&lang=en").text
        assert "27 / 35" not in shown
        assert "90.00 % (27 / 30)" in shown
        assert "As they stood on Fri 20 Mar 2026" in shown


@pytest.mark.parametrize(
    ("who", "reads"),
    [("officer", 200), ("boss", 200), ("top", 200), ("hr", 200), ("peer", 404),
     ("other_desk", 404), ("other_body", 404), ("oversight", 404), ("analyst", 404),
     ("auditor", 404), ("administrator", 404)],
)  # fmt: skip
def test_only_officer_line_and_hr_open_it(people: dict[str, Any], who: str, reads: int) -> None:
    begin(people)
    where = "/desk/appraisal" if who == "officer" else page_of(people)
    assert at(people, who).get(f"{where}?period={YEAR}").status_code == reads
    paper = at(people, who).get(f"{page_of(people)}/form.pdf?period={YEAR}").status_code
    assert paper == reads


@pytest.mark.parametrize("who", ["officer", "peer", "hr", "other_desk", "other_body"])
def test_nobody_but_a_supervisor_above_signs(rt: Any, people: dict[str, Any], who: str) -> None:
    propose(people)
    for key in ("see", "accept"):
        step(people, "officer", key)
    assert (
        step(people, who, "sign", band="Excellent", words="All very good work").status_code == 404
    )
    assert step(people, "top", "sign", band="Good", words="All very good work").status_code == 303
    assert steps(rt)[-1] == "sign"


def test_every_step_is_chained_and_tells_the_chain_s_readers_nothing(
    rt: Any, people: dict[str, Any]
) -> None:
    propose(people)
    step(people, "officer", "see")
    step(people, "officer", "contest", words="A secret between the two of us")
    with rt.transaction() as session:
        lines = {one.what: one.data for one in session.query(AuditLine)}
    assert {"appraisal.begin", "appraisal.set", "appraisal.propose", "appraisal.contest"} <= set(
        lines
    )
    assert all(set(data) == {"year", "sha256"} for what, data in lines.items()
               if what.startswith("appraisal."))  # fmt: skip


def test_under_thirty_own_cases_a_target_is_no_part_of_the_mean(
    rt: Any, world: DeskWorld, clock: Any, people: dict[str, Any]
) -> None:
    solve(rt, world, clock, people, 5, 5)
    propose(people)
    own = at(people, "officer").get(f"/desk/appraisal?period={YEAR}").text
    assert "Mean 75.00 %" in own
    assert "5 own cases, too few for a score" in own


def test_a_case_that_names_the_officer_is_none_of_theirs(
    rt: Any, world: DeskWorld, people: dict[str, Any]
) -> None:
    officer = people["officer"][0].id
    case = world.case()
    redress.act(rt, case.id, Act(
        Action.RESOLVE, Actor.OFFICER, WORDS, officer))  # fmt: skip
    with rt.transaction() as session:
        before = appraisals.own(rt, session, session.get_one(Staff, officer), 2025).counted
        session.add(Conflict(case_id=case.id, staff_id=officer, how="name", matched="Amina",
                             certainty=Certainty.LIKELY, at=rt.now()))  # fmt: skip
    with rt.transaction() as session:
        after = appraisals.own(rt, session, session.get_one(Staff, officer), 2025).counted
    assert (len(before), len(after)) == (1, 0)


def test_a_target_comes_from_the_contract_through_the_desk(rt: Any, people: dict[str, Any]) -> None:
    hr = at(people, "hr")
    hr.post("/desk/appraisals/units", period=YEAR, desk="NRB-R", name="Complaints answered",
            target="90", measure="own_time", source="B3")  # fmt: skip
    hr.post("/desk/appraisals/units", period=YEAR, desk="DIS-R", name="Not ours", target="1")
    with rt.transaction() as session:
        (desk,) = session.query(AppraisalTarget).all()
    begin(people)
    at(people, "boss").post(f"{page_of(people)}/targets", period=YEAR, name="Her share",
                            target="85", measure="own_time", parent=str(desk.id))  # fmt: skip
    page = at(people, "officer").get(f"/desk/appraisal?period={YEAR}").text
    assert page.count("from the contract: ") == 2
    with rt.transaction() as session:
        hers = session.query(AppraisalTarget).filter_by(name="Her share").one()
        assert (hers.parent_id, hers.source) == (desk.id, "B3")


def test_the_clock_counts_each_full_quarter_once_and_the_officer_reads_it_first(
    rt: Any, world: DeskWorld, clock: Any, people: dict[str, Any]
) -> None:
    solve(rt, world, clock, people, 30, 30)
    begin(people)
    step(people, "boss", "set")
    step(people, "officer", "agree")
    clock.set(datetime(2026, 4, 1, 2, tzinfo=UTC))
    assert appraisals.count_quarters(rt) == 1
    assert appraisals.count_quarters(rt) == 0
    where = f"{page_of(people)}?period={YEAR}"
    assert "30 / 30" not in at(people, "boss").get(where).text
    assert "30 / 30" in at(people, "officer").get(f"/desk/appraisal?period={YEAR}").text
    clock.forward(minutes=5)
    assert "30 / 30" in at(people, "boss").get(where).text
    at(people, "boss").post(f"{page_of(people)}/targets", period=YEAR, name="Reasons given",
                            target="90", measure="own_reasons")  # fmt: skip
    assert appraisals.count_quarters(rt) == 1  # one that was set since then is counted, too
    with rt.transaction() as session:
        row = session.query(Appraisal).one()
        row.stage = Stage.PROPOSED
        session.query(AppraisalEntry).delete()
    with rt.transaction() as session:  # the clock had found it before the band was proposed
        assert not entries.count_quarter(rt, session, row.id, 3)


def test_the_demo_shows_a_year_once_and_invents_nothing_about_real_officers(
    rt: Any, world: DeskWorld, people: dict[str, Any]
) -> None:
    assert appraised.appraise(rt) == 2
    assert appraised.appraise(rt) == 2
    assert steps(rt).count("propose") == 2
    assert "Mean 91.67 %" in at(people, "officer").get("/desk/appraisal").text
    world.case()
    assert appraised.appraise(rt) == 0


def test_the_command_scores_by_either_method(tmp_path: Any, capsys: Any) -> None:
    sheet = tmp_path / "form.csv"
    sheet.write_text("target_name,target,achieved\nReports,4,4\n")
    for method, band in (("psc-37.1", "Very Good"), ("policy-four-words.1", "Excellent")):
        assert main(["appraisal", "score", str(sheet), "--method", method]) == 0
        assert f"band: {band}" in capsys.readouterr().out
    assert main(["appraisal", "score", str(sheet), "--method", "none"]) != 0
