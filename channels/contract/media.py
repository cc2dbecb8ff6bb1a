"""Bringing in what a message carried: the thing, or why it did not come."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fetched:
    """A thing as it came; its type is what the provider calls it and proves nothing."""

    content: bytes = field(repr=False)
    content_type: str


class NotFetched(Exception):
    """A thing that did not come.  retry: it may yet.  too_large: it is more than we take."""

    def __init__(self, reason: str, *, retry: bool, too_large: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.retry, self.too_large = reason, retry, too_large
