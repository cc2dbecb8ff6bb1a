"""Several cases with one cause: suggested by likeness, gathered by people or by one strict rule,
split again, answered together, and told of the fix.

No case is changed by being gathered: each keeps its reference, its answer and its citizen's vote,
and every figure counts cases as if there were no incidents.
"""

from feedback_service.incidents.answering import (
    ALREADY,
    NOT_YOURS,
    Answered,
    NoWords,
    Refused,
    Words,
    WordsTooLong,
    act_on_all,
    checked,
)
from feedback_service.incidents.comparing import BELL, drain, uncompared
from feedback_service.incidents.fixing import AlreadyFixed, declare_fix, tell_the_rest
from feedback_service.incidents.gathering import (
    CannotGather,
    NoSuchIncident,
    Why,
    gather,
    merge,
    not_alike,
    rename,
    separate,
    split,
)
from feedback_service.incidents.reading import (
    Beside,
    Group,
    IncidentFile,
    Member,
    Summary,
    Votes,
    beside,
    listed,
    open_incident,
    suggested,
)

__all__ = [
    "ALREADY",
    "BELL",
    "NOT_YOURS",
    "AlreadyFixed",
    "Answered",
    "Beside",
    "CannotGather",
    "Group",
    "IncidentFile",
    "Member",
    "NoSuchIncident",
    "NoWords",
    "Refused",
    "Summary",
    "Votes",
    "Why",
    "Words",
    "WordsTooLong",
    "act_on_all",
    "beside",
    "checked",
    "declare_fix",
    "drain",
    "gather",
    "listed",
    "merge",
    "not_alike",
    "open_incident",
    "rename",
    "separate",
    "split",
    "suggested",
    "tell_the_rest",
    "uncompared",
]
