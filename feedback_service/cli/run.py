"""`feedback run`: the whole service on one machine, from nothing."""

from __future__ import annotations

import argparse
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from feedback_service import embedded
from feedback_service.cli import Refused, first_start, forking
from feedback_service.cli.connection import require_port
from feedback_service.cli.supervisor import GRACE_SECONDS, Child, Supervisor
from feedback_service.settings import PRACTICE, Settings, environment, read_run_file

HOST = "127.0.0.1"
_SERVERS = ("DATABASE_URL", "REDIS_URL")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(do=run)


def run(_: argparse.Namespace) -> int:
    """Run until Ctrl-C or TERM, then stop everything; returns 0."""
    began = time.monotonic()
    _signals(_stop)
    try:
        with _servers() as (env, stack):
            settings = Settings.from_env(env)
            supervisor = Supervisor(_children(env, settings), _say)
            try:
                login = _open(supervisor, settings, stack)
                _say(f"Ready in {time.monotonic() - began:.1f} s.\n{_welcome(settings, login)}")
                _watch(supervisor, stack)
            finally:
                _signals(signal.SIG_IGN)  # a second Ctrl-C must not leave half of it running
                _say("Stopping")
                supervisor.stop()
    except embedded.ServersUnavailable as error:
        raise Refused(str(error)) from error
    except KeyboardInterrupt:
        pass
    _say("Stopped")
    return 0


def _open(supervisor: Supervisor, settings: Settings, stack: embedded.Stack | None) -> str:
    """Prepare the data and start the processes; returns the first login, if one was made."""
    forking.load()
    if stack and not stack.fresh and first_start.was_prepared(settings.var_dir):
        supervisor.start("web")  # it loads while we look whether anything is new
        login = _prepare(settings)
    else:
        login = _prepare(settings)
        supervisor.start("web")
    supervisor.wait_for(f"http://{HOST}:{settings.port}/health/live")
    supervisor.start("worker", "clock")  # after the web, which somebody is waiting for
    return login


def _prepare(settings: Settings) -> str:
    # Imported here: they take two seconds, in which the web process can load already.
    import migrations
    from feedback_service.cli import preparation

    migrations.upgrade(settings.database_url)
    login = preparation.prepare(settings, _say)
    first_start.note_prepared(settings.var_dir)
    _say("Schema and reference data are at their newest")
    return login


@contextmanager
def _servers() -> Iterator[tuple[dict[str, str], embedded.Stack | None]]:
    """The environment of the service's processes, with servers in it that run."""
    given = environment()
    var_dir = Path(given.get("VAR_DIR", "var")).absolute()
    before = read_run_file(var_dir)
    kept = first_start.with_secrets(before, given)
    external = [name for name in _SERVERS if given.get(name) not in (None, before.get(name))]
    if len(external) == 1:
        missing = next(name for name in _SERVERS if name not in external)
        raise Refused(f"{external[0]} is set but {missing} is not. Set both, or neither.")
    env = {**PRACTICE, **kept, **given, "VAR_DIR": str(var_dir)}
    _check(env)
    if external:
        _keep(var_dir, kept)
        yield env, None
        return
    state = _state(var_dir, kept.pop(first_start.STATE, None))
    stack = _start(env, state)
    try:
        _say(f"PostgreSQL and Valkey answer, their data are in {state}")
        addresses = {"DATABASE_URL": stack.database_url, "REDIS_URL": stack.redis_url}
        elsewhere = {first_start.STATE: str(state)} if state != var_dir else {}
        _keep(var_dir, kept | addresses | elsewhere)
        yield env | addresses, stack
    finally:
        _signals(signal.SIG_IGN)
        stack.stop()


def _check(env: Mapping[str, str]) -> None:
    """Refuse wrong settings and a port in use before anything is started."""
    stand_in = {"DATABASE_URL": "postgresql://embedded", "REDIS_URL": "redis://embedded"}
    settings = Settings.from_env({**stand_in, **env})
    require_port(HOST, settings.port, "make run")


def _state(var_dir: Path, kept: str | None) -> Path:
    state = embedded.choose_state(var_dir, Path(kept) if kept else None)
    if kept and str(state) != kept:
        _say(f"The data in {kept} are gone or belong to another clone. Starting with empty data.")
    return state


def _start(env: Mapping[str, str], state: Path) -> embedded.Stack:
    binaries = [env.get("FEEDBACK_PG_BIN"), env.get("FEEDBACK_REDIS_BIN")]
    postgres, redis = (Path(path) if path else None for path in binaries)
    return embedded.start(state, postgres_bin=postgres, redis_bin=redis)


def _keep(var_dir: Path, values: Mapping[str, str]) -> None:
    file = first_start.write_run_file(var_dir, values)
    _say(f"Secrets and addresses are in {file}")


def _children(env: Mapping[str, str], settings: Settings) -> list[Child]:
    processes = [
        ["web", "--host", HOST, "--grace", str(GRACE_SECONDS - 1)],
        ["worker"],
        ["clock"],
    ]
    logs = settings.var_dir / "log"
    return [Child(words, env, logs / f"{words[0]}.log") for words in processes]


def _watch(supervisor: Supervisor, stack: embedded.Stack | None) -> None:
    while True:
        time.sleep(0.2)
        supervisor.check()
        if stack is None:
            continue
        try:
            for name in stack.revive():
                _say(f"{name} had died and was started again")
        except embedded.ServersUnavailable as error:
            _say(f"{error}\nTrying again")
            time.sleep(1)


def _welcome(settings: Settings, login: str) -> str:
    here = f"http://{HOST}:{settings.port}"
    lines = [
        f"  Phone       {here}/phone",
        f"  Desk        {here}/desk/",
        f"  Scorecards  {here}/scorecards/",
        f"  API         {here}/api/v1/openapi.json",
        f"  Logs        {settings.var_dir / 'log'}",
        *([f"  Login       {login}"] if login else []),
        *([] if settings.second_factor_roles else [_PLAIN_DOOR]),
        "Ctrl-C stops it.",
    ]
    return "\n".join(lines)


_PLAIN_DOOR = (
    "  Sign-in     asks for no second factor here; SECOND_FACTOR_ROLES names roles it is asked of"
)


def _signals(handler: object) -> None:
    # Set for INT too: a shell that starts us in the background has it ignored.
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, handler)  # type: ignore[arg-type]


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say(sentence: str) -> None:
    print(sentence, flush=True)
