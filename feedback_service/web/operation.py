"""For operators and their monitors: alive, ready, figures.  No person's data.

Whether the service lives is anybody's to know; its figures are for whoever holds METRICS_TOKEN, or
without one for this machine and private networks: what comes through a proxy that nobody declared
(TRUSTED_PROXIES) could come from anywhere.
"""

import hmac
from ipaddress import ip_address

import sqlalchemy as sa
from flask import Blueprint, Flask, abort, request
from flask.typing import ResponseReturnValue
from prometheus_client.exposition import choose_encoder
from redis.exceptions import RedisError

from feedback_service.runtime import Runtime
from feedback_service.settings import Settings
from feedback_service.web.access import open_to
from feedback_service.web.metrics import registry_of


def furnish(app: Flask, rt: Runtime) -> None:
    pages, figures = Blueprint("operation", __name__), registry_of(rt)

    @pages.get("/health/live")
    @open_to("anyone")
    def live() -> ResponseReturnValue:
        return {"status": "live"}

    @pages.get("/health/ready")
    @open_to("anyone")
    def ready() -> ResponseReturnValue:
        """Ready when an answer can be kept; without Redis it still can, so that is only said."""
        try:
            with rt.engine.connect() as connection:
                connection.execute(sa.text("select 1"))
        except sa.exc.SQLAlchemyError:
            return {"status": "not ready", "database": "away"}, 503
        try:
            rt.redis.ping()
        except RedisError:
            return {"status": "ready", "database": "here", "redis": "away"}
        return {"status": "ready", "database": "here", "redis": "here"}

    @pages.get("/metrics")
    @open_to("anyone")
    def metrics() -> ResponseReturnValue:
        """Figures as Prometheus reads them, asked of database and Redis now."""
        if not _may_read(rt.settings):
            abort(404)
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return encode(figures), 200, {"Content-Type": content_type}

    app.register_blueprint(pages)


def _may_read(settings: Settings) -> bool:
    if settings.metrics_token:
        given = request.headers.get("Authorization", "")
        wanted = f"Bearer {settings.metrics_token}"
        return hmac.compare_digest(given.encode(), wanted.encode())
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    if forwarded and not settings.trusted_proxies:
        return False
    try:
        return ip_address(request.remote_addr or "").is_private
    except ValueError:  # a Unix socket has no address: whoever reaches it is on this machine
        return not request.remote_addr
