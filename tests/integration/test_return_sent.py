"""That a return was sent, what came back, the certificate of a year; the reminders before it."""

from __future__ import annotations

import base64
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service.contracts import NotTaken, returns
from feedback_service.doctor import returns as doctor
from feedback_service.domain.periods import Period
from feedback_service.models import Notice, OmbudsmanReturn, Role
from tests.desk_world import Browser, DeskWorld
from tests.integration.test_ombudsman_return import PAGE, Q3, read

pytestmark = pytest.mark.servers

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def test_what_was_sent_is_written_down_and_later_changes_are_told(
    world: DeskWorld, rt: Any, app: Any, clock: Any
) -> None:
    world.case()
    clock.set(datetime(2026, 4, 20, 6, tzinfo=UTC))
    officer = Browser(app, world.staff(Role.PERFORMANCE, "NRB"))
    where = "/desk/return/NRB/sent"
    officer.post(where, what="sent", period="FY2025-26-Q3", day="2026-05-20")
    assert "not in the future" in officer.get(PAGE).text
    officer.post(where, what="sent", period="FY2025-26-Q3", day="2026-04-17")
    page = officer.get(PAGE).text
    assert "Sent on Fri 17 Apr 2026. Late: a penalty of 3 %" in page
    assert "Written down on Mon 20 Apr 2026. By that day: Late: a penalty of 6 %" in page
    assert "The register has changed" not in page
    officer.post(where, what="feedback", period="FY2025-26-Q3", day="2026-04-20", score="97.5")
    assert "Score: 97.50 %" in officer.get(PAGE).text
    officer.post(where, what="feedback", period="FY2025-26-Q3", day="2026-04-20", score="nan")
    assert "Write percent from 0 to 100." in officer.get(PAGE).text
    world.case("A letter that lay in a drawer.", received_on=Q3.end)
    assert "The register has changed" in officer.get(PAGE).text
    gpmco = Browser(app, world.staff(Role.ANALYST, None))
    listed = gpmco.get("/desk/return?period=FY2025-26-Q3").text
    for told in ("3 %", "By that day: 6 %", "Fri 17 Apr 2026", "Mon 20 Apr 2026"):
        assert told in listed
    assert gpmco.post(where, what="sent", period="FY2025-26-Q3").status_code == 404
    with rt.transaction() as session:
        assert session.query(OmbudsmanReturn).one().totals["received"] == 1


def test_a_return_that_two_write_down_at_once_is_written_once(world: DeskWorld, rt: Any) -> None:
    officer = world.staff(Role.PERFORMANCE, "NRB").id
    before = Period.parse("FY2025/26-Q2")
    found, day = read(rt, period=before), rt.now().date()
    with rt.transaction() as first:
        returns.submitted(rt, first, found, day, officer)
        with ThreadPoolExecutor(1) as other:
            second = other.submit(_submit, rt, found, day, officer)
            first.execute(sa.text("select pg_sleep(0.2)"))
            first.commit()
    assert second.result() == "sent"


def _submit(rt: Any, found: returns.Return, day: Any, officer: Any) -> str:
    with rt.transaction() as session, pytest.raises(NotTaken) as refused:
        returns.submitted(rt, session, found, day, officer)
    return refused.value.why


def test_the_certificate_of_a_year_is_kept_with_its_file(
    world: DeskWorld, rt: Any, app: Any
) -> None:
    officer = Browser(app, world.staff(Role.PERFORMANCE, "NRB"))
    file = (io.BytesIO(PNG), "certificate.png", "image/png")
    sent = officer.client.post(
        "/desk/return/NRB/certificate",
        data={"csrf_token": officer.csrf(), "period": "FY2025-26-Q2", "number": "CAJ/77/2026",
              "day": "2026-02-02", "file": file},
        content_type="multipart/form-data",
    )  # fmt: skip
    assert sent.status_code == 303
    assert "FY2025/26: CAJ/77/2026" in officer.get(PAGE).text


def reminders(rt: Any) -> list[Notice]:
    with rt.transaction() as session:
        return list(session.query(Notice).filter(Notice.kind == "return_due").order_by(Notice.at))


def test_reminders_come_at_seven_three_and_one_day_each_once(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    people = {world.staff(role, "NRB").id for role in (Role.PERFORMANCE, Role.SUPERVISOR)}
    world.staff(Role.OFFICER, "NRB")
    told = {}
    for day in range(1, 17):
        clock.set(datetime(2026, 4, day, 4, tzinfo=UTC))
        for _ in range(2):
            returns.remind(rt)
        told[day] = len(reminders(rt))
    assert [day for day in told if told[day] > told.get(day - 1, 0)] == [7, 11, 13]
    found = reminders(rt)
    assert {notice.staff_id for notice in found} == people
    assert len(found) == 6
    assert [notice.data["days"] for notice in found[::2]] == [7, 3, 1]


def test_the_doctor_names_institutions_where_nobody_is_reminded(world: DeskWorld, rt: Any) -> None:
    def told() -> list[str]:
        with rt.transaction() as session:
            return [finding.what for finding in doctor.checks(rt, session)]

    assert told() == []
    world.case()
    assert told() == ["Nobody is reminded of the Ombudsman's return of NRB"]
    world.staff(Role.PERFORMANCE, "NRB")
    assert told() == []


def test_who_has_sent_is_not_reminded(world: DeskWorld, rt: Any, clock: Any) -> None:
    officer = world.staff(Role.PERFORMANCE, "NRB")
    other = world.staff(Role.PERFORMANCE, "DIS")
    clock.set(datetime(2026, 4, 8, 6, tzinfo=UTC))
    with rt.transaction() as session:
        returns.submitted(rt, session, read(rt), rt.now().date(), officer.id)
    clock.set(datetime(2026, 4, 12, 6, tzinfo=UTC))  # the clock was away on the eleventh
    returns.remind(rt)
    assert [(one.staff_id, one.data["days"]) for one in reminders(rt)] == [(other.id, 2)]
