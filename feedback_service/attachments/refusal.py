"""Why a thing is not kept, in a word for the row and in a sentence for whoever looks into it."""


class Refused(ValueError):
    """A thing we do not keep.  word: "type", "size", "damaged" or "too-many"."""

    def __init__(self, word: str, why: str) -> None:
        super().__init__(why)
        self.word = word
