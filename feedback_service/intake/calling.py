"""What effects are told: who called, where their talk stands; and what they give back."""

import uuid
from collections.abc import Callable, Mapping
from typing import Protocol

from feedback_service.conversations.catalogue import Catalogue
from feedback_service.conversations.steps import Conversation
from feedback_service.runtime import Runtime


class Calls(Protocol):
    """The caller as effects see it."""

    @property
    def address(self) -> str: ...
    @property
    def lookup(self) -> bytes: ...
    @property
    def channel(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def session(self) -> str: ...


Facts = Mapping[str, str]
Done = Callable[[Runtime, Calls, Conversation, Catalogue], Facts]


def standing(talk: Conversation) -> dict[str, str]:
    """The answers on the way that led here: a branch gone back from leaves none behind."""
    steps = {name.replace("-", "_"): name for name in talk.path}
    return {name: value for name, value in talk.answers.items() if name in steps}


def campaign_of(talk: Conversation) -> uuid.UUID | None:
    """The campaign whose code was dialled or typed in this talk."""
    named = talk.answers.get("campaign")
    return uuid.UUID(named) if named else None


def county_of(talk: Conversation, catalogue: Catalogue) -> int | None:
    """The county's number, said or known from the poster's place."""
    if county := talk.answers.get("county"):
        return int(county)
    place = catalogue.places.get(talk.answers.get("place", ""))
    return place.county if place else None
