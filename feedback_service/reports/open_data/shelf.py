"""The packages that are kept ready to be taken: one zip file of each quarter that is over, made by
a worker when the clock rings, in the folder `open-data` of VAR_DIR."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa

from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import Period
from feedback_service.models import FrozenPeriod
from feedback_service.reports import requests
from feedback_service.reports.open_data.asked import Asked, periods_of
from feedback_service.reports.open_data.package import as_zip, version_of
from feedback_service.runtime import Runtime, after_commit

BELL = "open_data"
KEPT = 8
"""Quarters back from today."""
Make = Callable[[Asked, Path], object]
_NAMED = re.compile(r"(FY\d{4})-(\d{2})(-Q[1-4])\.(\d{4})(\d{2})(\d{2})\.zip")


@dataclass(frozen=True)
class Kept:
    """A file on the shelf; `name` holds its version."""

    path: Path
    period: Period
    made_on: date

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def bytes(self) -> int:
        return self.path.stat().st_size


def kept(rt: Runtime) -> list[Kept]:
    """The newest package of each quarter, the newest quarter first."""
    found: dict[Period, Kept] = {}
    for path in sorted(_folder(rt).glob("*.zip")):  # of one quarter the newest comes last
        if named := _NAMED.fullmatch(path.name):
            period = Period.parse(f"{named[1]}/{named[2]}{named[3]}")
            made_on = date(int(named[4]), int(named[5]), int(named[6]))
            found[period] = Kept(path, period, made_on)
    return sorted(found.values(), key=lambda one: one.period.start, reverse=True)


def find(rt: Runtime, name: str) -> Kept | None:
    """The package of that name; None for one that is not, or no longer, there."""
    return next((one for one in kept(rt) if one.name == name), None)


def keep_soon(rt: Runtime) -> None:
    """Have a worker look whether one is to be made."""
    with rt.transaction() as session:
        after_commit(session, BELL)


def keep(rt: Runtime, make: Make = as_zip) -> Kept | None:
    """Draw up the requests of a month that is over; make the first package that is missing or old,
    and drop what it takes the place of.

    One at a time, so that no message waits behind eight of them.  A quarter that is open is made
    anew every day, a frozen one once more on the day after it was frozen.
    """
    requests.bring_up(rt)
    for period in _over(rt):
        before = next((one for one in kept(rt) if one.period == period), None)
        if before is None or _is_old(rt, before):
            return _made(rt, period, make)
    return None


def _made(rt: Runtime, period: Period, make: Make) -> Kept:
    folder, asked = _folder(rt), Asked(rt, [period])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{version_of(asked)}.zip"
    make(asked, path)
    for older in folder.glob(f"{period.label.replace('/', '-')}.*.zip"):
        if older != path:
            older.unlink()
    return next(one for one in kept(rt) if one.period == period)


def _over(rt: Runtime) -> list[Period]:
    """The last quarters with records that have ended, the newest first."""
    today = _today(rt)
    ended = [one for one in periods_of(rt) if one.quarter and one.end < today]
    return sorted(ended, key=lambda period: period.start, reverse=True)[:KEPT]


def _is_old(rt: Runtime, one: Kept) -> bool:
    with rt.transaction() as session:
        found = sa.select(FrozenPeriod.frozen_at).where(FrozenPeriod.period == one.period.label)
        frozen_at: datetime | None = session.scalar(found)
    if frozen_at is None:
        return one.made_on < _today(rt)
    return one.made_on <= frozen_at.astimezone(NAIROBI).date() < _today(rt)


def _today(rt: Runtime) -> date:
    return rt.now().astimezone(NAIROBI).date()


def _folder(rt: Runtime) -> Path:
    return rt.settings.var_dir / "open-data"
