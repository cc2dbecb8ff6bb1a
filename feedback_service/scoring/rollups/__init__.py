"""Tallies kept by day and quarter, so that reading costs what is read and keeping them costs what
changed: triggers mark the days that changed, a refresh counts these days again from the facts."""

from feedback_service.scoring.rollups.exact import tallies_now
from feedback_service.scoring.rollups.proving import Difference, NothingBuilt, verify
from feedback_service.scoring.rollups.reading import (
    joined,
    prepare,
    register,
    said,
    tallies,
    whole,
)
from feedback_service.scoring.rollups.refreshing import bring_up, keep_up, rebuild

__all__ = [
    "Difference",
    "NothingBuilt",
    "bring_up",
    "joined",
    "keep_up",
    "prepare",
    "rebuild",
    "register",
    "said",
    "tallies",
    "tallies_now",
    "verify",
    "whole",
]
