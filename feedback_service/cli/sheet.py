"""Scoring a sheet on standard output: what `feedback contract` and `feedback appraisal` share."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from analytics.sheets import BadSheet
from feedback_service.cli import Refused


def scored(score_file: Callable[[Path, TextIO], object], path: Path) -> int:
    """Print the scored sheet; 1 with every problem of the file on standard error."""
    try:
        score_file(path, sys.stdout)
    except BadSheet as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}. Name a CSV file.") from error
    return 0
