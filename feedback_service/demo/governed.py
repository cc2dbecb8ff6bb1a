"""What the policies ask for, as far as it can be invented: a campaign that runs, two targets of a
hundred days, and a contract's evidence, brought and decided on days of the past.  All simulated."""

import zlib
from dataclasses import replace
from datetime import datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.contract import Span
from analytics.evidence.plain import said
from analytics.hundred_days import Verdict, is_better, verdict
from analytics.indicators import DEFINITIONS
from feedback_service import contracts
from feedback_service.demo.lives import PastClock
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import Period
from feedback_service.models import (
    Campaign,
    Case,
    ContractEvidence,
    HundredDayTarget,
    Rating,
    Role,
    Staff,
)
from feedback_service.recognition import targets
from feedback_service.registry.phrases import newer
from feedback_service.runtime import Runtime

CODE, RUNS_FOR, RUNS_SINCE = "91234", timedelta(days=13), timedelta(days=9)
EVERY = 2
"""One in so many of what came in those days came by the code."""
STARTED = timedelta(days=45)
TARGETS = (("satisfaction", 4.4), ("resolved_in_time", 0.8))
WORDS = "Simulated, to show what evidence is."
LATE = 1
"""The so manyth part is brought after its day, and waits for a decision."""


def govern(rt: Runtime) -> str:
    """Invent them once; the sentence that says what there is.

    Beside cases of real citizens nothing is invented.
    """
    with rt.transaction() as session:
        if session.scalar(sa.select(Case.id).where(~Case.simulated).limit(1)):
            return "No campaign, target or evidence is invented beside real cases."
        _campaign(rt, session)
        body = _busiest(session)
        if body is not None:
            _targets(rt, session, body)
        _evidence(rt, session)
    return "A campaign runs, targets of a hundred days are tracked: /desk/campaigns, /desk/targets."


def _campaign(rt: Runtime, session: Session) -> None:
    if session.scalar(sa.select(Campaign.id).where(Campaign.code == CODE)):
        return
    first = (rt.now() - RUNS_SINCE).astimezone(NAIROBI).date()
    row = Campaign(
        code=CODE, name_en="Public Service Week (simulated)",
        name_sw="Wiki ya Utumishi wa Umma (ya kuigiza)", first_on=first,
        last_on=first + RUNS_FOR, made_at=rt.now(), simulated=True,
    )  # fmt: skip
    session.add(row)
    session.flush()  # What came by it points to it.
    begins = datetime.combine(first, time(), NAIROBI)
    # By their names, so that the same seed marks the same ones.
    for table, at in ((Rating, Rating.given_at), (Case, Case.received_at)):
        number = sa.cast(sa.func.split_part(table.source, ":", 3), sa.Integer)
        mine = (table.simulated, table.source.regexp_match("^demo:(rating|case):[0-9]+$"))
        session.execute(
            sa.update(table)
            .where(*mine, at >= begins, number % EVERY == 0)
            .values(campaign_id=row.id),
            execution_options={"synchronize_session": False},
        )
    newer(session, rt.now())


def _busiest(session: Session) -> str | None:
    """The institution of the first logins that has most invented cases."""
    many = sa.select(sa.func.count()).where(Case.institution_id == Staff.institution_id)
    found = (
        sa.select(Staff.institution_id)
        .where(Staff.email.like("%.example"), Staff.role == Role.SUPERVISOR)
        .order_by(many.scalar_subquery().desc(), Staff.institution_id)
    )
    return session.scalar(found.limit(1))


def _targets(rt: Runtime, session: Session, body: str) -> None:
    made = sa.select(HundredDayTarget.id).where(HundredDayTarget.institution_id == body)
    if session.scalar(made.limit(1)):
        return
    starts = (rt.now() - STARTED).astimezone(NAIROBI).date()
    for indicator, wanted in TARGETS:
        figure, simulated = targets.stood(rt, session, body, indicator, starts - timedelta(days=1))
        if figure.value is not None and not is_better(indicator, wanted, figure.value):
            continue
        if verdict(indicator, wanted, figure) is Verdict.MET:
            continue
        session.add(
            HundredDayTarget(
                institution_id=body, indicator=indicator,
                version=DEFINITIONS[indicator].version, target=wanted, baseline=said(figure),
                starts_on=starts, set_at=rt.now() - STARTED, simulated=simulated,
            )
        )  # fmt: skip


def _evidence(rt: Runtime, session: Session) -> None:
    """Each part some days before its day, as far as that has come, and accepted; one late."""
    firsts = session.scalars(sa.select(Staff).where(Staff.email.like("%.example")))
    people = {one.role: one for one in firsts}
    bringer, judge = people.get(Role.PERFORMANCE), people.get(Role.ANALYST)
    body = bringer.institution_id if bringer else None
    there = sa.select(ContractEvidence.id).where(ContractEvidence.institution_id == body)
    if bringer is None or judge is None or body is None or session.scalar(there.limit(1)):
        return
    year = Period.containing(rt.now()).financial_year
    terms = contracts.terms_for(session, body, Span.parse(year.label))
    dues = [d for one in terms.indicators if one.id == "B1" for d in terms.dues(one, year.year)]
    for number, due in enumerate(dues):
        day = due.by + timedelta(days=6 if number == LATE else -5)
        at = datetime.combine(day, time(10), NAIROBI)
        if at + timedelta(days=3) > rt.now():
            continue
        what = contracts.Brought(
            body, year.year, "B1", due.key, WORDS, bringer.id, _picture(number), "image/png"
        )
        brought = contracts.bring(replace(rt, now=PastClock(at)), session, terms, what)
        if number == LATE:
            continue
        session.flush()  # It is decided by its id.
        said_yes = contracts.Decided(brought.id, judge.id, judge.institution_id, True, WORDS)
        after = PastClock(at + timedelta(days=3))
        contracts.decide(replace(rt, now=after), session, said_yes)


def _picture(number: int) -> bytes:
    """A small grey picture, each another."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return len(data).to_bytes(4) + checked + zlib.crc32(checked).to_bytes(4)

    size = 8
    head = size.to_bytes(4) + size.to_bytes(4) + bytes((8, 0, 0, 0, 0))
    rows = bytes((0, *([40 + 20 * number] * size))) * size
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts
