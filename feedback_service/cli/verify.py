"""`feedback verify PACK.zip`: check a pack and make its figures again; without the service, its
database or its settings.  A proof of one answer (.json) is checked too."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from feedback_service.cli import Refused


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="PACK.zip", help="or a proof, PROOF.json")
    parser.add_argument("--key", default="", help="the public key it must be signed with")
    parser.add_argument(
        "--most", type=int, default=500_000_000, metavar="BYTES",
        help="unpack no more than this (500 MB)",
    )  # fmt: skip
    parser.add_argument("--root", default="", help="the root a proof must lead to")
    parser.set_defaults(do=verify)


def verify(chosen: argparse.Namespace) -> int:
    """0 when all of it is as it was signed; 1 with the first difference."""
    if not chosen.file.is_file():
        raise Refused(f"No file {chosen.file}: give the path of a pack or of a proof.")
    return _proof(chosen) if chosen.file.suffix == ".json" else _pack(chosen)


def _pack(chosen: argparse.Namespace) -> int:
    from analytics.evidence.archive import NotAPack
    from analytics.evidence.signing import key_id
    from analytics.evidence.verifying import Differs
    from analytics.evidence.verifying import verify as check

    began = time.monotonic()

    def step(name: str, many: int) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {name}: {many:,}", flush=True)

    try:
        found = check(chosen.file, step, chosen.key, most=chosen.most)
    except (NotAPack, Differs) as error:
        print(f"NOT AS SIGNED: {error}", file=sys.stderr)
        return 1
    of = found.manifest
    made = "all figures made again to the same bytes" if found.recomputed else "no records inside"
    print(f"{of.institution}, {of.period}, {of.edition} edition: whole; {made}.")
    print(f"Signed with key {of.key} (id {key_id(of.key)})")
    if not chosen.key:
        print("Compare it with the key on the page of the frozen period, or give it with --key.")
    return 0


def _proof(chosen: argparse.Namespace) -> int:
    from analytics.evidence.inclusion import Inclusion, NotIncluded, check
    from analytics.evidence.plain import NotPlain, read

    try:
        one = read(Inclusion, json.loads(chosen.file.read_bytes()))
        check(one, chosen.root)
    except (ValueError, TypeError, AttributeError, NotPlain, NotIncluded) as error:
        print(f"NOT PROVEN: {error}", file=sys.stderr)
        return 1
    print(f"{one.institution}, {one.period}: the answer is counted under the root {one.root}")
    if not chosen.root:
        print("Compare it with the root on the page of the frozen period, or give it with --root.")
    return 0
