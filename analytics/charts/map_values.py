"""What a map of the counties is made of: the side each stands on, its words, where it leads."""

from dataclasses import dataclass

from analytics.scorecards import Tier


@dataclass(frozen=True)
class Place:
    """A county: its code, on which side of the standard, the figure in words, and where it leads.

    `why` says its side in words, or why it has no figure.
    """

    code: int
    name: str
    tier: Tier
    words: str
    between: str
    why: str
    href: str | None = None


@dataclass(frozen=True)
class Map:
    """The counties by their side of a standard. `key`: letters that are this map's alone on a page.

    `sides`: the words of each side, in the order of the legend; `heads`: the table's columns
    (county, side, figure, 95 %).
    """

    key: str
    title: str
    description: str
    heads: tuple[str, str, str, str]
    sides: tuple[tuple[Tier, str], ...]
    places: tuple[Place, ...]
