"""Staff appraisal (SPAS): targets from the contract to units and officers, own cases counted, and a
band that is only proposed: a named supervisor signs once the officer has seen it and answered."""

from feedback_service.appraisals.entries import count_quarters, enter
from feedback_service.appraisals.facts import Own, own
from feedback_service.appraisals.faults import NoSuchAppraisal, NotTaken
from feedback_service.appraisals.going import Taken, begin, take
from feedback_service.appraisals.targets import NewTarget, set_for_unit, sources

__all__ = [
    "NewTarget", "NoSuchAppraisal", "NotTaken", "Own", "Taken", "begin", "count_quarters", "enter",
    "own", "set_for_unit", "sources", "take",
]  # fmt: skip
