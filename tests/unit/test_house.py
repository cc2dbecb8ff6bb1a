"""Guards of the house: rules about the code base itself, each of which a careless change breaks."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from feedback_service import cli, jobs, schedule
from feedback_service.settings import Settings, variable

ROOT = Path(__file__).parents[2]
ROOMS = ("feedback_service", "channels", "analytics", "migrations", "tests")
LONGEST = 300
# Made by a tool, read from top to bottom once, and never changed after their release.
NOT_COUNTED = "migrations/versions/"
CATCHES_ALL = {
    "feedback_service/web/webhooks.py": "the edge that owes the citizen an answer",
    "feedback_service/cli/__init__.py": "raises again what it has no sentence for",
}
READS_ENVIRONMENT = {
    "feedback_service/settings/__init__.py": "the one reader",
}
# Read nowhere yet: what each waits for.
NOT_USED_YET: dict[str, str] = {}
PROOFS = {"check", "expect", "verify", "authenticate", "wait_for", "arrives"}
"""What raises unless all is right, and so is an assertion under another name."""
NO_JOBS = {"use", "work"}
"""What `jobs` offers to the command line, and no bell rings for."""


def sources(*rooms: str) -> list[Path]:
    found = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    return sorted(path for path in found if "__pycache__" not in path.parts)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def nodes(path: Path) -> list[ast.AST]:
    """Every node of a file, the module first."""
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def docstring(path: Path) -> str | None:
    module = nodes(path)[0]
    return ast.get_docstring(module) if isinstance(module, ast.Module) else None


OURS = sources("feedback_service", "channels", "analytics")


def test_there_is_a_house_to_guard():
    assert len(OURS) > 50


def test_every_file_says_on_top_what_it_is():
    silent = [name(path) for path in sources(*ROOMS) if not docstring(path)]
    assert silent == []


def test_no_file_is_longer_than_a_reader_can_hold():
    counted = (path for path in sources(*ROOMS) if not name(path).startswith(NOT_COUNTED))
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in counted}
    assert {file: lines for file, lines in lengths.items() if lines >= LONGEST} == {}


def test_no_function_is_longer_than_fifty_lines():
    long = [
        f"{name(path)}:{node.name}"
        for path in OURS
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 50
    ]
    assert long == []


def test_the_environment_is_read_in_one_place():
    reading = {
        name(path)
        for path in OURS
        for node in nodes(path)
        if isinstance(node, ast.Attribute)
        and node.attr in {"environ", "environb", "getenv", "putenv"}
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    }
    assert reading == set(READS_ENVIRONMENT)


def catching_all(path: Path) -> Iterator[int]:
    for node in nodes(path):
        if isinstance(node, ast.ExceptHandler):
            kinds = ast.walk(node.type) if node.type else iter(())
            named = {kind.id for kind in kinds if isinstance(kind, ast.Name)}
            tidies_up = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
            if (node.type is None or named & {"Exception", "BaseException"}) and not tidies_up:
                yield node.lineno


def test_everything_is_caught_only_where_somebody_is_owed_an_answer():
    found = {name(path): len(list(catching_all(path))) for path in OURS}
    assert {file: times for file, times in found.items() if times} == dict.fromkeys(CATCHES_ALL, 1)


def test_no_error_is_swallowed_in_silence():
    silent = [
        f"{name(path)}:{node.lineno}"
        for path in OURS
        for node in nodes(path)
        if isinstance(node, ast.ExceptHandler)
        and all(isinstance(line, ast.Pass) for line in node.body)
        and ast.unparse(node.type or node) != "KeyboardInterrupt"  # Ctrl-C is no error
    ]
    assert silent == []


def compared(path: Path) -> Iterator[str]:
    """Values of Python that are compared by == or !=; columns are compared by the database."""
    for node in nodes(path):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq):
            for side in (node.left, *node.comparators):
                column = isinstance(side, ast.Attribute) and ast.unparse(side)[0].isupper()
                if not column:
                    yield getattr(side, "id", getattr(side, "attr", ""))


def test_a_secret_is_compared_in_constant_time():
    secret = re.compile("secret|token|signature|password")
    told = {name(path): [word for word in compared(path) if secret.search(word)] for path in OURS}
    assert {file: words for file, words in told.items() if words} == {}


def claims(function: ast.FunctionDef, proofs: set[str]) -> bool:
    """Whether a test can fail by its own words: an assert, an error it waits for, or a proof."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Attribute) and node.attr in {"raises", "warns", "fail"}:
            return True
        called = node.func if isinstance(node, ast.Call) else None
        if getattr(called, "id", getattr(called, "attr", "")) in proofs:
            return True
    return False


def idle_tests(path: Path) -> Iterator[str]:
    functions = [node for node in nodes(path) if isinstance(node, ast.FunctionDef)]
    proofs, helpers = PROOFS, [f for f in functions if not is_test(f)]
    while more := {f.name for f in helpers if claims(f, proofs)} - proofs:
        proofs = proofs | more
    for function in filter(is_test, functions):
        if not claims(function, proofs):
            yield f"{name(path)}:{function.name}"


def is_test(function: ast.FunctionDef) -> bool:
    return function.name.startswith("test_")


def test_every_test_can_fail():
    tests = [path for path in sources("tests") if path.name.startswith("test_")]
    assert [idle for path in tests for idle in idle_tests(path)] == []


# --- What is promised exists --------------------------------------------------------------------


def test_every_setting_is_used_or_says_what_it_waits_for():
    texts = {path: path.read_text(encoding="utf-8") for path in OURS}
    said = "\n".join(t for path, t in texts.items() if "settings" not in path.parts)
    unused = {
        item.name
        for item in fields(Settings)
        if not re.search(rf"\.{item.name}\b", said)
        and (item.name == "raw" or not re.search(rf"\b{variable(item.name)}\b", said))
    }
    assert unused <= NOT_USED_YET.keys()


def test_what_a_setting_waits_for_is_a_setting():
    assert NOT_USED_YET.keys() <= {item.name for item in fields(Settings)}


def bells() -> Iterator[tuple[str, str]]:
    """Every bell that code rings after a commit, with the file that rings it."""
    for path in OURS:
        module = name(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for node in nodes(path):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "after_commit":
                yield name(path), resolved(importlib.import_module(module), node.args[1])


def resolved(module: object, said: ast.expr) -> str:
    """A bell as it is written: a text, a name of the module, or a name of another room."""
    if isinstance(said, ast.Constant):
        return str(said.value)
    value: object = module
    for part in ast.unparse(said).split("."):
        value = getattr(value, part)
    return str(value)


def test_every_bell_wakes_a_job_and_every_job_has_a_bell():
    rung = {bell for _, bell in bells()}
    public = {
        job for job, value in vars(jobs).items()
        if inspect.isfunction(value) and value.__module__ == jobs.__name__ and job[0] != "_"
    }  # fmt: skip
    assert rung == public - NO_JOBS
    for bell in rung:
        assert inspect.signature(getattr(jobs, bell)).parameters == {}, "a job re-reads its rows"


@pytest.mark.parametrize(("duty", "what"), schedule.DUTIES.items(), ids=schedule.DUTIES.keys())
def test_every_duty_of_the_clock_can_be_done(duty, what):
    assert what.every >= timedelta(seconds=1)
    needed = [p for p in inspect.signature(what.do).parameters.values() if p.default is p.empty]
    assert len(needed) == 1, "a duty is given the runtime and nothing else"


PROCESSES = [
    line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines() if line.strip()
]


def test_the_procfile_names_every_process():
    assert [process for process, _ in PROCESSES] == ["release", "web", "worker", "clock"]


@pytest.mark.parametrize(("process", "command"), PROCESSES)
def test_every_command_of_the_procfile_exists(process, command):
    program, word = command.split()
    assert program == "feedback"
    room = importlib.import_module(f"feedback_service.cli.{cli.COMMANDS[word].file}")
    assert callable(room.arguments)


# --- Nothing of the makers' machine --------------------------------------------------------------

TEXTS = {".py", ".toml", ".md", ".csv", ".json", ".html", ".css", ".js", ".lock", ".cfg", ".txt"}
# Put together here so that this file does not name them either.
HOSTS = ["pypi" + ".org", "python" + "hosted", "npm" + "js", "proxy" + ".golang", "conda" + ".org"]
FOLDERS = ["/" + folder + "/" for folder in ("work", "root", "home", "Users", "tmp/" + "lab")]


def test_no_file_names_a_package_host_or_a_machines_folder():
    named = re.compile(
        "|".join(map(re.escape, HOSTS)) + "|" + rf"(?<![\w.~])(?:{'|'.join(FOLDERS)})"
    )
    files = [*ROOT.glob("*"), *(path for room in ROOMS for path in (ROOT / room).rglob("*"))]
    found = {}
    for path in files:
        if path.suffix in TEXTS or path.name in {"Makefile", "Procfile"}:
            said = path.read_text(encoding="utf-8")
            if hit := named.search(said):
                found[name(path)] = hit[0]
    assert found == {}
