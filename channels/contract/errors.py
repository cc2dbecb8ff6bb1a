"""What goes wrong between us and a provider, each error named for it, and why a message failed."""

from enum import StrEnum


class ChannelError(Exception):
    """The provider's, the network's or the operator's fault, never a bug of ours."""


class WrongSetting(ChannelError):
    """A channel cannot be built from the settings; says which one, what is wrong, and a remedy."""

    def __init__(self, name: str, wrong: str, remedy: str) -> None:
        super().__init__(f"{name} {wrong}. {remedy}")
        self.name = name


class Forged(ChannelError):
    """The call does not prove that the provider made it: answer 403 and do nothing."""


class Malformed(ChannelError):
    """The call lacks a field the provider promises, or holds what cannot be one."""

    def __init__(self, field: str) -> None:
        super().__init__(f"the call has no usable `{field}`; answer it as refused() says")
        self.field = field


class Cause(StrEnum):
    """Why a message was not taken or not delivered, whatever number the provider gives it.

    What is done about each is the outbox's table; which code is which cause is the provider's.
    """

    BUSY = "busy"  # more than the provider takes in this second, hour or day
    DOWN = "down"  # the provider is out of order or cannot be reached
    ACCOUNT = "account"  # our key, credit, sender or settings: operators must act
    ABSENT = "absent"  # the telephone is off or out of reach
    REFUSED = "refused"  # this provider has no way to this number
    BAD_NUMBER = "bad-number"  # no number that could have a telephone
    GONE = "gone"  # the network says that nobody has the number
    OPTED_OUT = "opted-out"  # the citizen wants no messages, says the network
    FILTERED = "filtered"  # the words or the sender were taken for unwanted
    NEEDS_TEMPLATE = "needs-template"  # more than 24 hours after the citizen's words
    NOT_ON_CHANNEL = "not-on-channel"  # this citizen cannot have it here
    OUR_BUG = "our-bug"  # we asked for something impossible


class SendFailed(ChannelError):
    """The provider has not taken the message, so that another copy can do no harm."""

    def __init__(self, reason: str, code: str = "", *, cause: Cause) -> None:
        super().__init__(f"{reason} ({code})" if code else reason)
        self.reason, self.code, self.cause = reason, code, cause


class SendUnknown(ChannelError):
    """The message may have been taken: never send it again unasked, wait for a receipt."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
