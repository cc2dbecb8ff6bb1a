"""How much room each message has: SMS parts at most, filled with the longest values there can be.

A part is 160 GSM-7 septets alone, 153 in a longer message.  The first-contact notice is counted
apart: it comes once in a citizen's life.  USSD screens have one budget for all, in `pages`.
"""

from collections.abc import Mapping

ONE, A_STEP, WITH_AN_ANSWER = 1, 2, 3
LONGEST_OFFICE = 22
"""Septets that the registry's `short_en` and `short_sw` may take."""
LONGEST_SERVICE = 20
"""Septets that a service's `short_en` and `short_sw` may take."""
LONGEST_ANSWER = 300
"""Septets of an officer's answer."""
LONGEST_STEP = 280
"""Septets of one step of the menu by SMS: with the words around it, two parts."""
LONGEST_CARD = 330
"""Septets of a service's charter card: papers, cost, time and where."""
MOST_LISTED = 4
"""Cases that one numbered question names."""

LONGEST: Mapping[str, str] = {
    "reference": "1234 5678",
    "previous": "1234 5678",
    "office": "O" * LONGEST_OFFICE,
    "day": "Wed 30 Sep",
    "done": "Wed 30 Sep",
    "rung": "msimamizi wa ofisi zote",
    "status": "in progress, not upheld",
    "times": "9999",
    "cases": "999",
    "ratings": "999",
    "messages": "9999",
    "link": "https://huduma.example.go.ke/mydata/0123456789abcdef",
    "reason": "messages did not reach",
    "answer": "A" * LONGEST_ANSWER,
    "service": "S" * LONGEST_SERVICE,
    "text": "T" * LONGEST_STEP,
    "place": "P" * 40,
    "where": "W" * 150,
    "papers": "D" * 300,
    "cost": "KES 1,000,000",
    "time": "999 working hours",
    "n": "999",
    "outcome": "You did not answer whether it was solved.",
    "limit": "50",
    "most": "30",
    "code": "123456",
    "caller": "+254 700 000 000",
    "list": "\n".join(
        [f"{n} 1234 5678 Wed 30 Sep" for n in range(1, MOST_LISTED + 1)]
        + [f"{MOST_LISTED + 1} MPYA"]
    ),
    "card": "C" * LONGEST_CARD,
}
"""A value as long as any real one, by the name it has in the phrases."""

PARTS: Mapping[str, int] = {
    "sms-notice": ONE,
    "sms-received": ONE,
    "sms-received-central": ONE,
    "sms-received-confidential": ONE,
    "sms-received-held": ONE,
    "sms-received-held-tell": ONE,
    "sms-received-danger": ONE,
    "sms-added-danger": ONE,
    "sms-routed": ONE,
    "sms-acknowledged": ONE,
    "sms-reclassified": ONE,
    "sms-extended": WITH_AN_ANSWER,
    "sms-answered": WITH_AN_ANSWER,
    "sms-rejected": WITH_AN_ANSWER,
    "sms-asked": WITH_AN_ANSWER,
    "sms-transferred": ONE,
    "sms-late": ONE,
    "sms-soon": ONE,
    "sms-ombudsman": ONE,
    "sms-appealed": ONE,
    "sms-confirm": ONE,
    "sms-fixed": WITH_AN_ANSWER,
    "sms-better": ONE,
    "sms-confirm-again": ONE,
    "sms-confirm-early": ONE,
    "sms-call-ahead": ONE,
    "sms-called": ONE,
    "sms-confirm-accept": ONE,
    "sms-confirmed": ONE,
    "sms-accepted": ONE,
    "sms-disputed": ONE,
    "sms-disputed-again": ONE,
    "sms-disputed-last": ONE,
    "sms-withdrawn": ONE,
    "sms-added": ONE,
    "sms-status": ONE,
    "sms-status-word": ONE,
    "sms-silent": ONE,
    "sms-status-answered": WITH_AN_ANSWER,
    "sms-status-rejected": WITH_AN_ANSWER,
    "sms-status-closed": ONE,
    "sms-unknown": ONE,
    "sms-looked": ONE,
    "sms-looked-one": ONE,
    "sms-looked-none": ONE,
    "sms-looked-number": ONE,
    "sms-unsealed": ONE,
    "sms-mydata": A_STEP,
    "sms-mydata-again": ONE,
    "sms-mydata-code": ONE,
    "sms-forget": ONE,
    "sms-forget-open": ONE,
    "sms-forget-waits": ONE,
    "sms-forget-done": ONE,
    "sms-help": ONE,
    "sms-stopped": ONE,
    "sms-started": ONE,
    "sms-language": ONE,
    "sms-which": ONE,
    "sms-nothing-open": ONE,
    "sms-goes-on": ONE,
    "sms-too-late": ONE,
    "sms-other-voice": ONE,
    "sms-goes-on-slip": ONE,
    "sms-expired": ONE,
    "sms-reopened": ONE,
    "sms-received-tell": ONE,
    "sms-received-central-tell": ONE,
    "sms-invite": ONE,
    "sms-step": A_STEP,
    "sms-step-last": A_STEP,
    "sms-reply-to": ONE,
    "sms-resume": WITH_AN_ANSWER,
    "sms-media-refused": ONE,
    "sms-media-lost": ONE,
    "sms-media-enough": ONE,
    "sms-no-number": ONE,
    "sms-unclear": ONE,
    "sms-unclear-accept": ONE,
    "sms-not-theirs": ONE,
    "sms-received-quiet": ONE,
    "sms-received-quiet-danger": A_STEP,
    "sms-quiet-kept": ONE,
    "sms-quiet-status": ONE,
    "sms-quiet-answered": ONE,
    "sms-secret-set": ONE,
    "sms-secret-easy": ONE,
    "sms-needs-secret": ONE,
    "sms-hushed": ONE,
    "sms-unhushed": ONE,
    "sms-appeal-not-yet": ONE,
    "sms-appeal-highest": ONE,
    "sms-counted": ONE,
    "sms-counted-rating": ONE,
    "sms-which-late": ONE,
    "sms-card": WITH_AN_ANSWER,
    "sms-set-aside": ONE,
    "sms-enclosed": ONE,
    "sms-rated-late": ONE,
}
