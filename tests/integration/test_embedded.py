"""The embedded servers: they start, keep, refuse a second start, never outlive their launcher."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa
from redis import Redis

from feedback_service import embedded
from feedback_service.embedded import ServersUnavailable
from feedback_service.embedded.account import account_for
from feedback_service.embedded.binaries import find_postgres, find_redis, within_reach

LAUNCHER = """
import sys, time
from pathlib import Path
from feedback_service import embedded

stack = embedded.start(Path(sys.argv[1]))
print(*(server.process.pid for server in stack.servers), flush=True)
time.sleep(60)
"""


@pytest.fixture
def state(tmp_path_factory):
    """A folder that the account which PostgreSQL runs as can enter, even when we are root."""
    folder = tmp_path_factory.mktemp("state")
    for parent in (folder, *folder.parents):
        if os.geteuid() == 0 and parent.stat().st_uid == 0 and "pytest" in str(parent):
            parent.chmod(0o755)
    return folder


@pytest.fixture
def launch(state):
    """Start the servers from a process of their own; gives the process and the servers' pids."""
    started = []

    def start():
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(LAUNCHER), str(state)],
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process, [int(pid) for pid in process.stdout.readline().split()]

    yield start
    for process in started:
        process.kill()
        process.wait(60)
        process.stdout.close()


def say(stack, sql):
    engine = sa.create_engine(stack.database_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        return connection.execute(sa.text(sql))


def test_what_was_written_is_there_after_a_stop_and_a_start(state):
    stack = embedded.start(state)
    try:
        say(stack, "CREATE TABLE kept (word text)")
        say(stack, "INSERT INTO kept VALUES ('asante')")
        with Redis.from_url(stack.redis_url) as redis:
            redis.set("word", "asante")
    finally:
        stack.stop()
    stack = embedded.start(state)
    try:
        engine = sa.create_engine(stack.database_url, poolclass=sa.NullPool)
        with engine.connect() as connection, Redis.from_url(stack.redis_url) as redis:
            assert connection.scalar(sa.text("SELECT word FROM kept")) == "asante"
            assert redis.get("word") == b"asante"
    finally:
        stack.stop()


def test_a_second_start_on_the_same_data_is_refused_with_the_remedy(state):
    stack = embedded.start(state)
    try:
        with pytest.raises(ServersUnavailable) as refused:
            embedded.start(state)
    finally:
        stack.stop()
    assert f"(process {os.getpid()})" in str(refused.value)
    assert "VAR_DIR=" in str(refused.value)


def test_killing_the_launcher_leaves_no_server_and_the_next_start_works(launch):
    process, servers = launch()
    assert len(servers) == 2
    process.send_signal(signal.SIGKILL)
    process.wait(60)
    _, gone_then_back = launch()  # at once: the old servers may still be on their way out
    assert not any(_runs(pid) for pid in servers)
    assert all(_runs(pid) for pid in gone_then_back)


def _runs(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_server_that_was_killed_is_revived_with_its_data(state):
    stack = embedded.start(state)
    try:
        say(stack, "CREATE TABLE kept (word text)")
        with Redis.from_url(stack.redis_url) as redis:
            redis.set("word", "asante")
        for server in stack.servers:
            server.process.kill()
            server.process.wait(60)
        assert _revived(stack) == ["PostgreSQL", "Valkey"]
        say(stack, "SELECT * FROM kept")
        with Redis.from_url(stack.redis_url) as redis:
            assert redis.get("word") == b"asante"
    finally:
        stack.stop()


def _revived(stack):
    deadline = time.monotonic() + 60
    while True:
        try:
            return stack.revive()
        except ServersUnavailable:  # backends of the killed server may take a moment to go
            assert time.monotonic() < deadline
            time.sleep(0.2)


def test_a_throwaway_stack_leaves_nothing_behind():
    stack = embedded.start(throwaway=True)
    folder = stack.state
    assert folder.is_dir()
    stack.stop()
    stack.stop()
    assert not folder.exists()


def test_nobody_else_can_reach_the_servers(state):
    stack = embedded.start(state)
    try:
        for folder in ("sockets", "pg", "valkey"):
            assert (stack.state / folder).stat().st_mode & 0o077 == 0
        listening = [
            connection
            for server in stack.servers
            for connection in psutil.Process(server.process.pid).net_connections("inet")
        ]
        assert listening == []
    finally:
        stack.stop()


def test_a_long_path_of_the_data_does_not_break_the_sockets(state):
    deep = state / ("a-long-name-" * 8)
    deep.mkdir(mode=0o755)
    stack = embedded.start(deep)
    sockets = Path(stack.redis_url.removeprefix("unix://")).parent
    stack.stop()
    assert not sockets.is_relative_to(deep)
    assert not sockets.exists()


def test_data_of_another_postgresql_are_refused_by_name(state):
    embedded.start(state).stop()
    (state / "pg" / "PG_VERSION").write_text("9\n")
    with pytest.raises(ServersUnavailable, match=r"made by PostgreSQL 9, but .*FEEDBACK_PG_BIN"):
        embedded.start(state)


@pytest.mark.parametrize("argument", ["postgres_bin", "redis_bin"])
def test_a_named_program_that_is_not_there_is_refused_with_an_example(tmp_path, argument):
    with pytest.raises(ServersUnavailable, match=r"FEEDBACK_(PG|REDIS)_BIN=.*Example: /usr/"):
        embedded.start(throwaway=True, **{argument: tmp_path / "missing"})


def test_an_ordinary_user_keeps_the_data_under_var(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert embedded.choose_state(tmp_path / "var") == tmp_path / "var"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends its servers another account")
class TestAsRoot:
    def test_data_go_elsewhere_when_the_database_account_cannot_enter(self, tmp_path):
        (tmp_path / "home").mkdir(mode=0o700)
        var_dir = tmp_path / "home" / "var"
        chosen = embedded.choose_state(var_dir)
        try:
            assert chosen.parent == Path("/var/tmp")
            assert embedded.choose_state(var_dir, chosen) == chosen
        finally:
            _remove(chosen)

    def test_a_copied_clone_does_not_take_the_data_of_its_original(self, tmp_path):
        (tmp_path / "home").mkdir(mode=0o700)
        original, copy = tmp_path / "home" / "var", tmp_path / "home" / "copy"
        chosen = embedded.choose_state(original)
        theirs = embedded.choose_state(copy, chosen)
        moved = tmp_path / "home" / "moved"
        original.rename(moved)
        try:
            assert theirs != chosen
            assert embedded.choose_state(moved, chosen) == chosen
        finally:
            _remove(chosen, theirs)

    def test_programs_out_of_reach_are_copied_to_where_the_account_can_run_them(self, state):
        locked = state / "home"
        for program, folder in ((find_postgres(), "pg/18/bin"), (find_redis(), "valkey")):
            (locked / folder).mkdir(parents=True)
            for file in program.iterdir() if program.is_dir() else (program,):
                (locked / folder / file.name).write_bytes(file.read_bytes())
        locked.chmod(0o700)
        account = account_for(state / "pg")
        for wanted in (locked / "pg/18/bin", locked / "valkey" / "valkey-server"):
            copy = within_reach(wanted, account, state)
            assert copy == within_reach(wanted, account, state)
            assert not copy.is_relative_to(locked)
            assert account.can_enter(copy if copy.is_dir() else copy.parent)


def _remove(*folders):
    for folder in folders:
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
