"""What an appraisal does not take; each says why in one word that a page has a sentence for."""


class NotTaken(ValueError):
    """`why` is one word; the message names field, value and remedy."""

    def __init__(self, why: str, told: str) -> None:
        super().__init__(told)
        self.why = why


class NoSuchAppraisal(LookupError):
    """There is none of that person and year that this reader may open."""
