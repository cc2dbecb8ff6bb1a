"""What the model says of one message: a suggestion beside the officer's choice, never instead."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Suggestion:
    """One message's labels with calibrated probabilities.

    `category` is blank when the message is surely no complaint; `category_confidence` is the
    probability of the category given that it is a complaint. `top` has three categories, best
    first, whatever the intent. `words` are the words that moved the category, with their weight in
    its score, heaviest first. `abstained`: a person should look first; the fields still hold the
    best guess.
    `urgent` is the model or the lexicon of danger, whichever is raised; so is `confidential`, for
    bribery, abuse and threats: such a message is for people first.
    """

    intent: str
    category: str
    category_confidence: float
    alt_category: str
    top: tuple[tuple[str, float], ...]
    urgent: bool
    urgent_probability: float
    sector: str
    institution: str
    county: str
    lang: str
    abstained: bool
    words: tuple[tuple[str, float], ...]
    model_version: str
    confidential: bool = False
    confidential_probability: float = 0.0

    def placed(self, institution: str, county: str) -> "Suggestion":
        """The same suggestion with the institution and county a gazetteer found."""
        return replace(self, institution=institution, county=county)
