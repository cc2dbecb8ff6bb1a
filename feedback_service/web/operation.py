"""For operators and their monitors: alive, ready, figures.  Open to anyone; no person's data."""

import sqlalchemy as sa
from flask import Blueprint, Flask, request
from flask.typing import ResponseReturnValue
from prometheus_client.exposition import choose_encoder
from redis.exceptions import RedisError

from feedback_service.runtime import Runtime
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
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return encode(figures), 200, {"Content-Type": content_type}

    app.register_blueprint(pages)
