"""The doctor on problems that rise: whether somebody looks, and somebody says what they are."""

from feedback_service import emerging
from feedback_service.doctor import State
from feedback_service.models import EmergingProblem
from tests.desk_world import DeskWorld
from tests.integration.doctor.conftest import told

NEVER, SINCE = "were looked for never", "were looked for not since"


def test_a_service_without_a_case_need_not_look(staffed):
    assert "Problems that rise" not in told(staffed, State.WARN) + told(staffed, State.OK)


def test_a_look_that_is_not_made_is_told_with_its_remedy(rt, clock):
    DeskWorld(rt).case()
    clock.forward(days=2)
    assert NEVER in told(rt, State.WARN)
    emerging.look(rt)
    assert "are looked for" in told(rt, State.OK)
    clock.forward(hours=27)
    assert f"{SINCE} " in told(rt, State.WARN)
    assert "feedback worker" in told(rt, State.WARN)


def test_an_alarm_nobody_looks_at_is_told(rt, clock):
    DeskWorld(rt).case()
    with rt.transaction() as session:
        session.add(EmergingProblem(
            institution_id="NRB", term="", day=rt.now().date(), last_day=rt.now().date(),
            observed=9, expected=1.0, score=3.0, cases=[], parameters="1", raised_at=rt.now(),
        ))  # fmt: skip
    clock.forward(days=8)
    emerging.look(rt)
    assert "1 alarm nobody has looked at" in told(rt, State.WARN)
