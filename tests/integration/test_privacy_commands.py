"""The commands of privacy, as an operator meets them: keys, retention, breach."""

from __future__ import annotations

import base64
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service.runtime import CLOCK_LOCK
from tests.conftest import SECRETS
from tests.desk_world import PHONE, DeskWorld
from tests.integration.command_line import run

__all__ = ["run"]

pytestmark = pytest.mark.servers

NEW = base64.b64encode(b"a new phone key for tests 32 byt").decode()


@pytest.fixture
def both(monkeypatch: pytest.MonkeyPatch, run: Any, world: DeskWorld) -> Any:
    """The commands after a new key was put in front, with one citizen sealed by the old one."""
    world.case("Naitwa Otieno, nimengoja")
    monkeypatch.setenv("PHONE_KEYS", f"{NEW},{SECRETS['PHONE_KEYS']}")
    return run


def ids(both: Any) -> list[str]:
    _, out, _ = both("keys", "status")
    return [line.split()[0] for line in out.splitlines()]


def test_status_says_what_each_key_holds_and_which_is_missing(
    both: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = both("keys", "status")
    new, old = out.splitlines()
    assert code == 0
    assert "seals" in new
    assert "holds nothing" in new
    assert "finds" in old
    assert "1 citizens" in old
    monkeypatch.setenv("PHONE_KEYS", NEW)
    code, out, _ = both("keys", "status")
    assert code == 1
    assert "MISSING" in out


def test_a_key_is_rotated_rehashed_and_retired(both: Any) -> None:
    _, old = ids(both)
    code, _, said = both("keys", "retire", old)
    assert code == 1
    assert "run `feedback keys rotate`" in said
    code, out, _ = both("keys", "rotate")
    assert code == 0
    assert "1 values sealed" in out
    assert both("keys", "rehash")[0] == 2
    code, out, _ = both("keys", "rehash", "--service-is-stopped")
    assert code == 0
    assert "leave the older keys out" in out
    assert both("keys", "retire", old)[0] == 0


def test_what_finds_is_not_changed_while_the_clock_runs(both: Any, rt: Any) -> None:
    with rt.engine.connect() as clock:
        clock.execute(sa.text("select pg_advisory_lock(:key)"), {"key": CLOCK_LOCK})
        code, _, said = both("keys", "rehash", "--service-is-stopped")
        clock.execute(sa.text("select pg_advisory_unlock(:key)"), {"key": CLOCK_LOCK})
    assert code == 1
    assert "stop web, workers and clock" in said


def test_retention_is_shown_counted_and_run(run: Any, world: DeskWorld) -> None:
    world.case()
    code, out, _ = run("retention", "show")
    assert code == 0
    assert "never carried out" in out
    assert "DPA 2019" in out
    code, out, _ = run("retention", "run", "--dry-run")
    assert code == 0
    assert "would go" in out
    code, out, _ = run("retention", "run")
    assert code == 0
    assert "removed" in out
    assert "never carried out" not in run("retention", "show")[1]


def test_a_breach_is_reported_with_its_clocks(run: Any, world: DeskWorld, tmp_path: Any) -> None:
    world.case("Naitwa Otieno, nimengoja")
    when = ("--since", "2026-03-01T08:00", "--until", "2030-01-01T08:00", "--to", tmp_path / "b")
    code, out, _ = run("breach", "report", *when, "--known", "2026-11-22T11:00")
    assert code == 0
    assert "1 people touched" in out
    assert "25.11.2026 11:00 (72 hours)" in out
    assert PHONE not in (tmp_path / "b" / "touched.csv").read_text()
    assert run("breach", "report", *when, "--staff", "nobody@example.go.ke")[0] == 1
    assert run("breach", "report", "--since", "soon", "--until", "later")[0] == 2
