"""Where a case stands, told by message: fully, or what may be said of a quiet one."""

from collections.abc import Mapping

from feedback_service import redress
from feedback_service.conversations.wording import phrase
from feedback_service.domain.references import spoken
from feedback_service.intake.messages.talk import Talk
from feedback_service.models import Case

_STATUS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "open": ("sms-status", ("reference", "status", "office", "day")),
    "late": ("sms-late", ("reference", "rung", "office")),
    "answered": ("sms-answered", ("reference", "office", "answer")),
    "rejected": ("sms-rejected", ("reference", "office", "answer")),
    "closed": ("sms-status-closed", ("reference", "done", "outcome")),
}
"""How a case's status is told, by the screen that tells it: the wording, and its values."""
_ONCE_ASKED = {"sms-answered": "sms-status-answered", "sms-rejected": "sms-status-rejected"}
"""What puts the question too, once it has been put at its own hour."""
_QUIET_STATUS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "open": ("sms-quiet-status", ("reference", "status", "day")),
    "late": ("sms-quiet-status", ("reference", "status", "day")),
    "answered": ("sms-quiet-answered", ("reference", "status", "done")),
    "rejected": ("sms-quiet-answered", ("reference", "status", "done")),
    "closed": ("sms-status-closed", ("reference", "done", "outcome")),
}


def tell_status(talk: Talk, case: Case) -> None:
    """Fully to the number that filed it, unless the case is quiet.

    Of an answered case that is the answer, with the question whether it is solved once that has
    been asked.
    """
    if case.quiet:
        status = phrase(f"status-{case.status}", talk.language)
        talk.reply("sms-status-word", case, reference=spoken(case.reference), status=status)
        return
    facts = redress.facts_of(talk.rt, talk.session, case, talk.language)
    wording, names = _STATUS[facts["say"]]
    if not facts.keys() >= set(names):
        wording, names = _STATUS["open"]
    if case.asked:
        wording = _ONCE_ASKED.get(wording, wording)
    talk.reply(wording, case, **{name: facts[name] for name in names})


def tell_quietly(talk: Talk, case: Case) -> None:
    """Where a quiet case stands, and how it is judged: no office, no answer, no word of it."""
    facts = redress.facts_of(talk.rt, talk.session, case, talk.language)
    wording, names = _QUIET_STATUS[facts["say"]]
    talk.reply(wording, case, **{name: facts[name] for name in names})
