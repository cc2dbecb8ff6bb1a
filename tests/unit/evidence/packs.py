"""A small quarter of one institution and the pack made from it, for tests to check and to spoil."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from analytics.evidence import archive, merkle
from analytics.evidence.figures import Facts, Stated, answers, has_verdict, methods_in_use
from analytics.evidence.history import Event
from analytics.evidence.making import (
    Body,
    Edition,
    Statement,
    content,
    full_files,
    padded,
    public_files,
    seal_of,
    signed,
    tree,
)
from analytics.evidence.rows import Row
from analytics.evidence.signing import public_key
from analytics.scorecards import Beside
from analytics.tallies import CaseFact, Cohort, RatingFact
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import Action, Actor, CaseKind, Outcome
from feedback_service.domain.ratings import Sample

SEED = b"signing key for tests, 32 bytes."
SECRET = b"what the leaves are salted with."
START = datetime(2026, 7, 1, tzinfo=NAIROBI)
COHORT = Cohort(START, START + timedelta(days=92), START + timedelta(days=122))
NAMES = ("KRA", "NRB")


def facts(seed: int = 7, many: int = 120) -> Facts:
    """Ratings and cases of every class and kind, the same for the same seed."""
    draw = random.Random(seed)
    return Facts(
        [Row(f"r{at:05d}", _rating(draw)) for at in range(many)],
        [Row(f"c{at:05d}", _case(draw)) for at in range(many)],
    )


def stated(found: Facts, padding: int) -> Stated:
    return Stated(
        "NRB", "FY2026/27-Q1", COHORT, beside=Beside(today=COHORT.as_of.date()),
        methods=methods_in_use(), answers=answers(found, COHORT), padding=padding,
    )  # fmt: skip


def history(found: Facts) -> list[Event]:
    """What was done to each case, as its fact tells."""
    return [event for row in found.cases for event in life(row)]


def life(row: Row[CaseFact]) -> list[Event]:
    """The events of one case; its kind is in none of them, as in those of a shut case."""
    fact = row.fact
    done: list[tuple[Action, datetime, dict[str, bool]]] = [(Action.RECEIVE, fact.received_at, {})]
    if fact.acknowledged_at:
        done.append((Action.ACKNOWLEDGE, fact.acknowledged_at, {}))
    if fact.outcome is Outcome.DISPUTED:
        done += [(Action.RESOLVE, fact.received_at, {}), (Action.DISPUTE, fact.received_at, {})]
    if fact.resolved_at:
        rejected = fact.outcome is Outcome.NOT_UPHELD
        done.append((Action.REJECT if rejected else Action.RESOLVE, fact.resolved_at, {}))
    if fact.closed_at and fact.outcome in _LAST:
        action, data = _LAST[fact.outcome]
        done.append((action, fact.closed_at, data))
    return [
        Event(row.id, at, action.value, _BY[action].value, moment, data, f"{at}" * 64)
        for at, (action, moment, data) in enumerate(done, 1)
    ]


def leaves(found: Facts) -> tuple[list[bytes], int]:
    given = [merkle.leaf_hash(SECRET, row.id, "rating") for row in found.ratings]
    given += [
        merkle.leaf_hash(SECRET, row.id, "verdict")
        for row in found.cases
        if has_verdict(row.fact, COHORT)
    ]
    return padded(SECRET, "NRB", given)


def files(found: Facts) -> dict[str, bytes]:
    given, padding = leaves(found)
    return full_files(stated(found, padding), found, history(found), given)


def statement(of: dict[str, bytes], public: dict[str, bytes], given: list[bytes]) -> Statement:
    body = Body(content(of), content(public), merkle.root(given).hex(), len(given))
    bodies = {"NRB": body, "KRA": Body("", "", merkle.root([]).hex(), 0)}
    return Statement(
        "FY2026/27-Q1", COHORT.as_of, COHORT.as_of, False, "", 7, "c" * 64, methods_in_use(),
        bodies, merkle.root(tree(bodies)).hex(), public_key(SEED),
    )  # fmt: skip


def pack(found: Facts, edition: Edition = Edition.FULL) -> bytes:
    full, public = files(found), public_files({"card": {}})
    whole = statement(full, public, leaves(found)[0])
    return signed(seal_of(whole, SEED), "NRB", edition, full if edition is Edition.FULL else public)


def spoiled(
    folder: Path, whole: bytes, change: Callable[[dict[str, bytes]], object], resign: bool
) -> Path:
    """The pack with something changed in its files; `resign` as somebody with a key of their own
    would, who signs what they made anew."""
    path = folder / "pack.zip"
    path.write_bytes(whole)
    found = archive.opened(path)
    change(found)
    if resign:
        sign_anew(found)
    path.write_bytes(archive.packed(found))
    return path


def sign_anew(found: dict[str, bytes]) -> None:
    """Hashes, statement and signatures as the new files need them, by another key."""
    from dataclasses import replace

    from analytics.evidence import signing
    from analytics.evidence.making import Manifest
    from analytics.evidence.plain import canonical, read

    seed = b"somebody else's key, 32 bytes..."
    apart = ("manifest.json", "manifest.sig", "period.json", "period.sig")
    own = {name: one for name, one in found.items() if name not in apart}
    said = read(Statement, archive.parsed(found["period.json"]))
    body = replace(said.bodies["NRB"], full=content(own))
    bodies = {**said.bodies, "NRB": body}
    said = replace(said, bodies=bodies, key=signing.public_key(seed))
    found["period.json"] = canonical(said)
    found["period.sig"] = signing.signature(seed, found["period.json"]).encode()
    hashed = archive.digests({**own, **{n: found[n] for n in ("period.json", "period.sig")}})
    manifest = read(Manifest, archive.parsed(found["manifest.json"]))
    found["manifest.json"] = canonical(
        replace(manifest, files=hashed, key=signing.public_key(seed))
    )
    found["manifest.sig"] = signing.signature(seed, found["manifest.json"]).encode()


def _rating(draw: random.Random) -> RatingFact:
    maybe = (True, False, None)
    return RatingFact(
        "id-first", "NRB", draw.choice(("gpo", None)), draw.choice(("47", "1", None)),
        "africastalking-ussd", draw.choice(("en", "sw")), draw.randint(1, 5), draw.choice(maybe),
        draw.choice(maybe), draw.choice(maybe), draw.random() < 0.8,
        sample=draw.choice(list(Sample)), day=date(2026, 8, draw.randint(1, 28)),
        had_problem=draw.choice(maybe),
    )  # fmt: skip


_LAST: dict[Outcome, tuple[Action, dict[str, bool]]] = {
    Outcome.CONFIRMED: (Action.CONFIRM, {}),
    Outcome.CLOSED_UNCONFIRMED: (Action.EXPIRE, {"reached": True}),
    Outcome.UNREACHED: (Action.EXPIRE, {"reached": False}),
    Outcome.WITHDRAWN: (Action.WITHDRAW, {"prompted": False}),
}
_CITIZENS = {Action.RECEIVE, Action.CONFIRM, Action.DISPUTE, Action.WITHDRAW}
_BY = {one: Actor.CITIZEN if one in _CITIZENS else Actor.OFFICER for one in Action}


def _case(draw: random.Random) -> CaseFact:
    received = START + timedelta(hours=draw.randint(1, 1500))
    due = received + timedelta(days=14)
    answered = draw.choice((None, due - timedelta(days=2), due + timedelta(days=3)))
    outcome = draw.choice((None, *Outcome)) if answered else None
    if outcome is Outcome.WITHDRAWN:
        answered = None
    last = (answered or due) + timedelta(days=1)
    return CaseFact(
        "NRB", "id-first", None, draw.choice(("47", None)), "africastalking-sms", "sw",
        received, due, received + timedelta(days=2),
        received if answered else draw.choice((None, received)), answered,
        closed_at=last if outcome in _LAST else None, outcome=outcome,
        kind=draw.choice(list(CaseKind)), reopened=outcome is Outcome.DISPUTED,
    )  # fmt: skip
