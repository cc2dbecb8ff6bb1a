"""`feedback run`, for real: from an empty folder to a service that answers, and down again."""

import os
import signal
import socket
import subprocess
import sysconfig
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from feedback_service.settings import read_run_file

FEEDBACK = Path(sysconfig.get_path("scripts")) / "feedback"
NOT_INHERITED = ("DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "SECRET_KEY", "PHONE_KEYS")
STORES = {"valkey-server", "redis-server"}
MADE = {"SECRET_KEY", "PHONE_KEYS", "SIGNING_KEY", "AT_CALLBACK_SECRET", "TWILIO_AUTH_TOKEN"}

pytestmark = pytest.mark.timeout(240)


class Service:
    """A started `feedback run`: what it said, where it answers, how it ends."""

    def __init__(self, var_dir, port, **more):
        inherited = {k: v for k, v in os.environ.items() if k not in NOT_INHERITED}
        self.var_dir, self.port = var_dir, port
        self.process = subprocess.Popen(
            [FEEDBACK, "run"],
            env={**inherited, "VAR_DIR": str(var_dir), "PORT": str(port), **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""

    def until_ready(self):
        for line in self.process.stdout:
            self.said += line
            if line.startswith("Ctrl-C"):
                return self
        raise AssertionError(f"feedback run ended with {self.process.wait(60)}:\n{self.said}")

    def status(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as reply:
            return reply.status

    def family(self):
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self, by):
        """Send the signal; returns the exit code and the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(by)
        self.said += self.process.stdout.read()
        return self.process.wait(60), time.monotonic() - began


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def launch(tmp_path, port):
    services = []

    def start(var_dir=tmp_path / "var", port=port, **more):
        services.append(Service(var_dir, port, **more))
        return services[-1]

    yield start
    for service in services:
        if service.process.poll() is None:
            service.stop(signal.SIGTERM)
        service.process.stdout.close()


def test_it_starts_answers_stops_and_keeps_its_secrets(launch, tmp_path, port):
    service = launch().until_ready()
    assert service.status("/health/live") == 200
    for page in ("/phone", "/desk/", "/scorecards/", "/api/v1/openapi.json"):
        assert f"http://127.0.0.1:{port}{page}" in service.said
    assert "password" in service.said

    family = service.family()
    code, seconds = service.stop(signal.SIGINT)
    assert (code, _left(family)) == (0, [])
    assert seconds < 30

    file = tmp_path / "var" / "run.env"
    secrets = read_run_file(tmp_path / "var")
    assert file.stat().st_mode & 0o777 == 0o600
    assert secrets.keys() >= MADE

    again = launch().until_ready()
    assert "password" not in again.said  # there are staff now
    assert again.stop(signal.SIGTERM)[0] == 0
    kept = read_run_file(tmp_path / "var")
    assert {name: kept[name] for name in MADE} == {name: secrets[name] for name in MADE}


def test_whatever_dies_is_started_again_and_nothing_outlives_the_launcher(launch):
    service = launch().until_ready()
    for names in ({"feedback-web"}, {"feedback-worker"}, {"postgres"}, STORES):
        for process in service.family():
            if names & _words(process):
                process.kill()
    _wait_until(lambda: service.status("/health/live") == 200 and _complete(service))

    family = service.family()
    service.process.kill()
    service.process.wait(60)
    psutil.wait_procs(family, timeout=60)
    assert _left(family) == []


def test_a_port_in_use_is_told_with_the_remedy(launch, port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        service = launch()
        assert service.process.wait(60) == 1
    assert f"Port {port} cannot be used" in (said := service.process.stdout.read())
    assert f"PORT={port + 1} make run" in said


def test_wrong_settings_are_told_before_anything_starts(launch, tmp_path):
    service = launch(LOG_LEVEL="LOUD", CHANNELS="Post Office")
    assert service.process.wait(60) == 2
    said = service.process.stdout.read()
    assert "LOG_LEVEL" in said
    assert "CHANNELS" in said
    assert not (tmp_path / "var").exists()


def _words(process):
    try:
        return {process.name(), *(Path(word).name for word in process.cmdline()[:3])}
    except psutil.Error:
        return set()


def _complete(service):
    running = set().union(*(_words(process) for process in service.family()))
    ours = {"feedback-web", "feedback-worker", "feedback-clock", "postgres"}
    return running >= ours and bool(running & STORES)


def _left(family):
    return [p for p in family if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


def _wait_until(true, seconds=150):
    deadline = time.monotonic() + seconds
    while True:
        try:
            if true():
                return
        except OSError:
            pass
        assert time.monotonic() < deadline
        time.sleep(0.2)
