"""The tables: facts only, no rules.  One file per family of nouns; import everything from here."""

from feedback_service.models.base import Base, new_id
from feedback_service.models.cases import Case, CaseEvent, Category, Suggestion
from feedback_service.models.messages import EarlyReceipt, Heard, Message, MessageState
from feedback_service.models.people import ApiKey, Citizen, Look, Role, SignIn, Staff, Stop
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

__all__ = [
    "ApiKey",
    "Base",
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
    "Poster",
    "Rating",
    "RegistryState",
    "Responsibility",
    "Role",
    "RoutingMiss",
    "Sector",
    "Service",
    "ServicePoint",
    "SignIn",
    "Staff",
    "Stop",
    "Suggestion",
    "Unit",
    "new_id",
]
