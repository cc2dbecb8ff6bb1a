"""Fixtures of the command line: `feedback` on the test servers, and where no service is."""

import pytest

from feedback_service.cli import main
from tests.conftest import SECRETS

__all__ = ["loaded", "run", "var"]


@pytest.fixture
def run(monkeypatch, capsys, database_url, redis_url, rt):
    """Run `feedback WORDS` on the test servers; gives exit code, output and errors."""
    for name, value in {**SECRETS, "DATABASE_URL": database_url, "REDIS_URL": redis_url}.items():
        monkeypatch.setenv(name, value)

    def command(*words):
        try:
            code = main([str(word) for word in words])
        except SystemExit as end:  # argparse ends so when the words make no sense
            code = end.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


@pytest.fixture
def loaded(run, own_registry):
    return run


@pytest.fixture
def var(monkeypatch, tmp_path):
    """A VAR_DIR beside which no service runs."""
    for name in (*SECRETS, "DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    return tmp_path / "var"
