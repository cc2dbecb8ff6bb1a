"""What every channel offers and what may be heard through it, in types that know no web framework.

Whoever calls a channel needs only this room; whoever adds one subclasses `Channel`.  Numbers, words
and secrets are left out of every repr, so that a logged value tells none.
"""

from channels.contract.channel import Channel, Sent
from channels.contract.errors import (
    Cause,
    ChannelError,
    Forged,
    Malformed,
    SendFailed,
    SendUnknown,
    WrongSetting,
)
from channels.contract.hearing import (
    Delivery,
    Ended,
    Ending,
    Heard,
    Inbound,
    Location,
    Media,
    Nothing,
    OptOut,
    Receipt,
    Reply,
    Webhook,
)
from channels.contract.media import Fetched, NotFetched

__all__ = [
    "Cause",
    "Channel",
    "ChannelError",
    "Delivery",
    "Ended",
    "Ending",
    "Fetched",
    "Forged",
    "Heard",
    "Inbound",
    "Location",
    "Malformed",
    "Media",
    "NotFetched",
    "Nothing",
    "OptOut",
    "Receipt",
    "Reply",
    "SendFailed",
    "SendUnknown",
    "Sent",
    "Webhook",
    "WrongSetting",
]
