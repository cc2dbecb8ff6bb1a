"""What a message can be, and the words that are commands by themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    STOP = "stop"
    START = "start"
    HELP = "help"
    LANGUAGE = "language"
    MENU = "menu"
    WHO = "who"
    COUNTED = "counted"
    CODE = "code"
    MYDATA = "mydata"
    FORGET = "forget"
    FORGET_YES = "forget-yes"
    STATUS = "status"
    SECRET = "secret"
    HUSH = "hush"
    APPEAL = "appeal"
    WITHDRAW = "withdraw"
    VERDICT = "verdict"
    ADD = "add"
    NOT_THEIRS = "not-theirs"
    PICK = "pick"
    STEP = "step"
    RATING = "rating"
    ENCLOSED = "enclosed"
    KEPT = "kept"
    WHICH = "which"
    NOTHING = "nothing"
    THANKS = "thanks"
    CARD = "card"
    REPEAT = "repeat"
    SET_ASIDE = "set-aside"
    COMPLAINT = "complaint"


@dataclass(frozen=True)
class Command:
    """What is to be done.

    reference: eight digits, or empty.  value: a language; a verdict; a choice; a mark; `sms` or
    `quiet`; the id of a service.  words: the citizen's own, as they wrote them.  secret: four
    digits that came with the reference.  also: further cases that the same words name.
    """

    kind: Kind
    reference: str = ""
    value: str = ""
    words: str = ""
    secret: str = ""
    also: tuple[str, ...] = ()


STOPS = frozenset({"stop", "acha", "simamisha", "unsubscribe", "stopall"})
STARTS = frozenset({"start", "anza", "unstop"})
HELPS = frozenset({"help", "msaada"})
LANGUAGES: Mapping[str, str] = {"english": "en", "kiswahili": "sw"}
MENUS = frozenset({"menu", "menyu"})
WHOSE = frozenset({"who", "nani"})
COUNTS = frozenset({"counted", "imehesabiwa"})
MYDATAS = frozenset({"mydata", "my data", "taarifa zangu", "data yangu"})
FORGETS = frozenset({"forget me", "nifute", "delete my data", "futa data yangu"})
FORGETS_YES = frozenset({"forget me yes", "nifute ndiyo", "nifute ndio"})
HUSHES: Mapping[str, str] = {"sms": "sms", "quiet": "quiet", "kimya": "quiet"}
APPEALS = frozenset({"appeal", "rufaa", "nakata rufaa", "i appeal"})
WITHDRAWS = frozenset({"withdraw", "ondoa"})
ABOUT_A_CASE = frozenset(
    {"case", "kesi", "complaint", "lalamiko", "malalamiko", "report", "ripoti"}
)
ASKS_WHERE = frozenset(
    """
    status hali progress update updates where ikoje iko wapi imefika imefikia far happening
    """.split()  # noqa: SIM905 - a list of this length is read as a text
)
AROUND_A_QUESTION = (
    ABOUT_A_CASE
    | ASKS_WHERE
    | frozenset(
        """
        what is the how of my on any please tafadhali ya yangu langu je sasa na has gone with whats
        about ni gani nataka kujua naomba i want to know check it where habari hii hiyo niaje
        """.split()  # noqa: SIM905
    )
)
"""How people ask for the status of a case without its number."""
NEWS = frozenset({"new", "mpya"})
GREETS_SW = frozenset(
    """
    habari mambo sasa niaje hujambo jambo vipi salama shikamoo salamu sema aje
    """.split()  # noqa: SIM905 - a list of this length is read as a text
)
GREETS = GREETS_SW | frozenset(
    "hi hello helo hallo hey hae wassup morning afternoon evening".split()  # noqa: SIM905
)
AROUND_A_GREETING = GREETS | frozenset(
    """
    good day yako yenu zenu za ya asubuhi mchana jioni leo there how are you sir madam team huduma
    feedback poa bana buda
    """.split()  # noqa: SIM905
)


def asked_of_a_case(words: str) -> str:
    """What a word after a case's secret asks for: `sms`, `quiet`, `appeal`, `withdraw`, or ""."""
    if words in APPEALS:
        return Kind.APPEAL.value
    return Kind.WITHDRAW.value if words in WITHDRAWS else HUSHES.get(words, "")
