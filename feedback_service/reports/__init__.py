"""The same figures for page, file and paper: scorecards as rows, as CSV and as JSON values."""

from feedback_service.reports.coverage import coverage_values
from feedback_service.reports.names import Names, names
from feedback_service.reports.survey import stages, survey_values, tells_drawn
from feedback_service.reports.tables import (
    COLUMNS,
    Line,
    as_csv,
    beside_values,
    figure_values,
    lines,
)

__all__ = [
    "COLUMNS", "Line", "Names", "as_csv", "beside_values", "coverage_values", "figure_values",
    "lines", "names", "stages", "survey_values", "tells_drawn",
]  # fmt: skip
