"""Problems that rise: the clock has them looked for, people say what they are.

Only open cases are counted, so that no figure here tells of a confidential one.  Words are read of
cases that the model has cleared, whose citizen did not ask for quiet and that name nobody; a term
is what five different citizens or more have said.
"""

from feedback_service.emerging.looking import BELL, look, look_soon
from feedback_service.emerging.reading import (
    WATCHERS,
    Behind,
    Example,
    Precision,
    campaigns_of,
    examples,
    last_look,
    listed,
    mine,
    precision,
    seen_of,
)
from feedback_service.emerging.saying import NoSuchProblem, NotSaid, Said, say_what_it_is
from feedback_service.emerging.words import TOPIC

__all__ = [
    "BELL", "TOPIC", "WATCHERS", "Behind", "Example", "NoSuchProblem", "NotSaid", "Precision",
    "Said", "campaigns_of", "examples", "last_look", "listed", "look", "look_soon", "mine",
    "precision", "say_what_it_is", "seen_of",
]  # fmt: skip
