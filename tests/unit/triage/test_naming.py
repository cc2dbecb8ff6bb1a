"""Whom a text names: staff by their names, officers nobody knows, the desk itself."""

import pytest

from analytics.triage.naming import desk_named, officer_named, staff_named

STAFF = {
    "peter": "Peter Kamau Njoroge",
    "grace": "Ms Grace Wanjiku",
    "john": "John Kamau",
    "mwangi": "Ng'ang'a Mwangi",
    "halima": "Halima Abdi",
    "nobody": "The Supervisor",
}
TEXTS = [
    ("two names", "Peter Kamau alinitukana", {"peter": "peter kamau"}),
    ("two names beside a third", "Kamau, Peter yule, alinitukana", {"peter": "kamau peter"}),
    ("a family name with a title", "Officer Kamau shouted", {"peter": "kamau", "john": "kamau"}),
    ("the whole name is nobody else's", "Officer John Kamau shouted", {"john": "john kamau"}),
    ("one wrong letter", "nurse wanjku was rude", {"grace": "wanjku"}),
    ("another name by itself", "Officer Wanjiru was rude", {}),
    ("an apostrophe left out", "afisa anaitwa Nganga amekataa", {"mwangi": "nganga"}),
    ("beside a counter", "Abdi at counter 4 sent me away", {"halima": "abdi"}),
    ("a name alone", "Kamau came with me", {}),
    ("one's own name", "My name is John Kamau, my ID is late", {}),
    ("one's own in Kiswahili", "Naitwa Grace Wanjiku, karani Abdi alikataa", {"halima": "abdi"}),
    ("not one's own", "I am told that Grace Wanjiku has my file", {"grace": "grace wanjiku"}),
    ("a road", "Kamau Road has no lights", {}),
    ("a role is no name", "The supervisor is never there", {}),
    ("nothing", "", {}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "named"), [row[1:] for row in TEXTS], ids=[r[0] for r in TEXTS])
def test_staff_are_found_by_their_names(text: str, named: dict[str, str]) -> None:
    assert staff_named(text, STAFF) == named


OFFICERS = [
    ("Officer Simiyu told me to go", "simiyu"),
    ("Karani anaitwa Wanjala alinifukuza", "wanjala"),
    ("The officer called Otieno laughed", "otieno"),
    ("My name is Otieno and the officer laughed", ""),
    ("The officer at Kenyatta Hospital laughed", ""),
    ("An officer laughed", ""),
]


@pytest.mark.parametrize(("text", "name"), OFFICERS)
def test_an_officer_named_who_may_be_nobody_here(text: str, name: str) -> None:
    assert officer_named(text) == name


DESKS = [
    ("The complaints desk threw my letter away", "complaints desk"),
    ("Dawati la malalamiko halijibu", "dawati la malalamiko"),
    ("Ofisi ya malalamiko imefungwa", "ofisi ya malalamiko"),
    ("I have a complaint", ""),
    ("desk", ""),
]


@pytest.mark.parametrize(("text", "words"), DESKS)
def test_the_desk_itself(text: str, words: str) -> None:
    assert desk_named(text, ("Police: complaints desk", "Polisi: dawati la malalamiko")) == words
