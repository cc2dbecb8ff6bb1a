"""What a message is probably about: screened at the door, suggested by the model, chosen by people.

Closed until cleared: no institution sees a case before lexicon and model have read it, and what
either of them doubts goes to people at central triage, as does an officer named whom nobody knows.
The model's suggestion stands beside the officer's choice with its version; it sends a case on only
where the text itself names one institution.  What people say is kept as labels, and models learn
from it.
"""

from feedback_service.triage.labels import Said, choose, learn, record
from feedback_service.triage.names import gazetteer_of, names_of
from feedback_service.triage.serving import folder, model
from feedback_service.triage.suggesting import BELL, Screened, drain, screen
from feedback_service.triage.teaching import corrections

__all__ = [
    "BELL", "Said", "Screened", "choose", "corrections", "drain", "folder",
    "gazetteer_of", "learn", "model", "names_of", "record", "screen",
]  # fmt: skip
