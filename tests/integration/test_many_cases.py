"""Many cases, one phone: every shape of reply finds its case, and what cannot is asked about once.

A citizen has three open cases: A and B answered lately, B last, so that the last message asks
whether B is solved; C is in progress.  Then they write.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import intake
from feedback_service.domain.cases import Action
from feedback_service.models import Case, CaseEvent, Heard, Message
from tests.handset import arrived, sms, spoken, whatsapp

pytestmark = pytest.mark.usefixtures("loaded_rt")

WAYS = {"sms": sms, "whatsapp": whatsapp}
FIRST = {
    "en": (
        "The passport office lost my form", "NTSA has not sent my driving licence",
        "The chief was not there",
    ),
    "sw": (
        "Ofisi ya pasipoti imepoteza fomu yangu", "NTSA haijatuma leseni yangu ya udereva",
        "Chifu hakuwa ofisini leo",
    ),
}  # fmt: skip
NEW = "new"
ASKED = "asked which"
NOTHING = "nothing"

# The reply, what follows it, and what becomes of it: the case, and what was done to it.
REPLIES = {
    "a bare no": ({"en": "No", "sw": "Hapana"}, "B", Action.DISPUTE),
    "a bare yes with thanks": ({"en": "Yes, thank you", "sw": "Ndiyo, asante sana"}, "B",
                               Action.CONFIRM),
    "a number": ({"en": "2", "sw": "2."}, "B", Action.DISPUTE),
    "no and words": ({"en": "No, they never called", "sw": "Hapana, bado hawajanipigia"}, "B",
                     Action.DISPUTE),
    "yes and a but": ({"en": "Yes but only half of it", "sw": "Ndiyo lakini nusu tu"}, "B",
                      Action.ANSWER),
    "a reference and no": ({"en": "Case {A} is not solved", "sw": "Kesi {A} bado"}, "A",
                           Action.DISPUTE),
    "no and a reference": ({"en": "not solved {A}", "sw": "hapana {A}"}, "A", Action.DISPUTE),
    "a reference and yes": ({"en": "#{A}. YES", "sw": "{A} ndio"}, "A", Action.CONFIRM),
    "a reference and words": ({"en": "{C} - he came at noon", "sw": "{C} alikuja saa sita"}, "C",
                              Action.ANSWER),
    "a reference in a sentence": ({"en": "he came at noon, it is about {C}",
                                   "sw": "alikuja saa sita, ni kuhusu {C}"}, "C", Action.ANSWER),
    "a reference alone": ({"en": "{A}.", "sw": "#{A}"}, "A", None),
    "a withdrawal": ({"en": "{C} withdraw", "sw": "{C} ONDOA"}, "C", Action.WITHDRAW),
    "words about another office": (
        {"en": "KRA has kept my refund since May", "sw": "KRA imekaa na pesa zangu tangu Mei"},
        NEW, Action.RECEIVE,
    ),
    "words about none": ({"en": "They told me to come back", "sw": "Wameniambia nirudi tena"},
                         ASKED, None),
}  # fmt: skip


@dataclass
class Phone:
    """A citizen with three cases, on one channel and in one language."""

    rt: Any
    client: Any
    clock: Any
    all_of: Any
    way: Any
    language: str

    def begin(self, office: Any) -> None:
        for text in FIRST[self.language]:
            self.write(text)
            self.clock.forward(days=2)
        self.ids = {
            name: case.id
            for name, case in zip("ABC", sorted(self.all_of(Case), key=_age), strict=True)
        }
        for name, action in (
            ("C", Action.ACKNOWLEDGE),
            ("A", Action.RESOLVE),
            ("B", Action.RESOLVE),
        ):
            office(self.case(name), action)
        arrived(self.rt)
        self.before = self.done()

    def write(self, text: str) -> None:
        spoken_of = {name: spoken(self.case(name).reference) for name in getattr(self, "ids", {})}
        assert self.way(self.client, text.format(**spoken_of)).status_code == 200
        self.clock.forward(minutes=1)

    def case(self, name: str) -> Any:
        with self.rt.transaction() as session:
            return session.get_one(Case, self.ids[name])

    def done(self) -> dict[str, list[Any]]:
        """What was done to each case, new ones under their number."""
        names = {case_id: name for name, case_id in self.ids.items()}
        cases = sorted(self.all_of(Case), key=_age)
        done: dict[str, list[Any]] = {names.get(case.id, NEW): [] for case in cases}
        for event in sorted(self.all_of(CaseEvent), key=lambda e: e.number):
            done[names.get(event.case_id, NEW)].append(event.action)
        return done

    def since(self) -> dict[str, list[Any]]:
        """What was done to each case since the three stood."""
        now = self.done()
        new = {name: actions[len(self.before.get(name, [])) :] for name, actions in now.items()}
        return {name: actions for name, actions in new.items() if actions}

    def question(self) -> Message:
        with self.rt.transaction() as session:
            last = sa.select(Message).order_by(Message.created_at.desc(), Message.id.desc())
            return session.scalars(last.limit(1)).one()


def _age(case: Any) -> Any:
    return case.received_at, case.id


@pytest.fixture
def begun(loaded_rt, client, clock, all_of, office):
    """A citizen with three cases who writes by a channel in a language."""

    def begin(way: str = "sms", language: str = "en") -> Phone:
        phone = Phone(loaded_rt, client, clock, all_of, WAYS[way], language)
        phone.begin(office)
        return phone

    return begin


@pytest.fixture
def phone(begun):
    return begun()


@pytest.mark.parametrize("language", FIRST)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("reply", REPLIES)
def test_a_reply_is_filed_where_it_belongs(reply, way, language, begun):
    phone = begun(way, language)
    texts, case, action = REPLIES[reply]
    phone.write(texts[phone.language])
    if case == ASKED:
        assert phone.since() == {}
        assert phone.question().wording == "sms-which"
    else:
        assert phone.since() == ({case: [action]} if action else {})


@pytest.mark.parametrize("language", FIRST)
def test_a_reply_that_quotes_a_message_is_about_its_case(language, begun):
    phone = begun("whatsapp", language)
    with phone.rt.transaction() as session:
        ours = sa.select(Message).where(Message.case_id == phone.ids["A"], Message.expects_reply)
        quoted = session.scalars(ours).one().provider_id
    whatsapp(phone.client, "2", OriginalRepliedMessageSid=quoted)
    assert phone.since() == {"A": [Action.DISPUTE]}


# What is written to "which case?" when the list shows B, A, C and NEW, in this order.
ANSWERS = {
    "1": {"B": [Action.ANSWER]},
    " 2. ": {"A": [Action.ANSWER]},
    "namba 3": {"C": [Action.ANSWER]},
    "the second": {"A": [Action.ANSWER]},
    "{C}": {"C": [Action.ANSWER]},
    "it is {A}": {"A": [Action.ANSWER]},
    "4": {NEW: [Action.RECEIVE]},
    "MPYA": {NEW: [Action.RECEIVE]},
    "3. they also shouted": {"C": [Action.ANSWER, Action.ANSWER]},
    "{B} NO": {"B": [Action.ANSWER, Action.DISPUTE]},
    "KRA has not paid me either": {NEW: [Action.RECEIVE]},  # and asked about in its turn
    "They also shouted at us": {NEW: [Action.RECEIVE, Action.ANSWER]},
    "9": {},
    "YES": {},
    "HELP": {},
    "STOP": {},
}


@pytest.mark.parametrize(("way", "language"), [("sms", "sw"), ("whatsapp", "en")])
@pytest.mark.parametrize(("answer", "filed"), ANSWERS.items())
def test_the_kept_words_go_where_the_number_says(answer, filed, way, language, begun):
    phone = begun(way, language)
    phone.write("They told me to come back")
    phone.write(answer)
    assert phone.since() == filed


@pytest.mark.parametrize("language", FIRST)
def test_the_list_shows_references_and_dates_and_nothing_else(language, begun):
    phone = begun("whatsapp", language)
    phone.write("They told me to come back")
    shown = phone.question()
    lines = [spoken(phone.case(name).reference) for name in "BAC"]
    new = {"en": "NEW", "sw": "MPYA"}[phone.language]
    labels = [option[1] for option in shown.data["options"]]
    assert [label[:9] for label in labels[:3]] == lines
    assert labels[3] == new
    assert f"1 {lines[0]}" in shown.text
    assert f"4 {new}" in shown.text
    for word in ("NTSA", "Immigration", "passport", "pasipoti", "KRA"):
        assert word not in shown.text


def test_an_hours_silence_opens_a_case_of_its_own_once(phone):
    phone.write("They told me to come back")
    phone.clock.forward(minutes=50)
    assert intake.settle_waiting(phone.rt) == 0
    phone.clock.forward(minutes=15)
    assert intake.settle_waiting(phone.rt) == 1
    assert intake.settle_waiting(phone.rt) == 0
    assert phone.since() == {NEW: [Action.RECEIVE]}
    phone.write("2")
    assert phone.since() == {NEW: [Action.RECEIVE]}
    assert phone.question().wording == "sms-which-late"


def test_a_number_that_is_none_of_the_list_is_asked_again(phone):
    phone.write("They told me to come back")
    phone.write("7")
    assert phone.question().wording == "sms-which"
    phone.write("1")
    assert phone.since() == {"B": [Action.ANSWER]}


def test_words_about_a_case_of_last_week_open_a_new_one(phone):
    phone.clock.forward(days=7)
    phone.write("They told me to come back")
    assert phone.since() == {NEW: [Action.RECEIVE]}


def test_danger_never_waits_for_a_number(phone):
    phone.write("A child is being beaten there now, please help")
    assert phone.since() == {NEW: [Action.RECEIVE]}


def test_a_verdict_that_fits_several_cases_asks_which(phone, office):
    phone.clock.forward(days=15)  # the questions are too old to answer
    phone.write({"en": "Not solved", "sw": "bado"}[phone.language])
    assert phone.since() == {}
    assert phone.question().data["choices"] == [phone.case(name).reference for name in "BA"]
    phone.write("2")
    assert phone.since() == {"A": [Action.DISPUTE]}


def test_a_verdict_nobody_placed_is_shown_to_a_person(phone):
    phone.clock.forward(days=15)
    phone.write("2")
    phone.clock.forward(hours=2)
    assert intake.settle_waiting(phone.rt) == 1
    assert phone.since() == {}
    assert [h.became for h in phone.all_of(Heard) if h.became == "set-aside"] == ["set-aside"]


def test_two_messages_at_once_are_taken_one_after_the_other(phone, app):
    texts = ["They told me to come back", "The lift was broken too", "{C} the chief was away"]
    told = [text.format(C=phone.case("C").reference) for text in texts]
    with ThreadPoolExecutor(3) as network:
        answers = list(network.map(lambda text: sms(app.test_client(), text), told))
    assert [answer.status_code for answer in answers] == [200] * 3
    kept = {h.text: h for h in phone.all_of(Heard)}
    assert [kept[text].became for text in told if kept[text].became == "machine"] == []
    phone.clock.forward(hours=2)
    intake.settle_waiting(phone.rt)
    filed = {h.text: h.case_id for h in phone.all_of(Heard)}
    assert filed[told[2]] == phone.ids["C"]
    assert None not in {filed[text] for text in told}


def test_a_long_text_in_several_messages_is_one_case(client, all_of, clock):
    for text in (
        "My driving licence has not come,",
        "I applied in May",
        "and nobody answers the phone",
    ):
        sms(client, text)
        clock.forward(minutes=3)
    (case,) = all_of(Case)
    said = [e.data.get("text") for e in all_of(CaseEvent) if e.action is Action.ANSWER]
    assert sorted(said) == ["I applied in May", "and nobody answers the phone"]
    assert {h.case_id for h in all_of(Heard)} == {case.id}
    clock.forward(minutes=11)
    sms(client, "They told me to come back")
    assert len(all_of(Case)) == 1
    assert "waiting" in {h.became for h in all_of(Heard)}
