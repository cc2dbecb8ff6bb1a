"""The life of one invented case: through the same doors as a real one, with a clock of the past.

A life is written in one transaction, so that a worker or clock beside us never meets half of it.
No message leaves: each is marked delivered, at its own past time, before that transaction commits,
so that histories are whole and questions proven; and at the end the citizen has said stop, so that
nothing which happens to the case later, by hand or by the real clock, is ever sent to anybody.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import redress, registry, triage
from feedback_service.demo import people
from feedback_service.demo.stories import STORIES, Story, moved
from feedback_service.demo.texts import Sentence, answers
from feedback_service.demo.world import World
from feedback_service.domain import escalation
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import OPEN, Action, Actor, Ground, Lane
from feedback_service.models import (
    Case,
    Category,
    Citizen,
    Institution,
    Message,
    MessageState,
    Unit,
)
from feedback_service.redress import Act, Complaint
from feedback_service.redress.clock import raise_case
from feedback_service.redress.closing import follow
from feedback_service.runtime import Runtime

SECRET = frozenset({Category.BRIBERY, Category.THREAT})
"""What is told in confidence, past the office it is about."""
SMS = "africastalking-sms"
PRICE = Decimal("0.8")
"""Shillings a message, invented."""
_CHANNELS = ("africastalking-ussd", "africastalking-ussd", SMS, "twilio-whatsapp")


class PastClock:
    """The time as the story has it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class Plot:
    """A complaint, when it is made, and how it goes on."""

    complaint: Complaint
    begins: datetime
    story: Story


def plot(
    world: World, told: Sequence[Sentence], citizens: Sequence[people.Person], rng: Random,
    begins: datetime, source: str,
) -> Plot:  # fmt: skip
    """Who complains of what, where."""
    said = rng.choice([one for one in told if one.service in world.services])
    offer, category = world.services[said.service], Category(said.category)
    county, channel = world.county_for(rng, offer), rng.choice(_CHANNELS)
    places = [place for place, where in offer.places if where == county]
    complaint = Complaint(
        source, channel, said.answered_in, said.text, rng.choice(citizens).id, said.service,
        place_id=rng.choice(places) if places and rng.random() < 0.5 else None,
        county=county, category=category, simulated=True,
    )  # fmt: skip
    if category in SECRET:
        accused = world.owner(offer, county)
        complaint = replace(
            complaint, service_id=None, place_id=None, institution_id=accused,
            lane=Lane.CONFIDENTIAL, quiet=True,
        )  # fmt: skip
    elif channel != "africastalking-ussd":
        complaint = replace(complaint, category=None)  # nobody asked them in a menu
    stories = [one for one in STORIES if one[0] is not moved or category not in SECRET]
    story = rng.choices([one for one, _ in stories], [often for _, often in stories])[0]
    return Plot(complaint, begins, story)


def live(
    rt: Runtime, clock: PastClock, world: World, plot: Plot, rng: Random, until: datetime
) -> bool:
    """Write the case from its first day to `until`; False when it is there already."""
    known = sa.select(Case.id).where(Case.source == plot.complaint.source)
    with rt.transaction() as session:
        if session.scalar(known):
            return False
        # Of what is invented the last second may be lost with the machine: no waiting for the disk.
        session.execute(sa.text("set local synchronous_commit = off"))
        clock.at = plot.begins
        complaint = plot.complaint
        if complaint.lane is Lane.OPEN:
            screened = triage.screen(rt, complaint.text)
            complaint = replace(complaint, lane=screened.lane, urgent=screened.danger)
        if complaint.citizen_id:
            people.hear(session, complaint.citizen_id)
        case = redress.open_case(rt, session, complaint)
        life = Life(rt, clock, world, session, case, rng, until)
        life.begin()
        plot.story(life)
        life.pass_time(until)
        if complaint.citizen_id:
            people.silence(session, complaint.citizen_id, until)
    return True


class Life:
    """One case on its way; what would lie in the future is left undone."""

    def __init__(
        self, rt: Runtime, clock: PastClock, world: World, session: Session, case: Case,
        rng: Random, until: datetime,
    ) -> None:  # fmt: skip
        self.case, self.rng, self.until = case, rng, until
        self._rt, self._clock, self._world, self._session = rt, clock, world, session
        self._calendar = registry.calendar(rt, session, case.county_code)
        self._raised_on, self._over = case.received_at, False
        # Every message asks for these; a session forgets what nobody holds.
        held = {Citizen: case.citizen_id, Unit: case.unit_id, Institution: case.institution_id}
        self._at_hand = [session.get(table, key) for table, key in held.items()]

    def begin(self) -> None:
        """The message of the opening, and the people who look at what is held back."""
        self._deliver()
        if self.case.lane is Lane.HELD:
            self.desk(self.soon(3), Action.CLEAR, actor=Actor.TRIAGE)

    @property
    def now(self) -> datetime:
        return self._clock.at

    def soon(self, hours: float) -> datetime:
        """Within so many hours of the office from now."""
        return self._calendar.add_minutes(self.now, int(hours * 60 * self.rng.uniform(0.2, 1)))

    def part_of_the_way(self, least: float, most: float) -> datetime:
        """So far between the opening and the day it is due; beyond 1 it is late."""
        whole = self.case.due_at - self.case.received_at
        return self.case.received_at + whole * self.rng.uniform(least, most)

    def desk(
        self, at: datetime, action: Action, *, actor: Actor = Actor.OFFICER,
        unit: str | None = None,
    ) -> None:  # fmt: skip
        """Something the office does, when it is open, with words where they are owed."""
        at = self._calendar.next_working_moment(max(at, self.now))
        category = Category(self._guess()) if action is Action.NOTE else None
        ground = Ground.RULES_FOLLOWED if action is Action.REJECT else None
        self._do(at, Act(
            action, actor, self._words(action), self._officer(), unit, category=category,
            ground=ground,
        ))  # fmt: skip

    def citizen(self, at: datetime, action: Action) -> None:
        """Something the citizen does; the answer comes by SMS."""
        self._do(max(at, self.now), Act(action, Actor.CITIZEN, self._words(action), channel=SMS))

    def be_silent(self) -> None:
        """The citizen says nothing, until the clock has closed what they do not answer."""
        while not self._over and self.case.ask_after:
            self._over = self.case.ask_after > self.until
            self.pass_time(self.case.ask_after)

    def another_desk(self) -> str:
        """A desk that does not have the case."""
        return self.rng.choice([desk for desk in self._world.desks if desk != self.case.unit_id])

    def pass_time(self, to: datetime) -> None:
        """What the clock does until then: verdicts asked for, a late case raised day by day."""
        to = min(to, self.until)
        while self.case.ask_after and self.case.ask_after <= to:
            self._clock.at = self.case.ask_after
            follow(self._rt, self._session, self.case, self.rng.randrange)
            self._deliver()
        while self.case.status in OPEN and (late := self._next_look()) <= to:
            self._raised_on = late
            if escalation.level_at(self.case.due_at, late, self._calendar) > self.case.level:
                self._clock.at = late
                raise_case(self._rt, self._session, self.case, self._calendar)
                self._deliver()

    def _next_look(self) -> datetime:
        minute = timedelta(minutes=1)
        due, looked = self.case.due_at + minute, self._raised_on + timedelta(days=1)
        return max(due, looked, self.now + minute)

    def _do(self, at: datetime, what: Act) -> None:
        self._over = self._over or at > self.until
        if self._over:
            return
        self.pass_time(at)
        self._clock.at = at
        redress.act_within(self._rt, self._session, self.case, what)
        if self.case.ask_after:
            # The real hour is drawn by nobody's seed; ours must be the same each time.
            start = self.case.ask_after.astimezone(NAIROBI).replace(hour=8, minute=0)
            self.case.ask_after = start + timedelta(minutes=self.rng.randrange(600))
        self._deliver()

    def _deliver(self) -> None:
        """Each message of the case so far arrived a few seconds after it was written."""
        self._session.execute(
            sa.update(Message)
            .where(Message.case_id == self.case.id, Message.state == MessageState.QUEUED)
            .values(
                state=MessageState.DELIVERED, attempts=1, parts=1, cost_kes=PRICE,
                cost_estimated=True,
                sent_at=Message.created_at + timedelta(seconds=4),
                delivered_at=Message.created_at + timedelta(seconds=11),
            ),
            execution_options={"synchronize_session": False},
        )  # fmt: skip

    def _words(self, action: Action) -> str:
        said = answers().get((action.value, self.case.language))
        return self.rng.choice(said) if said else ""

    def _guess(self) -> str:
        return self.case.category or self.rng.choice(
            ("delay", "quality", "information", "access", "staff_conduct", "cost")
        )

    def _officer(self) -> uuid.UUID | None:
        """The first login of the office that owns the case, where there is one."""
        return self._world.officers.get(self.case.institution_id)
