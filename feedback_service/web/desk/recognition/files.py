"""A table as a CSV file that no spreadsheet takes for formulas."""

from collections.abc import Iterable, Sequence

from flask import Response

from feedback_service.reports import cells


def as_csv(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The file `name` with a header."""
    return Response(
        cells.as_csv(columns, rows),
        mimetype="text/csv; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )
