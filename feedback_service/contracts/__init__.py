"""Performance contracts and the Ombudsman's return: evidence, declared rows, the score sheet with
every step, and the quarterly return reconciled to the register."""

from feedback_service.contracts.compliance import Report, report
from feedback_service.contracts.counting import Register, register
from feedback_service.contracts.declaring import NewRow, Said, add_row, end_row, say
from feedback_service.contracts.evidence import Brought, Decided, NoSuchEvidence, bring, decide
from feedback_service.contracts.faults import NotTaken
from feedback_service.contracts.files import NoSuchFile, keep, opened
from feedback_service.contracts.reading import (
    Missing,
    NoSuchInstitution,
    Standing,
    institution_of,
    missing,
    standing,
    terms_for,
)

__all__ = [
    "Brought",
    "Decided",
    "Missing",
    "NewRow",
    "NoSuchEvidence",
    "NoSuchFile",
    "NoSuchInstitution",
    "NotTaken",
    "Register",
    "Report",
    "Said",
    "Standing",
    "add_row",
    "bring",
    "decide",
    "end_row",
    "institution_of",
    "keep",
    "missing",
    "opened",
    "register",
    "report",
    "say",
    "standing",
    "terms_for",
]
