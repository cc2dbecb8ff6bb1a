"""What a notice says, by its kind, in both languages: the same at the desk and by mail."""

from collections.abc import Mapping
from typing import Any

WORDS: Mapping[str, Mapping[str, str]] = {
    "rose": {
        "en": "A case has risen to you: you must answer now",
        "sw": "Kesi imepanda hadi kwako: lazima ujibu sasa",
    },
    "ombudsman": {
        "en": "A citizen has taken a case to the Ombudsman: its file is ready",
        "sw": "Mwananchi amepeleka kesi kwa Ombudsman: faili yake iko tayari",
    },
    "soon": {
        "en": "A case is due within a working day and has no answer",
        "sw": "Kesi inafikia siku yake ndani ya siku moja ya kazi na haina jibu",
    },
    "disputed": {
        "en": "The citizen says a case is not solved",
        "sw": "Mwananchi anasema kesi haijatatuliwa",
    },
    "appealed": {
        "en": "The citizen has taken a case a rung higher",
        "sw": "Mwananchi amepeleka kesi ngazi ya juu",
    },
    "reopened": {"en": "A case was reopened", "sw": "Kesi imefunguliwa tena"},
    "added": {
        "en": "The citizen added words to a closed case",
        "sw": "Mwananchi ameongeza maneno kwenye kesi iliyofungwa",
    },
    "subject_late": {
        "en": "A citizen's request about their own data is past its date",
        "sw": "Ombi la mwananchi kuhusu taarifa zake limepita tarehe yake",
    },
    "unsealing": {
        "en": "Somebody asks to see a citizen's number: agree or refuse",
        "sw": "Mtu anaomba kuona nambari ya mwananchi: kubali au kataa",
    },
    "unsealing_granted": {
        "en": "You may see the citizen's number for four hours",
        "sw": "Unaweza kuona nambari ya mwananchi kwa saa nne",
    },
    "unsealing_refused": {
        "en": "You may not see the citizen's number: read why in the case",
        "sw": "Huwezi kuona nambari ya mwananchi: soma sababu kwenye kesi",
    },
    "morning": {
        "en": "This morning: {late} late, {soon} due within a working day, {disputed} not solved "
        "says the citizen, {unanswered} not acknowledged in time, {open} open in all",
        "sw": "Asubuhi hii: {late} zimechelewa, {soon} za siku moja ya kazi, {disputed} mwananchi "
        "anasema hazijatatuliwa, {unanswered} hazijathibitishwa kwa wakati, {open} wazi kwa jumla",
    },
    "assigned": {
        "en": "A colleague gave a case to you",
        "sw": "Mwenzako amekupa kesi",
    },
    "mentioned": {
        "en": "A colleague names you in a note on a case",
        "sw": "Mwenzako amekutaja kwenye dokezo la kesi",
    },
    "proposed": {
        "en": "A change of how a case is handled waits for a second person",
        "sw": "Badiliko la jinsi ya kushughulikia kesi linasubiri mtu wa pili",
    },
    "again": {
        "en": "The citizen says once more that a case is not solved: it stands on the last rung",
        "sw": "Mwananchi anasema tena kesi haijatatuliwa: iko kwenye ngazi ya mwisho",
    },
    "emerging": {
        "en": "More complaints than the season explains: {observed} citizens, {expected} expected. "
        "See what rises",
        "sw": "Malalamiko ni mengi kuliko kawaida ya msimu: wananchi {observed}, walitarajiwa "
        "{expected}. Tazama yanayoongezeka",
    },
    "target_met": {
        "en": "A target of a hundred days was met: the whole interval has reached it",
        "sw": "Lengo la siku mia limefikiwa: masafa yote yamelifikia",
    },
    "target_not_met": {
        "en": "A target of a hundred days was not met",
        "sw": "Lengo la siku mia halikufikiwa",
    },
    "target_not_decided": {
        "en": "A target of a hundred days is over and not decided: the interval holds the target, "
        "or nothing could be told before",
        "sw": "Lengo la siku mia limekwisha bila uamuzi: lengo liko ndani ya masafa, "
        "au hakukuwa na takwimu kabla",
    },
    "target_not_measured": {
        "en": "A target of a hundred days is over and was not measured",
        "sw": "Lengo la siku mia limekwisha na halikupimwa",
    },
    "model_waits": {
        "en": "A new text model was trained and waits for your word",
        "sw": "Mfumo mpya wa maandishi umefundishwa na unasubiri neno lako",
    },
    "model_used": {
        "en": "A new text model was trained and is in use",
        "sw": "Mfumo mpya wa maandishi umefundishwa na unatumika",
    },
    "model_drifts": {
        "en": "Citizens no longer write as the text model was made for: see its page",
        "sw": "Wananchi hawaandiki tena kama mfumo ulivyoundwa: tazama ukurasa wake",
    },
    "return_due": {
        "en": "The Ombudsman's return of {period} is due on {by}: {days} days left",
        "sw": "Ripoti ya Ombudsman ya {period} inatakiwa kufikia {by}: zimebaki siku {days}",
    },
    "appraisal_set": {
        "en": "Your targets of {period} are set: agree, or say what is wrong",
        "sw": "Malengo yako ya {period} yamewekwa: kubali, au sema kilicho na kasoro",
    },
    "appraisal_counted": {
        "en": "Your own cases until the end of {period} are counted: you see them first",
        "sw": "Kesi zako hadi mwisho wa {period} zimehesabiwa: wewe huona kwanza",
    },
    "appraisal_reviewed": {
        "en": "The mid-year review of your {period} is written",
        "sw": "Mapitio ya nusu mwaka ya {period} yako yameandikwa",
    },
    "appraisal_proposed": {
        "en": "A band for your {period} is proposed: read it, then accept or contest it",
        "sw": "Daraja la {period} yako limependekezwa: lisome, kisha ulikubali au ulipinge",
    },
    "appraisal_answered": {
        "en": "An officer answered on an appraisal of {period}",
        "sw": "Afisa amejibu kuhusu tathmini ya {period}",
    },
    "appraisal_signed": {
        "en": "Your appraisal of {period} is signed",
        "sw": "Tathmini yako ya {period} imetiwa sahihi",
    },
    "contested": {
        "en": "{institution} contests a figure of {period}: it waits for your answer",
        "sw": "{institution} inapinga takwimu ya {period}: inasubiri jibu lako",
    },
    "score_proposed": {
        "en": "A moderated score of {institution} in {period} waits for a second analyst",
        "sw": "Alama ya msimamizi ya {institution} katika {period} inasubiri mchambuzi wa pili",
    },
    "freeze_refused": {
        "en": "{period} cannot be frozen: figures or histories disagree. See `feedback doctor`",
        "sw": "{period} haiwezi kufungwa: takwimu au historia hazilingani. Ona `feedback doctor`",
    },
    "contest_answered": {
        "en": "Your contest of a figure of {period} is answered",
        "sw": "Pingamizi lako la takwimu ya {period} limejibiwa",
    },
    "line_up": {
        "en": "{holder} has sent its figures of {period} up to you",
        "sw": "{holder} imetuma takwimu zake za {period} kwako",
    },
    "line_due": {
        "en": "Figures of {period} wait for your signature until {by}",
        "sw": "Takwimu za {period} zinasubiri sahihi yako hadi {by}",
    },
    "line_late": {
        "en": "Figures of {period} were to go up by {by}: you stand as missing",
        "sw": "Takwimu za {period} zilitakiwa kupanda kufikia {by}: unaonekana hujaleta",
    },
    "line_returned": {
        "en": "Your figures of {period} were given back: read why, then answer",
        "sw": "Takwimu zenu za {period} zimerudishwa: soma sababu, kisha ujibu",
    },
    "line_answered": {
        "en": "{institution} answered on figures of {period} that you gave back",
        "sw": "{institution} imejibu kuhusu takwimu za {period} ulizorudisha",
    },
    "praised": {
        "en": "A citizen praises your office: read it in the register of compliments",
        "sw": "Mwananchi anaisifu ofisi yako: soma kwenye rejista ya pongezi",
    },
    "praised_you": {
        "en": "A citizen praises your work: read it in the register of compliments",
        "sw": "Mwananchi anaisifu kazi yako: soma kwenye rejista ya pongezi",
    },
    "praised_nobody": {
        "en": "A citizen praises an office without its name: say which it is",
        "sw": "Mwananchi anaisifu ofisi bila kuitaja: sema ni ipi",
    },
    "danger": {"en": "Danger: open this case now", "sw": "Hatari: fungua kesi hii sasa"},
}
_OTHER = {"en": "There is news of a case", "sw": "Kuna habari za kesi"}
SUBJECT = {"en": ("1 notice", "{n} notices"), "sw": ("Taarifa 1", "Taarifa {n}")}
CASE = {"en": "Case", "sw": "Kesi"}
INSTEAD = {
    "en": "nobody stands on that rung: you have it as the desk of last resort",
    "sw": "hakuna mtu kwenye ngazi hiyo: uko nayo kama dawati la mwisho",
}
WHERE = {"en": "See them all", "sw": "Zione zote"}


def sentence(kind: str, language: str, data: Mapping[str, Any] | None = None) -> str:
    """The sentence of a kind, filled; of one newer than this process, that there is news."""
    return WORDS.get(kind, _OTHER)[language].format_map(data or {})
