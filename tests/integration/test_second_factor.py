"""The second factor at the door: asked of roles, taken once, never guessed, replaced when lost."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pyotp
import pytest

from feedback_service import audit, staff
from feedback_service.models import Role, Staff
from feedback_service.settings import readers
from feedback_service.staff import second_factor
from tests.desk_world import Browser, DeskWorld
from tests.integration.command_line import run

__all__ = ["run"]

pytestmark = pytest.mark.servers

EMAIL, PASSWORD = "amina@example.go.ke", "a password of some length"
CODE = "/desk/sign-in/code"
ENROL = "/desk/sign-in/second-factor"


@pytest.fixture(autouse=True)
def account(world: DeskWorld, rt: Any) -> Any:
    with rt.transaction() as session:
        return staff.add(session, EMAIL, Role.AUDITOR, rt.now(), password=PASSWORD)[0]


def knock(app: Any) -> tuple[Browser, Any]:
    browser = Browser(app)
    return browser, browser.post("/desk/sign-in", email=EMAIL, password=PASSWORD)


def secret_on(page: Any) -> str:
    found = re.search(r"<code>([A-Z2-7 ]{32,})</code>", page.text)
    assert found
    return found[1].replace(" ", "")


def code_at(secret: str, rt: Any, steps: int = 0) -> str:
    return str(pyotp.TOTP(secret).generate_otp(int(rt.now().timestamp()) // 30 + steps))


@pytest.fixture
def secret(rt: Any, account: Any, clock: Any) -> str:
    """The secret of a second factor that is on; a step has passed since."""
    begun = second_factor.begin(rt, account.id)
    found = pyotp.parse_uri(second_factor.address(rt, account, begun)).secret
    second_factor.confirm(rt, account.id, begun, code_at(found, rt))
    clock.forward(seconds=90)
    return str(found)


def test_a_role_that_sees_much_sets_one_up_at_its_next_sign_in(
    app: Any, rt: Any, clock: Any, account: Any
) -> None:
    browser, sent = knock(app)
    assert sent.location == ENROL
    assert browser.get("/desk/").status_code == 303
    page = browser.get(ENROL)
    assert "<svg" in page.text
    secret = secret_on(page)
    assert secret_on(browser.get(ENROL)) == secret
    assert browser.post(ENROL, code="000000").status_code == 422
    done = browser.post(ENROL, code=code_at(secret, rt))
    assert done.status_code == 200
    assert len(re.findall(r"<code>\w{4}-\w{4}-\w{4}</code>", done.text)) == 10
    assert browser.get("/desk/").status_code == 200
    with rt.transaction() as session:
        sealed = session.get_one(Staff, account.id).totp_sealed
    assert secret.encode() not in sealed


def test_whoever_began_with_a_stolen_password_knows_no_secret_of_another_browser(
    app: Any, rt: Any
) -> None:
    (thief, _), (owner, _) = knock(app), knock(app)
    stolen, own = secret_on(thief.get(ENROL)), secret_on(owner.get(ENROL))
    assert stolen != own
    assert owner.post(ENROL, code=code_at(stolen, rt)).status_code == 422
    assert owner.post(ENROL, code=code_at(own, rt)).status_code == 200
    for answer in (thief.get(ENROL), thief.post(ENROL, code=code_at(stolen, rt))):
        assert (answer.status_code, answer.location) == (303, CODE)


def test_a_browser_halfway_in_is_out_once_the_password_is_another(
    app: Any, rt: Any, secret: str
) -> None:
    browser, _ = knock(app)
    with rt.transaction() as session:
        staff.reset(session, EMAIL, rt.now())
    assert browser.post(CODE, code=code_at(secret, rt)).status_code == 401


def test_the_password_alone_opens_nothing(app: Any, rt: Any, secret: str) -> None:
    browser, sent = knock(app)
    assert sent.location == CODE
    assert browser.get("/desk/").status_code == 303
    assert staff.sign_in(rt, EMAIL, PASSWORD) is None
    assert browser.post(CODE, code=code_at(secret, rt)).status_code == 303
    assert browser.get("/desk/account").status_code == 200


DRIFT = [("now", 0, True), ("half a minute late", -1, True), ("half a minute early", 1, True),
         ("a minute late", -2, False), ("a minute early", 2, False)]  # fmt: skip


@pytest.mark.parametrize(("steps", "opens"), [row[1:] for row in DRIFT], ids=[r[0] for r in DRIFT])
def test_a_telephone_s_clock_may_be_wrong_by_one_step(
    rt: Any, account: Any, secret: str, steps: int, opens: bool
) -> None:
    assert second_factor.check(rt, account.id, code_at(secret, rt, steps)) == opens


def test_a_code_that_was_used_opens_nothing_again(
    rt: Any, account: Any, secret: str, clock: Any
) -> None:
    code = code_at(secret, rt)
    assert second_factor.check(rt, account.id, code)
    assert not second_factor.check(rt, account.id, code)
    assert not second_factor.check(rt, account.id, code_at(secret, rt, -1))
    clock.forward(seconds=30)
    assert second_factor.check(rt, account.id, code_at(secret, rt))


def test_whoever_has_the_password_guesses_five_codes_a_minute_and_twenty_an_hour(
    app: Any, rt: Any, secret: str
) -> None:
    browser, _ = knock(app)
    answers = [browser.post(CODE, code=f"{n:06}").status_code for n in range(6)]
    assert answers == [401] * 5 + [429]
    assert browser.post(CODE, code=f"{6:06}").headers["Retry-After"]
    other, _ = knock(app)
    assert other.post(CODE, code="000007").status_code == 429
    with rt.transaction() as session:
        assert [line.what for line in audit.lines(session)][-1] == "staff.brake"


def test_each_recovery_code_opens_the_door_once(
    app: Any, rt: Any, account: Any, secret: str, clock: Any
) -> None:
    codes = second_factor.renew_codes(rt, account.id, code_at(secret, rt))
    browser, _ = knock(app)
    assert browser.post(CODE, code=codes[3].upper()).status_code == 303
    again, _ = knock(app)
    assert again.post(CODE, code=codes[3]).status_code == 401
    assert again.post(CODE, code=codes[4]).status_code == 303
    with rt.transaction() as session:
        kept = session.get_one(Staff, account.id).recovery
    assert len(kept) == 8
    assert not set(codes) & set(kept)


def test_the_half_open_door_closes_after_ten_minutes(
    app: Any, rt: Any, secret: str, clock: Any
) -> None:
    browser, _ = knock(app)
    clock.forward(minutes=11)
    assert browser.post(CODE, code=code_at(secret, rt)).status_code == 401
    assert browser.get(CODE).status_code == 401


def test_an_administrator_takes_it_away_from_who_lost_the_telephone(
    app: Any, rt: Any, world: DeskWorld, account: Any, secret: str
) -> None:
    lost, _ = knock(app)
    lost.post(CODE, code=code_at(secret, rt))
    assert lost.get("/desk/account").status_code == 200
    browser = Browser(app, world.staff(Role.ADMINISTRATOR, None))
    sent = browser.post(f"/desk/admin/people/{account.id}/second-factor")
    assert sent.status_code == 303
    assert lost.get("/desk/account").status_code == 303
    assert knock(app)[1].location == ENROL


def test_a_role_that_must_have_it_cannot_turn_it_off_and_another_can(
    app: Any, rt: Any, world: DeskWorld, account: Any, secret: str, clock: Any
) -> None:
    browser, _ = knock(app)
    browser.post(CODE, code=code_at(secret, rt))
    clock.forward(minutes=1)
    off = "/desk/account/second-factor/off"
    assert browser.post(off, code=code_at(secret, rt)).status_code == 422
    officer = world.staff(Role.OFFICER, "NRB")
    theirs = Browser(app, officer)
    own = secret_on(theirs.get("/desk/account/second-factor"))
    on = theirs.post("/desk/account/second-factor/on", code=code_at(own, rt))
    assert on.status_code == 200
    clock.forward(minutes=1)
    assert theirs.post(off, code=code_at(own, rt)).status_code == 303
    with rt.transaction() as session:
        assert session.get_one(Staff, officer.id).totp_sealed is None


def test_a_deputy_is_asked_for_what_the_role_they_stand_in_for_must_show(
    rt: Any, world: DeskWorld
) -> None:
    officer, bureau = world.staff(Role.OFFICER, "EACC"), world.staff(Role.INTEGRITY, "EACC")
    assert second_factor.asked_of(rt, officer.id) is second_factor.Asked.NOTHING
    with rt.transaction() as session:
        staff.name_deputy(session, bureau.id, officer.email, rt.now(), rt.now())
    assert second_factor.asked_of(rt, officer.id) is second_factor.Asked.ENROL


def test_a_deputy_who_is_signed_in_without_one_signs_in_anew(
    app: Any, rt: Any, world: DeskWorld
) -> None:
    officer, other = world.staff(Role.OFFICER, "EACC"), world.staff(Role.OFFICER, "EACC")
    bureau, boss = world.staff(Role.INTEGRITY, "EACC"), world.staff(Role.SUPERVISOR, "EACC")
    day = rt.now().date().isoformat()
    for who, deputy in ((bureau, officer), (boss, other)):
        sent = Browser(app, who).post("/desk/account/deputy", email=deputy.email, until=day)
        assert sent.status_code == 303
    assert Browser(app, officer).get("/desk/account").status_code == 303
    assert Browser(app, other).get("/desk/account").status_code == 200


def test_a_service_for_practice_asks_for_no_second_factor(rt: Any, account: Any) -> None:
    plain = replace(rt, settings=replace(rt.settings, second_factor_roles=readers.roles("none")))
    assert second_factor.asked_of(plain, account.id) is second_factor.Asked.NOTHING


def test_a_stranger_who_is_braked_is_told_to_the_audit_once_a_span(
    app: Any, rt: Any, account: Any, clock: Any
) -> None:
    for password in ["wrong"] * 9:
        Browser(app).post("/desk/sign-in", email=EMAIL, password=password)
    with rt.transaction() as session:
        told = [line.subject for line in audit.lines(session) if line.what == "staff.brake"]
    assert told == [str(account.id)]
    clock.forward(minutes=16)
    Browser(app).post("/desk/sign-in", email=EMAIL, password="wrong")
    with rt.transaction() as session:
        assert len([line for line in audit.lines(session) if line.what == "staff.brake"]) == 2


def test_the_command_takes_a_second_factor_away(
    run: Any, rt: Any, account: Any, secret: str
) -> None:
    assert run("user", "reset-second-factor", EMAIL)[:2] == (
        0,
        f"{EMAIL} has no second factor now.\n",
    )
    with rt.transaction() as session:
        assert session.get_one(Staff, account.id).recovery == []
    assert run("user", "reset-second-factor", "nobody@example.go.ke")[0] == 1


def test_keys_are_listed_and_closed_by_name(run: Any, rt: Any) -> None:
    key = run("key", "add", "press", "--scope", "scorecards")[1].split("key: ")[1].split()[0]
    assert "press  scorecards" in run("key", "list")[1]
    assert run("key", "disable", "press")[0] == 0
    assert run("key", "list")[1] == ""
    assert run("key", "disable", "press")[0] == 1
    with rt.transaction() as session:
        assert staff.key_holder(session, key, rt.now()) is None
        lines = [line.what for line in audit.lines(session)]
    assert lines[-2:] == ["key.add", "key.disable"]


def test_the_setting_knows_every_role() -> None:
    assert readers.roles(",".join(Role)) == set(Role)
    with pytest.raises(ValueError, match="king"):
        readers.roles("auditor,king")
