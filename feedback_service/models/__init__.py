"""The tables: facts only, no rules.  One file per family of nouns; import everything from here."""

from feedback_service.models.attachments import Attachment, AttachmentContent, AttachmentState
from feedback_service.models.audit import AuditLine
from feedback_service.models.base import Base, new_id
from feedback_service.models.callbacks import CallBack, CallResult, Draw
from feedback_service.models.cases import Case, CaseEvent, Category, Suggestion
from feedback_service.models.clock import MovedDate, OfficeHours
from feedback_service.models.frozen import (
    Contest,
    FrozenCard,
    FrozenLeaves,
    FrozenPack,
    FrozenPeriod,
    ModeratedScore,
)
from feedback_service.models.incidents import Incident, IncidentCase, Likeness
from feedback_service.models.integrity import Flag, StaffPhone
from feedback_service.models.ladder import Notice, Rung, RungHolder
from feedback_service.models.learning import (
    AskReason,
    EmergingLook,
    EmergingProblem,
    Label,
    LabelAsk,
    ModelChange,
    ModelDay,
    ModelStep,
)
from feedback_service.models.messages import EarlyReceipt, Heard, Message, MessageState
from feedback_service.models.operation import Alarm, Budget, Phrase
from feedback_service.models.people import Alias, ApiKey, Citizen, Look, Role, SignIn, Staff, Stop
from feedback_service.models.privacy import (
    Certainty,
    Conflict,
    RequestKind,
    RetentionRun,
    SubjectRequest,
    Unsealing,
)
from feedback_service.models.ratings import Rating
from feedback_service.models.registry import (
    Charter,
    County,
    Holiday,
    Institution,
    Offering,
    Poster,
    RegistryEdit,
    RegistryState,
    Responsibility,
    RoutingMiss,
    Sector,
    Service,
    ServicePoint,
    Unit,
)
from feedback_service.models.survey import Invitation, SurveyDraw, SurveySeed
from feedback_service.models.talks import Resumption, Talk
from feedback_service.models.visits import (
    CodeSheet,
    ControlVisit,
    DeclaredCount,
    Visit,
    VisitBatch,
    VisitCode,
)
from feedback_service.models.work import AssignmentRule, CannedReply, SavedView

__all__ = [
    "Alarm",
    "Alias",
    "ApiKey",
    "AskReason",
    "AssignmentRule",
    "Attachment",
    "AttachmentContent",
    "AttachmentState",
    "AuditLine",
    "Base",
    "Budget",
    "CallBack",
    "CallResult",
    "CannedReply",
    "Case",
    "CaseEvent",
    "Category",
    "Certainty",
    "Charter",
    "Citizen",
    "CodeSheet",
    "Conflict",
    "Contest",
    "ControlVisit",
    "County",
    "DeclaredCount",
    "Draw",
    "EarlyReceipt",
    "EmergingLook",
    "EmergingProblem",
    "Flag",
    "FrozenCard",
    "FrozenLeaves",
    "FrozenPack",
    "FrozenPeriod",
    "Heard",
    "Holiday",
    "Incident",
    "IncidentCase",
    "Institution",
    "Invitation",
    "Label",
    "LabelAsk",
    "Likeness",
    "Look",
    "Message",
    "MessageState",
    "ModelChange",
    "ModelDay",
    "ModelStep",
    "ModeratedScore",
    "MovedDate",
    "Notice",
    "Offering",
    "OfficeHours",
    "Phrase",
    "Poster",
    "Rating",
    "RegistryEdit",
    "RegistryState",
    "RequestKind",
    "Responsibility",
    "Resumption",
    "RetentionRun",
    "Role",
    "RoutingMiss",
    "Rung",
    "RungHolder",
    "SavedView",
    "Sector",
    "Service",
    "ServicePoint",
    "SignIn",
    "Staff",
    "StaffPhone",
    "Stop",
    "SubjectRequest",
    "Suggestion",
    "SurveyDraw",
    "SurveySeed",
    "Talk",
    "Unit",
    "Unsealing",
    "Visit",
    "VisitBatch",
    "VisitCode",
    "new_id",
]
