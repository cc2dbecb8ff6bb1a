"""Somebody with an open, an answered and a quiet case, and what is known beside them."""

from feedback_service.conversations.commands import (
    MOST_COMPLAINTS,
    NEW,
    Asked,
    Known,
    Mine,
    Stage,
    Waiting,
)
from feedback_service.conversations.wording.kinds import Question
from feedback_service.domain.references import is_reference

A, B, C = "10000012", "17777783", "25555551"
FOREIGN, NOBODYS, MISTYPED = "48219038", "33333335", "48219039"
assert all(map(is_reference, (A, B, C, FOREIGN, NOBODYS)))
assert not is_reference(MISTYPED)

GRAVE, OTHER = "A child is being beaten there now", "KRA has kept my refund since May"
WORDS = "They told me to come back tomorrow"
NAMED = {"passport": ("passport",), "1003": ("passport",), "id": ("id-first", "id-replacement")}
KNOWN = Known(
    services=lambda text: NAMED.get(text.lower(), ()),
    names=lambda text: frozenset({"KRA"} if "KRA" in text else ()),
    exists=lambda reference: reference in (A, B, C, FOREIGN),
    grave=lambda text: text == GRAVE,
    keyword="HUDUMA",
)
# A is open, B was answered, C is quiet.
CASES = (
    Mine(A, about=frozenset({"passport"})),
    Mine(B, Stage.ANSWERED, about=frozenset({"DIS"})),
    Mine(C, quiet=True),
)


def asked(question: Question, reference: str = "", **more: object) -> Waiting:
    return Waiting(Asked(question, reference, **more), cases=CASES, exchanged=A)  # type: ignore[arg-type]


LISTED = asked(Question.WHICH, choices=(A, B, NEW))
SITUATIONS = {
    "stranger": Waiting(),
    "cases": Waiting(cases=CASES),
    "today": Waiting(cases=CASES, exchanged=A),
    "minutes": Waiting(cases=CASES, exchanged=A, continues=A),
    "listed": LISTED,
    "solved?": asked(Question.VERDICT, B),
    "words?": asked(Question.WORDS, A),
    "rate?": asked(Question.RATING),
    "rate-late": Waiting(None, Asked(Question.RATING, late=True), CASES),
    "step": asked(Question.STEP),
    "flood": Waiting(complaints=MOST_COMPLAINTS),
    "picture": Waiting(cases=CASES, exchanged=A, enclosed=True),
}
SHAPES = {
    "STOP": "stop.",
    "HELP": "Msaada",
    "ENGLISH": "english",
    "greeting": "Habari yenu!",
    "WHO-ref": f"WHO {A}",
    "COUNTED-ref": f"imehesabiwa {A}",
    "MYDATA": "Taarifa zangu",
    "NIFUTE": "nifute",
    "NIFUTE-NDIYO": "Nifute ndiyo.",
    "own-ref": f"#{A[:4]} {A[4:]}.",
    "ref-SMS": f"{C} sms",
    "ref-APPEAL": f"{A} RUFAA",
    "ref-WITHDRAW": f"{A} ondoa",
    "quiet-secret": f"{C} 4071",
    "answered-NO": f"Case {B} is not solved",
    "answered-YES": f"{B} ndiyo asante",
    "open-NO": f"{A} bado",
    "own-ref-words": f"They lost the file of {A}",
    "foreign-ref": FOREIGN,
    "foreign-words": f"{FOREIGN} they came again today",
    "mistyped": f"{MISTYPED} bado",
    "identity-card": f"{MISTYPED} is my ID number, it has not come",
    "2": "2",
    "5": "5",
    "YES": "Ndiyo, asante sana",
    "yes-but": "yes but they asked for more",
    "NO": "hapana",
    "NO-words": "No, they never came",
    "thanks": "asante",
    "service": "Passport",
    "poster": "1003",
    "words": WORDS,
    "other-office": OTHER,
    "grave": GRAVE,
    "empty": "",
}
