"""The web process: the hooks in front, Flask's pages behind, one runtime for both."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

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
    if rt.settings.trusted_proxies:
        # Only as many hops as the operator says: anyone can write the header's older part.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=rt.settings.trusted_proxies)  # type: ignore[method-assign]
    app.wsgi_app = in_front_of(app.wsgi_app, rt)  # type: ignore[method-assign, assignment]
    return app
