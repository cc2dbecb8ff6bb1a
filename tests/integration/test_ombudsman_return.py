"""The Ombudsman's return from real cases: reconciled, without names, reminded of, written down."""

from __future__ import annotations

import csv
import io
import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from analytics.returns import Entry, Exit
from feedback_service import redress
from feedback_service.contracts import returns
from feedback_service.domain.cases import (
    OPEN,
    Action,
    ActionNotAllowed,
    Actor,
    CaseStatus,
    Ground,
    Lane,
)
from feedback_service.domain.periods import Period
from feedback_service.models import (
    Case,
    Certainty,
    Conflict,
    Institution,
    Role,
)
from feedback_service.redress import Act
from tests.desk_world import Browser, DeskWorld
from tests.integration.scoring_planting import a_case

pytestmark = pytest.mark.servers

Q3 = Period.parse("FY2025/26-Q3")
Q4 = Period.parse("FY2025/26-Q4")
PAGE = "/desk/return/NRB?period=FY2025-26-Q3"


def read(rt: Any, institution: str = "NRB", period: Period = Q3) -> returns.Return:
    with rt.transaction() as session:
        return returns.read(session, institution, period, rt.now())


def agrees(rt: Any, institution: str, period: Period) -> returns.Reconciled:
    with rt.transaction() as session:
        found = returns.read(session, institution, period, rt.now())
        return returns.reconciled(rt, session, found)


def act(rt: Any, case: Case, action: Action, actor: Actor = Actor.OFFICER, **more: Any) -> None:
    with rt.transaction() as session:
        row = session.get_one(Case, case.id)
        redress.act_within(rt, session, row, Act(action, actor, more.pop("text", "words"), **more))


def solve(rt: Any, case: Case, text: str = "Your card is at the GPO since Monday.") -> None:
    act(rt, case, Action.ACKNOWLEDGE)
    act(rt, case, Action.RESOLVE, text=text)


def test_each_case_of_the_register_is_in_exactly_one_line(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    carried, solved, passed = (world.case(f"Number {n}, no card yet.") for n in range(3))
    clock.set(datetime(2026, 4, 2, 6, tzinfo=UTC))
    fresh = world.case("A new one of the next quarter.")
    solve(rt, solved)
    act(rt, passed, Action.TRANSFER, unit_id="DIS-R")
    q3, q4 = read(rt), read(rt, period=Q4)
    assert {line.case_id for line in q3.lines} == {carried.id, solved.id, passed.id}
    assert q3.totals().open == 3
    found = {line.case_id: (line.entry, line.exit) for line in q4.lines}
    assert found == {
        carried.id: (Entry.CARRIED, Exit.OPEN),
        solved.id: (Entry.CARRIED, Exit.CLOSED),
        passed.id: (Entry.CARRIED, Exit.PASSED_ON),
        fresh.id: (Entry.RECEIVED, Exit.OPEN),
    }
    there = read(rt, "DIS", Q4)
    assert [(line.case_id, line.entry) for line in there.lines] == [(passed.id, Entry.RECEIVED)]
    assert agrees(rt, "NRB", Q4).agrees
    assert agrees(rt, "DIS", Q4).agrees


def test_random_histories_reconcile_in_every_institution_and_quarter(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    draw, cases = random.Random(6), []
    desks = ("NRB-R", "NRB-2", "DIS-R", "HKS-R")
    for _ in range(70):
        clock.forward(hours=draw.randint(1, 60))
        if len(cases) < 20 and draw.random() < 0.4:
            cases.append(world.case(f"Random complaint {len(cases)}."))
            continue
        if not cases:
            continue
        case = draw.choice(cases)
        action = draw.choice((Action.ACKNOWLEDGE, Action.RESOLVE, Action.REJECT, Action.DISPUTE,
                              Action.TRANSFER, Action.WITHDRAW, Action.CONFIRM))  # fmt: skip
        citizen = action in (Action.DISPUTE, Action.CONFIRM, Action.WITHDRAW)
        more: dict[str, Any] = {"unit_id": draw.choice(desks)} if action is Action.TRANSFER else {}
        more |= {"ground": Ground.NO_FACTS} if action is Action.REJECT else {}
        try:
            act(rt, case, action, Actor.CITIZEN if citizen else Actor.OFFICER, **more)
        except ActionNotAllowed:
            continue
    with rt.transaction() as session:
        real = dict(
            session.execute(
                sa.select(Case.institution_id, sa.func.count())
                .where(Case.status.in_(OPEN))
                .group_by(Case.institution_id)
            ).all()
        )
        everyone = set(session.scalars(sa.select(Case.id)))
    seen: set[Any] = set()
    for institution in ("NRB", "DIS", "HKS", "CENTRAL"):
        for period in (Q3, Q4):
            if period.start > rt.now().date():
                continue
            found = agrees(rt, institution, period)
            assert found.agrees, (institution, period, found)
            lines = [line.case_id for line in read(rt, institution, period).lines]
            assert len(lines) == len(set(lines))
            seen |= set(lines)
        assert found.histories == real.get(institution, 0)
    assert seen == everyone  # those that a citizen's last word opened anew among them


def test_a_case_that_fell_out_of_the_histories_is_noticed(world: DeskWorld, rt: Any) -> None:
    case = world.case()
    solve(rt, case)
    with rt.transaction() as session:  # as if somebody had set the row right by hand
        session.get_one(Case, case.id).status = CaseStatus.ACKNOWLEDGED
    found = agrees(rt, "NRB", Q3)
    assert (found.histories, found.columns, found.agrees) == (0, 1, False)


def test_letters_of_the_ombudsman_stand_apart(world: DeskWorld, rt: Any) -> None:
    with rt.transaction() as session:
        body = session.get_one(Institution, "EACC")
        session.add(Institution(**{c.name: getattr(body, c.name) for c in body.__table__.columns
                                   if c.name != "id"}, id="CAJ"))  # fmt: skip
    world.case("By phone.")
    world.case("By letter.", referred_by="CAJ")
    found = read(rt)
    assert found.totals(ombudsman=True).received == 1
    assert found.totals(ombudsman=False).received == 1
    rows = list(csv.DictReader(io.StringIO(lines_csv(rt, found))))
    assert sorted(row["received_from"] for row in rows) == ["CAJ", "direct"]


def lines_csv(rt: Any, found: returns.Return) -> str:
    from feedback_service.reports.ombudsman_return import Titles, as_csv

    with rt.transaction() as session:
        titles = Titles(returns.services(session), returns.desks(session))
    return as_csv(found, titles, "en")


def test_no_phone_number_and_no_words_of_a_case_that_names_somebody(
    world: DeskWorld, rt: Any
) -> None:
    plain, named = world.case("No card."), world.case("Officer Kamau was rude.")
    solve(rt, plain, "We called you on 0712 345 678; collect it at the GPO.")
    solve(rt, named, "We spoke with Mr Kamau at counter 4.")
    accused = world.staff(Role.OFFICER, "NRB", name="Kamau")
    with rt.transaction() as session:
        session.add(Conflict(case_id=named.id, staff_id=accused.id, how="test", at=rt.now(),
                             certainty=Certainty.LIKELY))  # fmt: skip
    text = lines_csv(rt, read(rt))
    assert "collect it at the GPO" in text
    assert "345" not in text
    assert "Kamau" not in text
    assert len(list(csv.DictReader(io.StringIO(text)))) == 2


def test_a_confidential_case_is_told_to_nobody_but_its_holder(world: DeskWorld, rt: Any) -> None:
    world.case("A plain one.")
    secret = world.confidential()
    assert secret.lane is Lane.CONFIDENTIAL
    assert len(read(rt, "NRB").lines) == 1
    [line] = read(rt, "EACC").lines
    assert (line.reference, line.words, line.withheld) == ("", "", True)
    text = lines_csv(rt, read(rt, "EACC"))
    assert secret.reference[4:] not in text
    assert "withheld" in text


def test_for_whom_a_case_names_the_return_is_as_if_there_were_none(
    world: DeskWorld, rt: Any, app: Any, clock: Any
) -> None:
    clock.set(datetime(2026, 3, 20, 5, tzinfo=UTC))
    first = world.case()
    officer = world.staff(Role.PERFORMANCE, "NRB")
    mine = Browser(app, officer)
    lines = "/desk/return/NRB/lines.csv?period=FY2025-26-Q3"

    def read_now() -> tuple[str, str]:
        page = mine.get(PAGE).text.partition("<main")[2]
        return re.sub(r'value="[^"]{40,}"', "", page), mine.get(lines).text  # no token of the form

    before = read_now()
    case = world.case("Officer Kamau asked for tea.")
    with rt.transaction() as session:
        session.add(Conflict(case_id=case.id, staff_id=officer.id, how="test", at=rt.now(),
                             certainty=Certainty.NAMED))  # fmt: skip
    assert "It agrees" in before[0]
    assert "of them resolved by now" not in before[0]  # of all, and so also of that case
    assert read_now() == before
    other = Browser(app, world.staff(Role.SUPERVISOR, "NRB")).get(lines).text
    assert first.reference[4:] in other
    assert case.reference[4:] in other
    clock.set(datetime(2026, 4, 2, 5, tzinfo=UTC))
    mine.post("/desk/return/NRB/sent", what="sent", period="FY2025-26-Q3", day="2026-04-02")
    world.case("A letter that lay in a drawer.", received_on=Q3.end)
    assert "The register has changed" not in mine.get(PAGE).text
    assert "not in the file" not in mine.get(PAGE).text
    gpmco = Browser(app, world.staff(Role.ANALYST, None))
    for page in (PAGE, "/desk/return?period=FY2025-26-Q3"):
        assert "1 line was not in the file of whoever wrote it down" in gpmco.get(page).text


def test_a_withheld_line_comes_last_and_does_not_tell_its_day(world: DeskWorld, rt: Any) -> None:
    world.case(), world.case()
    found = read(rt)
    for n in (0, 1):
        lines = [replace(line, withheld=n == m) for m, line in enumerate(found.lines)]
        rows = csv.DictReader(io.StringIO(lines_csv(rt, replace(found, lines=tuple(lines)))))
        assert [row["ref"] == "withheld" for row in rows] == [False, True]


def test_cases_that_left_are_found_by_their_index(world: DeskWorld, rt: Any) -> None:
    case = world.case()
    said: list[Any] = []
    with rt.transaction() as session:
        session.execute(sa.text("set local enable_seqscan = off"))
        sa.event.listen(
            session.connection(),
            "before_cursor_execute",
            lambda c, k, statement, values, *_: said.append((statement, values)),
        )
        returns.read(session, case.institution_id, Q3, rt.now())
        statement, values = next(one for one in said if "case_events.data ->> 'from'" in one[0])
        plan = session.connection().exec_driver_sql(f"explain {statement}", values)
        assert "ix_case_events_left" in "".join(row[0] for row in plan)


def test_invented_cases_count_only_where_there_are_no_real_ones(rt: Any, world: DeskWorld) -> None:
    with rt.transaction() as session:
        session.add(a_case(4000, simulated=True, received_at=rt.now() - timedelta(days=3)))
    assert read(rt).simulated
    assert agrees(rt, "NRB", Q3).agrees
    real = world.case()
    found = read(rt)
    assert [line.case_id for line in found.lines] == [real.id]
    assert not found.simulated
    assert agrees(rt, "NRB", Q3).agrees


def test_the_page_counts_down_reconciles_and_warns_of_nil(
    world: DeskWorld, rt: Any, app: Any, clock: Any
) -> None:
    officer = Browser(app, world.staff(Role.PERFORMANCE, "NRB"))
    assert "Nothing was received in this quarter" in officer.get(PAGE).text
    world.case()
    clock.set(datetime(2026, 4, 1, 5, tzinfo=UTC))
    officer = Browser(app, world.staff(Role.PERFORMANCE, "NRB"))
    page = officer.get("/desk/return/NRB").text  # the quarter that is due next
    assert "Ending 31.03.2026" in page
    assert "13 days left" in page
    assert "It agrees" in page
    overseer = Browser(app, world.staff(Role.ANALYST, None)).get("/desk/return/NRB").text
    said = "The contract counts complaints"  # those, too, that are shut to a reader
    assert (said in page, said in overseer) == (False, True)
    assert "Wed 29 Apr 2026" in page
    assert "Nothing was received" not in page
    for lang in ("en", "sw"):
        sent = officer.get(f"/desk/return/NRB/lines.pdf?period=FY2025-26-Q3&lang={lang}")
        assert sent.data.startswith(b"%PDF")
