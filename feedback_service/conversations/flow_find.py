"""Finding the service: by poster code, by letters of its name, by sector; then the county."""

from feedback_service.conversations import flow_code
from feedback_service.conversations.catalogue import CountyCard, Poster, ServiceCard
from feedback_service.conversations.steps import (
    Ask,
    Choose,
    Conversation,
    Effect,
    Flow,
    NotUnderstood,
    Option,
    Said,
    View,
)
from feedback_service.conversations.wording import phrase

MOST_FOUND = 16


def from_poster(poster: Poster) -> dict[str, str]:
    """The answers that a poster's code gives."""
    known = {"service": poster.service, "place": poster.place, "campaign": poster.campaign}
    return {name: value for name, value in known.items() if value}


def after_poster(conversation: Conversation) -> str:
    """A poster of a service leads to its small menu, of a place to the main menu; a code from a
    receipt to the rating of its visit."""
    if conversation.answers.get(flow_code.CODE):
        return flow_code.CODE
    return "service-menu" if conversation.answers.get("service") else "main"


def service_name(view: View) -> str:
    return view.catalogue.services[view.answer("service")].short[view.language]


def after_service(view: View) -> str:
    """Where a known service leads, by what the citizen came for."""
    service = view.catalogue.services[view.answer("service")]
    if view.answer("do") == "before":
        return "card"
    if view.answer("do") == "rate":
        return "score"
    return "what" if county_known(view, service) else "report-county"


def county_known(view: View, service: ServiceCard) -> bool:
    """Whether we know which county answers, or need not."""
    return not service.by_county or bool(view.answer("county") or view.answer("place"))


def _sectors(view: View) -> list[Option]:
    return [Option(f"sector:{s.key}", s.short[view.language]) for s in view.catalogue.sectors]


def _after_find(view: View) -> str:
    return "in-sector"


def _find(view: View, text: str) -> Said:
    """A code or letters, typed where sectors are shown."""
    if said := flow_code.typed(view, text):
        return said
    if poster := view.catalogue.poster(text):
        answers = from_poster(poster)
        if "service" in answers:
            return _said_service(view, answers["service"], answers)
        return Said(answers, "find")
    found = view.catalogue.find_services(text) if len(text) > 1 else []
    if not found:
        raise NotUnderstood("hint-code")
    if len(found) == 1:
        return _said_service(view, found[0].id, {})
    return Said({"letters": text, "service": ""}, "find-pick")


def _said_service(view: View, service: str, answers: dict[str, str]) -> Said:
    known = {**answers, "service": service}
    after = View(view.conversation.answered(**known), view.catalogue)
    return Said(known, after_service(after))


def _found(view: View) -> list[Option]:
    found = view.catalogue.find_services(view.answer("letters"))[:MOST_FOUND]
    return [Option(s.id, s.short[view.language]) for s in found]


def _of_sector(view: View) -> list[Option]:
    key = view.answer("sector").removeprefix("sector:")
    return [Option(s.id, s.short[view.language]) for s in view.catalogue.in_sector(key)]


def _county_options(view: View) -> list[Option]:
    found = view.catalogue.find_counties(view.answer("county_letters"))
    return [Option(str(c.code), c.name) for c in found]


def _county(then: str, pick: str) -> Ask:
    def read(view: View, text: str) -> Said:
        found: list[CountyCard] = view.catalogue.find_counties(text)
        if not found:
            raise NotUnderstood("hint-county")
        if len(found) == 1:
            return Said({"county": str(found[0].code)}, then)
        return Said({"county_letters": text, "county": ""}, pick)

    records = Effect.RATE_COUNTY if then == "on-time" else None
    return Ask(lambda view: phrase("county", view.language), read, records)


def _county_pick(then: str) -> Choose:
    records = Effect.RATE_COUNTY if then == "on-time" else None
    return Choose(
        lambda view: phrase("county-pick", view.language),
        _county_options,
        "county",
        lambda view: then,
        records,
    )


STEPS: Flow = {
    "find": Choose(
        lambda view: phrase("find", view.language),
        _sectors,
        "sector",
        _after_find,
        typed=_find,
        made_of=(),
    ),
    "in-sector": Choose(
        lambda view: phrase("find-pick", view.language),
        _of_sector,
        "service",
        after_service,
        typed=_find,
        made_of=("sector",),
    ),
    "find-pick": Choose(
        lambda view: phrase("find-pick", view.language),
        _found,
        "service",
        after_service,
        typed=_find,
    ),
    "report-county": _county("what", "report-county-pick"),
    "report-county-pick": _county_pick("what"),
    "rate-county": _county("on-time", "rate-county-pick"),
    "rate-county-pick": _county_pick("on-time"),
}
