"""A row of a provider's table of refusals: its name, and what we may do about it."""

from dataclasses import dataclass

from channels.contract import SendFailed


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a message was not taken; the marks mean what they mean in `SendFailed`."""

    reason: str
    retry: bool = False
    number_is_bad: bool = False
    opted_out: bool = False

    def error(self, code: str = "") -> SendFailed:
        """The error to raise for it."""
        return SendFailed(
            self.reason,
            code,
            retry=self.retry,
            number_is_bad=self.number_is_bad,
            opted_out=self.opted_out,
        )
