"""The branches of the talk, each with its keys, what the service knows, and how it ends."""

import json

from feedback_service.conversations.steps import Effect

REFERENCE = "4821 9035"
BASE = {"reference": REFERENCE, "day": "Fri 13 Mar"}
OFFICE = {"en": "Immigration", "sw": "Uhamiaji"}


def facts(language: str, **case: str) -> dict[Effect, dict[str, str]]:
    """What the service would know: one case, read and acted on."""
    about = {**BASE, "office": OFFICE[language], **case}
    listed = {"cases": json.dumps([[REFERENCE, "resolved"]])}
    acted = dict.fromkeys(
        (Effect.OPEN_CASE, Effect.OPEN_CONFIDENTIAL, Effect.READ_CASE, Effect.CONFIRM,
         Effect.DISPUTE, Effect.WITHDRAW, Effect.ADD_WORDS), about,
    )  # fmt: skip
    return {Effect.LIST_CASES: listed, **acted}


ANSWERED = {"say": "answered", "stage": "verdict", "answer": "Your passport is ready."}
OPEN = {"say": "open", "stage": "words"}
CLOSED = {"say": "closed", "stage": "closed", "outcome": "-", "may_change": "1"}
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
        "en", {}, ["1003", "3", "1", "They keep telling us to come tomorrow"],
        "END Case 4821 9035. Immigration must answer by Fri 13 Mar.", [Effect.OPEN_CASE],
    ),
    "report without words": (
        "sw", {}, ["3", "1003", "1", "1"], "END Kesi 4821 9035. Uhamiaji itajibu",
        [Effect.OPEN_CASE],
    ),
    "report of a county service": (
        "en", {}, ["1109", "3", "nairobi", "2", "No water for a week"], "END Case 4821 9035.",
        [Effect.OPEN_CASE],
    ),
    "report that is held": (
        "en", {"held": "1"}, ["1003", "3", "1", "Aliomba hongo"],
        "END Case 4821 9035. Our central desk", [Effect.OPEN_CASE],
    ),
    "afraid": (
        "en", {}, ["4", "1", "A guard asked for 500"], "END Safe: 4821 9035. Immigration will",
        [Effect.OPEN_CONFIDENTIAL],
    ),
    "afraid, in Kiswahili": (
        "sw", {}, ["4", "3", "1"], "END Salama: 4821 9035.", [Effect.OPEN_CONFIDENTIAL],
    ),
    "my cases: status": (
        "en", OPEN, ["5", "1"], "CON 4821 9035: with Immigration. Answer due Fri 13 Mar.",
        [Effect.LIST_CASES, Effect.READ_CASE],
    ),
    "my cases: late": (
        "sw", {**OPEN, "say": "late"}, ["5", "1"], "CON 4821 9035: IMECHELEWA.",
        [Effect.LIST_CASES, Effect.READ_CASE],
    ),
    "my cases: confirm": (
        "en", ANSWERED, ["5", "1", "1"], "END Asante. 4821 9035 is closed as solved",
        [Effect.LIST_CASES, Effect.READ_CASE, Effect.CONFIRM],
    ),
    "my cases: dispute": (
        "sw", ANSWERED, ["5", "1", "2"], "END Sawa: 4821 9035 HAIJATATULIWA.",
        [Effect.LIST_CASES, Effect.READ_CASE, Effect.DISPUTE],
    ),
    "my cases: change of mind": (
        "en", CLOSED, ["5", "1", "1"], "END Noted: 4821 9035 is NOT solved.",
        [Effect.LIST_CASES, Effect.READ_CASE, Effect.DISPUTE],
    ),
    "my cases: too late": (
        "en", {**CLOSED, "too_late": "1"}, ["5", "1", "1"], "END This can no longer be changed",
        [Effect.LIST_CASES, Effect.READ_CASE, Effect.DISPUTE],
    ),
    "my cases: withdraw": (
        "sw", OPEN, ["5", "1", "2", "1"], "END 4821 9035 imeondolewa.",
        [Effect.LIST_CASES, Effect.READ_CASE, Effect.WITHDRAW],
    ),
    "my cases: add words": (
        "en", OPEN, ["5", "1", "1", "Still nothing"], "END Added to 4821 9035.",
        [Effect.LIST_CASES, Effect.READ_CASE, Effect.ADD_WORDS],
    ),
    "the other language": ("en", {}, ["6", "2"], "CON Huduma Feedback\n1 Kabla", [Effect.LANGUAGE]),
}  # fmt: skip
