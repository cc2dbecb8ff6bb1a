"""How languages mix: figures of a message from the chances of its tokens."""

import numpy as np
import pytest

from analytics.triage.mixture import FIGURES, mixtures

ENGLISH, SHENG, SWAHILI = [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]


def test_a_batch_has_the_figures_of_each_message_alone() -> None:
    draw = np.random.default_rng(7)
    messages = [draw.dirichlet([0.5] * 3, size) for size in (4, 0, 1, 2, 9, 3)]
    marks = [0, *np.cumsum([len(message) for message in messages])]
    alone = [mixtures(message, [0, len(message)])[0] for message in messages]
    assert np.allclose(mixtures(np.vstack(messages), marks), alone, atol=1e-12)


def test_a_message_without_tokens_has_no_figures() -> None:
    assert not mixtures(np.zeros((0, 3)), [0, 0]).any()


@pytest.mark.parametrize(
    ("tokens", "even", "both"),
    [
        ([ENGLISH] * 4, 0.0, 0.0),
        ([SWAHILI] * 4, 0.0, 0.0),
        ([ENGLISH, ENGLISH, SWAHILI, SHENG], 1.0, 1.0),
        ([ENGLISH, SWAHILI, SWAHILI, SWAHILI], 0.5, 1.0),
    ],
)
def test_a_switch_of_language_shows(tokens: list[list[float]], even: float, both: float) -> None:
    figures = mixtures(np.array(tokens), [0, len(tokens)])[0]
    assert figures.shape == (FIGURES,)
    assert (figures[18 + 3], figures[18 + 4]) == (even, both)


def test_the_three_surest_tokens_count() -> None:
    tokens = np.array([[0.9, 0.1, 0.0], [0.6, 0.2, 0.2], [0.3, 0.0, 0.7], [0.0, 0.0, 1.0]])
    assert mixtures(tokens, [0, 4])[0][-3:] == pytest.approx([0.6, 0.1, 1.9 / 3])
