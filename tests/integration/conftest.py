"""What tests on real servers share: a case, and an office that acts on it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest


@pytest.fixture
def case(client: Any, loaded_rt: Any, all_of: Any) -> Any:
    """A case that came by SMS; the model has read it."""
    from feedback_service.models import Case
    from tests.handset import sms

    sms(client, "I have waited three months for my passport at Immigration")
    with loaded_rt.transaction() as session:
        session.get_one(Case, all_of(Case)[0].id).triaged_at = loaded_rt.now()
    return all_of(Case)[0]


@pytest.fixture
def office(loaded_rt: Any, clock: Any) -> Callable[..., Any]:
    """The office does something to a case, an hour later; what it rejects, it says on a ground."""
    from feedback_service.domain.cases import Action, Actor, Ground
    from feedback_service.redress import Act, act

    def done(
        case: Any,
        action: Any,
        text: str = "Come on Friday",
        actor: Any = Actor.OFFICER,
        **more: Any,
    ) -> Any:
        clock.forward(hours=1)
        if action is Action.REJECT:
            more.setdefault("ground", Ground.RULES_FOLLOWED)
        return act(loaded_rt, case.id, Act(action, actor, text, **more))

    return done


@pytest.fixture
def complain(loaded_rt: Any) -> Callable[..., Any]:
    """Open a case as a channel does; a number makes it somebody's.  The model has read it."""
    from feedback_service import identity, redress
    from feedback_service.identity import KeyRing
    from tests.handset import ME

    def opened(text: str = "Too slow", number: str = ME, **fields: Any) -> Any:
        rt = loaded_rt
        about = {"service_id": "passport", "source": f"test:{uuid.uuid4()}"} | fields
        with rt.transaction() as session:
            ring = KeyRing(rt.settings.phone_keys)
            citizen = (
                identity.find_or_add(session, ring, number, rt.now(), "en") if number else None
            )
            complaint = redress.Complaint(
                channel=about.pop("channel", "africastalking-sms"),
                language="en",
                text=text,
                citizen_id=citizen.id if citizen else None,
                **about,
            )
            case = redress.open_case(rt, session, complaint)
            case.triaged_at = rt.now()
            return case

    return opened


@pytest.fixture
def now_of(loaded_rt: Any) -> Callable[[Any], Any]:
    """A case as its row stands now."""
    from feedback_service.models import Case

    def read(case: Any) -> Any:
        with loaded_rt.transaction() as session:
            return session.get_one(Case, case.id)

    return read


@pytest.fixture
def questions(loaded_rt: Any) -> Callable[[Any], list[Any]]:
    """The questions of a case in their order."""
    import sqlalchemy as sa

    from feedback_service.models import Message

    def read(case: Any) -> list[Any]:
        asked = (
            sa.select(Message)
            .where(Message.case_id == case.id, Message.wording.startswith("sms-confirm"))
            .where(Message.wording != "sms-confirmed")
        )
        with loaded_rt.transaction() as session:
            return list(session.scalars(asked.order_by(Message.created_at)))

    return read


@pytest.fixture
def become(loaded_rt: Any, clock: Any) -> Callable[..., None]:
    """What becomes of all messages that wait."""
    import sqlalchemy as sa

    from feedback_service.models import Message, MessageState

    def settle(state: Any) -> None:
        at = clock() if state is MessageState.DELIVERED else None
        waiting = sa.update(Message).where(Message.state == MessageState.QUEUED)
        with loaded_rt.transaction() as session:
            session.execute(waiting.values(state=state, sent_at=clock(), delivered_at=at))

    return settle


@pytest.fixture
def pass_days(loaded_rt: Any, clock: Any, become: Any) -> Callable[..., None]:
    """Days go by, the duty looks when it has to, and messages fare as they are told to."""
    import sqlalchemy as sa

    from feedback_service import redress
    from feedback_service.models import Case, MessageState

    def going_on(days: float, *fates: Any) -> None:
        left, until = list(fates), clock() + timedelta(days=days)
        while True:
            with loaded_rt.transaction() as session:
                due = session.scalar(sa.select(sa.func.min(Case.ask_after)))
            if due is None or due > until:
                break
            clock.set(max(due, clock()))
            if redress.follow_answers(loaded_rt).asked:
                become(left.pop(0) if left else MessageState.DELIVERED)
        clock.set(until)

    return going_on


@pytest.fixture
def world(rt: Any) -> Any:
    """The desk's small country."""
    from tests.desk_world import DeskWorld

    return DeskWorld(rt)


@pytest.fixture
def bureau(world: Any) -> Any:
    """An office whose people a case may name."""
    from tests.integration.bureau import Office

    return Office(world)


@pytest.fixture
def officer(world: Any, app: Any) -> Any:
    """The browser of an officer of the Registration Bureau's first desk."""
    from feedback_service.models import Role
    from tests.desk_world import Browser

    person = world.staff(Role.OFFICER, "NRB", unit_id="NRB-R", name="Amina Officer")
    return Browser(app, person)


@pytest.fixture
def dial(client: Any) -> Callable[..., Any]:
    """A session in which these keys were pressed: the phone and its last screen."""

    from tests.handset import ME, Handset

    def pressed(*keys: str, number: str = ME) -> Any:
        phone = Handset(client, number)
        screen = phone.dial()
        if not screen.startswith("CON Karibu"):
            keys = keys[1:]
        return phone, phone.keys(*keys)

    return pressed
