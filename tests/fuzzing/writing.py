"""People who write by SMS and WhatsApp, offices that answer, networks that repeat and reorder: what
each message did is held against what one message may do."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from feedback_service import outbox, redress
from feedback_service.domain.cases import Action, ActionNotAllowed, Actor, Ground
from feedback_service.identity import KeyRing
from tests.conftest import SECRETS
from tests.counterpart import inbound_form, signed
from tests.fuzzing.account import Untrue
from tests.fuzzing.line import Op
from tests.fuzzing.records import Records
from tests.fuzzing.screens import Malformed
from tests.handset import SMS, WHATSAPP

PHONES, NAMELESS = 50, 6
STOPS = {"stop", "acha", "simamisha", "unsubscribe"}
STARTS = {"start", "anza"}
WAITS = {"waiting", "set-aside", "kept", "step", "repeat", "enclosed"}
"""What a message may have become whose words are in no case yet."""
WHICH = ("Which case?", "Ni kesi gani?")
FAMILY = {"africastalking-sms": "sms", "twilio-sms": "sms", "twilio-whatsapp": "whatsapp"}


@dataclass
class Sent:
    """One message as the company posts it, as often as it likes."""

    phone: int
    channel: str
    form: dict[str, str]
    words: str

    @property
    def source(self) -> str:
        return f"{self.channel}:{self.form.get('id') or self.form['MessageSid']}"

    @property
    def text(self) -> str:
        return self.form.get("text", self.form.get("Body", ""))


@dataclass
class Person:
    wrote: Counter[str] = field(default_factory=Counter)
    stopped: set[str] = field(default_factory=set)
    asked: Counter[str] = field(default_factory=Counter)
    seen: str = ""


class Country:
    """The service, fifty people who write to it, and what each of them may hear."""

    def __init__(self, client: Any, app: Any, rt: Any, clock: Any, records: Records) -> None:
        self._client, self._app, self.rt, self.clock = client, app, rt, clock
        self.records = records
        self.people = [Person() for _ in range(PHONES)]
        self.sent: list[Sent] = []
        self.history: list[str] = []
        self.messages = 0
        self._pool = ThreadPoolExecutor(3)
        self._do: dict[str, Callable[[Op], None]] = {
            "write": self._write, "copy": self._copy, "copies": self._copies, "two": self._two,
            "office": self._office, "wait": self._wait, "drain": self._drain,
            "opt-out": self._opt_out,
        }  # fmt: skip

    def close(self) -> None:
        self._pool.shutdown()

    def do(self, op: Op) -> None:
        self.clock.forward(milliseconds=1)  # no two things happen in the same instant
        self._do[op.what](op)

    # --- What people and networks do -------------------------------------------------------------

    def _write(self, op: Op) -> None:
        sent = self._new(op)
        before = self.records.counts()
        self._post(sent)
        self._note(sent)
        self._one_effect(sent, before)

    def _copy(self, op: Op) -> None:
        """A message taken long ago comes once more, as networks do for half a day."""
        if not self.sent:
            return
        before = self.records.counts()
        self._post(self.sent[-1 - op.number % min(len(self.sent), 300)])
        if (after := self.records.counts()) != before:
            raise Untrue(f"a copy had an effect: {dict(before)} {dict(after)}")

    def _copies(self, op: Op) -> None:
        sent, before = self._new(op), self.records.counts()
        list(self._pool.map(lambda _: self._post(sent, self._app.test_client()), range(3)))
        self._note(sent)
        self._one_effect(sent, before)

    def _two(self, op: Op) -> None:
        """Two messages of one person at once: each is somebody's words and none is lost."""
        pair = [
            self._new(op),
            self._new(Op("write", op.phone, op.text.replace("zq", "zr"), op.number)),
        ]
        list(self._pool.map(lambda sent: self._post(sent, self._app.test_client()), pair))
        for sent in pair:
            self._note(sent)
            self._found(sent)

    def _opt_out(self, op: Op) -> None:
        """The network's own stop: nobody is told anything."""
        phone = op.phone % (PHONES - NAMELESS)
        before = self.records.counts()["messages"]
        form = {"senderId": "HUDUMA", "phoneNumber": self.address(phone)}
        answer = self._client.post(f"{SMS}/opt-outs", data=form)
        if answer.status_code != 200 or self.records.counts()["messages"] != before:
            raise Untrue(f"an opt-out was answered {answer.status_code}, or with a message")
        self.people[phone].stopped.add("sms")
        self.history.append(f"{phone:>3} network's stop")

    def _office(self, op: Op) -> None:
        rows = self.records.all(
            "select id from cases where status in ('received', 'acknowledged') order by reference"
        )
        if not rows:
            return
        actions = (Action.RESOLVE, Action.REJECT, Action.ASK, Action.ASK, Action.ACKNOWLEDGE)
        action = actions[op.number % len(actions)]
        ground = Ground.NO_FACTS if action is Action.REJECT else None
        words = op.text or "Which office was it, and when?"
        what = redress.Act(action, Actor.OFFICER, words, ground=ground)
        try:
            redress.act(self.rt, rows[op.number % len(rows)]["id"], what)
        except ActionNotAllowed:
            return
        self.history.append(f"    an office: {action}")

    def _wait(self, op: Op) -> None:
        self.clock.forward(seconds=op.number)
        self.history.append(f"    {op.number} s pass")

    def _drain(self, op: Op) -> None:
        """Everything leaves; whoever stopped gets at most an answer to each word of theirs."""
        outbox.drain(self.rt)
        for phone, person in enumerate(self.people):
            arrived = self.rt.phones.arrived(self.address(phone), person.seen)
            if arrived:
                person.seen = arrived[-1]["id"]
            heard = Counter(FAMILY[message["channel"]] for message in arrived)
            # Words that were asked about are answered once more when they have their case.
            asked = [m for m in arrived if m["text"].startswith(WHICH)]
            person.asked.update(FAMILY[message["channel"]] for message in asked)
            for family in set(FAMILY.values()):
                more = heard[family] - person.wrote[family]
                if family in person.stopped and more > person.asked[family]:
                    texts = [m["text"] for m in arrived if FAMILY[m["channel"]] == family]
                    raise Untrue(f"{phone} stopped, wrote {person.wrote[family]}, got {texts}")
                person.asked[family] = max(0, person.asked[family] - max(0, more))
            for message in arrived:
                if "{" in message["text"] or not message["text"]:
                    raise Malformed(message["text"])
            person.wrote.clear()

    # --- What one message may do -----------------------------------------------------------------

    def _one_effect(self, sent: Sent, before: Any) -> None:
        after = self.records.counts()
        grown = {name: after[name] - before[name] for name in after}
        if grown["heard"] != 1:
            raise Untrue(f"a message became {grown['heard']} rows")
        # What waited for an answer that did not come is settled by the next word of its writer.
        settled = before["waiting"] - after["waiting"] + self._waits(sent)
        for family in set(FAMILY.values()):  # told where they were written, wherever this was
            self.people[sent.phone].wrote[family] += settled
        most = 1 + settled
        if grown["messages"] > max(1, most) or grown["cases"] > max(1, most):
            raise Untrue(f"one message had {grown}")
        if grown["messages"]:
            self._answered_to(sent)
        self._found(sent)

    def _waits(self, sent: Sent) -> int:
        """1 when the message itself began to wait."""
        return len(
            self.records.all(
                "select 1 from heard where source = :s and became = 'waiting'", s=sent.source
            )
        )

    def _answered_to(self, sent: Sent) -> None:
        (last,) = self.records.all(
            "select c.lookup, m.channel, m.text from messages m join citizens c"
            " on c.id = m.citizen_id order by m.id desc limit 1"
        )
        mine = {self._lookup(sent.phone)}
        aliases = self.records.all(
            "select c.lookup from aliases a join citizens c on c.id = a.citizen_id"
            " where a.lookup = :l", l=self._lookup(sent.phone),
        )  # fmt: skip
        mine |= {bytes(row["lookup"]) for row in aliases}
        if bytes(last["lookup"]) not in mine:
            raise Untrue(f"the answer went to somebody else: {last['text']!r}")

    def _found(self, sent: Sent) -> None:
        """Its words are in one case or one line of its history, or wait where a person looks."""
        (row,) = self.records.all(
            "select h.became, h.text, h.case_id, h.citizen_id from heard h where source = :s",
            s=sent.source,
        )
        if not sent.words:
            return
        held = self.records.all(
            """select c.citizen_id from cases c where c.text like :w
               union all select c.citizen_id from case_events e join cases c on c.id = e.case_id
               where e.data->>'text' like :w""",
            w=f"%{sent.words}%",
        )
        quoted = sent.text.lstrip("# ")[:1].isdigit()  # a case that is not theirs takes no words
        lost = not held and row["became"] not in WAITS and not quoted
        if len(held) > 1 or lost:
            raise Untrue(f"{sent.words!r} became {row['became']} and stands {len(held)} times")
        if held and held[0]["citizen_id"] != row["citizen_id"]:
            raise Untrue(f"{sent.words!r} stands in somebody else's case")

    # --- Making messages -------------------------------------------------------------------------

    def _new(self, op: Op) -> Sent:
        phone = op.phone
        nameless = phone >= PHONES - NAMELESS
        whatsapp = nameless or (phone % 5 == 0 and op.number % 2 == 0)
        text, made = self._real(phone, op.text), uuid.uuid4().hex
        channel = "twilio-whatsapp" if whatsapp else "africastalking-sms"
        form = inbound_form(channel, self.address(phone).removeprefix("whatsapp:"), text, made)
        if not whatsapp:
            form["date"] = self.clock().strftime("%Y-%m-%d %H:%M:%S")
        words = _unique(text)
        sent = Sent(phone, channel, form, words)
        self.sent.append(sent)
        self.messages += 1
        return sent

    def _post(self, sent: Sent, client: Any = None) -> None:
        client = client or self._client
        if sent.channel == "twilio-whatsapp":
            url = f"http://127.0.0.1:8000{WHATSAPP}"
            headers = signed(url, sent.form, SECRETS["TWILIO_AUTH_TOKEN"])
            answer = client.post(WHATSAPP, data=sent.form, headers=headers)
        else:
            answer = client.post(SMS, data=sent.form)
        if answer.status_code != 200:
            raise Malformed(f"{sent.form} was answered {answer.status_code}")

    def _note(self, sent: Sent) -> None:
        person, family = self.people[sent.phone], FAMILY[sent.channel]
        person.wrote[family] += 1
        text = sent.text
        bare = " ".join(text.replace(".", " ").replace("!", " ").lower().split())
        if bare in STOPS:
            person.stopped.add(family)
        if bare in STARTS:
            person.stopped.discard(family)
        self.history.append(f"{sent.phone:>3} {family}: {text[:120]!r}")

    def address(self, phone: int) -> str:
        if phone >= PHONES - NAMELESS:
            return f"whatsapp:KE.a1b2c3d{phone}"
        return f"+2547120000{phone:02d}"

    def _lookup(self, phone: int) -> bytes:
        return KeyRing(self.rt.settings.phone_keys).lookup(self.address(phone))

    def _real(self, phone: int, text: str) -> str:
        """`<mine>` and `<theirs>` stand for references that chance drew."""
        if "<" not in text:
            return text
        rows = self.records.all(
            "select c.reference, p.lookup from cases c join citizens p on p.id = c.citizen_id"
            " order by c.id"
        )
        mine = [r["reference"] for r in rows if bytes(r["lookup"]) == self._lookup(phone)]
        theirs = [r["reference"] for r in rows if bytes(r["lookup"]) != self._lookup(phone)]
        for name, found in (("<mine>", mine[-3:]), ("<theirs>", theirs)):
            text = text.replace(name, found[len(text) % len(found)] if found else "12345674")
        return text


def _unique(text: str) -> str:
    """The part of a sentence that nobody else wrote, or nothing for a command."""
    marks = [word for word in text.split() if word.startswith(("zq", "zr"))]
    return marks[0] if marks else ""
