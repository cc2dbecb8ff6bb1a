"""What an SMS or WhatsApp message is, by one table: the first line that fits, from the top, wins.

Each line says in plain words which message in which situation it claims, and what then happens.
A reply that quotes a message of ours about a case counts as one that names its reference.
The last line claims every message: what nothing else explains is a message for a person.
"""

from collections.abc import Callable
from dataclasses import dataclass

from feedback_service.conversations.commands import claims_named as named
from feedback_service.conversations.commands import claims_waiting as free
from feedback_service.conversations.commands.reading import Read
from feedback_service.conversations.commands.situation import Known, Waiting
from feedback_service.conversations.commands.verbs import Command, Kind

__all__ = ["TABLE", "Line", "decide", "line_of"]


@dataclass(frozen=True)
class Line:
    """One line of the table; `claims` gives the command, or None when the line does not fit."""

    message: str
    when: str
    does: str
    claims: Callable[[Read], Command | None]


_ANY, _OWN, _FOREIGN = "always", "the case is the sender's own", "the case is not the sender's"

TABLE: tuple[Line, ...] = (
    # --- commands: only when they are the whole message
    Line("STOP, ACHA, SIMAMISHA, UNSUBSCRIBE", _ANY, "no more messages here", named.stop),
    Line("START, ANZA", _ANY, "messages again", named.start),
    Line("HELP, MSAADA, or nothing at all", _ANY, "how to write to us", named.help_),
    Line("ENGLISH, KISWAHILI", _ANY, "the language from now on", named.language),
    Line("MENU, or a greeting and nothing else", _ANY, "the menu", named.menu),
    Line("WHO or NANI, and a reference", _ANY, "who looked at that case", named.who),
    Line("COUNTED or IMEHESABIWA, and a reference", _ANY, "whether it was counted", named.counted),
    Line("MYDATA or TAARIFA ZANGU", _ANY, "all that we keep of them, by a link", named.mydata),
    Line("FORGET ME or NIFUTE, then with YES or NDIYO", _ANY, "asked, then forgotten",
         named.forget),
    Line("a code from a receipt or ticket", _ANY, "the rating of that visit", named.code),
    # --- references: the case that is named
    Line("a reference", "our list of cases with it waits", "the choice from it", named.listed),
    Line("reference, SMS or QUIET or KIMYA", _ANY, "messages of the case, or none", named.hush),
    Line("reference, APPEAL or RUFAA", _ANY, "the case goes one office up", named.appeal),
    Line("reference, WITHDRAW or ONDOA", _ANY, "the case is withdrawn", named.withdraw),
    Line("reference, four digits, perhaps more", "the case is quiet, or not the sender's",
         "the digits open it; then as without them", named.secret),
    Line("a reference alone, rightly typed or not", _ANY, "status", named.status),
    Line("a reference, and solved or not", f"{_OWN}, answered or closed",
         "the verdict, or asked again", named.quoted_verdict),
    Line("a reference and words", _OWN, "words for that case", named.add),
    Line("a reference and words", f"{_FOREIGN}, and somebody's",
         "told so; a sentence is kept for a person", named.not_theirs),
    Line("a mistyped reference, and solved or not", _ANY, "told that it is not known",
         named.mistyped),
    # --- answers: the last question we put
    Line("a number of the list, or NEW", "our list of cases waits", "the choice from it",
         free.pick),
    Line("any words", "a dialogue waits for its next step", "the dialogue goes on", free.step),
    Line("1-5", "the last question was an invitation to rate", "a rating", free.rating),
    Line("solved, not solved, or something of it", "the last question was: solved?",
         "the verdict; what is unclear joins the case and is asked again", free.asked_verdict),
    Line("any words", "the last question wanted words", "words for that case", free.answer),
    # --- without reference or question
    Line("a picture, sound or place alone", "a question or a case of today is known",
         "it joins that case", free.enclosed),
    Line("a picture, sound or place alone", "otherwise", "kept, and asked what it is about",
         free.kept),
    Line("1-5", "an invitation came before the last question, or is too old",
         "a rating, or thanks", free.late_rating),
    Line("solved or not solved, and no more", "exactly one case waits for a verdict",
         "the verdict on it", free.only_verdict),
    Line("solved or not solved, and no more", "several cases wait for one",
         "one numbered question: which case?", free.which_verdict),
    Line("yes, no, a short number, or no word", "nothing waits for it", "told so", free.nothing),
    Line("thanks or ok", _ANY, "nothing", free.thanks),
    Line("a service's name, nickname or poster code", _ANY,
         "its charter card; the menu of those that share the name", free.card),
    Line("where is my case, and no more", "a case is open, or was spoken of today", "its status",
         free.asks_where),
    Line("words that came within the hour already", _ANY, "the status of their case",
         free.repeat),
    # --- free words
    Line("words", "too many messages this hour; no danger is named",
         "kept for a person to look at", free.flooding),
    Line("words", "words for a case came minutes ago; no other office is named",
         "more words for that case", free.more),
    Line("words", "too many complaints this hour; no danger is named",
         "kept for a person to look at", free.set_aside),
    Line("words", "a case was spoken of today; no other office, no danger is named",
         "one numbered question: which case?", free.which),
    Line("anything else", _ANY, "a new complaint", free.complaint),
)  # fmt: skip


def decide(text: str, waiting: Waiting, known: Known | None = None) -> Command:
    """What the message is; case, spaces, full stops and a leading # do not matter."""
    return line_of(text, waiting, known)[1]


def line_of(text: str, waiting: Waiting, known: Known | None = None) -> tuple[Line, Command]:
    """The line that claims a message, and its command."""
    known = known or Known()
    rest = _after_keyword(text, known.keyword)
    if rest:
        found = _first(Read(rest, waiting, known))
        if found[1].kind not in TAKES_WORDS:
            return found
    return _first(Read(text.strip(), waiting, known))


TAKES_WORDS = frozenset({Kind.ADD, Kind.WHICH, Kind.SET_ASIDE, Kind.COMPLAINT, Kind.REPEAT})
"""What keeps the citizen's words as they wrote them, the short code's keyword with them."""


def _first(read: Read) -> tuple[Line, Command]:
    for line in TABLE:
        if command := line.claims(read):
            return line, command
    raise AssertionError("the last line claims every message")


def _after_keyword(text: str, keyword: str) -> str:
    first, _, rest = text.strip().partition(" ")
    return rest.strip() if keyword and first.casefold() == keyword.casefold() else ""
