"""What has to be said after a breach, ready to be checked and sent: to the Commissioner, to people.

An SMS is at most two parts; what is in brackets somebody who knows must fill in.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from feedback_service.domain.calendar import NAIROBI

if TYPE_CHECKING:
    from feedback_service.privacy.breach import Report

_COMMISSIONER = """To the Office of the Data Protection Commissioner
Notice of a breach of personal data (Data Protection Act, 2019, section 43)

Known since:       {known}
To be sent by:     {by} (72 hours)
When it happened:  {since} to {until}
What was reached:  {what}
People concerned:  {people}, of whom {told} can be told by message
Numbers in clear:  {seen}; all others are encrypted (AES-256-GCM) with keys kept elsewhere
By language:       {languages}

What happened:             [fill in]
Likely consequences:       [fill in]
What was done, what will:  [fill in]
Contact:                   [name, telephone, e-mail]
"""
_EN = (
    "Information you gave Huduma Feedback ({what}) may have been seen by somebody who should not. "
    "[What was done.] Trust nobody who calls you about it. To ask: MYDATA"
)
_SW = (
    "Taarifa ulizotupa Huduma Feedback huenda zimeonekana na mtu asiyestahili. "
    "[Kilichofanywa.] Usimwamini anayekupigia simu kuhusu hili. Kuuliza: TAARIFA ZANGU"
)


def of(report: "Report") -> dict[str, str]:
    """By file name: the notice to the Commissioner, and the words to people in both languages."""
    languages = ", ".join(f"{name} {count}" for name, count in report.by_language.items())
    return {
        "commissioner.txt": _COMMISSIONER.format(
            known=_said(report.known_at), by=_said(report.commissioner_by),
            since=_said(report.scope.since), until=_said(report.scope.until), what=report.what,
            people=report.people, told=report.can_be_told, seen=report.numbers_seen,
            languages=languages or "-",
        ),
        "people-en.txt": _EN.format(what=report.what) + "\n",
        "people-sw.txt": _SW + "\n",
    }  # fmt: skip


def _said(moment: datetime) -> str:
    return moment.astimezone(NAIROBI).strftime("%d.%m.%Y %H:%M")
