"""What forms of the desk send, read as values."""

from decimal import Decimal, InvalidOperation

from flask import request


def number(name: str) -> Decimal | None:
    """A plain number of the form, its thousands with or without commas; None where it is none."""
    try:
        value = Decimal(request.form.get(name, "").replace(",", "").strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
