"""An empty Flask route behind the very server the service uses: the measure of everything."""

import sys

from flask import Flask

from feedback_service.cli.web import Server


def create_app() -> Flask:
    app = Flask(__name__)

    @app.post("/empty")
    def empty() -> str:
        return "CON 1"

    @app.get("/health/live")
    def live() -> str:
        return "live"

    return app


class Empty(Server):
    def load(self) -> Flask:
        return create_app()


if __name__ == "__main__":
    Empty(
        {
            "bind": f"127.0.0.1:{sys.argv[1]}", "workers": 1, "worker_class": "gthread",
            "threads": 1, "preload_app": True, "keepalive": 75, "control_socket_disable": True,
            "loglevel": "warning",
        }
    ).run()  # fmt: skip
