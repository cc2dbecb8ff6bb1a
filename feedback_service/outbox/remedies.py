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
    alert: operators must act, nothing heals by waiting.  tells: what they can do, for their page.
    """

    waits: tuple[timedelta, ...] = ()
    elsewhere: int | None = 1
    alert: bool = False
    tells: str = ""


REMEDIES: Mapping[str, Remedy] = {
    Cause.BUSY: Remedy(
        SOON, 3,
        tells="Sent again by itself. If it stays, lower AT_PER_SECOND or TWILIO_PER_SECOND, or ask"
        " the company for more.",
    ),
    Cause.DOWN: Remedy(
        SOON, 2,
        tells="Sent again by itself, by the other company where there is one. Look at the company's"
        " status page.",
    ),
    Cause.ACCOUNT: Remedy(
        SOON, 1, alert=True,
        tells="Top up the account, or put right the key, the sender or the country in its settings;"
        " then send again.",
    ),
    Cause.ABSENT: Remedy(
        LATER, 2,
        tells="The telephone was off or out of reach for hours. Send again tomorrow, or call.",
    ),
    Cause.REFUSED: Remedy(
        (), 1,
        tells="The company has no way to this number. Report number range and time to it.",
    ),
    Cause.BAD_NUMBER: Remedy(
        (), None,
        tells="Not a mobile number: nothing can be sent to it. Ask the citizen for another.",
    ),
    Cause.GONE: Remedy(
        (), None,
        tells="The network says that nobody has this number. The case stays open by its reference.",
    ),
    Cause.OPTED_OUT: Remedy(
        (), None,
        tells="The citizen wants no messages here. Nothing to do: it starts again when they write.",
    ),
    Cause.FILTERED: Remedy(
        (), 1, alert=True,
        tells="The network took it for unwanted. Have sender and wording registered with it.",
    ),
    # At once, as a template: `sending` sees that free text was refused.
    Cause.NEEDS_TEMPLATE: Remedy(
        _seconds(0), 2,
        tells="Have a template of this wording approved (feedback wording) and put its Content SID"
        " into TWILIO_TEMPLATES.",
    ),
    Cause.NOT_ON_CHANNEL: Remedy(
        (), 1,
        tells="This citizen cannot have it by WhatsApp and shows no number for an SMS.",
    ),
    Cause.OUR_BUG: Remedy(
        (), 1, alert=True,
        tells="We asked for something impossible: report wording and time to the developers.",
    ),
    UNKNOWN: Remedy(
        (), None,
        tells="The company gave no clear answer and no receipt came: the citizen may have it. Look"
        " it up in the company's own log, and send again only if it is not there.",
    ),
}  # fmt: skip
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
