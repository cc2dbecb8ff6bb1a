"""The command line: every word does something, every refusal is a sentence, secrets stay secret."""

import importlib
import os
import sys
import types

import pytest

from feedback_service import cli
from feedback_service.cli import COMMANDS, Command, Refused, first_start
from feedback_service.settings import BadSetting, BadSettings, read_run_file


@pytest.fixture
def command(monkeypatch):
    """A command `try` that does what the test gives it: `command(function)` returns main's code."""

    def install(do):
        file = types.ModuleType("feedback_service.cli.trial")
        file.arguments = lambda parser: parser.set_defaults(do=do)
        monkeypatch.setitem(sys.modules, file.__name__, file)
        monkeypatch.setitem(COMMANDS, "try", Command("trial", "a trial"))
        return cli.main(["try"])

    return install


def fail_with(error):
    def do(_):
        raise error

    return do


def test_a_reader_who_has_read_enough_is_no_failure(command, monkeypatch):
    reads, writes = os.pipe()
    os.close(reads)
    with open(writes, "w") as unread:
        monkeypatch.setattr(sys, "stdout", unread)
        assert command(lambda _: sys.stdout.write("the first of many lines") * 0) == 0


def test_another_pipe_that_breaks_is_a_failure(command):
    with pytest.raises(BrokenPipeError):
        command(fail_with(BrokenPipeError("a server went away")))


@pytest.mark.parametrize("word", COMMANDS)
def test_every_word_has_a_file_that_declares_its_arguments(word):
    file = importlib.import_module(f"feedback_service.cli.{COMMANDS[word].file}")
    assert callable(file.arguments)


def test_help_names_every_command_without_loading_any(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert all(word in said for word in COMMANDS)


def test_a_word_nobody_knows_ends_with_2(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["dance"])
    assert ended.value.code == 2
    assert "dance" in capsys.readouterr().err


def test_a_command_gives_its_exit_code(command):
    assert command(lambda _: 3) == 3
    assert command(lambda _: None) == 0


def test_a_refusal_is_said_and_ends_with_1(command, capsys):
    assert command(fail_with(Refused("Not today. Try tomorrow."))) == 1
    assert capsys.readouterr().err == "Not today. Try tomorrow.\n"


def test_wrong_settings_are_said_one_a_line_and_end_with_2(command, capsys):
    problems = (BadSetting("PORT", "is wrong", "8000"), BadSetting("CHANNELS", "is empty", "x"))
    assert command(fail_with(BadSettings(problems))) == 2
    said = capsys.readouterr().err.splitlines()
    assert said[1:] == [
        "  PORT is wrong. Example: PORT=8000",
        "  CHANNELS is empty. Example: CHANNELS=x",
    ]


def test_a_database_that_is_away_is_a_sentence_with_a_remedy(command, capsys):
    from sqlalchemy.exc import OperationalError

    away = OperationalError("SELECT 1", {}, Exception("connection refused"))
    assert command(fail_with(away)) == 1
    said = capsys.readouterr().err
    assert "The database does not answer: connection refused" in said
    assert "make run" in said


def test_an_error_of_ours_is_not_hidden(command):
    with pytest.raises(ZeroDivisionError):
        command(fail_with(ZeroDivisionError()))


def test_secrets_are_made_once_and_never_over_the_operators_own():
    first = first_start.with_secrets({}, given={"SECRET_KEY": "the operator's own"})
    assert "SECRET_KEY" not in first
    again = first_start.with_secrets(first, given={})
    assert again.keys() - first.keys() == {"SECRET_KEY"}
    assert {name: again[name] for name in first} == first


def test_every_start_elsewhere_makes_other_secrets():
    one, other = first_start.with_secrets({}, {}), first_start.with_secrets({}, {})
    assert not set(one.values()) & set(other.values())


def test_what_is_kept_comes_back_as_it_was_and_only_the_owner_can_read_it(tmp_path):
    kept = {"ONE": "plain", "TWO": "with spaces, 'quotes' and $(signs)", "THREE": "a=b"}
    file = first_start.write_run_file(tmp_path / "var", kept)
    first_start.write_run_file(tmp_path / "var", kept)
    assert read_run_file(tmp_path / "var") == kept
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["run.env"]
