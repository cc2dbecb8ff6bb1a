"""The web process as tests call it: the hooks at once, Flask's pages when one is asked for.

Building the pages takes a moment and compiling templates and addresses more; most tests only ever
send what a network sends, and those that open pages share what was compiled.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from werkzeug.routing import Rule
from werkzeug.serving import make_server
from werkzeug.test import Client, TestResponse


def application(rt: Any) -> Any:
    """The application that production makes; what it compiles is compiled once for all tests."""
    from feedback_service.app import create_app

    Flask.url_rule_class = _Rule
    app = create_app(rt)
    app.jinja_env.bytecode_cache = _COMPILED
    return app


def caller(rt: Any) -> Client:
    """A client of the web process on this runtime."""
    from feedback_service.web.webhooks import in_front_of

    return Client(in_front_of(_Pages(rt), rt), TestResponse)


@contextlib.contextmanager
def served(app: Any) -> Iterator[str]:
    """The address at which a browser finds this application, without a slash at its end."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    # No thread may outlive a test that fails: its process would never end.
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()


class _Pages:
    """Flask's pages, made at the first call that is for them."""

    def __init__(self, rt: Any) -> None:
        self._rt = rt

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        return self._app(environ, start_response)

    @cached_property
    def _app(self) -> Any:
        return application(self._rt)


class _Rule(Rule):
    """An address, with the function that writes it: as many tests ask for the same as there are."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if self.defaults:  # they are part of the function
            return super()._compile_builder(append_unknown)
        key = (self.rule, *self._trace, append_unknown)
        if key not in _WRITERS:
            _WRITERS[key] = super()._compile_builder(append_unknown)
        return _WRITERS[key]


_WRITERS: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}


class _Compiled(BytecodeCache):
    """Compiled templates of this process; one that was changed has another key."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Any) -> None:
        if code := self._code.get(bucket.key + bucket.checksum):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Any) -> None:
        self._code[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


_COMPILED = _Compiled()
