"""Every `curl` of the API's and the open data's documents is run as it stands there."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from feedback_service import staff
from tests.integration.scoring_planting import many_ratings

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = [
    line
    for name in ("api.md", "open_data.md")
    for block in re.findall(r"```sh\n(.*?)```", (DOCS / name).read_text(), re.DOTALL)
    for line in block.splitlines()
    if line.startswith("curl ")
]


@pytest.fixture
def key(rt: Any, own_registry: None) -> str:
    with rt.transaction() as session:
        session.add_all(many_ratings(51, 60))
        return staff.add_key(session, "document", ["visits", "scorecards"], rt.now())


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 10


def test_every_example_answers_as_it_stands(client: Any, key: str) -> None:
    for line in EXAMPLES:
        words = shlex.split(line.replace("$SERVICE", "").replace("$KEY", key))
        given = {flag: words[at + 1] for at, flag in enumerate(words) if flag == "-d"}
        heads = dict(words[at + 1].split(": ", 1) for at, flag in enumerate(words) if flag == "-H")
        method = "POST" if given else "GET"
        answer = client.open(words[-1], method=method, headers=heads, data=given.get("-d"))
        assert answer.status_code == 200, f"{line}: {answer.text}"
