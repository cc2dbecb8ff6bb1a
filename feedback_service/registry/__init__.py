"""Institutions, services, charters, responsibility and calendars: read, and loaded from CSV."""

from feedback_service.registry.crosswalk import label_of, labels, ombudsmans
from feedback_service.registry.days import calendar
from feedback_service.registry.desks import Desk, charter_at, desk, desks
from feedback_service.registry.files import DATA, BadRows
from feedback_service.registry.ladders import Ladder, ladder_of
from feedback_service.registry.loading import Loaded, load
from feedback_service.registry.reading import catalogue, renew_wording, renewed
from feedback_service.registry.routing import (
    NoCentralTriage,
    Route,
    central_unit,
    count_miss,
    integrity_unit,
    integrity_units,
    owner_of,
    redress_unit,
    route,
)

__all__ = [
    "DATA",
    "BadRows",
    "Desk",
    "Ladder",
    "Loaded",
    "NoCentralTriage",
    "Route",
    "calendar",
    "catalogue",
    "central_unit",
    "charter_at",
    "count_miss",
    "desk",
    "desks",
    "integrity_unit",
    "integrity_units",
    "label_of",
    "labels",
    "ladder_of",
    "load",
    "ombudsmans",
    "owner_of",
    "redress_unit",
    "renew_wording",
    "renewed",
    "route",
]
