"""What is wrong with an account: the field, and words that name value and remedy."""


class BadAccount(ValueError):
    """The account cannot be made or changed so; the message names field, value and remedy."""

    def __init__(self, field: str, wrong: str) -> None:
        super().__init__(f"{field}: {wrong}")
        self.field = field
