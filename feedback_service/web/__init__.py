"""The HTTP edge: requests in, statuses out.  Every page that exists is furnished here."""

from flask import Flask

from feedback_service.runtime import Runtime
from feedback_service.web import api, desk, geo_report, limits, operation, phone, public
from feedback_service.web.api import keys
from feedback_service.web.furniture import furnish_pages


def furnish(app: Flask, rt: Runtime) -> None:
    """Put every room of the edge into the application."""
    app.config["SECRET_KEY"] = rt.settings.secret_key
    app.extensions["runtime"] = rt
    furnish_pages(app, rt)
    limits.furnish(app, rt, keys.known)
    operation.furnish(app, rt)
    api.furnish(app, rt)
    geo_report.furnish(app, rt)
    public.furnish(app, rt)
    desk.furnish(app, rt)
    phone.furnish(app, rt)
