"""The command line `feedback`: a word for each thing an operator does, a small file for each.

To add a command, add its row to COMMANDS and a file with `arguments(parser)`, which declares the
arguments and names the function to call: `parser.set_defaults(do=function)`. The function takes the
parsed arguments and returns the exit code; it raises Refused to end with a sentence and code 1.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from feedback_service.settings import BadSettings


@dataclass(frozen=True)
class Command:
    """The file in this folder that holds a command, and what it does in one line."""

    file: str
    does: str


COMMANDS = {
    "run": Command("run", "the whole service on this machine, servers included; Ctrl-C stops it"),
    "web": Command("web", "the web process"),
    "worker": Command("worker", "a worker: sends messages, classifies complaints"),
    "clock": Command("clock", "the clock: late cases, verdicts to ask for, lost bells"),
    "migrate": Command("migrate", "bring the database's schema to the newest"),
    "load": Command("load", "load institutions, services, charters and calendars from CSV files"),
    "doctor": Command("doctor", "say what is missing or wrong, and the remedy"),
    "demo": Command("demo", "fill an empty service with a simulated quarter"),
    "user": Command("user", "staff accounts: add, disable, reset, reset-second-factor"),
    "keys": Command("keys", "keys that seal numbers: status, rotate, rehash, retire"),
    "retention": Command("retention", "how long things are kept: show, run"),
    "breach": Command("breach", "whom an incident touched: report"),
    "key": Command("key", "keys for the API: add, list, disable"),
    "audit": Command("audit", "changes of the service itself: export, check"),
    "budget": Command("budget", "what an institution's messages may cost in a month: set, show"),
    "flags": Command("flags", "suspect figures: look now; load the phones of staff"),
    "rollup": Command("rollup", "what scorecards are read from: verify, rebuild"),
    "wording": Command("wording", "what citizens read: export, import, WhatsApp templates"),
    "triage": Command("triage", "the text model: classify, train, evaluate, promote, rollback"),
    "sheet": Command("sheets", "complaints written down without a network: empty, load"),
    "visits": Command("visits", "visits institutions feed: load a file, declare, show coverage"),
    "verification": Command("verification", "the random call-back: draw, show, check a quarter"),
    "survey": Command("survey", "the survey's draws: show, and check that the lot chose"),
    "freeze": Command("freeze", "close a quarter for good: its figures are signed, never changed"),
    "evidence": Command("evidence", "write the signed pack of a frozen quarter"),
    "export": Command("export", "open data: the package that everybody may have, as a folder"),
    "papers": Command("papers", "scorecard, Summit, Parliament, Cabinet, Assemblies: all as PDF"),
    "verify": Command("verify", "check a pack, make its figures again, without the service"),
    "return": Command("ombudsman_return", "the Ombudsman's quarterly return: CSV and PDF"),
    "contract": Command("contract", "score a performance contract"),
    "appraisal": Command("appraisal", "score a staff appraisal"),
}


class Refused(Exception):
    """The command cannot be done; the message says why and what to do instead."""


def main(argv: Sequence[str] | None = None) -> int:
    """Do what `argv` asks (the process's arguments if None); returns the exit code.

    0 done, 1 refused or failed, 2 wrong settings or arguments.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    arguments = _parser(words).parse_args(words)
    try:
        code = int(arguments.do(arguments) or 0)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        if _somebody_reads():
            raise
        return 0
    except BadSettings as error:
        print("The settings are not right:", *error.problems, sep="\n  ", file=sys.stderr)
        return 2
    except Exception as error:
        sentence = _expected(error)
        if sentence is None:
            raise
        print(sentence, file=sys.stderr)
        return 1


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="feedback", description="Citizen feedback: heard, answered, counted."
    )
    rooms = parser.add_subparsers(metavar="COMMAND", required=True)
    for word, command in COMMANDS.items():
        room = rooms.add_parser(word, help=command.does, description=command.does)
        # Only the file that is asked for is imported: `feedback --help` need not load the model.
        if words and words[0] == word:
            importlib.import_module(f"{__name__}.{command.file}").arguments(room)
    return parser


def _somebody_reads() -> bool:
    """Whether what is printed still has a reader; `head`, once it has read enough, is gone."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # What is left goes nowhere, or it would be told of again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return False
    return True


def _expected(error: Exception) -> str | None:
    """The sentence for an error that an operator can mend; None for one of ours."""
    if isinstance(error, Refused):
        return str(error)
    start = "If the service of `make run` was meant, start it first."
    sentences = {
        ("sqlalchemy.exc", "OperationalError"): f"The database does not answer: {{}}\n{start}",
        ("redis.exceptions", "ConnectionError"): f"Redis does not answer: {{}}\n{start}",
        ("channels.contract", "ChannelError"): "{}",
        ("migrations", "NoEncoding"): "{}",
    }
    for (module, name), sentence in sentences.items():
        loaded = sys.modules.get(module)  # an error cannot come from what was never imported
        if loaded is not None and isinstance(error, getattr(loaded, name)):
            return sentence.format(str(getattr(error, "orig", error)).strip())
    return None
