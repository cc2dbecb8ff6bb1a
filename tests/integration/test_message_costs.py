"""What messages cost stands beside what they led to: in the tallies as soon as a price is told, on
the card, and in the pack that anybody makes again."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from analytics.evidence import archive
from analytics.evidence.verifying import verify
from analytics.indicators import DEFINITIONS
from analytics.tallies import CaseCounts
from feedback_service import scoring
from feedback_service.domain.cases import Outcome
from feedback_service.domain.periods import Period
from feedback_service.models import Case, Message, MessageState, RollupState, new_id
from feedback_service.reports.scale import Scale
from feedback_service.scoring import counting, rollups
from feedback_service.scoring.counting import Dimension, Frame
from tests.integration.frozen_planting import PERIOD as FROZEN
from tests.integration.frozen_planting import frozen, plant
from tests.integration.scoring_planting import IN_QUARTER, PERIOD, a_case, a_citizen
from tests.integration.test_frozen import pack

QUARTER = Period.parse(PERIOD)


@pytest.fixture
def loaded(rt: Any, own_registry: None) -> Any:
    return rt


def a_message(case: Case, **told: Any) -> Message:
    usual = {
        "key": f"test:{new_id()}", "case_id": case.id, "channel": "africastalking-sms",
        "wording": "sms-received", "language": "sw", "text": "", "state": MessageState.SENT,
        "not_before_at": IN_QUARTER, "created_at": IN_QUARTER, "sent_at": IN_QUARTER,
    }  # fmt: skip
    return Message(**(usual | told))


def tallies(rt: Any) -> CaseCounts:
    """As they are kept, after they were held against the facts in every division."""
    with rt.transaction() as session:
        assert session.get(RollupState, 1) is not None
        frame = Frame(QUARTER, rt.now())
        for one in (None, Dimension.CHANNEL):
            kept = rollups.tallies(session, frame, one)
            assert kept == counting.tallies(session, frame, one)
        [cell] = rollups.tallies(session, frame).values()
        counts: CaseCounts = cell.cases
        return counts


def test_a_price_that_comes_later_moves_the_tally_of_its_case_and_no_other(loaded: Any) -> None:
    solved = {"resolved_at": IN_QUARTER - timedelta(days=2), "outcome": Outcome.CONFIRMED}
    cases = [a_case(n, id=new_id(), **(solved if n < 2 else {})) for n in range(4)]
    with loaded.transaction() as session:
        session.add_all(cases)
        session.flush()  # Messages point to them.
        who = a_citizen(session)
        late = a_message(cases[1], citizen_id=who)
        session.add_all(
            [
                a_message(cases[0], citizen_id=who, cost_kes=Decimal("0.8")),
                a_message(cases[0], citizen_id=who, cost_kes=Decimal("1.25")),
                a_message(cases[2], citizen_id=who, cost_kes=Decimal("0.95")),
                a_message(cases[3], citizen_id=who, sent_at=None, state=MessageState.FAILED),
                late,
            ]
        )
    while rollups.keep_up(loaded):
        pass
    found = tallies(loaded)
    assert (found.messages_cost, found.unpriced, found.unpriced_confirmed) == (30_000, 1, 1)
    figure = scoring.card(loaded, "NRB", QUARTER, public=False).figures["cost_per_confirmed"]
    assert (figure.value, figure.n, figure.excluded["price not known"]) == (3.0, 1, 1)
    with loaded.transaction() as session:
        session.execute(
            sa.update(Message).where(Message.id == late.id).values(cost_kes=Decimal("0.6"))
        )
    rollups.keep_up(loaded)
    found = tallies(loaded)
    assert (found.messages_cost, found.unpriced, found.unpriced_confirmed) == (36_000, 0, 0)
    assert rollups.verify(loaded) is None


@pytest.mark.parametrize(
    ("kes", "words"), [(0.8, "KES 0.80"), (7.426, "KES 7.43"), (250, "KES 250")]
)
def test_cents_are_told_of_small_amounts(kes: float, words: str) -> None:
    assert Scale.of(DEFINITIONS["cost_per_confirmed"]).words(kes) == words


@pytest.mark.servers
def test_the_cost_of_a_frozen_quarter_is_made_again_from_its_pack(
    world: Any, rt: Any, clock: Any, tmp_path: Any
) -> None:
    plant(rt, world, clock)
    with rt.transaction() as session:
        about = sa.update(Message).where(Message.case_id.is_not(None))
        session.execute(about.values(cost_kes=Decimal("0.8"), sent_at=clock()))
        many = session.scalar(sa.select(sa.func.count()).where(Message.case_id.is_not(None)))
    frozen(rt, clock)
    file = pack(rt, tmp_path)
    assert verify(file, lambda name, many: None).recomputed
    told = json.loads(archive.opened(file)["figures.json"])
    card = scoring.card(rt, "NRB", FROZEN, public=False).figures["cost_per_confirmed"]
    shown = told["classes"]["open"]["cost_per_confirmed"]
    assert (shown["version"], shown["value"]) == ("2", pytest.approx(0.8 * many))
    assert (card.value, card.n) == (pytest.approx(0.8 * many), 1)
