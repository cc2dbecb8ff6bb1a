"""What a reader chose of the queue, from an address or a saved view, and what it filters by."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from urllib.parse import urlencode

from flask import url_for

from feedback_service.domain.cases import CaseStatus
from feedback_service.domain.references import read_reference
from feedback_service.models import Role
from feedback_service.redress import queue as redress_queue
from feedback_service.redress.queue import Filters, Scope, Tab
from feedback_service.staff import Viewer
from feedback_service.web.desk.frame import catalogue, read_id

MEANS_A_NAME = 3
"""Letters from which words are sought in the names of services and places."""


@dataclass(frozen=True)
class Chosen:
    """The filters as the form shows them."""

    scope: str
    q: str
    status: str
    late: bool
    since: str = ""
    until: str = ""
    rising: str = ""


def chosen_from(asked: Mapping[str, str], who: Viewer) -> Chosen:
    """What is asked for, by the names of the form; what makes no sense filters nothing."""
    sought, status = asked.get("q", "").strip()[:80], asked.get("status", "")
    return Chosen(
        scope=asked.get("scope", Scope.ALL),
        q=sought if reads_words(who) or read_reference(sought) else "",
        status=status if status in (*Tab, *CaseStatus) else "",
        late=asked.get("late") == "1",
        since=str(_day(asked.get("since", "")) or ""),
        until=str(_day(asked.get("until", "")) or ""),
        rising=str(read_id(asked.get("rising", "")) or ""),
    )


def filters_of(chosen: Chosen, who: Viewer) -> Filters:
    theirs, known = redress_queue.scopes_of(who), catalogue()
    services, places = known.services, known.places
    return Filters(
        scope=Scope(chosen.scope) if chosen.scope in theirs else Scope.ALL,
        tab=Tab(chosen.status) if chosen.status in list(Tab) else None,
        status=CaseStatus(chosen.status) if chosen.status in list(CaseStatus) else None,
        late=chosen.late,
        words=chosen.q,
        services=_named(chosen.q, {key: list(s.short.values()) for key, s in services.items()}),
        places=_named(chosen.q, {key: [place.name] for key, place in places.items()}),
        since=_day(chosen.since),
        until=_day(chosen.until),
        rising=read_id(chosen.rising),
    )


def query_of(chosen: Chosen) -> dict[str, str]:
    """The filters as an address carries them, and as a view keeps them."""
    kept = {name: str(value) for name, value in asdict(chosen).items() if value}
    return kept | ({"late": "1"} if chosen.late else {})


def href_of(chosen: Chosen, **more: str) -> str:
    return f"{url_for('desk.queue')}?{urlencode({**query_of(chosen), **more})}"


def reads_words(who: Viewer) -> bool:
    """An auditor reads citizens' words in the case alone, where the look is written down."""
    return not who.has(Role.AUDITOR)


def _day(said: str) -> date | None:
    """A day of the address; one that is none filters nothing."""
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def _named(words: str, names: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The ids whose name holds the words."""
    sought = words.casefold()
    if len(sought) < MEANS_A_NAME:
        return frozenset()
    return frozenset(
        key for key, said in names.items() if any(sought in name.casefold() for name in said)
    )
