"""The contract at the desk: what the officer brings, what others decide, and the sheet it makes."""

from __future__ import annotations

import base64
import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from analytics.contract import Span
from feedback_service import contracts
from feedback_service.attachments import Refused
from feedback_service.domain.cases import CaseKind, CaseStatus
from feedback_service.models import AuditLine, ContractEvidence, ContractRow, Institution, Role
from feedback_service.scoring import flags
from tests.desk_world import Browser, DeskWorld
from tests.integration.flags_planting import plant_cases
from tests.integration.scoring_planting import a_case

pytestmark = pytest.mark.servers

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
Q3 = "FY2025-26-Q3"
PAGE = f"/desk/contract/NRB?period={Q3}"
DUE = datetime(2026, 2, 10, 7, tzinfo=UTC)


@pytest.fixture
def people(world: DeskWorld, app: Any) -> dict[str, Browser]:
    """The institution's officer and supervisor, GPMCO, the auditor, another one's officer."""
    return {
        "officer": Browser(app, world.staff(Role.PERFORMANCE, "NRB", name="Wanjiru Officer")),
        "supervisor": Browser(app, world.staff(Role.SUPERVISOR, "NRB")),
        "gpmco": Browser(app, world.staff(Role.ANALYST, None, name="Otieno Analyst")),
        "auditor": Browser(app, world.staff(Role.AUDITOR, None)),
        "other": Browser(app, world.staff(Role.PERFORMANCE, "DIS")),
        "near": Browser(app, world.staff(Role.ANALYST, "DIS")),
        "overseer": Browser(app, world.staff(Role.OVERSIGHT, "DIS")),
    }


def plant(rt: Any, kind: CaseKind, solved: int, of: int, first: int) -> None:
    """Cases due in the quarter, so many of them solved."""
    with rt.transaction() as session:
        for number in range(of):
            done = number < solved
            session.add(a_case(
                first + number, kind=kind, due_at=DUE, received_at=DUE - timedelta(days=9),
                resolved_at=DUE - timedelta(days=1) if done else None,
                status=CaseStatus.RESOLVED if done else CaseStatus.RECEIVED,
            ))  # fmt: skip


def bring(browser: Browser, key: str = "sensitised", **more: Any) -> Any:
    fields = {"period": Q3, "indicator": "B1", "key": key, "words": "All staff were told."}
    content = more.pop("content", PNG)
    file = (io.BytesIO(content), "photo.png", "image/png")
    return browser.client.post(
        "/desk/contract/NRB/evidence",
        data={"csrf_token": browser.csrf(), **fields, **more, "file": file},
        content_type="multipart/form-data",
    )


def the_evidence(rt: Any) -> ContractEvidence:
    with rt.transaction() as session:
        found: ContractEvidence = session.query(ContractEvidence).one()
        return found


def test_b3_weighs_complaints_and_requests_as_the_contract_does(rt: Any, people: Any) -> None:
    plant(rt, CaseKind.COMPLAINT, solved=9, of=10, first=1000)
    plant(rt, CaseKind.INFORMATION, solved=1, of=2, first=2000)
    page = people["officer"].get(PAGE).text
    assert "78.0000 %" in page  # 70 x 0.9 + 30 x 0.5
    assert "9 / 10" in page
    assert "1 / 2" in page
    assert "3.4400" in page  # 5 - 2 x 0.78
    assert "4 / 100 × 3.4400 = 0.1376" in page  # noqa: RUF001


def test_evidence_counts_once_a_second_person_has_accepted_it(rt: Any, people: Any) -> None:
    assert bring(people["officer"]).status_code == 303
    waiting = people["officer"].get(PAGE).text
    assert "Kept, dated today" in waiting
    assert "Not decided yet" in waiting
    assert "20 / 20" not in waiting
    evidence = the_evidence(rt)
    assert evidence.brought_at == rt.now()
    where = f"/desk/contract/evidence/{evidence.id}"
    assert people["gpmco"].post(where, accepted="yes", reason="", period=Q3).status_code == 303
    page = people["officer"].get(PAGE).text
    assert "20 / 20" in page
    assert "Otieno Analyst" in page
    with rt.transaction() as session:
        lines = {line.what for line in session.query(AuditLine)}
    assert {"contract.evidence", "contract.decide"} <= lines


def test_late_evidence_says_so(rt: Any, people: Any, clock: Any) -> None:
    clock.set(datetime(2026, 4, 1, 5, tzinfo=UTC))
    bring(people["officer"])
    with rt.transaction() as session:
        session.get_one(Institution, "NRB").external_escalation = "CAJ, DIS"
    where = f"/desk/contract/evidence/{the_evidence(rt).id}"
    people["overseer"].post(where, accepted="yes", period=Q3)
    assert "Accepted, late" in people["officer"].get(PAGE).text


def test_evidence_comes_back_with_a_reason_and_never_without(rt: Any, people: Any) -> None:
    bring(people["officer"])
    where = f"/desk/contract/evidence/{the_evidence(rt).id}"
    people["gpmco"].post(where, accepted="no", reason="", period=Q3)
    assert the_evidence(rt).accepted is None
    people["gpmco"].post(where, accepted="no", reason="The list of staff is missing.", period=Q3)
    page = people["officer"].get(PAGE).text
    assert "The list of staff is missing." in page
    assert "Sent back" in page
    people["gpmco"].post(where, accepted="yes", period=Q3)
    assert the_evidence(rt).accepted is False


@pytest.mark.parametrize("who", ["officer", "supervisor", "other", "auditor", "near"])
def test_nobody_decides_on_evidence_but_those_outside(rt: Any, people: Any, who: str) -> None:
    bring(people["officer"])
    where = f"/desk/contract/evidence/{the_evidence(rt).id}"
    told = 303 if who == "near" else 404  # an analyst of its sector, perhaps of its ministry
    assert people[who].post(where, accepted="yes", period=Q3).status_code == told
    assert the_evidence(rt).accepted is None


@pytest.mark.parametrize("who", ["supervisor", "gpmco", "auditor", "other"])
def test_only_the_institution_s_own_officer_brings_evidence(people: Any, who: str) -> None:
    assert bring(people[who]).status_code == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"key": "nothing"}, "Choose a part of the charter."),
        ({"words": "a"}, "Write a few words more."),
        ({"content": b"MZ\x90"}, "Not kept: only photos, recordings and PDFs are."),
        ({"content": b""}, "Choose a file first."),
    ],
)
def test_what_is_no_evidence_is_told_and_not_kept(
    rt: Any, people: Any, fields: dict[str, Any], said: str
) -> None:
    bring(people["officer"], **fields)
    assert said in people["officer"].get(PAGE).text
    with rt.transaction() as session:
        assert session.query(ContractEvidence).count() == 0


def test_a_file_may_be_as_large_as_the_setting_allows(rt: Any, world: DeskWorld) -> None:
    officer = world.staff(Role.PERFORMANCE, "NRB").id
    paper = b"%PDF-1.7\n" + bytes(4_000_000)
    with rt.transaction() as session:
        kept = contracts.keep(rt, session, "NRB", officer, paper, "application/pdf")
        assert contracts.opened(rt, session, kept.id)[1] == paper
        with pytest.raises(Refused, match="at most 5 MB"):
            contracts.keep(rt, session, "NRB", officer, paper * 2, "application/pdf")


def test_the_file_opens_for_those_who_may_see_the_contract(rt: Any, people: Any) -> None:
    bring(people["officer"])
    path = f"/desk/contract/NRB/files/{the_evidence(rt).file_id}"
    for who in ("officer", "supervisor", "gpmco", "auditor"):
        assert people[who].get(path).data.startswith(b"\x89PNG")
    assert people["other"].get(path).status_code == 404
    # Nor under the name of an institution that is the reader's own.
    assert people["other"].get(path.replace("NRB", "DIS")).status_code == 404


def test_the_quarter_s_report_is_made_and_attached_with_one_press(
    rt: Any, people: Any, clock: Any
) -> None:
    seen = people["officer"].get(f"/desk/contract/NRB/compliance.pdf?period={Q3}")
    assert seen.data.startswith(b"%PDF")
    people["officer"].post("/desk/contract/NRB/report", period=Q3)
    assert "The quarter is not over yet" in people["officer"].get(PAGE).text
    clock.set(datetime(2026, 4, 1, 5, tzinfo=UTC))
    people["officer"].post("/desk/contract/NRB/report", period=Q3)
    row = the_evidence(rt)
    assert row.key == "reports:Q3"
    with rt.transaction() as session:
        _, content = contracts.opened(rt, session, row.file_id)
    assert content.startswith(b"%PDF")


def add_row(browser: Browser, **more: Any) -> Any:
    fields = {
        "period": Q3, "criterion": "C", "name": "Cards printed", "weight": "65", "target": "1000",
        "unit": "cards", "direction": "higher", "why": "It was forgotten.",
    }  # fmt: skip
    sent = browser.post("/desk/contract/NRB/rows", **{**fields, **more})
    with browser.client.application.extensions["runtime"].transaction() as session:
        session.execute(sa.update(ContractRow).values(in_force_at=ContractRow.made_at))
    return sent


def row_id(rt: Any) -> str:
    with rt.transaction() as session:
        stood = contracts.standing(rt, session, "NRB", Span.parse("FY2025/26-Q3"))
    return next(line.id for line in stood.computed.lines if line.name["en"] == "Cards printed")


def say(browser: Browser, where: str, indicator: str, achieved: str, **more: str) -> Any:
    fields = {"period": Q3, "words": "Count of the printer.", "indicator": indicator}
    return browser.post(f"/desk/contract/NRB/{where}", **{**fields, "achieved": achieved, **more})


def test_rows_outside_the_figures_are_declared_and_say_so(rt: Any, people: Any) -> None:
    add_row(people["officer"])
    say(people["officer"], "values", row_id(rt), "900")
    page = people["officer"].get(PAGE).text
    assert "declared by the institution" in page
    assert "900 / 1000 = 90.00 %" in page
    assert "65 / 100 × 3.2000 = 2.0800" in page  # noqa: RUF001
    assert "Wanjiru Officer" in page


def test_a_criterion_holds_no_more_than_its_weight(rt: Any, people: Any) -> None:
    add_row(people["officer"], weight="60")
    add_row(people["officer"], weight="5.5", name="Another")
    page = people["officer"].get(PAGE).text
    assert "more weight than the criterion has left" in page
    assert "Another" not in page


def test_a_moderated_score_stands_beside_the_computed_one(rt: Any, people: Any) -> None:
    add_row(people["officer"])
    say(people["officer"], "values", row_id(rt), "900")
    sent = say(people["gpmco"], "moderated", row_id(rt), "800", words="Counted at the warehouse.")
    assert sent.status_code == 303
    page = people["officer"].get(PAGE).text
    assert "Counted at the warehouse." in page
    assert "Otieno Analyst" in page
    for number in ("3.2000", "2.0800", "3.4000", "2.2100"):
        assert number in page
    assert say(people["officer"], "moderated", row_id(rt), "1").status_code == 404


def test_the_csv_is_scored_to_the_same_by_the_command(rt: Any, people: Any, tmp_path: Any) -> None:
    from analytics.performance_contract import score_file

    plant(rt, CaseKind.COMPLAINT, solved=2, of=3, first=1000)
    add_row(people["officer"])
    say(people["officer"], "values", row_id(rt), "900")
    sent = people["officer"].get(f"/desk/contract/NRB/sheet.csv?period={Q3}")
    (tmp_path / "sheet.csv").write_bytes(sent.data)
    scored = score_file(tmp_path / "sheet.csv", io.StringIO(), allow_partial=True)
    rows = list(csv.DictReader(io.StringIO(sent.text)))
    assert [f"{one.weighted:f}" for one in scored.rows] == [row["weighted"] for row in rows]
    with rt.transaction() as session:
        stood = contracts.standing(rt, session, "NRB", Span.parse("FY2025/26-Q3"))
    assert stood.computed.score.composite == scored.composite


@pytest.mark.parametrize("lang", ["en", "sw"])
def test_the_sheet_is_set_on_paper(rt: Any, people: Any, lang: str) -> None:
    add_row(people["officer"])
    bring(people["officer"])
    sent = people["gpmco"].get(f"/desk/contract/NRB/sheet.pdf?period=FY2025-26&lang={lang}")
    assert sent.data.startswith(b"%PDF")


def test_what_flags_do_to_b3_is_shown_three_ways(rt: Any, people: Any) -> None:
    plant_cases(rt, many=120, rejected=60)
    flags.raise_flags(rt)
    page = people["officer"].get("/desk/contract/NRB?period=FY2025-26-Q2").text
    assert "1 flag, 1 not reviewed" in page
    assert "120 / 120" in page
    assert "60 / 120" in page
    assert "50.0000 %" in page  # the less favourable stands, requests having nothing due


def test_gpmco_finds_who_lacks_what_and_others_find_nothing(rt: Any, people: Any) -> None:
    assert people["other"].get(PAGE).status_code == 404
    page = people["gpmco"].get(f"/desk/contract?period={Q3}").text
    assert f'href="/desk/contract/NRB?period={Q3}"' in page
    assert "0 of " in page
    sent = people["officer"].get("/desk/contract")
    assert sent.status_code == 303
    assert "/desk/contract/NRB?" in sent.location


@pytest.mark.parametrize("period", ["FY2025-26-H1", "FY2025-26", "FY2025-26-Q1"])
def test_mid_year_and_annual_sheets_have_their_pages(people: Any, period: str) -> None:
    page = people["supervisor"].get(f"/desk/contract/NRB?period={period}&lang=sw").text
    assert "Mkataba wa utendaji" in page
    assert "inaelekea" in page
    assert people["supervisor"].get("/desk/contract/NRB?period=FY2025-26-H2").status_code == 404
