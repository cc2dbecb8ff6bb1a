"""The committed model and corpus, read once."""

import pytest

from analytics.triage import TRAINED, Model, Row, load, read_corpus


@pytest.fixture(scope="session")
def model() -> Model:
    return load(TRAINED)


@pytest.fixture(scope="session")
def corpus() -> list[Row]:
    return read_corpus()
