"""The whole USSD menu, step by step: what is asked, how it is read, where it leads.

Main menu: before you go, rate, report, asked for money or afraid, my cases.  A poster's code typed
at the first menus jumps straight to its service.
"""

from collections.abc import Callable

from feedback_service.conversations import (
    flow_cases,
    flow_code,
    flow_find,
    flow_report,
    flow_survey,
)
from feedback_service.conversations.catalogue import Catalogue
from feedback_service.conversations.engine import Move
from feedback_service.conversations.pages import plain
from feedback_service.conversations.steps import (
    SCREEN,
    Ask,
    Asks,
    Choose,
    Conversation,
    Effect,
    End,
    Flow,
    NotUnderstood,
    Option,
    Said,
    Tell,
    Then,
    View,
)
from feedback_service.conversations.wording import kes, phrase, promised

START = "language"
SCORES = ("5", "4", "3", "2", "1")
PURPOSES = ("before", "rate", "report")


def begin(language: str, dialled: str, catalogue: Catalogue) -> Conversation:
    """Where a session starts: at the language, or past it when we know it; `dialled` is a poster
    or a code from a receipt.

    A long dial (`*384*77*1234#`) brings the code with it.
    """
    conversation = Conversation("main" if language else START, language)
    if said := flow_code.typed(View(conversation, catalogue), dialled):
        return conversation.answered(**said.answers)._replace(step=said.then)
    poster = catalogue.poster(dialled) if dialled else None
    if poster is None:
        return conversation
    conversation = conversation.answered(**flow_find.from_poster(poster))
    if not language:
        return conversation
    return Conversation(flow_find.after_poster(conversation), language, conversation.answers)


def _main_options(view: View) -> list[Option]:
    return [
        Option(value, phrase(f"main-{value}", view.language))
        for value in ("before", "rate", "report", "afraid", "cases", "language")
    ]


def _after_main(view: View) -> str:
    do = view.answer("do")
    return {"afraid": "afraid", "cases": "cases", "language": "switch"}.get(do, "find")


def _after_language(view: View) -> str:
    return flow_find.after_poster(view.conversation)


def _typed_poster(view: View, text: str) -> Said:
    """At the first menus a code is understood too: a poster's, or one from a receipt."""
    if said := flow_code.typed(view, text):
        return said
    poster = view.catalogue.poster(text) if len(text) >= 4 else None
    if poster is None:
        raise NotUnderstood("hint-number")
    answers = flow_find.from_poster(poster)
    known = view.conversation.answered(**answers)
    return Said(answers, flow_find.after_poster(known) if known.language else START)


def _languages(view: View) -> list[Option]:
    return [Option("en", "English"), Option("sw", "Kiswahili")]


def _priced(title: Asks, which: str = "") -> Asks:
    """A session's first screen says what the call costs, where the operator has declared it.

    `which` ends the keys of the wording: `-ask` where no language is known yet.
    """

    def ask(view: View) -> str:
        price = view.catalogue.call_cost
        if not price or view.conversation.path or view.medium != SCREEN:
            return title(view)
        if price.lower() == "free":
            return f"{title(view)}\n{phrase(f'call-free{which}', view.language)}"
        said = phrase(f"call-cost{which}", view.language, cost=plain(price))
        return f"{title(view)}\n{said}"

    return ask


def _say(key: str) -> Asks:
    return lambda view: phrase(key, view.language)


def _of_service(key: str) -> Asks:
    """A phrase that names the service at hand."""
    return lambda view: phrase(key, view.language, service=flow_find.service_name(view))


def _options(prefix: str, *values: str) -> Callable[[View], list[Option]]:
    return lambda view: [Option(v, phrase(f"{prefix}-{v}", view.language)) for v in values]


def _to(step: str) -> Then:
    return lambda view: step


def _card(view: View) -> str:
    """Know before you go: official cost, promised time, papers and where."""
    service = view.catalogue.services[view.answer("service")]
    language, where = view.language, service.where[view.language]
    place = view.catalogue.places.get(view.answer("place"))
    if place and (place.id, service.id) in view.catalogue.not_offered:
        name = service.short[language]
        return phrase("not-offered", language, service=name, place=place.name, where=where)
    card = service.card
    if card is None:
        return phrase("card-none", language, service=service.name[language], where=where)
    note = card.cost_note[language]
    return phrase(
        "card",
        language,
        service=service.name[language],
        cost=f"{kes(card.cost, language)} ({note})" if note else kes(card.cost, language),
        time=promised(card.amount, card.unit, language),
        papers=card.papers[language],
        where=where,
    )


def _on_time(view: View) -> str:
    card = view.catalogue.services[view.answer("service")].card
    time = promised(card.amount, card.unit, view.language) if card else "-"
    return phrase("on-time", view.language, time=time)


def _paid(view: View) -> str:
    card = view.catalogue.services[view.answer("service")].card
    return phrase("paid", view.language, cost=kes(card.cost if card else None, view.language))


def _amount(view: View, text: str) -> Said:
    digits = text.replace(",", "").replace(" ", "").lower().removeprefix("kes").removeprefix("ksh")
    if not digits.isdecimal() or not 1 <= int(digits) <= 10_000_000:
        raise NotUnderstood("hint-amount")
    return Said({"paid_amount": str(int(digits))}, "courtesy")


def after_score(view: View) -> str:
    """The county is asked after the score, so that five steps are enough to keep a rating."""
    service = view.catalogue.services[view.answer("service")]
    return "on-time" if flow_find.county_known(view, service) else "rate-county"


FLOW: Flow = {
    START: Choose(
        _priced(_say("language-ask"), "-ask"), _languages, "language", _after_language,
        Effect.LANGUAGE, typed=_typed_poster, made_of=(),
    ),
    "switch": Choose(
        _say("language-ask"), _languages, "language", _to("main"), Effect.LANGUAGE, made_of=(),
    ),
    "main": Choose(
        _priced(_say("main")), _main_options, "do", _after_main, typed=_typed_poster, made_of=(),
    ),
    "service-menu": Choose(
        _priced(_of_service("service-menu")), _options("main", *PURPOSES), "do",
        flow_find.after_service, made_of=("service",),
    ),
    "card": Tell(_card),
    "score": Choose(
        _of_service("score"), _options("score", *SCORES), "score", after_score, Effect.RATE,
        made_of=("service",),
    ),
    "on-time": Choose(
        _on_time, _options("on-time", "yes", "no", "waiting"), "on_time", _to("paid"),
        Effect.CHARTER_ANSWER, made_of=("service",),
    ),
    "paid": Choose(
        _paid, _options("paid", "no", "yes"), "paid",
        lambda view: "paid-amount" if view.answer("paid") == "yes" else "courtesy",
        Effect.CHARTER_ANSWER, made_of=("service",),
    ),
    "paid-amount": Ask(_say("paid-amount"), _amount, Effect.CHARTER_ANSWER),
    "courtesy": Choose(
        _say("courtesy"), _options("courtesy", "yes", "no"), "courtesy",
        flow_survey.after_courtesy,
        Effect.CHARTER_ANSWER, made_of=(),
    ),
    "rated": End(_of_service("rated")),
    **flow_survey.STEPS,
    **flow_find.STEPS,
    **flow_code.STEPS,
    **flow_report.STEPS,
    **flow_cases.STEPS,
}  # fmt: skip

__all__ = ["FLOW", "START", "Move", "begin"]
