"""What the alarms are set by, in one place, and the words they speak in."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Parameters:
    """Chosen on simulated years (docs/emerging.md); `version` changes with any of them.

    false_alarms: how many a week the whole service may expect, volumes and terms together.
    windows: days that are judged together, so that a burst and a slow rise are both seen.
    guard: the last days, which no baseline reads: a rise must not become its own season.
    recent: days before them by which the level is corrected.  weeks: of texts a term is judged by.
    young: weeks of history under which a series is not judged at all.  fewest_people: more than
    expected by so many.  fewest_saying: different citizens who use a term; two to four tell of one
    event, and are an incident.
    """

    version: str = "1"
    false_alarms: float = 1.0
    windows: tuple[int, ...] = (1, 3, 7)
    guard: int = 7
    recent: int = 56
    history: int = 730
    weeks: int = 25
    young: int = 8
    fewest_people: int = 3
    fewest_saying: int = 5
    least_ratio: float = 1.25
    least_term_ratio: float = 2.0
    level_drift: float = 0.2
    shape_freedom: float = 0.3
    downweight_from: float = 2.58
    prior_texts: float = 100.0
    still: float = 10.0
    """What raises nothing yet keeps a raised problem going: so many a day chance makes."""

    over_after: int = 7
    """Days without a finding after which a problem is over, and may be raised anew."""

    @property
    def a_day(self) -> float:
        """Expected false alarms of one day, of volumes and of terms each."""
        return self.false_alarms / 7 / 2


PARAMETERS = Parameters()


@dataclass(frozen=True, order=True)
class Place:
    """Where: an institution, a county, or the one within the other; "" and 0 are "any"."""

    institution: str = ""
    county: int = 0


@dataclass(frozen=True)
class Finding:
    """More at a place than expected; `term` is "" for sheer volume.

    observed: different citizens in the last `window` days.  score: minus the logarithm (base 10)
    of how many such findings chance makes in a day over all that was tested.  sure: that is little
    enough to raise it; else it only keeps a raised one going.  reports: whose they are, by number.
    """

    place: Place
    term: str
    window: int
    observed: int
    expected: float
    score: float
    sure: bool
    reports: frozenset[int] = field(default_factory=frozenset)

    @property
    def excess(self) -> float:
        return self.observed - self.expected
