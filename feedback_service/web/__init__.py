"""The HTTP edge: requests in, statuses out.  Every page that exists is furnished here."""

from flask import Flask

from feedback_service.runtime import Runtime
from feedback_service.web import operation


def furnish(app: Flask, rt: Runtime) -> None:
    """Put every room of the edge into the application."""
    app.config["SECRET_KEY"] = rt.settings.secret_key
    app.extensions["runtime"] = rt
    operation.furnish(app, rt)
