"""Private PostgreSQL and Valkey for `make run` and `make test`: real servers, no port, no root.

`start()` takes about a second; the servers end with the process that started them, however it ends.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import socket
import struct
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import quote

from feedback_service.embedded import account as accounts
from feedback_service.embedded.account import Account, choose_state
from feedback_service.embedded.binaries import (
    find_postgres,
    find_redis,
    major_version,
    within_reach,
)
from feedback_service.embedded.errors import ServersUnavailable
from feedback_service.embedded.server import ENVIRONMENT, Server

__all__ = ["ServersUnavailable", "Stack", "choose_state", "start"]

_LONGEST_SOCKET_FOLDER = 80  # a socket's whole path may have 107 bytes
_KEEP = {
    "listen_addresses": "",
    "timezone": "UTC",
    "max_connections": "100",
    "shared_buffers": "64MB",
}
_THROWAWAY = _KEEP | {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "max_wal_size": "256MB",
}


@dataclass
class Stack:
    """Both servers, running, with the addresses to reach them."""

    state: Path
    _lock: IO[str]
    _remove: list[Path]
    database_url: str = ""
    redis_url: str = ""
    servers: list[Server] = field(default_factory=list)
    fresh: bool = False
    """True when this start made the database."""

    def revive(self) -> list[str]:
        """Start again what has died; returns the names of what was started and now answers."""
        dead = [server for server in self.servers if not server.is_alive()]
        for server in dead:
            server.start()
            server.wait_until_it_answers()
        return [server.name for server in dead]

    def stop(self) -> None:
        """Stop both servers, wait until they are gone, free the folder. Twice does no harm."""
        for server in self.servers:
            server.ask_to_stop()
        for server in self.servers:
            server.finish(seconds=8)
        for folder in self._remove:
            shutil.rmtree(folder, ignore_errors=True)
        self._remove.clear()
        self._lock.close()
        atexit.unregister(self.stop)


def start(
    state_dir: Path | None = None,
    *,
    throwaway: bool = False,
    postgres_bin: Path | None = None,
    redis_bin: Path | None = None,
) -> Stack:
    """Start both servers and return when they answer.

    `state_dir` keeps the data between starts; `throwaway` takes a temporary folder and trades
    safety for speed. Call it from the main thread: the servers end with the thread that started
    them. Raises ServersUnavailable when the folder is in use or a server does not start.
    """
    postgres, valkey = find_postgres(postgres_bin), find_redis(redis_bin)
    base, remove = _base_folder(None if throwaway else state_dir)
    stack = Stack(state=base, _lock=accounts.lock(base), _remove=remove)
    atexit.register(stack.stop)
    try:
        owner = _owner(base)
        stack.fresh = not (base / "pg").exists()
        sockets = _socket_folder(base, owner, remove)
        stack.database_url = f"postgresql+psycopg://feedback@/postgres?host={quote(str(sockets))}"
        stack.redis_url = f"unix://{quote(str(sockets))}/valkey.sock?db=0"
        stack.servers = [
            _postgres(within_reach(postgres, owner, base), base, sockets, owner, throwaway),
            _valkey(within_reach(valkey, owner, base), base, sockets, owner, throwaway),
        ]
        for server in stack.servers:
            server.start()
        for server in stack.servers:
            server.wait_until_it_answers()
    except BaseException:
        stack.stop()
        raise
    return stack


def _base_folder(state_dir: Path | None) -> tuple[Path, list[Path]]:
    """The folder for data, and what to remove at the end."""
    if state_dir is not None:
        base = state_dir.resolve()
        base.mkdir(parents=True, exist_ok=True)
        return base, []
    temporary = Path(tempfile.gettempdir())
    accounts.sweep(temporary, "fs-")
    base = Path(tempfile.mkdtemp(prefix="fs-", dir=temporary))
    if os.geteuid() == 0:
        base.chmod(0o755)  # the servers' account passes through to folders of its own
    return base, [base]


def _owner(base: Path) -> Account | None:
    owner = accounts.account_for(base / "pg")
    if owner is not None and not owner.can_enter(base):
        raise ServersUnavailable(
            f"The account {owner.name}, which PostgreSQL runs as, cannot enter {base}. "
            "Set VAR_DIR to a folder it can enter, or start the service as an ordinary user."
        )
    return owner


def _socket_folder(base: Path, owner: Account | None, remove: list[Path]) -> Path:
    """A folder only the servers' account and we can enter, for their logins ask for no password."""
    folder = base / "sockets"
    if len(os.fsencode(folder)) > _LONGEST_SOCKET_FOLDER:
        folder = Path(tempfile.mkdtemp(prefix="fss-", dir="/tmp"))
        remove.append(folder)
    return accounts.own_folder(folder, owner)


def _postgres(
    programs: Path, base: Path, sockets: Path, owner: Account | None, throwaway: bool
) -> Server:
    data = base / "pg"
    if not data.exists():
        _initialise(programs, data, owner, throwaway)
    made_by, here = (data / "PG_VERSION").read_text().strip(), major_version(programs, owner)
    if made_by != here:
        raise ServersUnavailable(
            f"The data in {data} were made by PostgreSQL {made_by}, "
            f"but {programs} is version {here}. Use the programs that made them "
            "(FEEDBACK_PG_BIN), or other data: VAR_DIR=var2"
        )
    options = (_THROWAWAY if throwaway else _KEEP) | {"unix_socket_directories": str(sockets)}
    settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    return Server(
        name="PostgreSQL",
        argv=[str(programs / "postgres"), "-D", str(data), *settings],
        log=base / "pg.log",
        pidfile=data / "postmaster.pid",
        marker=str(data),
        account=owner,
        answers=lambda: _postgres_answers(sockets),
    )


def _initialise(programs: Path, data: Path, owner: Account | None, throwaway: bool) -> None:
    # Made beside its place and moved there when whole: half a database would stop all later starts.
    half = data.with_name("pg.half")
    shutil.rmtree(half, ignore_errors=True)
    accounts.own_folder(half, owner)
    options = [
        "-U",
        "feedback",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--no-instructions",
    ]
    command = [
        str(programs / "initdb"),
        "-D",
        str(half),
        *options,
        *(["--no-sync"] if throwaway else []),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd="/", env=ENVIRONMENT, **accounts.lent(owner)
    )
    if done.returncode != 0:
        raise ServersUnavailable(
            f"A new database could not be made in {data}:\n{done.stderr.strip()}"
        )
    half.rename(data)


def _valkey(
    program: Path, base: Path, sockets: Path, owner: Account | None, throwaway: bool
) -> Server:
    data = accounts.own_folder(base / "valkey", owner)
    socket, pidfile = sockets / "valkey.sock", data / "valkey.pid"
    options: Mapping[str, str] = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(data),
        "pidfile": str(pidfile),
        "daemonize": "no",
        "loglevel": "warning",
        "save": "",
        "appendonly": "no" if throwaway else "yes",
    }
    return Server(
        name="Valkey",
        argv=[
            str(program),
            *(word for name, value in options.items() for word in (f"--{name}", value)),
        ],
        log=base / "valkey.log",
        pidfile=pidfile,
        marker=str(socket),
        account=owner,
        answers=lambda: _valkey_answers(socket),
    )


# Both questions are asked by hand: the libraries take longer to import than the servers to start.
def _postgres_answers(sockets: Path) -> bool:
    who = b"user\0feedback\0database\0postgres\0\0"
    hello = struct.pack("!ii", len(who) + 8, 3 << 16) + who
    return _reply(sockets / ".s.PGSQL.5432", hello, goodbye=b"X\0\0\0\4") == b"R"


def _valkey_answers(path: Path) -> bool:
    return _reply(path, b"PING\r\n", goodbye=b"QUIT\r\n") == b"+"


def _reply(path: Path, question: bytes, goodbye: bytes) -> bytes:
    """The first byte of the answer; empty as long as there is none."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
        line.settimeout(2)
        line.connect(str(path))
        line.sendall(question)
        first = line.recv(1)
        line.sendall(goodbye)
        return first
    return b""
