"""Whether words sound like praise: cheap enough for the door, by words alone.

It only has a message wait the second until the model has read it; what it misses opens a case.
"""

import re

SHORTEST = 4
"""Words of a message from which on it says more than thanks."""
_PRAISE = re.compile(
    r"\b(?:(?:good|great|nice) (?:work|job|service)|excellent|well done|keep it up|god bless\w*"
    r"|very (?:helpful|kind|polite|professional|friendly)|was (?:helpful|kind|polite|friendly)"
    r"|appreciate|i commend|thanks?|thankyou|grateful|congrat\w*|kudos|bravo|impressed|a blessing"
    r"|hongera|pongezi|kongole|heko|ah?santen?i?|shukran\w*|\w{0,6}shukuru|(?:na|tuna)\w{0,2}pongeza"
    r"|huduma (?:nzuri|bora|safi)|kazi (?:nzuri|safi|poa)|mko vizuri"
    r"|(?:ali|wali)(?:ni|tu)(?:hudumia|saidia) (?:vizuri|sana))\b",
    re.IGNORECASE,
)


def sounds_like_praise(text: str) -> bool:
    return len(text.split()) >= SHORTEST and _PRAISE.search(text) is not None
