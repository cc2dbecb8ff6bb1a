"""The web process: the hooks in front, Flask's pages behind, one runtime for both."""

import structlog
from flask import Flask

from feedback_service import intake, web
from feedback_service.runtime import Runtime, connect
from feedback_service.settings import from_environment
from feedback_service.web.webhooks import in_front_of


def create_app(rt: Runtime | None = None, *, warm: bool = False) -> Flask:
    """The application on a runtime; without one, on what the environment says.

    `warm` reads now what the first callers would wait for, and what forked workers then share.
    """
    rt = rt or connect(from_environment())
    if warm:
        intake.warm_up(rt)
    app = Flask("feedback_service.web", template_folder="templates", static_folder="static")
    web.furnish(app, rt)
    app.wsgi_app = in_front_of(app.wsgi_app, rt)  # type: ignore[method-assign, assignment]
    return app


def configure_logs(level: str) -> None:
    """One JSON object a line on standard output, without numbers or citizens' words."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
