"""What is done about each cause of failure, as a table: when again, when by another way, who acts.

Which code of which company is which cause stands in the channel's own table.  Nothing here is ever
done about a message that may have been taken: that is `unknown`, and waits for a receipt.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from channels.contract import Cause


def _seconds(*waits: int) -> tuple[timedelta, ...]:
    return tuple(timedelta(seconds=wait) for wait in waits)


SOON = _seconds(10, 60, 300, 1800, 7200)
LATER = _seconds(600, 3600, 14400)
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Remedy:
    """What follows a failure that is certain.

    waits: before each further try by the same way.  elsewhere: the number of tries after which
    another way is taken where there is one; None where no other way helps or may be taken.
    alert: operators must act, nothing heals by waiting: an alarm.  What they can do is told by the
    texts of their page (`remedy.*`).
    """

    waits: tuple[timedelta, ...] = ()
    elsewhere: int | None = 1
    alert: bool = False


REMEDIES: Mapping[str, Remedy] = {
    Cause.BUSY: Remedy(SOON, 3),
    Cause.DOWN: Remedy(SOON, 2),
    Cause.ACCOUNT: Remedy(SOON, 1, alert=True),
    Cause.ABSENT: Remedy(LATER, 2),
    Cause.REFUSED: Remedy((), 1),
    Cause.BAD_NUMBER: Remedy((), None),
    Cause.GONE: Remedy((), None),
    Cause.OPTED_OUT: Remedy((), None),
    Cause.FILTERED: Remedy((), 1, alert=True),
    # At once, as a template: `sending` sees that free text was refused.
    Cause.NEEDS_TEMPLATE: Remedy(_seconds(0), 2),
    Cause.NOT_ON_CHANNEL: Remedy((), 1),
    Cause.OUR_BUG: Remedy((), 1, alert=True),
    UNKNOWN: Remedy((), None),
}
"""By cause, and `unknown` for what may have been taken."""


class Then(Enum):
    """What follows when it is no further try by the same way."""

    ELSEWHERE = "elsewhere"
    NOTHING = "nothing"


def follows(cause: Cause, tries: int, *, elsewhere: bool) -> timedelta | Then:
    """The wait before the same way is tried again, or what is done instead.

    tries: how often this way was tried.  elsewhere: whether there is another way.
    """
    remedy = REMEDIES[cause]
    may_leave = elsewhere and remedy.elsewhere is not None
    if may_leave and tries >= (remedy.elsewhere or 1):
        return Then.ELSEWHERE
    if tries <= len(remedy.waits):
        return remedy.waits[tries - 1]
    return Then.ELSEWHERE if may_leave else Then.NOTHING
