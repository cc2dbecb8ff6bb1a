"""The branches of the talk, each with its keys, what the service knows, and how it ends."""

import json

from feedback_service.conversations.steps import Effect

REFERENCE = "4821 9038"
BASE = {"reference": REFERENCE, "day": "Fri 13 Mar", "done": "Tue 10 Mar"}
OFFICE = {"en": "Immigration", "sw": "Uhamiaji"}
STATUS = {"en": "in progress", "sw": "inashughulikiwa"}
RUNG = {"en": "the supervisor", "sw": "msimamizi"}
OTHERS = "5930 1744"
"""A reference, rightly typed, that is not in the caller's list."""


def facts(language: str, **case: str) -> dict[Effect, dict[str, str]]:
    """What the service would know: one case, read and acted on; a quiet one by its secret."""
    about = {
        **BASE, "office": OFFICE[language], "status": STATUS[language], "rung": RUNG[language],
        **case,
    }  # fmt: skip
    found = {"found": case.get("found", STATUS[language]), "new": case.get("new", "")}
    acted = dict.fromkeys(
        (Effect.OPEN_CASE, Effect.OPEN_CONFIDENTIAL, Effect.READ_CASE, Effect.CONFIRM,
         Effect.DISPUTE, Effect.APPEAL, Effect.WITHDRAW, Effect.ADD_WORDS), about,
    )  # fmt: skip
    return {
        Effect.LIST_CASES: {"cases": json.dumps([[REFERENCE, "due", "Fri 13 Mar"]])},
        Effect.FIND_CASE: found,
        Effect.OPEN_QUIET: {**about, "reference": OTHERS, "opened": case.get("opened", OTHERS)},
        Effect.READ_LOOKS: {"times": case.get("times", "3"), "looked": "Wed 4 Mar"},
        Effect.SET_SECRET: {"opened": ""},
        Effect.HUSH: {"opened": ""},
        **acted,
    }


ANSWERED = {
    "say": "answered", "choices": "solved not-solved answer looked",
    "answer": "Your passport is ready.",
}  # fmt: skip
REJECTED = {**ANSWERED, "say": "rejected", "choices": "accept not-accept answer looked"}
OPEN = {"say": "open", "choices": "words withdraw office looked"}
LATE = {"say": "late", "choices": "words withdraw office looked appeal"}
CLOSED = {"say": "closed", "choices": "not-solved looked", "outcome": "-"}
SEEN = [Effect.LIST_CASES, Effect.READ_CASE]
OPENED = [Effect.LIST_CASES, Effect.FIND_CASE, Effect.OPEN_QUIET]
# branch: (language, what the service knows of the case, keys, the last screen, effects)
BRANCHES = {
    "before you go, by poster": (
        "en", {}, ["1", "1003"],
        "CON Passport, new or renewal. Official cost: KES 7,550", [],
    ),
    "before you go, by poster, in Kiswahili": (
        "sw", {}, ["1", "1003"], "CON Pasipoti, mpya au kuihuisha. Malipo rasmi: KES 7,550", [],
    ),
    "before you go, by letters": (
        "en", {}, ["1", "pasport"], "CON Passport, new or renewal.", [],
    ),
    "before you go, by sector": (
        "sw", {}, ["1", "1", "3"], "CON Pasipoti, mpya au kuihuisha.", [],
    ),
    "rating with charter answers": (
        "en", {}, ["1003", "2", "2", "1", "2", "500", "1"],
        "END Asante. Your answers are stored and count for Passport.",
        [Effect.RATE, *[Effect.CHARTER_ANSWER] * 4],
    ),
    "rating with charter answers, in Kiswahili": (
        "sw", {}, ["1003", "2", "5", "3", "1", "2"],
        "END Asante. Majibu yako yamehifadhiwa na yatahesabiwa kwa Pasipoti.",
        [Effect.RATE, *[Effect.CHARTER_ANSWER] * 3],
    ),
    "county service, county by number": (
        "en", {}, ["1101", "2", "4", "47"], "CON Thank you, kept. Promised time: 60 minutes",
        [Effect.RATE, Effect.RATE_COUNTY],
    ),
    "county service, county by letters": (
        "sw", {}, ["1101", "2", "4", "nyeri"], "CON Asante, tumehifadhi.",
        [Effect.RATE, Effect.RATE_COUNTY],
    ),
    "county service, letters that fit several": (
        "en", {}, ["1101", "2", "4", "na", "5"], "CON Thank you, kept.",
        [Effect.RATE, Effect.RATE_COUNTY, Effect.RATE_COUNTY],
    ),
    "county service of a poster at a place": (
        "en", {}, ["5001", "2", "1114", "1"], "CON Thank you, kept.", [Effect.RATE],
    ),
    "report": (
        "en", {}, ["1003", "3", "1", "They keep telling us to come tomorrow", "1"],
        "END Case 4821 9038. Immigration must answer by Fri 13 Mar.",
        [Effect.OPEN_CASE, Effect.ANSWER_WAY],
    ),
    "report, hung up before choosing how to be answered": (
        "sw", {}, ["1003", "3", "1", "Wanasema kesho"],
        "CON Kesi 4821 9038 iko wazi, utajibiwa kufikia Fri 13 Mar.", [Effect.OPEN_CASE],
    ),
    "report without words": (
        "sw", {}, ["3", "1003", "1", "2", "1"], "END Kesi 4821 9038. Uhamiaji itakujibu",
        [Effect.OPEN_CASE, Effect.ANSWER_WAY],
    ),
    "report told by SMS": (
        "en", {}, ["1003", "3", "1", "1"], "END Case 4821 9038 is open", [Effect.OPEN_CASE],
    ),
    "report told by SMS, in Kiswahili": (
        "sw", {}, ["1003", "3", "1", "1"], "END Kesi 4821 9038 iko wazi", [Effect.OPEN_CASE],
    ),
    "report made quiet": (
        "en", {}, ["1003", "3", "1", "He is my neighbour", "2", "4071"],
        "END Kept, no messages. Case 4821 9038, answer due Fri 13 Mar.",
        [Effect.OPEN_CASE, Effect.ANSWER_WAY, Effect.SET_SECRET],
    ),
    "report of the police, quiet first": (
        "sw", {}, ["1019", "3", "1", "Walimpiga ndugu yangu", "1", "4071"],
        "END Sawa, hakuna ujumbe. Kesi 4821 9038",
        [Effect.OPEN_CASE, Effect.ANSWER_WAY, Effect.SET_SECRET],
    ),
    "report of the police, by message all the same": (
        "en", {}, ["1019", "3", "1", "1", "2"], "END Case 4821 9038. Immigration must answer",
        [Effect.OPEN_CASE, Effect.ANSWER_WAY],
    ),
    "report of danger": (
        "en", {"danger": "1"}, ["1003", "3", "1", "He will kill the child"],
        "CON In danger? Call 999; child: 116. Case 4821 9038 is open.", [Effect.OPEN_CASE],
    ),
    "report of somebody who stopped our messages": (
        "en", {"stopped": "1"}, ["1003", "3", "1", "Come tomorrow", "1"],
        "END Case 4821 9038, answer due Fri 13 Mar. You stopped our messages",
        [Effect.OPEN_CASE, Effect.ANSWER_WAY],
    ),
    "report of a county service": (
        "en", {}, ["1109", "3", "nairobi", "2", "No water for a week", "1"],
        "END Case 4821 9038.", [Effect.OPEN_CASE, Effect.ANSWER_WAY],
    ),
    "report that is held": (
        "en", {"held": "1"}, ["1003", "3", "1", "Aliomba hongo", "1"],
        "END Case 4821 9038. Our central desk", [Effect.OPEN_CASE, Effect.ANSWER_WAY],
    ),
    "afraid": (
        "en", {}, ["4", "1", "A guard asked for 500"],
        "CON Safe: 4821 9038. The office you named will not see it.",
        [Effect.OPEN_CONFIDENTIAL],
    ),
    "afraid, with a secret": (
        "sw", {}, ["4", "3", "1", "4071"], "END Sawa. Andika 4821 9038 mahali.",
        [Effect.OPEN_CONFIDENTIAL, Effect.SET_SECRET],
    ),
    "afraid, without a secret": (
        "en", {}, ["4", "3", "1", "1"], "END Safe: 4821 9038. The office you named",
        [Effect.OPEN_CONFIDENTIAL, Effect.SET_SECRET],
    ),
    "my cases: the list": (
        "en", {}, ["5"], "CON Your cases. Or type a case number:\n1 4821 9038 due Fri 13 Mar\n",
        [Effect.LIST_CASES],
    ),
    "my cases: status": (
        "en", OPEN, ["5", "1"], "CON 4821 9038: in progress. Answer due Fri 13 Mar.", SEEN,
    ),
    "my cases: a reference typed": (
        "en", OPEN, ["5", "#4821-9038"], "CON 4821 9038: in progress. Answer due", SEEN,
    ),
    "my cases: late": (
        "sw", LATE, ["5", "1"], "CON 4821 9038: IMECHELEWA.", SEEN,
    ),
    "my cases: who has it": (
        "en", OPEN, ["5", "1", "3"],
        "CON 4821 9038 is with: Immigration. Must answer now: the supervisor.", SEEN,
    ),
    "my cases: the answer": (
        "sw", ANSWERED, ["5", "1", "3"], "CON Uhamiaji: Your passport is ready.", SEEN,
    ),
    "my cases: who looked": (
        "en", OPEN, ["5", "1", "4"], "CON 4821 9038: staff opened it 3 times, last on Wed 4 Mar.",
        [*SEEN, Effect.READ_LOOKS],
    ),
    "my cases: nobody looked": (
        "sw", {**OPEN, "times": "0"}, ["5", "1", "4"], "CON 4821 9038: hakuna mfanyakazi",
        [*SEEN, Effect.READ_LOOKS],
    ),
    "my cases: one look": (
        "en", {**OPEN, "times": "1"}, ["5", "1", "4"], "CON 4821 9038: staff opened it once, on",
        [*SEEN, Effect.READ_LOOKS],
    ),
    "my cases: confirm": (
        "en", ANSWERED, ["5", "1", "1"], "END Asante. 4821 9038 is closed as solved",
        [*SEEN, Effect.CONFIRM],
    ),
    "my cases: dispute": (
        "sw", ANSWERED, ["5", "1", "2"], "END Sawa: 4821 9038 HAIJATATULIWA. Imerudi",
        [*SEEN, Effect.DISPUTE],
    ),
    "my cases: dispute again": (
        "en", {**ANSWERED, "climbed": "1"}, ["5", "1", "2"],
        "END Noted: 4821 9038 is still NOT solved. Now the supervisor must answer.",
        [*SEEN, Effect.DISPUTE],
    ),
    "my cases: accept a refusal": (
        "en", REJECTED, ["5", "1", "1"], "END Asante. 4821 9038 is closed. If you think again",
        [*SEEN, Effect.CONFIRM],
    ),
    "my cases: refuse a refusal": (
        "sw", REJECTED, ["5", "1", "2"], "END Sawa: 4821 9038 HAIJATATULIWA.",
        [*SEEN, Effect.DISPUTE],
    ),
    "my cases: appeal": (
        "en", LATE, ["5", "1", "5"],
        "END Done: 4821 9038 has gone up. Now the supervisor must answer.",
        [*SEEN, Effect.APPEAL],
    ),
    "my cases: change of mind": (
        "en", CLOSED, ["5", "1", "1"], "END Noted: 4821 9038 is NOT solved.",
        [*SEEN, Effect.DISPUTE],
    ),
    "my cases: too late": (
        "en", {**CLOSED, "too_late": "1"}, ["5", "1", "1"], "END This can no longer be changed",
        [*SEEN, Effect.DISPUTE],
    ),
    "my cases: a new case goes on": (
        "en", {**CLOSED, "went_on": "1"}, ["5", "1", "1"], "END 4821 9038 goes on with it",
        [*SEEN, Effect.DISPUTE],
    ),
    "my cases: withdraw": (
        "sw", OPEN, ["5", "1", "2", "1"], "END 4821 9038 imeondolewa.",
        [*SEEN, Effect.WITHDRAW],
    ),
    "my cases: add words": (
        "en", OPEN, ["5", "1", "1", "Still nothing"], "END Added to 4821 9038.",
        [*SEEN, Effect.ADD_WORDS],
    ),
    "my cases: make it quiet": (
        "en", {**OPEN, "choices": "words withdraw office looked quiet"}, ["5", "1", "5", "4071"],
        "END Kept, no messages. Case 4821 9038, answer due", [*SEEN, Effect.HUSH],
    ),
    "my cases: no easy secret": (
        "sw", {**OPEN, "choices": "words withdraw office looked quiet"}, ["5", "1", "5", "1234"],
        "CON Ni rahisi mno. Chagua nyingine.\nChagua siri ya nambari 4", SEEN,
    ),
    "somebody's case: one word": (
        "en", {}, ["5", "59301744"], "CON 5930 1744: in progress. To open it, type its secret",
        [Effect.LIST_CASES, Effect.FIND_CASE],
    ),
    "somebody's case, asked too often": (
        "sw", {"found": ""}, ["5", "59301744"], "CON 5930 1744: andika siri yake ya nambari 4",
        [Effect.LIST_CASES, Effect.FIND_CASE],
    ),
    "a quiet case opened": (
        "en", OPEN, ["5", "59301744", "4071"], "CON 5930 1744: in progress. Answer due", OPENED,
    ),
    "a quiet case not opened": (
        "en", {**OPEN, "opened": ""}, ["5", "59301744", "4072"],
        "CON This number and secret open no case", OPENED,
    ),
    "a quiet case tried again": (
        "en", {**OPEN, "opened": ""}, ["5", "59301744", "4072", "1"],
        "CON 5930 1744: in progress. To open it", [*OPENED, Effect.FIND_CASE],
    ),
    "one's own quiet case gets its secret": (
        "sw", {**OPEN, "new": "1"}, ["5", "59301744", "4071"],
        "CON 5930 1744: inashughulikiwa.", OPENED,
    ),
    "a quiet case: the answer, and back": (
        "en", ANSWERED, ["5", "59301744", "4071", "3", "0"],
        "CON 5930 1744: in progress Tue 10 Mar. Is it solved?", [*OPENED, Effect.OPEN_QUIET],
    ),
    "a quiet case: confirm": (
        "en", ANSWERED, ["5", "59301744", "4071", "1"], "END Asante. 4821 9038 is closed",
        [*OPENED, Effect.CONFIRM],
    ),
    "a quiet case: dispute": (
        "sw", ANSWERED, ["5", "59301744", "4071", "2"], "END Sawa: 4821 9038 HAIJATATULIWA.",
        [*OPENED, Effect.DISPUTE],
    ),
    "a quiet case: appeal": (
        "sw", LATE, ["5", "59301744", "4071", "5"], "END Sawa: 4821 9038 imepelekwa juu.",
        [*OPENED, Effect.APPEAL],
    ),
    "a quiet case: who has it": (
        "en", OPEN, ["5", "59301744", "4071", "3"], "CON 5930 1744 is with: Immigration.", OPENED,
    ),
    "a quiet case: who looked": (
        "en", OPEN, ["5", "59301744", "4071", "4"], "CON 5930 1744: staff opened it 3 times",
        [*OPENED, Effect.READ_LOOKS],
    ),
    "a quiet case: add words": (
        "en", OPEN, ["5", "59301744", "4071", "1", "They came back"], "END Added to 4821 9038.",
        [*OPENED, Effect.ADD_WORDS],
    ),
    "a quiet case: withdraw": (
        "en", OPEN, ["5", "59301744", "4071", "2", "1"], "END 4821 9038 is withdrawn.",
        [*OPENED, Effect.WITHDRAW],
    ),
    "the other language": ("en", {}, ["6", "2"], "CON Huduma Feedback\n1 Kabla", [Effect.LANGUAGE]),
}  # fmt: skip
