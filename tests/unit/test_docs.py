"""The documents say what the code says: every setting, the whole table of messages, every room."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from feedback_service.cli import COMMANDS
from feedback_service.conversations.commands import TABLE
from feedback_service.conversations.wording import templates
from feedback_service.settings import Settings, variable

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHANNELS = (ROOT / "docs/channels.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs/settings.md").read_text(encoding="utf-8")


def test_every_setting_is_told_once_and_nothing_else_is():
    told = [
        name
        for line in SETTINGS.splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", line.split("|")[1])
    ]
    assert sorted(told) == sorted(variable(f.name) for f in fields(Settings) if f.name != "raw")


def test_the_table_of_messages_stands_line_by_line_as_it_is():
    heading = "| the message is | when | it is |\n|---|---|---|\n"
    assert heading in CHANNELS
    lines = CHANNELS.split(heading)[1].split("\n\n")[0].splitlines()
    assert lines == [f"| {line.message} | {line.when} | {line.does} |" for line in TABLE]


def test_the_template_named_as_an_example_is_one():
    named = re.findall(r"`(sms-[a-z-]+\.(?:en|sw))`", CHANNELS)
    assert named
    assert {templates.name(*name.split(".")) for name in named} == set(named)


@pytest.mark.parametrize(
    "text", [README, CHANNELS, SETTINGS], ids=["README", "channels", "settings"]
)
def test_every_file_a_document_names_exists(text):
    named = re.findall(
        r"`((?:feedback_service|channels|analytics|tests|docs|migrations)/[\w/.*-]+)", text
    )
    assert [name for name in named if not any(ROOT.glob(name))] == []


@pytest.mark.parametrize("text", [README, CHANNELS], ids=["README", "channels"])
def test_every_command_a_document_names_exists(text):
    named = set(re.findall(r"`feedback ([a-z]+)", text))
    assert named
    assert named <= COMMANDS.keys()


def test_every_room_stands_in_the_drawing_of_the_house():
    drawing = README.split("## The house")[1].split("```")[1]
    rooms = {
        path.stem
        for path in (ROOT / "feedback_service").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert {
        room for room in rooms - {"__init__"} if not re.search(rf"\b{room}\b", drawing)
    } == set()
