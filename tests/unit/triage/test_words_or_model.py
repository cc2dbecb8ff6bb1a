"""Words or model raise, neither lowers what the other raised: over the model that is in use."""

from dataclasses import replace

import pytest
from hypothesis import given, strategies

from analytics.triage import Model, Suggestion, screen

TEXTS = strategies.lists(
    strategies.sampled_from(
        ["askari", "anadai", "hongo", "chai", "amepigwa", "mtoto", "leo", "nisaidie", "ndio",
         "picha", "nimepigwa", "elfu", "file", "naogopa", "kutaja jina", "x"]
    ), max_size=8,
).map(" ".join)  # fmt: skip
NEVER, ALWAYS = float("inf"), -1.0


@pytest.fixture(scope="module")
def silent(model: Model) -> Model:
    """The same model with thresholds that nothing reaches."""
    return _with_thresholds(model, NEVER)


@pytest.fixture(scope="module")
def loud(model: Model) -> Model:
    """The same model with thresholds that everything reaches."""
    return _with_thresholds(model, ALWAYS)


@given(text=TEXTS)
def test_a_silent_model_leaves_what_the_words_raised(silent: Model, text: str) -> None:
    said, words = _of(silent, text), screen(text)
    assert said.confidential == (words.confidential or words.unclear)
    assert said.urgent == words.urgent


@given(text=TEXTS)
def test_silent_words_leave_what_the_model_raised(loud: Model, text: str) -> None:
    said = _of(loud, text)
    assert (said.confidential, said.urgent) == (True, True)


@given(text=TEXTS)
def test_the_model_in_use_raises_what_either_raises(model: Model, text: str) -> None:
    said, words = _of(model, text), screen(text)
    assert said.confidential >= (words.confidential or words.unclear)
    assert said.urgent >= words.urgent
    # Rounded to four digits in a suggestion: a hair under the threshold is no proof of silence.
    assert said.confidential >= (said.confidential_probability > model.settings.hold.least + 1e-4)
    assert said.urgent >= (said.urgent_probability > model.settings.urgent + 1e-4)


def _of(model: Model, text: str) -> Suggestion:
    return model.predict([text], explain=False)[0]


def _with_thresholds(model: Model, least: float) -> Model:
    hold = replace(model.settings.hold, least=least)
    return Model(model.weights, replace(model.settings, hold=hold, urgent=least), "test")
