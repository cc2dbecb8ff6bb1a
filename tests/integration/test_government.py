"""The whole of government: a line signs its aggregate off, sends it up, gets it back; the owner
sees what went up and who is late; nobody sees a case."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import audit, schedule
from feedback_service.government import Returning, give_back
from feedback_service.models import AuditLine, Institution, LineReturn, LineSheet, Notice, Role
from tests.desk_world import Browser
from tests.integration.at_once import at_once
from tests.integration.frozen_planting import MATURED, PERIOD, frozen, plant
from tests.integration.scoring_planting import a_rating

pytestmark = pytest.mark.servers
ROOM, WHEN = "/desk/government", "FY2025-26-Q3"
WORDS = "We looked at every figure of ours and stand by them."
REASON = "The visits of March are not all fed: say what happened."
OVER = datetime(2026, 4, 2, 6, tzinfo=UTC)
"""After the quarter's end, before it matures."""


@pytest.fixture
def bodies(world: Any, rt: Any) -> Any:
    """The desk's country with a county and its waterworks, and those who sign lines."""
    more = [
        ("COG", "statutory body", "direct", None), ("CG-047", "county government", "cog", 47),
        ("NCWSC", "county corporation", "cog", 47), ("KRA", "state corporation", "isc", None),
        ("ISC", "department", "direct", None), ("GPMCO", "owner", "none", None),
        ("PARL", "parliament", "parliament", None),
        ("PARLSC", "constitutional commission", "independent", None),
    ]  # fmt: skip
    with rt.transaction() as session:
        for key, kind, line, county in more:
            session.add(
                Institution(
                    id=key, name=f"The {key}", short_en=f"The {key}", short_sw=f"Ile {key}",
                    acronym=key, type=kind, sector="civil_registration", county_code=county,
                    reporting_line=line, aliases=[], external_escalation="CAJ",
                )
            )  # fmt: skip
    return world


def at(browser: Browser, line: str, holder: str, now: bool = False) -> Any:
    return browser.get(f"{ROOM}/{line}/{holder}?period={WHEN}{'&now=1' * now}")


def act(browser: Browser, line: str, holder: str, what: str, **fields: str) -> int:
    path = f"{ROOM}/{line}/{holder}/{what}"
    return int(browser.post(path, period=WHEN, **fields).status_code)


def sign(browser: Browser, line: str, holder: str, words: str = WORDS) -> int:
    digest = re.search(r'name="digest" value="(\w+)"', at(browser, line, holder, now=True).text)
    assert digest, "the page has figures to sign"
    return act(browser, line, holder, "sign", words=words, digest=digest[1])


def noted(rt: Any) -> list[str]:
    with rt.transaction() as session:
        assert audit.check(session), "the chain is whole"
        rows = session.scalars(sa.select(AuditLine).order_by(AuditLine.number))
        return [row.what for row in rows if row.what.startswith("government.")]


def told(rt: Any, kind: str) -> int:
    with rt.transaction() as session:
        return len(session.scalars(sa.select(Notice).where(Notice.kind == kind)).all())


def test_a_body_signs_with_words_and_the_owner_sees_it_only_once_it_went_up(
    bodies: Any, app: Any, rt: Any, clock: Any
) -> None:
    plant(rt, bodies, clock)
    body = Browser(app, bodies.staff(Role.PERFORMANCE, "NRB", name="Wanjiku of the bureau"))
    owner = Browser(app, bodies.staff(Role.ANALYST, "GPMCO"))
    assert "The period is not over" in at(body, "direct", "NRB", now=True).text
    assert act(body, "direct", "NRB", "sign", words=WORDS, digest="0" * 64) == 409
    clock.set(OVER)
    assert "Provisional" in at(body, "direct", "NRB").text
    assert sign(body, "direct", "NRB", "ok") == 409, "without words nobody signs"
    assert act(body, "direct", "NRB", "sign", words=WORDS, digest="0" * 64) == 409
    assert act(body, "direct", "NRB", "send") == 409, "nothing is signed yet"
    assert sign(body, "direct", "NRB") == 303
    assert at(owner, "direct", "NRB").status_code == 404
    assert "Wanjiku" not in owner.get(f"{ROOM}?period={WHEN}").text
    assert act(body, "direct", "NRB", "send") == 303
    seen = html.unescape(at(owner, "direct", "NRB").text)
    assert all(one in seen for one in (WORDS, "Wanjiku", "Provisional", "Gone up"))
    assert told(rt, "line_up") == 1
    assert act(owner, "direct", "NRB", "return", institution="NRB", reason="no") == 409
    assert act(owner, "direct", "NRB", "return", institution="NRB", reason=REASON) == 303
    assert at(owner, "direct", "NRB").status_code == 404, "given back, it is no longer up"
    assert (REASON in at(body, "direct", "NRB").text, told(rt, "line_returned")) == (True, 1)
    frozen(rt, clock)  # so much later that everybody has to sign in again
    body = Browser(app, bodies.staff(Role.PERFORMANCE, "NRB"))
    owner = Browser(app, bodies.staff(Role.ANALYST, "GPMCO"))
    assert sign(body, "direct", "NRB", "All visits are fed now, see them.") == 303
    assert act(body, "direct", "NRB", "send") == 303
    assert "Provisional" not in at(owner, "direct", "NRB").text
    assert "others now" not in at(body, "direct", "NRB").text
    assert sign(body, "direct", "NRB") == 409, "the same figures have gone up"
    assert noted(rt) == [
        f"government.{what}" for what in ("sign", "send", "return", "sign", "send")
    ]
    with rt.transaction() as session:
        rows = session.scalars(sa.select(LineSheet).order_by(LineSheet.number)).all()
        assert [(row.number, row.provisional) for row in rows] == [(1, True), (2, False)]
        kept = rows[1].figures["bodies"][0]["figures"]
        assert kept["resolved"] == {
            "value": None, "low": None, "high": None, "n": 0, "tier": "not measured",
            "why": "hidden",
        }, "three cases are three citizens', frozen or not"  # fmt: skip


def test_a_county_signs_before_the_council_and_what_it_did_not_sign_is_left_out(
    bodies: Any, app: Any, rt: Any, clock: Any
) -> None:
    clock.set(MATURED)
    county = Browser(app, bodies.staff(Role.PERFORMANCE, "CG-047"))
    water = Browser(app, bodies.staff(Role.PERFORMANCE, "NCWSC"))
    council = Browser(app, bodies.staff(Role.OVERSIGHT, "COG"))
    owner = Browser(app, bodies.staff(Role.ANALYST, None))
    page = html.unescape(at(council, "cog", "COG").text)
    assert page.count("its county has not signed") == 2
    assert at(council, "cog", "CG-047").status_code == 404, "not up yet"
    assert (sign(county, "cog", "CG-047"), act(county, "cog", "CG-047", "send")) == (303, 303)
    assert WORDS in at(council, "cog", "CG-047").text
    assert at(owner, "cog", "CG-047").status_code == 404, "the council stands between"
    assert act(council, "cog", "COG", "return", institution="NCWSC", reason=REASON) == 303
    assert act(council, "cog", "COG", "return", institution="NCWSC", reason=REASON) == 404
    out = html.unescape(at(council, "cog", "COG").text).split("left out")[1]
    assert "given back to it" in out
    page = water.get(f"{ROOM}?period={WHEN}").text
    (action,) = re.findall(rf'action="({ROOM}/returns/[^"]+)"', page)
    assert water.post(action, words="They are fed since Monday.", period=WHEN).status_code == 303
    assert "left out" not in at(council, "cog", "COG").text
    assert (sign(council, "cog", "COG"), act(council, "cog", "COG", "send")) == (303, 303)
    assert "The NCWSC" in at(owner, "cog", "COG").text


def test_what_was_given_back_after_the_signature_does_not_go_up(
    bodies: Any, app: Any, rt: Any, clock: Any
) -> None:
    clock.set(OVER)
    line = Browser(app, bodies.staff(Role.OVERSIGHT, "ISC"))
    assert sign(line, "isc", "ISC") == 303
    assert act(line, "isc", "ISC", "return", institution="KRA", reason=REASON) == 303
    assert act(line, "isc", "ISC", "send") == 409, "its figures are in what was signed"
    assert (sign(line, "isc", "ISC"), act(line, "isc", "ISC", "send")) == (303, 303)
    with rt.transaction() as session:
        sent = session.scalars(sa.select(LineSheet).where(LineSheet.sent_at.is_not(None))).one()
        assert (sent.number, sent.figures["left_out"]) == (2, {"KRA": "returned"})


def test_a_period_before_anything_was_counted_is_not_drawn_up(
    bodies: Any, app: Any, rt: Any, clock: Any
) -> None:
    clock.set(MATURED)
    body = Browser(app, bodies.staff(Role.PERFORMANCE, "NRB"))
    answers = {}
    for label in ("FY1900-01-Q1", "FY2025-26-Q1", WHEN):
        sheet = body.get(f"{ROOM}/direct/NRB?period={label}").status_code
        answers[label] = (body.get(f"{ROOM}?period={label}").status_code, sheet)
    assert answers == {"FY1900-01-Q1": (404, 404), "FY2025-26-Q1": (404, 404), WHEN: (200, 200)}
    with rt.transaction() as session:
        session.add(a_rating(given_at=datetime(2025, 9, 30, 20, 30, tzinfo=UTC)))
    assert body.get(f"{ROOM}?period=FY2025-26-Q1").status_code == 200, "its last half hour"
    assert body.get(f"{ROOM}?period=FY2024-25-Q4").status_code == 404


def test_two_who_give_the_same_figures_back_at_once_leave_one_to_answer(
    bodies: Any, rt: Any, clock: Any
) -> None:
    by = bodies.staff(Role.OVERSIGHT, "ISC")
    what = Returning(PERIOD, "isc", "KRA", REASON, by.id)
    found = at_once(rt, lambda own: give_back(own, what, gone_up=False))
    assert sorted(str(one)[:19] for one in found if one) == ["sign-off: returned-"]
    with rt.transaction() as session:
        assert len(session.scalars(sa.select(LineReturn)).all()) == 1


def test_a_line_past_its_date_stands_as_missing_with_its_days(
    bodies: Any, app: Any, clock: Any
) -> None:
    clock.set(datetime(2026, 5, 20, 6, tzinfo=UTC))
    page = html.unescape(
        Browser(app, bodies.staff(Role.ANALYST, "GPMCO")).get(f"{ROOM}?period={WHEN}").text
    )
    assert "State corporations: 5 days late" in page, "31 March and 45 days are 15 May"
    assert "Counties: 5 days late" in page
    swahili = Browser(app, bodies.staff(Role.OVERSIGHT, "COG"))
    page = html.unescape(swahili.get(f"{ROOM}?period={WHEN}&lang=sw").text)
    assert "Ile CG-047: imechelewa siku 12" in page


def test_who_has_not_sent_up_is_reminded_a_week_and_a_day_before_and_once_after(
    bodies: Any, rt: Any, clock: Any
) -> None:
    bodies.staff(Role.OVERSIGHT, "ISC")
    with rt.transaction() as session:
        session.add(a_rating())
    found = []
    for day in (7, 8, 9, 14, 15, 16, 20):
        clock.set(datetime(2026, 5, day, 6, tzinfo=UTC))
        schedule.DUTIES["lines"].do(rt)
        found.append((told(rt, "line_due"), told(rt, "line_late")))
    assert found == [(0, 0), (1, 0), (1, 0), (2, 0), (2, 0), (2, 1), (2, 1)]


def test_parliament_s_commission_watches_over_parliament_whose_line_it_signs(
    bodies: Any, app: Any
) -> None:
    page = Browser(app, bodies.staff(Role.OVERSIGHT, "PARLSC")).get("/desk/oversight").text
    assert "The PARL</a>" in page
    assert "The KRA</a>" not in page


MINE = {Role.PERFORMANCE: [("direct", "NRB")], Role.OVERSIGHT: [("isc", "ISC")], Role.ANALYST: []}
WORKS_FOR = {Role.PERFORMANCE: "NRB", Role.OVERSIGHT: "ISC", Role.ANALYST: None}
HOLDERS = (
    ("direct", "NRB"), ("direct", "DIS"), ("direct", "ISC"), ("isc", "ISC"), ("cog", "COG"),
    ("cog", "CG-047"), ("isc", "KRA"), ("none", "GPMCO"), ("nowhere", "NRB"),
)  # fmt: skip


def test_no_page_of_the_room_leads_to_a_case_or_to_another_line(
    bodies: Any, app: Any, rt: Any, clock: Any
) -> None:
    cases = plant(rt, bodies, clock)
    clock.set(OVER)
    for role, mine in MINE.items():
        reader = Browser(app, bodies.staff(role, WORKS_FOR[role]))
        pages = {one: at(reader, *one) for one in HOLDERS}
        assert [one for one, page in pages.items() if page.status_code == 200] == mine
        for page in (reader.get(f"{ROOM}?period={WHEN}"), *pages.values()):
            main = page.text.split("<main")[-1]
            assert not any(case.reference[:4] in main or case.text in main for case in cases)
            assert "/desk/cases/" not in main
        for line, holder in set(HOLDERS) - set(mine):
            for what in ("sign", "send", "return"):
                sent = act(reader, line, holder, what, words=WORDS, reason=WORDS)
                assert sent == 404, (role, line, holder, what)
    with rt.transaction() as session:
        assert session.scalars(sa.select(LineSheet)).all() == []
    assert PERIOD.label == WHEN.replace("-", "/", 1)
