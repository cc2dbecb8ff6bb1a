"""A row of a provider's table of refusals: its name there, and the cause it means for us."""

from dataclasses import dataclass

from channels.contract import Cause, SendFailed


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a message was not taken or not delivered."""

    reason: str
    cause: Cause

    def error(self, code: str = "") -> SendFailed:
        """The error to raise for it."""
        return SendFailed(self.reason, code, cause=self.cause)
