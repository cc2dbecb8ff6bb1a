"""Reporting a problem, and the way of those who were asked for money or are afraid.

The case is open before anything more is asked: how it may be answered, and with which secret.
"""

from feedback_service.conversations.flow_find import service_name
from feedback_service.conversations.steps import (
    SCREEN,
    SECRET,
    Ask,
    Asks,
    Choose,
    Effect,
    End,
    Flow,
    NotUnderstood,
    Option,
    Said,
    View,
)
from feedback_service.conversations.wording import phrase
from feedback_service.domain.quiet import BadSecret, is_easy, read_secret

WHAT = (
    "delay",
    "quality",
    "staff_conduct",
    "cost",
    "access",
    "information",
    "system_failure",
    "discrimination",
)
AFRAID = ("bribery", "threat", "danger")
CUT_OFF = 75
"""Characters of a keypad's words that the network may have cut: Safaricom takes 80, Airtel 90."""


def _what(view: View) -> list[Option]:
    return [Option(v, phrase(f"what-{v}", view.language)) for v in WHAT]


def _afraid(view: View) -> list[Option]:
    return [Option(v, phrase(f"afraid-{v}", view.language)) for v in AFRAID]


def _asks_for_sms(view: View) -> bool:
    """Whether the rest may be told by SMS: not of what is quiet, nor where we write already."""
    return view.medium == SCREEN and not _service_is_quiet(view)


def _service_is_quiet(view: View) -> bool:
    return view.catalogue.services[view.answer("service")].is_quiet


def _ask_words(view: View) -> str:
    return phrase("words" if _asks_for_sms(view) else "words-quiet", view.language)


def _words(view: View, text: str) -> Said:
    """The words, or one of the keys that the question names; the next screen knows the case."""
    by_sms = _asks_for_sms(view)
    if text == "1" and by_sms:
        return Said({"words": ""}, "filed-tell")
    without = text == ("2" if by_sms else "1")
    if not without and len(text) < 3:
        raise NotUnderstood("hint-words")
    if _service_is_quiet(view):
        then = "secret-way"
    else:
        then = "reply-way" if view.medium == SCREEN else "filed"
    return Said({"words": "" if without else text}, then)


def _afraid_words(view: View, text: str) -> Said:
    if text != "1" and len(text) < 3:
        raise NotUnderstood("hint-words")
    return Said({"words": "" if text == "1" else text}, "secret-afraid")


def _reply_way(*ways: str) -> Choose:
    """How may we answer?  Whoever hangs up here gets what is usual for the sector."""

    def ask(view: View) -> str:
        danger = view.conversation.facts.get("danger")
        key = "reply-way-danger" if danger else "reply-way"
        return from_facts(key, "reference", "day")(view)

    return Choose(
        ask,
        lambda view: [Option(way, phrase(f"reply-way-{way}", view.language)) for way in ways],
        "reply_way",
        lambda view: "filed" if view.answer("reply_way") == "sms" else "secret",
        Effect.ANSWER_WAY,
        final=True,
    )


def secret_of(text: str) -> str:
    """A secret as it is chosen: four digits, and none that anybody tries first."""
    try:
        digits = read_secret(text)
    except BadSecret:
        raise NotUnderstood("hint-secret") from None
    if is_easy(digits):
        raise NotUnderstood("hint-easy")
    return digits


def _secret(view: View, text: str) -> Said:
    return Said({SECRET: secret_of(text)}, "secret-kept")


def _secret_afraid(view: View, text: str) -> Said:
    if text == "1":
        return Said({}, "filed-afraid")
    return Said({SECRET: secret_of(text)}, "secret-afraid-kept")


def from_facts(key: str, *names: str) -> Asks:
    """A phrase filled with facts that the service fetched or made."""
    return lambda view: phrase(
        key, view.language, **{name: view.conversation.facts.get(name, "-") for name in names}
    )


def _filed(view: View) -> str:
    facts = view.conversation.facts
    if facts.get("stopped"):
        return from_facts("filed-stopped", "reference", "day")(view)
    if facts.get("held"):
        key = "filed-held" if facts["held"] == "clear" else "filed-central"
        return from_facts(key, "reference", "day")(view)
    return from_facts("filed", "reference", "office", "day")(view)


def _filed_tell(view: View) -> str:
    stopped = view.conversation.facts.get("stopped")
    return from_facts("filed-stopped" if stopped else "filed-tell", "reference", "day")(view)


STEPS: Flow = {
    "what": Choose(
        lambda view: phrase("what", view.language, service=service_name(view)),
        _what,
        "what",
        lambda view: "words",
        made_of=("service",),
    ),
    "words": Ask(_ask_words, _words, Effect.OPEN_CASE, final=True),
    "reply-way": _reply_way("sms", "quiet"),
    "secret-way": _reply_way("quiet", "sms"),
    "filed": End(_filed),
    "filed-tell": End(_filed_tell),
    "secret": Ask(from_facts("secret", "reference"), _secret, Effect.SET_SECRET, final=True),
    "secret-kept": End(from_facts("secret-kept", "reference", "day")),
    "afraid": Choose(
        lambda view: phrase("afraid", view.language), _afraid, "afraid", lambda view: "afraid-words"
    ),
    "afraid-words": Ask(
        lambda view: phrase("afraid-words", view.language),
        _afraid_words,
        Effect.OPEN_CONFIDENTIAL,
        final=True,
    ),
    "secret-afraid": Ask(
        from_facts("secret-afraid", "reference"), _secret_afraid, Effect.SET_SECRET, final=True
    ),
    "secret-afraid-kept": End(from_facts("secret-afraid-kept", "reference")),
    "filed-afraid": End(from_facts("filed-afraid", "reference")),
}
