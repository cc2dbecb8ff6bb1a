"""What every page of the desk shares: its blueprint, who is signed in, where they can go, names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint, current_app, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback_service import registry
from feedback_service.conversations.catalogue import Catalogue
from feedback_service.models import Role, Unit
from feedback_service.runtime import Runtime
from feedback_service.staff import Viewer
from feedback_service.web.access import viewer_here
from feedback_service.web.furniture import here_in, other
from feedback_service.web.texts import LANGUAGES, page_words, say

pages = Blueprint("desk", __name__, url_prefix="/desk")

EVERYONE = tuple(Role)
READERS = (Role.OFFICER, Role.SUPERVISOR, Role.PERFORMANCE, Role.INTEGRITY, Role.AUDITOR)
"""Roles that see cases."""
HELPERS = (Role.OFFICER, Role.SUPERVISOR)
"""Roles that register what citizens bring."""
CONTRACT_READERS = (
    Role.PERFORMANCE, Role.SUPERVISOR, Role.ANALYST, Role.OVERSIGHT, Role.AUDITOR,
)  # fmt: skip
"""Roles that see performance contracts and the Ombudsman's returns."""

NAMELESS = "\u2013"
"""A dash, where a name is missing."""

PLACES: Mapping[str, tuple[str, tuple[Role, ...]]] = {
    "queue": ("desk.queue", READERS),
    "supervise": ("desk.supervise", (Role.SUPERVISOR,)),
    "register": ("desk.register", HELPERS),
    "dashboard": ("desk.dashboard", (Role.PERFORMANCE, Role.SUPERVISOR)),
    "national": ("desk.national", (Role.OVERSIGHT, Role.ANALYST)),
    "oversight": ("desk.oversight", (Role.OVERSIGHT, Role.ANALYST)),
    "calls": ("desk.calls", (Role.ANALYST, Role.OVERSIGHT)),
    "incidents": ("desk.incidents", (*HELPERS, Role.PERFORMANCE, Role.AUDITOR)),
    "rising": (
        "desk.rising",
        (Role.SUPERVISOR, Role.PERFORMANCE, Role.OVERSIGHT, Role.ANALYST, Role.AUDITOR),
    ),
    "appraisal": ("desk.appraisal", (Role.OFFICER, Role.SUPERVISOR)),
    "appraisals": ("desk.appraisals_page", (Role.SUPERVISOR, Role.PERFORMANCE)),
    "contract": ("desk.contracts_page", CONTRACT_READERS),
    "caj_return": ("desk.caj_returns", CONTRACT_READERS),
    "visits": (
        "desk.visit_feed",
        (Role.SUPERVISOR, Role.PERFORMANCE, Role.ANALYST, Role.OVERSIGHT, Role.AUDITOR),
    ),
    "registry": ("desk.registry_rooms", (Role.ADMINISTRATOR,)),
    "team": ("desk.people", (Role.ADMINISTRATOR, Role.SUPERVISOR)),
    "survey": ("desk.survey", (Role.PERFORMANCE, Role.ANALYST, Role.OVERSIGHT)),
    "flags": ("desk.flags", (Role.AUDITOR, Role.OVERSIGHT, Role.ANALYST)),
    "government": (
        "desk.government_page",
        (Role.PERFORMANCE, Role.OVERSIGHT, Role.ANALYST),
    ),
    "frozen": ("desk.frozen", (Role.PERFORMANCE, Role.ANALYST, Role.AUDITOR)),
    "audit": ("desk.changes", (Role.AUDITOR, Role.ADMINISTRATOR)),
    "wording": ("desk.wording", (Role.TRANSLATOR, Role.ADMINISTRATOR)),
    "compliments": ("desk.compliments", (*HELPERS, Role.PERFORMANCE, Role.AUDITOR)),
    "reached": (
        "desk.reached",
        (Role.PERFORMANCE, Role.SUPERVISOR, Role.ANALYST, Role.OVERSIGHT),
    ),
    "programmes": ("desk.programmes", (Role.PERFORMANCE, Role.ANALYST)),
    "campaigns": (
        "desk.campaigns",
        (Role.PERFORMANCE, Role.SUPERVISOR, Role.ANALYST, Role.OVERSIGHT),
    ),
    "targets": (
        "desk.targets",
        (Role.PERFORMANCE, Role.SUPERVISOR, Role.ANALYST, Role.OVERSIGHT),
    ),
    "performance_week": ("desk.performance_week", (Role.ANALYST, Role.AUDITOR)),
    "sheets": ("desk.sheets", HELPERS),
    "conflicts": ("desk.conflicts_page", (*HELPERS, Role.INTEGRITY)),
    "unsealings": ("desk.unsealings", (*HELPERS, Role.INTEGRITY, Role.AUDITOR)),
    "replies": ("desk.replies", (Role.SUPERVISOR, Role.ADMINISTRATOR)),
    "rules": ("desk.rules", (Role.SUPERVISOR, Role.ADMINISTRATOR)),
    "subjects": ("desk.subjects", (Role.AUDITOR,)),
    "looks": ("desk.looks", (Role.AUDITOR,)),
    "channels": ("desk.channels", (Role.ADMINISTRATOR, Role.AUDITOR)),
    "calendar": ("desk.holidays", (Role.ADMINISTRATOR,)),
    "ladder": ("desk.ladder", (Role.ADMINISTRATOR,)),
    "set_aside": ("desk.set_aside", HELPERS),
    "labels": ("desk.labels", HELPERS),
    "model": ("desk.text_model", (Role.ANALYST, Role.ADMINISTRATOR)),
    "notices": ("desk.notices_page", EVERYONE),
}
"""What the navigation offers, the daily places first: the view, the roles it is open to."""
_IN_THE_BAR = 3
"""So many places stand in the bar, with the notices; the others under "more"."""


@dataclass(frozen=True)
class Person:
    name: str
    role: Role
    institution_name: str | None
    account_href: str
    sign_out_href: str


@dataclass(frozen=True)
class NavItem:
    """`count`: what waits there unseen, if anything; `tucked`: it stands under "more"."""

    key: str
    href: str
    current: bool
    count: int = 0
    tucked: bool = False


@dataclass(frozen=True)
class Choice:
    """A line of a list to choose from."""

    key: str
    name: str


@dataclass(frozen=True)
class Office:
    """A desk that can hold cases, as forms and custody name it."""

    unit_id: str
    institution_id: str
    kind: str
    name: Mapping[str, str]
    ended: bool = False


def runtime() -> Runtime:
    found: Runtime = current_app.extensions["runtime"]
    return found


def language() -> str:
    """The reader's language: chosen for this visit, or the account's."""
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        session["lang"] = asked
    who = viewer_here()
    kept = session.get("lang") or (who.language if who else "en")
    return kept if kept in LANGUAGES else "en"


def catalogue() -> Catalogue:
    return registry.catalogue(runtime())


def offices(db: Session) -> Mapping[str, Office]:
    """Every desk by its id; one copy a process, renewed with the registry's."""

    def read() -> Mapping[str, Office]:
        units = db.scalars(sa.select(Unit).order_by(Unit.institution_id, Unit.id))
        return {unit.id: _office(unit) for unit in units}

    return registry.renewed(runtime(), "offices", read)


def at_central(who: Viewer) -> bool:
    """Whether the viewer works for the desk of last resort."""
    with runtime().transaction() as db:
        desks = offices(db).values()
    return any(
        desk.kind == "central" and desk.institution_id == who.institution_id for desk in desks
    )


def serves_all(who: Viewer) -> bool:
    """Whether the viewer's work is the whole service's: no administrator of one institution."""
    return who.institution_id is None or who.has(Role.TRANSLATOR, Role.AUDITOR)


def rules_all(who: Viewer) -> bool:
    """Whether what holds for every institution is the viewer's to change: nobody's of one, whomever
    they stand in for."""
    return who.institution_id is None


def runs_all(who: Viewer) -> bool:
    """Whether the whole service is the viewer's to run: nobody's of one institution but GPMCO's."""
    return who.institution_id in (None, runtime().settings.scorecard_owner)


def institution_name(institution_id: str | None, lang: str) -> str | None:
    named = catalogue().offices.get(institution_id or "")
    return named[lang] if named else institution_id


def read_id(said: str) -> UUID | None:
    """An id of an address or a form; None where it is none."""
    try:
        return UUID(said)
    except ValueError:
        return None


def channel_key(channel: str, source: str = "") -> str:
    """The channel as a key of the texts; for a registered case, how it came to the desk."""
    if channel == "desk":
        return source.split(":")[1] if source.startswith("desk:") else "person"
    return channel.rpartition("-")[2]


def not_found(_: Any = None) -> ResponseReturnValue:
    return render_template("desk/not_found.html"), 404


@pages.context_processor
def _frame() -> dict[str, Any]:
    who, lang = viewer_here(), language()
    return {
        **page_words(lang),
        "language": lang,
        "other_lang_href": here_in(other(lang), _page_here()),
        "person": _person(who, lang) if who else None,
        "nav": _nav(who) if who else [],
    }


def _page_here() -> str:
    """The address of this page; the queue's where a form was sent."""
    return request.path if request.method == "GET" else url_for("desk.queue")


def _person(who: Viewer, lang: str) -> Person:
    role = next(role for role in Role if who.has(role))
    return Person(
        who.name, role, institution_name(who.institution_id, lang),
        url_for("desk.account"), url_for("desk.sign_out"),
    )  # fmt: skip


def _nav(who: Viewer) -> list[NavItem]:
    open_to = [
        key
        for key, (_, roles) in PLACES.items()
        if who.has(*roles) and _ONLY.get(key, _anybody)(who)
    ]
    in_the_bar = {*[key for key in open_to if key != "notices"][:_IN_THE_BAR], "notices"}
    return [
        NavItem(
            key, url_for(PLACES[key][0]), request.endpoint == PLACES[key][0],
            who.unseen if key == "notices" else 0, key not in in_the_bar,
        )
        for key in open_to
    ]  # fmt: skip


def _anybody(_: Viewer) -> bool:
    return True


_ONLY: Mapping[str, Callable[[Viewer], bool]] = {
    "audit": serves_all,
    "registry": rules_all,
    "wording": serves_all,
    "channels": serves_all,
    "calendar": rules_all,
    "model": runs_all,
    "set_aside": at_central,
    "unsealings": lambda who: who.has(Role.AUDITOR, Role.INTEGRITY) or at_central(who),
    "conflicts": lambda who: who.has(Role.SUPERVISOR, Role.INTEGRITY) or at_central(who),
}
"""Places that are not for everybody who has the role."""


def _office(unit: Unit) -> Office:
    names = {"en": unit.name_en, "sw": unit.name_sw}
    return Office(unit.id, unit.institution_id, unit.kind, names, unit.ended_on is not None)


def choices(prefix: str, keys: tuple[str, ...], lang: str) -> list[Choice]:
    """Keys with their words: `choices("category", ("delay",), "en")`."""
    return [Choice(key, say(lang, f"{prefix}.{key}")) for key in keys]
