"""What was worked out from plain values, kept in the process for as long as they are the same: who
reads a page again, or another page of the same quarter, does not wait for it."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Remembered(Generic[Result]):
    """The newest result under each key, with the values it was made of; at most so many."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[Hashable, tuple[object, Result]] = {}
        self._lock = Lock()

    def of(self, key: Hashable, values: object, make: Callable[[], Result]) -> Result:
        """The kept result where its values were equal to these, else the one that `make` gives.

        Results are shared by all who ask, and nobody changes them; `make` may look at nothing but
        the key and the values.
        """
        with self._lock:
            found = self._kept.get(key)
        if found is not None and found[0] == values:
            return found[1]
        made = make()
        with self._lock:
            self._kept.pop(key, None)
            while len(self._kept) >= self._most:
                self._kept.pop(next(iter(self._kept)))
            self._kept[key] = values, made
        return made
