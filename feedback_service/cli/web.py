"""`feedback web`: gunicorn with threads; the application is loaded once, before forking."""

from __future__ import annotations

import argparse
import gc
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from feedback_service import settings as all_settings
from feedback_service.cli.connection import require_port, require_schema
from feedback_service.cli.logs import configure_logs
from feedback_service.cli.memory import keep_small

THREADS = 4


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="0.0.0.0", help="the address to listen on (0.0.0.0)")
    parser.add_argument(
        "--threads", type=int, default=THREADS, help=f"threads a worker ({THREADS})"
    )
    parser.add_argument(
        "--grace", type=int, default=30, help="seconds to finish requests when told to stop (30)"
    )
    parser.set_defaults(do=serve)


def serve(chosen: argparse.Namespace) -> int:
    """Serve until told to stop; TERM finishes what has begun."""
    settings = all_settings.from_environment()
    require_port(chosen.host, settings.port, "feedback web")
    require_schema(settings)
    configure_logs(settings.log_level)
    keep_small()
    Server(
        {
            "bind": f"{chosen.host}:{settings.port}",
            "workers": settings.web_concurrency,
            "worker_class": "gthread",
            "threads": chosen.threads,
            "preload_app": True,
            "graceful_timeout": chosen.grace,
            "keepalive": 75,  # longer than a gateway's pause between two screens of one dialogue
            "control_socket_disable": True,  # it would open a socket in the account's home
            "logger_class": OneWayOut,
            "loglevel": settings.log_level.lower(),
        }
    ).run()
    return 0


class OneWayOut(Logger):  # type: ignore[misc]
    """What gunicorn says goes where everything is said, in the same form."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
            log.propagate = True


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn, configured by these options alone: no file, no arguments, no environment."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from feedback_service.app import create_app

        app = create_app(warm=True)
        # What is loaded by now stays shared: the collector of a forked worker leaves it alone.
        gc.collect()
        gc.freeze()
        return app
