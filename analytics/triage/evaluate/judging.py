"""Held-out messages with the chances and decisions of settings that never saw their writer."""

from dataclasses import dataclass

import numpy as np

from analytics.triage.calibration import Flags, Floats
from analytics.triage.hold_fitting import held_by_words
from analytics.triage.holding import chance_of_grave
from analytics.triage.labels import SCORED
from analytics.triage.lexicon import screen
from analytics.triage.model import Settings, calibrated, confidence, routes
from analytics.triage.rows import Row
from analytics.triage.train import HeldOut, only_the_team, route, settle


@dataclass(frozen=True)
class Judged:
    """Held-out messages with their chances by head, and what the thresholds made of them.

    `held`: kept for people first by the model; `grave`: its chance of being confidential.
    """

    rows: tuple[Row, ...]
    chances: dict[str, Floats]
    sure: Flags
    alarming: Flags
    held: Flags
    grave: Floats

    @property
    def right(self) -> Flags:
        """Whose route is the label's own."""
        pairs = zip(routes(self.chances), self.rows, strict=True)
        return np.array([found == route(row) for found, row in pairs])

    @property
    def urgent(self) -> Flags:
        """Which messages are labelled urgent."""
        return np.array([row.urgent for row in self.rows])

    @property
    def urgent_by_words(self) -> Flags:
        """Which messages the lexicon calls urgent."""
        return np.array([screen(row.text).urgent for row in self.rows])

    @property
    def held_by_either(self) -> Flags:
        """What words or model keep for people first: the urgent too, whoever raised it."""
        words = np.array([held_by_words(row.text) for row in self.rows])
        either: Flags = words | self.alarming | self.held
        return either


def judge(held_out: HeldOut, heard: HeldOut | None = None) -> Judged:
    """Calibrates each writer's messages with the others' held-out scores. Raises `MayNotJudge`.

    `heard`: the same messages in another guise; settings still come from the plain ones.
    """
    only_the_team(held_out.rows)
    heard = heard or held_out
    authors = np.array([row.author for row in held_out.rows])
    size = len(authors)
    chances = {head.name: np.zeros((size, len(head.labels))) for head in SCORED}
    sure, alarming, kept = (np.zeros(size, dtype=bool) for _ in range(3))
    grave = np.zeros(size)
    for author in sorted(set(authors)):
        mine = authors == author
        part = decided(heard.part(mine), settle(held_out.part(~mine)))
        for name, table in part.chances.items():
            chances[name][mine] = table
        sure[mine], alarming[mine] = part.sure, part.alarming
        kept[mine], grave[mine] = part.held, part.grave
    return Judged(heard.rows, chances, sure, alarming, kept, grave)


def decided(heard: HeldOut, settings: Settings) -> Judged:
    """Chances and decisions of these settings; whose they are is the caller's to say."""
    found = calibrated(heard.scores, settings.curves)
    grave = chance_of_grave(found, settings.hold)
    return Judged(
        heard.rows,
        found,
        confidence(found) >= settings.sure,
        found["urgent"][:, 0] >= settings.urgent,
        grave >= settings.hold.least,
        grave,
    )
