"""Whether a message is held for people first: the chance that it is confidential, from the
confidential head together with intent, urgency and bribery.  Numpy alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analytics.triage.calibration import Curve, Floats, logistic
from analytics.triage.labels import CATEGORY, Category

_BRIBERY = CATEGORY.labels.index(Category.BRIBERY.value)
_LEAST = 1e-4


@dataclass(frozen=True)
class Hold:
    """`weights` of the columns of `evidence` and their `offset`; `least`: the least chance held."""

    weights: tuple[float, ...]
    offset: float
    least: float


def evidence(chances: Mapping[str, Floats]) -> Floats:
    """What the hold looks at, (texts, 8): log odds of confidential and urgent, log chances of the
    five intents and of bribery."""
    return np.column_stack(
        [
            _odds(chances["confidential"][:, 0]),
            _odds(chances["urgent"][:, 0]),
            np.log(chances["intent"] + _LEAST),
            np.log(chances["category"][:, _BRIBERY] + _LEAST),
        ]
    )


def chance_of_grave(chances: Mapping[str, Floats], hold: Hold) -> Floats:
    """How probable it is that each message is confidential, (texts,)."""
    return logistic(evidence(chances) @ np.array(hold.weights), Curve(1.0, hold.offset))


def _odds(chance: Floats) -> Floats:
    kept = np.clip(chance, 1e-6, 1 - 1e-6)
    odds: Floats = np.log(kept / (1 - kept))
    return odds
