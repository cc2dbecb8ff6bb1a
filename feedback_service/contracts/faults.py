"""What the room does not take, by the key of why: the pages have the sentence for it."""


class NotTaken(ValueError):
    """An entry cannot stand; `why` is the key of what is wrong with it."""

    def __init__(self, why: str, said: str) -> None:
        self.why = why
        super().__init__(said)
