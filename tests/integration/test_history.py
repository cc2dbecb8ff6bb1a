"""A case's history is added to, by anybody, and changed by nobody."""

import pytest
import sqlalchemy as sa


@pytest.mark.parametrize(
    "slip", ["update case_events set actor = 'officer'", "delete from case_events"]
)
def test_the_database_itself_refuses_to_change_a_line(slip, loaded_rt, case):
    with (
        pytest.raises(sa.exc.DBAPIError, match="added, never changed"),
        loaded_rt.engine.begin() as connection,
    ):
        connection.execute(sa.text(slip))
