"""A citizen at a keypad, for transcripts of the pure talk: the registry we ship, the real flow, no
server.  What the service would do is written down in `effects`, and its facts are given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache

from feedback_service.conversations.catalogue import (
    Card,
    Catalogue,
    CountyCard,
    PlaceCard,
    Poster,
    SectorCard,
    ServiceCard,
)
from feedback_service.conversations.engine import Screen, hear, needed, show
from feedback_service.conversations.flows import FLOW, begin
from feedback_service.conversations.steps import Conversation, Effect
from feedback_service.registry import DATA, files
from feedback_service.registry.files import Registry

TODAY = date(2026, 3, 2)


@cache
def rows() -> Registry:
    return files.read(DATA)


@cache
def shipped() -> Catalogue:
    """The catalogue that the shipped files describe, made without a database."""
    data = rows()
    owners = {i.id: i for i in data.institutions}
    services = {}
    for s in sorted(data.services, key=lambda s: s.poster_code):
        names = [s.name_en, s.name_sw, s.short_en, s.short_sw, *s.aliases]
        if owner := owners.get(s.institution or ""):
            names += [owner.acronym, owner.short_en, *owner.aliases]
        services[s.id] = ServiceCard(
            s.id, s.poster_code, s.sector, s.owner.value, s.institution,
            {"en": s.short_en, "sw": s.short_sw}, {"en": s.name_en, "sw": s.name_sw},
            {"en": s.where_en, "sw": s.where_sw}, _words(*names), card_of(s.id, TODAY),
        )  # fmt: skip
    used = {s.sector for s in data.services}
    return Catalogue(
        1,
        services,
        tuple(
            SectorCard(s.key, {"en": s.short_en, "sw": s.short_sw})
            for s in sorted(data.sectors, key=lambda s: s.position)
            if s.key in used
        ),
        {c.code: CountyCard(c.code, c.name, _words(c.name, c.headquarters, *c.aliases))
         for c in sorted(data.counties, key=lambda c: c.code)},
        {p.id: PlaceCard(p.id, p.name_en, p.short, p.county) for p in data.service_points},
        {s.poster_code: Poster(s.id, None) for s in data.services}
        | {p.code: Poster(p.service, p.service_point) for p in data.posters},
        {i.id: {"en": i.short_en, "sw": i.short_sw} for i in data.institutions},
        frozenset((o.service_point, o.service) for o in data.offerings if not o.offered),
    )  # fmt: skip


def cards() -> Iterator[tuple[str, Card]]:
    """Every charter of the files, in force or not, with its service."""
    for row in rows().charters:
        yield (
            row.service,
            Card(
                row.version,
                {"en": row.requirements_en, "sw": row.requirements_sw},
                row.cost_kes,
                {"en": row.cost_note_en, "sw": row.cost_note_sw},
                row.promise_amount,
                row.promise_unit.value,
            ),
        )


def card_of(service: str, on: date) -> Card | None:
    in_force = {
        (c.service, c.version)
        for c in rows().charters
        if c.effective_from <= on and (c.effective_to is None or on <= c.effective_to)
    }
    found = [card for of, card in cards() if of == service and (of, card.version) in in_force]
    return max(found, key=lambda card: card.version, default=None)


class Keypad:
    """One session: `keys("1", "1001")` presses, `screen` is what stands there now."""

    def __init__(
        self,
        language: str = "",
        dialled: str = "",
        facts: Mapping[Effect, Mapping[str, str]] | None = None,
        catalogue: Catalogue | None = None,
        keys: Sequence[str] = (),
    ) -> None:
        self.catalogue = catalogue or shipped()
        self.facts, self.effects = facts or {}, list[Effect]()
        self.at = self._after(begin(language, dialled, self.catalogue), ())
        self._seen = show(FLOW, self.at, self.catalogue)
        self.keys(*keys)

    @property
    def screen(self) -> str:
        """The screen as the network carries it."""
        return f"{'END' if self._seen.ends else 'CON'} {self._seen.text}"

    def keys(self, *pressed: str) -> str:
        for text in pressed:
            assert not self._seen.ends, f"pressed {text} after the end: {self.screen}"
            move = hear(FLOW, self.at, text, self.catalogue)
            self.at = self._after(move.conversation, move.effects)
            self._seen = show(FLOW, self.at, self.catalogue, move.hint)
        return self.screen

    def _after(self, conversation: Conversation, effects: tuple[Effect, ...]) -> Conversation:
        if not effects and conversation.path == ():
            effects = needed(FLOW, conversation)
        self.effects += effects
        for effect in effects:
            conversation = conversation.knowing(self.facts.get(effect, {}))
        return conversation


def screens_of(conversation: Conversation, catalogue: Catalogue) -> Iterator[Screen]:
    """Every page of the step at which a conversation stands."""
    seen = show(FLOW, conversation, catalogue)
    yield seen
    while not seen.ends:
        move = hear(FLOW, conversation, "9", catalogue)
        if move.conversation == conversation or move.conversation.step != conversation.step:
            return
        conversation = move.conversation
        seen = show(FLOW, conversation, catalogue, move.hint)
        yield seen


def _words(*names: str) -> frozenset[str]:
    import re

    return frozenset(word for name in names for word in re.findall(r"[\w']+", name.lower()))
