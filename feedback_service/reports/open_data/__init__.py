"""The open data package: tables with their schema, a dictionary in both languages, hashes; written
row by row, so that memory does not grow with what is written."""

from feedback_service.reports.open_data.asked import Asked, periods_of
from feedback_service.reports.open_data.package import Package, as_zip, write
from feedback_service.reports.open_data.shape import Resource
from feedback_service.reports.open_data.streams import csv_lines, json_lines
from feedback_service.reports.open_data.tables import RESOURCES

__all__ = [
    "RESOURCES",
    "Asked",
    "Package",
    "Resource",
    "as_zip",
    "csv_lines",
    "json_lines",
    "periods_of",
    "write",
]
