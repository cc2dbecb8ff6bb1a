"""The sheet an editor works on: unchanged it changes nothing, what is wrong in it is told."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest

from feedback_service.conversations import wording
from feedback_service.conversations.wording import phrase, phrases, sheet, shipped
from feedback_service.conversations.wording.sheet import BadSheet, Edit


@pytest.fixture(autouse=True)
def shipped_again() -> Iterator[None]:
    yield
    wording.use({})


def lines() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(sheet.write(), newline="")))


def with_cell(key: str, field: str, text: str, separator: str = ",") -> str:
    """The sheet we write with one cell changed."""
    out = io.StringIO()
    table = csv.DictWriter(out, sheet.COLUMNS, delimiter=separator)
    table.writeheader()
    for row in lines():
        table.writerow(row | ({field: text} if row["key"] == key else {}))
    return out.getvalue()


def test_the_sheet_holds_every_phrase_with_its_place_budget_and_values():
    rows = {row["key"]: row for row in lines()}
    assert list(rows) == list(shipped("en"))
    assert rows["sms-routed"]["where"] == "message"
    assert rows["sms-routed"]["budget"] == "160"
    assert rows["sms-routed"]["kiswahili"] == shipped("sw")["sms-routed"]
    assert rows["sms-routed"]["note"] == "filled in: {day}, {office}, {reference}"


def test_what_comes_back_as_it_went_out_changes_nothing():
    assert sheet.read(sheet.write()) == []
    assert sheet.read("\ufeff" + sheet.write()) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Sawa", "Sawa"),
        ("  Sawa \r\n", "Sawa"),
        ("Ng\u2019ombe \u2013 sawa", "Ng'ombe - sawa"),
    ],
)
def test_a_changed_cell_is_an_edit_in_plain_letters(typed, kept):
    edits = sheet.read(with_cell("on-time-yes", "kiswahili", typed))
    assert edits == [Edit("on-time-yes", "sw", kept)]


def test_a_sheet_with_semicolons_is_read_as_well():
    edits = sheet.read(with_cell("on-time-yes", "kiswahili", "Sawa", ";"))
    assert edits == [Edit("on-time-yes", "sw", "Sawa")]


@pytest.mark.parametrize("text", ["", "   ", shipped("sw")["on-time-yes"]])
def test_an_empty_cell_and_our_own_text_take_a_change_back(text):
    wording.use({("on-time-yes", "sw"): "Sawa"})
    edits = sheet.read(with_cell("on-time-yes", "kiswahili", text))
    assert edits == [Edit("on-time-yes", "sw", "")]


@pytest.mark.parametrize(
    ("key", "field", "text", "says", "remedy"),
    [
        ("sms-routed", "english", "Case {reference}.", "{reference}", "Write exactly {day}, {off"),
        ("sms-routed", "english", "{0} {}", "no plain name", "Write exactly"),
        ("sms-routed", "english", "Case {reference", "expected '}'", "Write exactly"),
        ("sms-routed", "english", "{office.x} {day} {reference}", "no plain name", "exactly"),
        ("sms-routed", "english", "{office:>99} {day} {reference}", "no plain name", "exactly"),
        ("on-time-yes", "kiswahili", "\u0128\u0129", "\u0128 \u0129", "plain letters"),
        ("on-time-yes", "kiswahili", "=1+1", "=1+1", "first"),
        ("main-rate", "english", "98 Rate", "98 Rate", "no 98"),
        ("main-rate", "english", "R" * 29, "29 characters", "Shorten it by 1"),
        ("sms-added", "english", "{reference} {office}" + "x" * 160, "characters", "Shorten it"),
        ("sms-stopped", "english", "Done.", "Done.", "Keep START"),
        ("sms-confirm", "english", "{reference} {office}", "", "Keep 1, YES, 2, NO"),
        ("months", "english", "Jan Feb", "Jan Feb", "Write 12 words"),
    ],
)  # fmt: skip
def test_a_mistake_names_row_field_value_and_remedy(key, field, text, says, remedy):
    with pytest.raises(BadSheet) as caught:
        sheet.read(with_cell(key, field, text))
    (problem,) = caught.value.problems
    row = 2 + list(shipped("en")).index(key)
    assert (problem.row, problem.key, problem.field) == (row, key, field)
    assert says in problem.value
    assert remedy in problem.remedy


def test_every_mistake_is_told_at_once():
    text = with_cell("on-time-yes", "kiswahili", "\u0128") + "new-key,,,Yes,Ndiyo,\r\n"
    text += 'back,,,"0 Back","0 Rudi",\r\n'
    with pytest.raises(BadSheet) as caught:
        sheet.read(text)
    assert [(p.key, p.field) for p in caught.value.problems] == [
        ("on-time-yes", "kiswahili"), ("new-key", "key"), ("back", "key"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "column key"), ("key,english\r\n", "column kiswahili"), ("k" * 600_000, "texts changed")],
)
def test_what_is_no_sheet_is_refused(text, says):
    with pytest.raises(BadSheet, match=says):
        sheet.read(text)


@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_what_we_ship_passes_its_own_checks(language):
    wrong = {k: sheet.problem_of(k, language, t) for k, t in shipped(language).items()}
    assert {key: found for key, found in wrong.items() if found} == {}


# --- what is said ---------------------------------------------------------------------------


def test_an_edit_is_said_and_nothing_else_changes():
    wording.use({("on-time-yes", "sw"): "Sawa"})
    assert phrase("on-time-yes", "sw") == "Sawa"
    assert phrases("en") == shipped("en")
    differ = [key for key, text in shipped("sw").items() if phrases("sw")[key] != text]
    assert differ == ["on-time-yes"]


@pytest.mark.parametrize(
    ("place", "text"),
    [(("gone", "en"), "x"), (("back", "fr"), "x"), (("back", "en"), "{x}"), (("back", "en"), "{")],
)
def test_an_edit_that_does_not_suit_this_release_is_left_out_and_told(place, text):
    assert wording.use({place: text, ("on-time-yes", "en"): "Yeah"}) == (place,)
    assert phrase("on-time-yes", "en") == "Yeah"
    assert phrases("en")["back"] == "0 Back"


@pytest.mark.parametrize(
    ("times", "english", "swahili"),
    [("1", "opened once by staff", "mara 1,"), ("2", "opened 2 times by", "mara 2,"),
     ("11", "opened 11 times by", "mara 11,")],
)  # fmt: skip
def test_one_look_and_many_are_told_apart(times, english, swahili):
    told = {"reference": "1234 5678", "times": times, "day": "Fri 4 Dec"}
    assert english in phrase("sms-looked", "en", **told)
    assert swahili in phrase("sms-looked", "sw", **told)
