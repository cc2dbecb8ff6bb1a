"""The open data package: tables with their schema, a dictionary in both languages, hashes; written
row by row, so that memory does not grow with what is written."""

from feedback_service.reports.open_data.asked import Asked, periods_of
from feedback_service.reports.open_data.package import Package, as_zip, write
from feedback_service.reports.open_data.shape import Resource, Row
from feedback_service.reports.open_data.shelf import Kept, find, keep, keep_soon, kept
from feedback_service.reports.open_data.streams import csv_lines, json_lines
from feedback_service.reports.open_data.tables import RESOURCES

__all__ = [
    "RESOURCES",
    "Asked",
    "Kept",
    "Package",
    "Resource",
    "Row",
    "as_zip",
    "csv_lines",
    "find",
    "json_lines",
    "keep",
    "keep_soon",
    "kept",
    "periods_of",
    "write",
]
