"""Who the embedded servers run as, and which folders that account can use.

PostgreSQL refuses to run as root. Root therefore starts it as an account that is there already; no
account is added and no permission outside our own folders changes.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from feedback_service.embedded.errors import ServersUnavailable

ELSEWHERE = Path("/var/tmp")
_NOTE = "made-for"
_HOUR = 3600


@dataclass(frozen=True)
class Account:
    """An account of this machine that root lends to the servers."""

    name: str
    uid: int
    gid: int

    def can_enter(self, folder: Path) -> bool:
        """True when this account may step into `folder`, every parent included."""
        command = ["/bin/sh", "-c", 'cd "$0"', str(folder)]
        return (
            subprocess.run(command, cwd="/", stderr=subprocess.DEVNULL, **lent(self)).returncode
            == 0
        )


def lent(account: Account | None) -> dict[str, Any]:
    """The `subprocess` arguments that run a child as `account`; none when we run as ourselves."""
    return (
        {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}
    )


def account_for(data: Path) -> Account | None:
    """The account for servers on `data`: None for ourselves, unless we are root.

    Data that somebody else made is served as its owner, so that root may start what a user began.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(str(owner.st_uid), owner.st_uid, owner.st_gid)
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise ServersUnavailable(
        "PostgreSQL does not run as root, and this machine has neither an account 'postgres' "
        "nor 'nobody'. Start the service as an ordinary user."
    )


def choose_state(var_dir: Path, kept: Path | None = None) -> Path:
    """The folder for the servers' data: `var_dir`, or another where their account cannot enter it.

    `kept` is the folder an earlier start made elsewhere; it is used again if it is there and ours.
    """
    if kept is not None and _is_for(kept, var_dir):
        if kept.stat().st_uid != os.geteuid():
            raise ServersUnavailable(
                f"{kept} belongs to another account. Remove it, or set VAR_DIR=another-folder."
            )
        (kept / _NOTE).write_text(str(var_dir))
        return kept
    if not var_dir.exists():
        var_dir.mkdir(parents=True, mode=0o755)
        var_dir.chmod(0o755)  # a strict umask would lock the database's account out
    account = account_for(var_dir / "pg")
    if account is None or account.can_enter(var_dir):
        return var_dir
    folder = Path(tempfile.mkdtemp(prefix="feedback-", dir=ELSEWHERE))
    folder.chmod(0o755)
    (folder / _NOTE).write_text(str(var_dir))
    return folder


def own_folder(path: Path, account: Account | None) -> Path:
    """Make `path` a folder that only the servers' account can read."""
    path.mkdir(mode=0o700, exist_ok=True)
    if account is not None:
        os.chown(path, account.uid, account.gid)
    return path


def lock(base: Path) -> IO[str]:
    """Hold `base` for this process until it ends, however it ends.

    Raises ServersUnavailable when another process holds it.
    """
    try:
        file = open(base / "lock", "a+")  # noqa: SIM115  held open as long as the servers run
    except PermissionError as error:
        raise ServersUnavailable(
            f"{base} belongs to another account: {error}. Set VAR_DIR=another-folder."
        ) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise ServersUnavailable(
            f"The service already runs on {base} (process {holder}). Stop that one first, "
            "or give this one its own data and port: VAR_DIR=var2 PORT=8001 make run"
        ) from None
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def sweep(parent: Path, prefix: str) -> None:
    """Remove our folders under `parent` that no process holds: what a killed start left behind."""
    for folder in parent.glob(f"{prefix}*"):
        with contextlib.suppress(OSError, ServersUnavailable):
            status = folder.lstat()
            stale = time.time() - status.st_mtime > _HOUR
            if folder.is_symlink() or status.st_uid != os.geteuid() or not stale:
                continue
            with lock(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _is_for(folder: Path, var_dir: Path) -> bool:
    """True when `folder` was made for this clone, maybe before it moved here; not for a copy."""
    note = folder / _NOTE
    if folder.is_symlink() or not note.exists():
        return False
    clone = Path(note.read_text())
    return clone == var_dir or not clone.exists()
