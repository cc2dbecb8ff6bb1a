"""The tables: facts only, no rules.  One file per family of nouns; import everything from here."""

from feedback_service.models.attachments import Attachment, AttachmentContent, AttachmentState
from feedback_service.models.base import Base, new_id
from feedback_service.models.cases import Case, CaseEvent, Category, Suggestion
from feedback_service.models.messages import EarlyReceipt, Heard, Message, MessageState
from feedback_service.models.operation import Alarm, Budget, Phrase
from feedback_service.models.people import Alias, ApiKey, Citizen, Look, Role, SignIn, Staff, Stop
from feedback_service.models.ratings import Rating
from feedback_service.models.registry import (
    Charter,
    County,
    Holiday,
    Institution,
    Offering,
    Poster,
    RegistryState,
    Responsibility,
    RoutingMiss,
    Sector,
    Service,
    ServicePoint,
    Unit,
)
from feedback_service.models.talks import Resumption, Talk

__all__ = [
    "Alarm",
    "Alias",
    "ApiKey",
    "Attachment",
    "AttachmentContent",
    "AttachmentState",
    "Base",
    "Budget",
    "Case",
    "CaseEvent",
    "Category",
    "Charter",
    "Citizen",
    "County",
    "EarlyReceipt",
    "Heard",
    "Holiday",
    "Institution",
    "Look",
    "Message",
    "MessageState",
    "Offering",
    "Phrase",
    "Poster",
    "Rating",
    "RegistryState",
    "Responsibility",
    "Resumption",
    "Role",
    "RoutingMiss",
    "Sector",
    "Service",
    "ServicePoint",
    "SignIn",
    "Staff",
    "Stop",
    "Suggestion",
    "Talk",
    "Unit",
    "new_id",
]
