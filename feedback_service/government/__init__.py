"""The whole of government: by which line each body reports, who signs its aggregate off, and what
has gone up.  Aggregates only: nothing here reads a case, a reference or a citizen's words."""

from feedback_service.government.aggregates import Aggregate, BodyFigures, Reading, aggregate
from feedback_service.government.lines import Line, Signatory, lines, signed_by
from feedback_service.government.reminding import remind
from feedback_service.government.signing import (
    NotTaken,
    Returning,
    Signing,
    answer,
    give_back,
    send_up,
    sign,
)
from feedback_service.government.standing import (
    State,
    Status,
    above,
    is_over,
    of_holder,
    signatories,
    standing,
)

__all__ = [
    "Aggregate", "BodyFigures", "Line", "NotTaken", "Reading", "Returning", "Signatory",
    "Signing", "State", "Status", "above", "aggregate", "answer", "give_back", "is_over",
    "lines", "of_holder", "remind", "send_up", "sign", "signatories", "signed_by", "standing",
]  # fmt: skip
