"""One message being taken in: who wrote it, how it is answered, and how often they may guess."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels.contract import Inbound
from feedback_service import outbox, registry
from feedback_service.conversations.commands import MOST_MESSAGES, Command, Kind
from feedback_service.conversations.language import guess_language
from feedback_service.domain.references import spoken
from feedback_service.models import Case, Citizen, Heard
from feedback_service.runtime import Runtime

COUNTED_WITHIN = timedelta(hours=1)
"""The hour in which complaints and words are counted and repetitions recognised."""
WAITING = "waiting"
PRAISE = "praise"
GAVE_WORDS = frozenset({Kind.ADD.value, Kind.COMPLAINT.value})
WORDS = GAVE_WORDS | {WAITING, PRAISE, Kind.SET_ASIDE.value, Kind.VERDICT.value}
"""What a message becomes whose words are counted."""
MOST_GUESSES = 10
"""References of others that one number may ask for in a day; then it hears nothing."""
ASKS = (Kind.HELP, Kind.MENU, Kind.STATUS, Kind.WHO, Kind.COUNTED, Kind.CODE, Kind.CARD,
        Kind.NOTHING)  # fmt: skip
"""What only wants an answer: as many of an hour are answered as of words."""
GUESSES = (Kind.STATUS, Kind.WHO, Kind.COUNTED, Kind.SECRET, Kind.NOT_THEIRS, Kind.HUSH,
            Kind.APPEAL, Kind.WITHDRAW, Kind.SET_ASIDE)  # fmt: skip


@dataclass(frozen=True)
class Talk:
    """One message being taken in.  `source` is its own; `heard` None when it was kept before;
    `code` that of the campaign it began with, which is not in its `text`."""

    rt: Runtime
    session: Session
    citizen: Citizen
    channel: str
    source: str
    text: str
    now: datetime
    heard: Inbound | None = None
    code: str = ""

    @property
    def campaign(self) -> uuid.UUID | None:
        """The campaign by whose code the message came."""
        poster = registry.catalogue(self.rt).poster(self.code) if self.code else None
        return uuid.UUID(poster.campaign) if poster and poster.campaign else None

    @property
    def language(self) -> str:
        return self.citizen.language or guess_language(self.text)

    def reply(self, wording: str, case: Case | None = None, **values: str) -> None:
        """Answer here; a message that `case` bears the cost of, and is shown with."""
        self.say(
            outbox.Wording(wording, f"reply:{self.source}:{wording}", values, answers=True), case
        )

    def say(self, say: outbox.Wording, case: Case | None = None) -> None:
        # Messages of a quiet case are held back when they are sent: an answer is none of its own.
        case_id = case.id if case and not case.quiet else None
        outbox.post(self.session, self.citizen, self.channel, self.language, say, self.now, case_id)

    def tell_kept(self) -> None:
        """Once an hour: all that they write is kept, and not every message of it is answered."""
        key = f"set-aside:{self.citizen.id}:{self.now:%Y%m%d%H}"
        self.say(outbox.Wording("sms-set-aside", key, {}, answers=True))

    def wrote_enough(self) -> bool:
        """Whether this number has written as many words this hour as are answered one by one.

        What comes beyond goes where it belongs; only the answers cost.
        """
        return self._within_the_hour(WORDS) >= MOST_MESSAGES

    def asked_enough(self) -> bool:
        """Whether this number has asked as much this hour as is answered; all of it is heard."""
        return self._within_the_hour({kind.value for kind in ASKS}) >= MOST_MESSAGES

    def _within_the_hour(self, became: Collection[str]) -> int:
        """How many messages before this one became one of these."""
        written = sa.select(sa.func.count()).where(
            Heard.citizen_id == self.citizen.id,
            Heard.became.in_(became),
            Heard.at > self.now - COUNTED_WITHIN,
            Heard.source != self.source,
        )
        return self.session.scalar(written) or 0

    def unknown(self, command: Command) -> None:
        """What anybody hears of a reference that is none of theirs, and not for ever."""
        if self.guesses() <= MOST_GUESSES:
            self.reply("sms-unknown", reference=spoken(command.reference))

    def guesses(self) -> int:
        """How often this number asked for references in the last day, this time included."""
        asked = sa.select(sa.func.count()).where(
            Heard.citizen_id == self.citizen.id,
            Heard.became.in_([kind.value for kind in GUESSES]),
            Heard.case_id.is_(None),
            Heard.at > self.now - timedelta(days=1),
        )
        return self.session.scalar(asked) or 0
