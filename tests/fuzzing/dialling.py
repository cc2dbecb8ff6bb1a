"""A country of handsets dialling at once, driven by small operations that can be played again.

`World.do(op)` raises when the service breaks a rule; `walking.Walker` draws operations; `shrink`
cuts a failing run down.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from feedback_service import redress
from feedback_service.domain.cases import Action, ActionNotAllowed, Actor
from feedback_service.identity import KeyRing
from tests.fuzzing import screens
from tests.fuzzing.account import Account, Untrue
from tests.fuzzing.line import Line, Op
from tests.fuzzing.records import Records
from tests.fuzzing.screens import Seen
from tests.handset import USSD

ENDED = f"{USSD}/ended"
LONGEST_PAUSE = 170
"""Seconds after which every network has ended a session."""
LISTED = re.compile(r"^\d{4} \d{4}")


class World:
    """The service, its handsets, and what each of them was told."""

    def __init__(self, client: Any, app: Any, rt: Any, clock: Any, records: Records) -> None:
        self._client, self._app, self.rt, self.clock = client, app, rt, clock
        self.records = records
        self.lines: dict[int, Line] = {}
        self.dropped: dict[int, Line] = {}
        self.ghosts: list[Line] = []
        self.history: list[str] = []
        self.quoted: set[str] = set()
        """What offices wrote with braces, and their citizens read as it was written."""
        self.sessions = 0
        self._pool = ThreadPoolExecutor(4)
        self._do: dict[str, Callable[[Op], None]] = {
            "dial": self._dial, "press": self._press, "again": self._again, "late": self._late,
            "copies": self._copies, "forget": self._forget, "drop": self._drop,
            "ended": self._ended, "wait": self._wait, "office": self._office,
            "unheard": self._unheard,
        }  # fmt: skip

    def close(self) -> None:
        self._pool.shutdown()

    def do(self, op: Op) -> None:
        self._do[op.what](op)

    def number(self, phone: int) -> str:
        return f"+2547{phone:08d}"

    # --- What a handset does ------------------------------------------------------------------

    def _dial(self, op: Op) -> None:
        """A new session; `text` follows our code in a long dial."""
        self._drop(op)
        code = f"*384*77*{op.text}#" if op.text else "*384*77#"
        made = f"ATUid_{uuid.uuid4().hex}"
        line = Line(made, op.phone, code, Account([made]))
        self.lines[op.phone] = line
        self.sessions += 1
        self._show(line, self._call(line, ""))
        if line.seen.question == "resume":
            return
        if screens.has_way_back(line.seen.text) or self._stands_alike(line):
            self._go_on(line)

    def _press(self, op: Op) -> None:
        line = self._open_line(op)
        if line is None:
            return
        key = self._real(line, op.text)
        before, text = line.seen, f"{line.text}*{key}" if line.text else key
        line.text = text
        line.pressed.append(key)
        body = self._call(line, text)
        self._heard(line, before, key, body)

    def _copies(self, op: Op) -> None:
        """The same call several times at once."""
        line = self._open_line(op)
        if line is None:
            return
        key = self._real(line, op.text)
        before, text = line.seen, f"{line.text}*{key}" if line.text else key
        line.text = text
        line.pressed.append(key)

        def call(_: int) -> str:
            return self._post(self._app.test_client(), line, text)

        answers = set(self._pool.map(call, range(3)))
        if len(answers) != 1:
            raise Untrue(f"copies of one call were answered differently: {answers}")
        body = answers.pop()
        self._note(line, text, body)
        self._heard(line, before, key, body)

    def _again(self, op: Op) -> None:
        if line := self.lines.get(op.phone):
            self._same(line, line.text)

    def _late(self, op: Op) -> None:
        """A copy of an earlier call of the session."""
        if (line := self.lines.get(op.phone)) and line.said:
            texts = list(line.said)
            self._same(line, texts[op.number % len(texts)])

    def _drop(self, op: Op) -> None:
        if (line := self.lines.pop(op.phone, None)) and line.seen.question != "resume":
            self.dropped[op.phone] = line

    def _stands_alike(self, line: Line) -> bool:
        """Whether an earlier session stood here too and had said nothing: either may go on."""
        earlier = self.dropped.get(line.phone)
        return (
            earlier is not None
            and earlier.seen.text.endswith(line.seen.text)  # a hint may stand above it
            and not (earlier.account.rating or earlier.account.filed or earlier.account.acts)
        )

    def _go_on(self, line: Line) -> None:
        """What the phone said before is said by this session too."""
        earlier = self.dropped.get(line.phone)
        if earlier is None:
            raise Untrue(f"nothing was begun to go on with: {line.seen.text!r}")
        line.account = earlier.account
        line.account.sessions.append(line.id)

    def _ended(self, op: Op) -> None:
        """The network's event; the session it tells of may be any of the phone's."""
        line = self.lines.get(op.phone) or self.dropped.get(op.phone)
        if line is None:
            return
        form = {
            "date": "2026-03-02 06:10:00", "sessionId": line.id, "serviceCode": line.code,
            "networkCode": "63902", "phoneNumber": self.number(line.phone),
            "status": ("Success", "Incomplete", "Failed", "Else")[op.number % 4],
            "cost": "0.05", "durationInMillis": "31000", "hopsCount": str(len(line.pressed)),
            "hopsMetadata": "", "input": line.text, "lastAppResponse": line.seen.text,
        }  # fmt: skip
        answer = self._client.post(ENDED, data=form)
        if answer.status_code != 200:
            raise screens.Malformed(f"an ended event was answered {answer.status_code}")
        self.history.append(f"{line.phone:>3} ended {form['status']}")
        line.account.hold(self.records)

    def _unheard(self, op: Op) -> None:
        """A session first heard of at its end: what another one keyed, by a phone never seen."""
        if not self.ghosts:
            return
        ghost = self.ghosts[op.number % len(self.ghosts)]
        made = f"ATUid_{uuid.uuid4().hex}"
        line = Line(made, op.phone, ghost.code, Account([made]))
        self.sessions += 1
        body = self._call(line, ghost.text)
        self.history.append(f"{op.phone:>3} keyed {ghost.text!r}")
        told, line.account.lost = ghost.account, True
        line.account.rating, line.account.filed = dict(told.rating), told.filed
        line.account.filed_as, line.account.words = dict(told.filed_as), list(told.words)
        if screens.read(body).question != ghost.seen.question:
            raise Untrue(f"the same keys led to {body!r}, before {ghost.said[ghost.text]!r}")
        line.account.hold(self.records)

    # --- What happens around it ----------------------------------------------------------------

    def _forget(self, op: Op) -> None:
        self.rt.redis.flushdb()
        self.history.append("    Redis forgets")
        for line in (*self.lines.values(), *self.dropped.values()):
            line.lost |= line.said.keys()
            line.account.lost = True

    def _wait(self, op: Op) -> None:
        """Time passes; whoever was in a session has been cut off."""
        self.clock.forward(seconds=op.number)
        if op.number >= LONGEST_PAUSE:
            self.history.append(f"    {op.number} s pass")
            for phone in list(self.lines):
                self._drop(Op("drop", phone))

    def _office(self, op: Op) -> None:
        """An office answers, asks or takes on one of the open cases."""
        rows = self.records.all(
            "select id from cases where status in ('received', 'acknowledged') order by id"
        )
        if not rows:
            return
        action = (Action.RESOLVE, Action.RESOLVE, Action.ASK, Action.ACKNOWLEDGE)[op.number % 4]
        what = redress.Act(action, Actor.OFFICER, op.text or "It is ready: come on Friday")
        try:
            redress.act(self.rt, rows[op.number % len(rows)]["id"], what)
        except ActionNotAllowed:
            return
        if "{" in what.text:
            self.quoted.add(what.text)
        self.history.append(f"    an office: {action}")

    # --- Calls and their answers ---------------------------------------------------------------

    def _open_line(self, op: Op) -> Line | None:
        line = self.lines.get(op.phone)
        return None if line is None or line.over else line

    def _call(self, line: Line, text: str) -> str:
        body = self._post(self._client, line, text)
        self._note(line, text, body)
        return body

    def _post(self, client: Any, line: Line, text: str) -> str:
        form = {
            "phoneNumber": self._spelt(line), "serviceCode": line.code, "text": text,
            "sessionId": line.id, "networkCode": "63902",
        }  # fmt: skip
        answer = client.post(USSD, data=form)
        screens.check(answer.status_code, answer.text, self.quoted)
        return str(answer.text)

    def _spelt(self, line: Line) -> str:
        """The number as some gateway or other writes it, never twice alike."""
        number = self.number(line.phone)
        turn = len(line.said) + line.phone
        return (number, number, f" {number[1:]}", number[1:], f"0{number[4:]}")[turn % 5]

    def _note(self, line: Line, text: str, body: str) -> None:
        line.said.setdefault(text, body)
        key = line.pressed[-1] if line.pressed else ""
        self.history.append(f"{line.phone:>3} [{line.id[-4:]}] {key[:200]!r:>12} -> {body!r}")

    def _same(self, line: Line, text: str) -> None:
        body = self._post(self._client, line, text)
        self.history.append(f"{line.phone:>3} [{line.id[-4:]}] copy of {text!r} -> {body!r}")
        if (text not in line.lost or not text) and body != line.said.get(text, body):
            raise Untrue(f"the same call was told {line.said[text]!r}, then {body!r}")
        line.account.hold(self.records)

    def _heard(self, line: Line, before: Seen, key: str, body: str) -> None:
        if before.means(key.strip()) == "resume-on":
            self._go_on(line)
        line.account.hear(before, key, body)
        self._show(line, body)
        line.account.hold(self.records)
        if line.over and not line.account.foggy and line.said[""] and self._replayable(line):
            self.ghosts.append(line)

    def _show(self, line: Line, body: str) -> None:
        line.seen = screens.read(body, line.seen)
        self._own_cases_only(line)

    def _own_cases_only(self, line: Line) -> None:
        for listed in line.seen.options.values():
            if LISTED.match(listed):
                reference = listed[:9].replace(" ", "")
                (case,) = self.records.all(
                    "select c.quiet, c.source from cases c where reference = :r", r=reference
                )
                owner = f":{self._person(line)}"
                if case["quiet"] or owner not in case["source"]:
                    raise Untrue(f"a phone was shown {reference}: {dict(case)}")

    def _person(self, line: Line) -> str:
        return self._lookup(line).hex()[:16]

    def _lookup(self, line: Line) -> bytes:
        return KeyRing(self.rt.settings.phone_keys).lookup(self.number(line.phone))

    def _replayable(self, line: Line) -> bool:
        """Whether its keys mean the same to a phone that was never seen."""
        asked = screens.says(line.said[""], "language-ask")
        mine = {"cases", "case"} & {s.partition("-")[0] for s in self._questions(line)}
        plain = not any("*" in key for key in line.pressed)
        alone = len(line.account.sessions) == 1
        return asked and alone and not mine and plain and line.tells_words_apart()

    def _questions(self, line: Line) -> set[str]:
        return {screens.read(body).question for body in line.said.values()}

    def _real(self, line: Line, text: str) -> str:
        """`<mine>` and `<theirs>` stand for references that chance drew."""
        if "<" not in text:
            return text
        rows = self.records.all("select reference, source from cases order by id")
        mine = [r["reference"] for r in rows if self._person(line) in r["source"]]
        theirs = [r["reference"] for r in rows if self._person(line) not in r["source"]]
        for name, found in (("<mine>", mine), ("<theirs>", theirs)):
            text = text.replace(name, found[-1] if found else "12345674")
        return text
