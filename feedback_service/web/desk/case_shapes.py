"""What the page of a case is made of: plain shapes, named as its template names them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from feedback_service.web.desk.frame import Choice


@dataclass(frozen=True)
class CaseHead:
    reference: str
    kind: str
    status: str
    outcome: str | None
    level: int
    words: str
    words_lang: str
    summary: str
    service_name: str
    owner_name: str
    host_name: str | None
    unit_name: str
    place: str | None
    county_name: str | None
    category_name: str | None
    channel: str
    received_at: datetime
    holder_name: str | None
    urgent: bool
    disputed: bool
    quiet: bool
    confidential: bool
    anonymous: bool
    late: bool
    soon: bool
    due_at: datetime
    due_words: str
    citizen_lang: str
    reachable: bool
    citizen_words: str
    seen: int


@dataclass(frozen=True)
class OfficeClock:
    used_days: int
    allowed_days: int
    due_at: datetime
    fraction: float
    late: bool
    paused: bool
    paused_until: datetime | None
    rule: str | None
    before_at: datetime | None


@dataclass(frozen=True)
class CitizenClock:
    days: int
    since_at: datetime
    fraction: float


@dataclass(frozen=True)
class BothClocks:
    office: OfficeClock
    citizen: CitizenClock


@dataclass(frozen=True)
class Promised:
    papers: str
    cost: str
    time: str
    where: str


@dataclass(frozen=True)
class Told:
    """The message of an event: by which channel, what became of it, to whom in words."""

    channel: str
    state: str
    to: str


@dataclass(frozen=True)
class Entry:
    at: datetime
    who: str
    kind: str
    what: str | None
    text: str
    level: int
    private: bool
    message: Told | None
    number: int = 0


@dataclass(frozen=True)
class Guess:
    key: str
    name: str
    probability: float


@dataclass(frozen=True)
class Advice:
    """`top`: categories; `also`: the best intent, sector and language, `key` being the head."""

    top: Sequence[Guess]
    words: Sequence[str]
    also: Sequence[Guess]
    urgent_chance: float
    version: str
    abstained: bool
    chosen_key: str | None
    chosen_name: str | None
    chosen_by: str | None


@dataclass(frozen=True)
class Held:
    who: str
    place: str
    level: int
    from_at: datetime
    to_at: datetime | None
    words: str
    share: float


@dataclass(frozen=True)
class Dispute:
    at: datetime
    words: str
    n: int
    next_name: str | None


@dataclass(frozen=True)
class Previews:
    resolve: str
    ask: str


@dataclass(frozen=True)
class Group:
    """An institution and the desks of it that a case can be sent to."""

    name: str
    units: Sequence[Choice]


@dataclass(frozen=True)
class PausesLeft:
    left: int
    days: int
