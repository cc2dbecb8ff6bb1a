"""A database that hangs: the caller hears an apology, not silence, and nothing is lost."""

import pytest
import sqlalchemy as sa

from feedback_service.models import Case, Rating
from tests.handset import Handset

RATE = ("1", "2", "1001", "1")
REPORT = ("1", "3", "1001", "1", "I have waited since May")


@pytest.mark.parametrize(("keys", "kept"), [(RATE, Rating), (REPORT, Case)])
def test_a_table_that_hangs_ends_in_an_apology_and_the_copy_is_answered(
    keys, kept, client, loaded_rt
):
    phone = Handset(client)
    phone.dial()
    phone.keys(*keys[:-1])
    with loaded_rt.engine.connect() as other, other.begin():
        other.execute(sa.text("lock table citizens, ratings, cases in access exclusive mode"))
        assert phone.keys(keys[-1]).startswith("END ")
    assert "sorry" not in phone.send(phone.text).lower()
    with loaded_rt.transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(kept)) == 1
