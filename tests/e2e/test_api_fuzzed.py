"""Every operation that openapi.json describes, asked with values that its schema allows and with
ones it does not: no answer is a crash, and each is of the shape that is described."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

from feedback_service import staff
from tests.integration.scoring_planting import many_ratings

URL = "/api/v1/openapi.json"
EXAMPLES = 5
"""Of each operation and way of asking; the seed is fixed, so that a failure comes back."""
# What a caller may ask without a key differs from what is asked with one, and both are answered:
# the check that a key which is wrong must be refused would have every public view closed.
LEFT_OUT = (checks.ignored_auth, checks.positive_data_acceptance)
# Of many visits the wrong ones are named and the others taken: that is a success, 200.
ALSO = {"POST /visits": (checks.negative_data_rejection,)}


@pytest.fixture
def keyed(rt: Any, own_registry: None) -> dict[str, str]:
    scopes = [scope.value for scope in staff.Scope]
    with rt.transaction() as session:
        session.add_all(many_ratings(41, 60))
        key = staff.add_key(session, "fuzz", scopes, rt.now(), per_minute=100_000)
    return {"X-Api-Key": key}


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_every_operation_answers_as_it_is_described(
    app: Any, keyed: dict[str, str], mode: GenerationMode
) -> None:
    described = schemathesis.openapi.from_wsgi(URL, app)
    asked = [found.ok() for found in described.get_all_operations()]
    told = app.test_client().get(URL).json["paths"]
    assert len(asked) == len(told) - 1  # all but the description itself
    free: list[str] = []
    for operation in asked:

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
            phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        def walked(case: Any) -> None:
            left_out = [*LEFT_OUT, *ALSO.get(case.operation.label, ())]
            case.call_and_validate(headers=keyed, excluded_checks=left_out)

        try:
            walked()
        except Unsatisfiable:  # with no value but text there is none that is wrong
            free.append(operation.label)
    assert {"POST /visits", "GET /scorecards"} <= {one.label for one in asked} - set(free)
    assert mode is GenerationMode.NEGATIVE or free == []
