"""What the public may read of the survey in a quarter that is not frozen: not every answer as it
comes, but editions, each at least five answers away from the one before."""

from feedback_service.scoring.editions.keeping import days
from feedback_service.scoring.editions.reading import told
from feedback_service.scoring.editions.telling import keep_up, prepare

__all__ = ["days", "keep_up", "prepare", "told"]
