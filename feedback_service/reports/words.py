"""The words of charts and papers in English and Kiswahili."""

from collections.abc import Mapping
from datetime import date

from analytics.indicators import Figure
from analytics.scorecards import Tier
from feedback_service.domain.ratings import Sample

SIDES: Mapping[str, Mapping[Tier, str]] = {
    "en": {
        Tier.ABOVE: "Above the standard",
        Tier.NOT_SEPARABLE: "Too close to tell",
        Tier.BELOW: "Below the standard",
        Tier.NOT_MEASURED: "Not measured",
    },
    "sw": {
        Tier.ABOVE: "Juu ya kiwango",
        Tier.NOT_SEPARABLE: "Karibu na kiwango",
        Tier.BELOW: "Chini ya kiwango",
        Tier.NOT_MEASURED: "Haijapimwa",
    },
}
SAMPLES: Mapping[str, Mapping[Sample, str]] = {
    "en": {
        Sample.VERIFIED: "drawn by lot",
        Sample.OPEN: "answered by themselves",
        Sample.ASSISTED: "with a helper",
    },
    "sw": {
        Sample.VERIFIED: "waliochaguliwa kwa kura",
        Sample.OPEN: "waliojibu kwa hiari",
        Sample.ASSISTED: "kwa msaidizi",
    },
}
"""Whose answers a survey's figure is of, as the pages say it."""
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "trend": "{n} of {of} quarters measured; the true figure lies within the shade.",
        "changed": "From here other questions: {versions}",
        "compared": "{n} institutions; the true figure lies within the shade.",
        "country": "Each county shows its county government.",
        "spread": "How the answers are spread", "spread_of": "Of {n} complete answers.",
        "quarter": "Quarter", "institution": "Institution", "value": "Figure", "county": "County",
        "side": "Side of the standard", "standard": "standard {value}",
        "score": "Score", "share": "Share",
        "score_5": "5, very good", "score_4": "4, good", "score_3": "3, fair", "score_2": "2, poor",
        "score_1": "1, very poor",
        "few": "too few answers", "nothing": "nothing counted", "hidden": "kept back",
    },
    "sw": {
        "trend": "Robo {n} kati ya {of} zilipimwa; kivuli ni masafa ambamo takwimu ya kweli imo.",
        "changed": "Kuanzia hapa maswali mengine: {versions}",
        "compared": "Taasisi {n}; kivuli ni masafa ambamo takwimu ya kweli imo.",
        "country": "Kila kaunti inaonyesha serikali yake.",
        "spread": "Jinsi majibu yalivyogawanyika", "spread_of": "Kati ya majibu kamili {n}.",
        "quarter": "Robo", "institution": "Taasisi", "value": "Takwimu", "county": "Kaunti",
        "side": "Upande wa kiwango", "standard": "kiwango {value}",
        "score": "Alama", "share": "Sehemu",
        "score_5": "5, vizuri sana", "score_4": "4, vizuri", "score_3": "3, wastani",
        "score_2": "2, vibaya", "score_1": "1, vibaya sana",
        "few": "majibu machache mno", "nothing": "hakuna kilichohesabiwa", "hidden": "imefichwa",
    },
}  # fmt: skip

WEEKDAYS = {"en": "Mon Tue Wed Thu Fri Sat Sun", "sw": "Jtt Jnn Jtn Alh Iju Jms Jpl"}
MONTHS = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "sw": "Jan Feb Mac Apr Mei Jun Jul Ago Sep Okt Nov Des",
}


def on_day(day: date, lang: str) -> str:
    """A day as pages say it: "Tue 14 Oct 2026"."""
    weekday, month = WEEKDAYS[lang].split()[day.weekday()], MONTHS[lang].split()[day.month - 1]
    return f"{weekday} {day.day} {month} {day.year}"


def why_not(figure: Figure | None, lang: str) -> str:
    """Why there is no number to see; nothing where there is one."""
    if figure is None:
        return WORDS[lang]["hidden"]
    if figure.shown and figure.value is not None:
        return ""
    return WORDS[lang]["few" if figure.n else "nothing"]
