"""One-time codes: they open the rating of their visit, count once, and never shut a door."""

from __future__ import annotations

from typing import Any

import pytest

from feedback_service.domain.ratings import Sample
from feedback_service.domain.visit_codes import is_code, new_code, read_code, spoken_code
from feedback_service.models import Rating, VisitCode
from feedback_service.visits import codes
from tests.handset import ME, OTHER, Handset, arrived, sms, whatsapp

PASSPORT = "CON Passport"


@pytest.fixture
def sheet(loaded_rt: Any) -> list[str]:
    """Three codes for a passport at a Huduma Centre."""
    with loaded_rt.transaction() as session:
        made = codes.make(loaded_rt, session, "passport", "BMT-001", 3, None)
        return list(codes.codes_of(session, made))


def test_a_mistyped_code_is_told_from_a_right_one() -> None:
    code = new_code(lambda most: most // 2)
    assert is_code(code)
    assert read_code(f" {spoken_code(code)}. ") == code
    for place in range(len(code)):
        for digit in "0123456789":
            wrong = code[:place] + digit + code[place + 1 :]
            assert (wrong == code) == is_code(wrong)


@pytest.mark.parametrize(
    "text", ["1001", "12345678", "0712345678", "254712345678", "+254712345678", "", "1234567890a"]
)
def test_nothing_else_people_type_is_written_like_a_code(text: str) -> None:
    assert read_code(text) == ""


def rated(all_of: Any) -> Any:
    (rating,) = all_of(Rating)
    return rating


def spent(all_of: Any) -> dict[str, str | None]:
    return {code.code: code.rating_source for code in all_of(VisitCode)}


def test_a_code_dialled_long_opens_its_rating(client: Any, sheet: list[str], all_of: Any) -> None:
    phone = Handset(client, code=f"*384*77*{sheet[0]}#")
    assert phone.dial().startswith("CON Karibu")
    assert phone.keys("1").startswith("CON Passport: how was it?")
    phone.keys("2")
    rating = rated(all_of)
    assert (rating.service_id, rating.service_point_id) == ("passport", "BMT-001")
    assert rating.sample is Sample.OPEN
    assert spent(all_of) == {sheet[0]: rating.source, sheet[1]: None, sheet[2]: None}


def test_a_code_typed_in_the_menu_opens_its_rating(client: Any, sheet: list[str]) -> None:
    for number, where in ((ME, ("1",)), (OTHER, ("1", "2"))):
        phone = Handset(client, number)
        phone.dial()
        phone.keys(*where)
        assert phone.keys(sheet[0]).startswith("CON Passport: how was it?")


def test_a_code_typed_before_the_language_is_known_waits_for_it(
    client: Any, sheet: list[str]
) -> None:
    phone = Handset(client)
    phone.dial()
    assert phone.keys(sheet[0]).startswith("CON Karibu")
    assert phone.keys("2").startswith("CON Pasipoti")


def test_a_code_counts_once_and_the_door_stays_open(
    client: Any, sheet: list[str], all_of: Any
) -> None:
    Handset(client, code=f"*384*77*{sheet[0]}#").keys("1", "1")
    again = Handset(client, OTHER, code=f"*384*77*{sheet[0]}#")
    again.dial()
    assert "used already" in again.keys("1")
    assert again.keys("1").startswith("CON ")
    again.keys("1003", "3")
    assert sorted(rating.score for rating in all_of(Rating)) == [3, 5]
    assert sum(source is not None for source in spent(all_of).values()) == 1


def test_a_session_that_is_forgotten_does_not_find_its_own_code_used(
    client: Any, loaded_rt: Any, sheet: list[str], all_of: Any
) -> None:
    phone = Handset(client, code=f"*384*77*{sheet[0]}#")
    phone.dial()
    phone.keys("1", "2")
    loaded_rt.redis.flushdb()
    assert "used already" not in phone.keys("1")
    assert rated(all_of).on_time is True


def test_an_expired_code_is_told_so(
    client: Any, loaded_rt: Any, clock: Any, sheet: list[str]
) -> None:
    clock.forward(days=91)
    phone = Handset(client, code=f"*384*77*{sheet[0]}#")
    phone.dial()
    assert "expired" in phone.keys("1")


def test_who_guesses_finds_nothing_after_ten_tries(client: Any, sheet: list[str]) -> None:
    wrong = [new_code(lambda most, n=n: n) for n in range(codes.MOST_TRIES)]
    sms(client, "ENGLISH")
    for code in wrong:
        sms(client, code)
    assert "Too many wrong codes" in Handset(client, code=f"*384*77*{sheet[0]}#").dial()
    other = Handset(client, OTHER, code=f"*384*77*{sheet[0]}#")
    other.dial()
    assert other.keys("1").startswith(PASSPORT)


@pytest.mark.parametrize("send", [sms, whatsapp], ids=["sms", "whatsapp"])
def test_a_code_by_message_opens_its_rating(
    client: Any, loaded_rt: Any, sheet: list[str], all_of: Any, send: Any
) -> None:
    send(client, "ENGLISH")
    send(client, spoken_code(sheet[1]))
    assert "Passport: how was it?" in arrived(loaded_rt)[-1]
    send(client, "1")
    assert rated(all_of).score == 5
    assert spent(all_of)[sheet[1]] == rated(all_of).source
    send(client, sheet[1])
    assert "used already" in arrived(loaded_rt)[-1]


def test_a_code_nobody_printed_is_told_so(client: Any, loaded_rt: Any, sheet: list[str]) -> None:
    sms(client, "ENGLISH")
    sms(client, "12345678901")
    assert "not known" in arrived(loaded_rt)[-1]


def test_a_redial_with_a_code_is_about_its_visit(client: Any, sheet: list[str]) -> None:
    phone = Handset(client)
    phone.dial()
    phone.keys("1", "1001", "2")
    assert Handset(client, code=f"*384*77*{sheet[0]}#").dial().startswith(PASSPORT)


@pytest.mark.parametrize(
    ("service", "place", "count"),
    [("nothing", None, 1), ("passport", "X", 1), ("passport", None, 0), ("passport", None, 501),
     ("passport", "BMT-001", 1)],
)  # fmt: skip
def test_a_sheet_that_cannot_be_is_refused(
    loaded_rt: Any, service: str, place: str | None, count: int
) -> None:
    with loaded_rt.transaction() as session, pytest.raises(codes.BadSheet):
        codes.make(loaded_rt, session, service, place, count, None, of="NRB")
