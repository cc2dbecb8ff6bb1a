"""Which fits an evaluation makes: all leave the judged writers out, but for the random split.

Only the team's rows judge; what others wrote is learnt from, and is judged apart.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from sklearn.model_selection import GroupKFold, KFold

from analytics.triage.evaluate.fits import Fit
from analytics.triage.evaluate.leaks import dealt
from analytics.triage.evaluate.noise import noisy, variants
from analytics.triage.rows import Row
from analytics.triage.train import folds, without_writers

CURVE = (0.05, 0.1, 0.2, 0.4, 0.7)
"""Shares of the training messages; the whole is the headline itself."""
RANDOM_FOLDS = 4  # of seven: the same messages are compared, so that fewer are enough
DEALT_SHARE = 0.25
OTHER_FOLDS = 4


def headline(rows: Sequence[Row], seed: int, noise: bool) -> list[Fit]:
    """Each of the team's writers held out, asked plainly and, with `noise`, in every guise."""
    guises = variants() if noise else []
    return [_fit(rows, learnt, judged, seed, guises) for learnt, judged in folds(rows)]


def curve(rows: Sequence[Row], share: float, seed: int) -> list[Fit]:
    """The same with a share of the training messages; a smaller share is part of a larger one."""
    place = np.random.default_rng(seed).permutation(len(rows))
    return [
        _fit(rows, sorted(learnt, key=place.__getitem__)[: int(share * len(learnt))], judged)
        for learnt, judged in folds(rows)
    ]


def team_alone(rows: Sequence[Row]) -> list[Fit]:
    """The same without the rows that only train."""
    return [
        _fit(rows, [at for at in learnt if rows[at].judges], judged)
        for learnt, judged in folds(rows)
    ]


def at_random(rows: Sequence[Row], seed: int) -> list[Fit]:
    """The team's messages split at random, so that a judged writer has been read."""
    judges = np.flatnonzero([row.judges for row in rows]).tolist()
    splits = list(KFold(7, shuffle=True, random_state=seed).split(judges))[:RANDOM_FOLDS]
    return [_fit(rows, *_split(rows, [judges[place] for place in mine])) for _, mine in splits]


def dealt_labels(rows: Sequence[Row], seed: int) -> list[Fit]:
    """Categories dealt anew, a quarter of the messages learnt."""
    return curve(dealt_rows(rows, seed), DEALT_SHARE, seed)


def dealt_rows(rows: Sequence[Row], seed: int) -> list[Row]:
    """All rows, the complaints' categories dealt anew."""
    complaints = iter(dealt([row for row in rows if row.category], seed))
    return [
        replace(row, category=next(complaints).category) if row.category else row for row in rows
    ]


def others(rows: Sequence[Row]) -> list[Fit]:
    """Writers outside the team, a quarter of them held out at a time; none if there are too few."""
    at = np.flatnonzero([not row.judges for row in rows]).tolist()
    writers = [rows[place].author for place in at]
    count = min(OTHER_FOLDS, len(set(writers)))
    if count < 2:
        return []
    return [
        _fit(
            rows,
            without_writers(rows, {writers[place] for place in mine}),
            [at[place] for place in mine],
        )
        for _, mine in GroupKFold(count).split(writers, groups=writers)
    ]


def _split(rows: Sequence[Row], judged: Sequence[int]) -> tuple[list[int], list[int]]:
    away = set(judged)
    return [at for at in range(len(rows)) if at not in away], list(judged)


def _fit(
    rows: Sequence[Row],
    learnt: Sequence[int],
    judged: Sequence[int],
    seed: int = 0,
    guises: Sequence[tuple[str, float]] = (),
) -> Fit:
    texts = [rows[at].text for at in judged]
    return Fit(
        tuple(rows[at] for at in learnt),
        tuple(judged),
        (tuple(texts), *(tuple(noisy(texts, kind, share, seed)) for kind, share in guises)),
    )
