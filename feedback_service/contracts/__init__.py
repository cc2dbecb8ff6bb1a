"""Performance contracts and the Ombudsman's return: evidence, declared rows, the score sheet with
every step, and the quarterly return reconciled to the register."""

from feedback_service.contracts.compliance import Report, report
from feedback_service.contracts.counting import Register, register
from feedback_service.contracts.declaring import Said, say
from feedback_service.contracts.entered import Entered
from feedback_service.contracts.evidence import Brought, Decided, NoSuchEvidence, bring, decide
from feedback_service.contracts.faults import NotTaken
from feedback_service.contracts.files import NoSuchFile, keep, opened
from feedback_service.contracts.reading import (
    Missing,
    NoSuchInstitution,
    Standing,
    institution_of,
    missing,
    owed,
    standing,
    terms_for,
)
from feedback_service.contracts.rows import (
    Allowed,
    NewRow,
    NoSuchChange,
    add_row,
    allow,
    end_row,
)
from feedback_service.contracts.units import (
    UnitLine,
    UnitSheet,
    WantedOfUnit,
    end_of_unit,
    set_for_unit,
    unit_sheet,
)

__all__ = [
    "Allowed",
    "Brought",
    "Decided",
    "Entered",
    "Missing",
    "NewRow",
    "NoSuchChange",
    "NoSuchEvidence",
    "NoSuchFile",
    "NoSuchInstitution",
    "NotTaken",
    "Register",
    "Report",
    "Said",
    "Standing",
    "UnitLine",
    "UnitSheet",
    "WantedOfUnit",
    "add_row",
    "allow",
    "bring",
    "decide",
    "end_of_unit",
    "end_row",
    "institution_of",
    "keep",
    "missing",
    "opened",
    "owed",
    "register",
    "report",
    "say",
    "set_for_unit",
    "standing",
    "terms_for",
    "unit_sheet",
]
