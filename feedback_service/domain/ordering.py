"""The order in which an officer should take cases: the redress queue, smallest key first."""

from datetime import datetime
from typing import TypeAlias

from feedback_service.domain.calendar import require_aware

QueueKey: TypeAlias = tuple[bool, bool, int, datetime, datetime]


def queue_key(
    urgent: bool, level: int, disputed: bool, due_at: datetime, received_at: datetime
) -> QueueKey:
    """Where a case stands in the queue.  A line decides only between cases equal in those above.

    | first come                          | because                                            |
    |-------------------------------------|----------------------------------------------------|
    | cases with a life or child in danger| nothing else can wait for them                     |
    | disputed cases                      | the office said solved and the citizen said no     |
    | cases at a higher level             | somebody further up already answers for the delay  |
    | those due earliest                  | a promise is kept or broken by its due time        |
    | those received earliest             | first come, first served                           |
    """
    return (
        not urgent,
        not disputed,
        -level,
        require_aware(due_at, "due_at"),
        require_aware(received_at, "received_at"),
    )
