"""Whom the model asks: a few cases a day whose answers teach most, and a lot among the sure ones.

| why asked | which cases of the last days | how many |
|---|---|---|
| margin | the two best answers are close; each language in turn, none like another | `MODEL_ASKS_WEEKLY` a week |
| random | one in twenty of those the model was sure of, by a lot nobody can foresee; none that a training may have read | at most 5 a day |
| noise | a label that a model which never read it finds unlikely (`noise`) | after each training |

Asked are people of desks that see the case; they do not see the model's guess before they answer.
One ask in five waits for a second person, so that it is known how well people agree.
"""  # noqa: E501 - a table is read across

import hmac
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa
from rapidfuzz import fuzz
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from analytics.triage.labels import Intent
from analytics.triage.normalise import normalise
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import Lane
from feedback_service.models import (
    AskReason,
    Case,
    Label,
    LabelAsk,
    ModelStep,
    Suggestion,
    new_id,
)
from feedback_service.redress.sight import may_see
from feedback_service.runtime import Runtime
from feedback_service.staff import Viewer
from feedback_service.triage.labels import Said, record
from feedback_service.triage.promotion import last_of

LOOK_BACK, WAITS = timedelta(days=7), timedelta(days=21)
"""How old a case may be when it is asked about; how long an ask waits for an answer."""
ONE_IN, SECOND_READER, MOST_BY_LOT = 20, 5, 5
ASKED_OF = sa.and_(
    Suggestion.case_id == LabelAsk.case_id, Suggestion.model_version == LabelAsk.model_version
)
"""The clause of the suggestion that made the model ask."""
ALIKE = 80.0
"""Of 100: texts so like each other teach the same."""
_CANDIDATES = 2_000
_DAYS_A_WEEK = 7


class NothingAsked(LookupError):
    """This ask is closed, answered by the same person, or of a case that they may not see."""


@dataclass(frozen=True)
class Candidate:
    """A case with what the model made of it; `margin` between the two best answers, 0..1; `taught`:
    a training began since it was read, and may have learnt from what people said of it."""

    case_id: uuid.UUID
    text: str
    version: str
    lang: str
    margin: float
    sure: bool
    taught: bool = False


@dataclass(frozen=True)
class Ask:
    """One open question and its case."""

    id: uuid.UUID
    case: Case
    detail: Mapping[str, object]


def ask_daily(rt: Runtime) -> int:
    """The clock's duty: new asks, once a day; old ones are closed.  Returns how many are new."""
    if not rt.settings.model_asks_weekly:
        return 0
    with rt.transaction() as session:
        session.execute(
            sa.update(LabelAsk)
            .where(LabelAsk.closed_at.is_(None), LabelAsk.asked_at < rt.now() - WAITS)
            .values(closed_at=rt.now())
        )
        if _asked_today(rt, session):
            return 0
        found = _candidates(rt, session)
        drawn = by_lot(rt.settings.secret_key, found)
        left = [one for one in found if one not in drawn]
        close = closest(left, -(-rt.settings.model_asks_weekly // _DAYS_A_WEEK))
        put(session, AskReason.RANDOM, [(one.case_id, one.version) for one in drawn], rt.now())
        put(session, AskReason.MARGIN, [(one.case_id, one.version) for one in close], rt.now())
    return len(drawn) + len(close)


def put(
    session: Session, reason: AskReason, cases: Iterable[tuple[uuid.UUID, str]], at: datetime
) -> None:
    """Ask about these cases, each with the version that read it; twice does nothing."""
    rows = [
        {"id": new_id(), "case_id": case_id, "reason": reason, "model_version": version,
         "asked_at": at}
        for case_id, version in cases
    ]  # fmt: skip
    if rows:
        session.execute(insert(LabelAsk).on_conflict_do_nothing(), rows)


def by_lot(secret: str, candidates: Sequence[Candidate]) -> list[Candidate]:
    """One in twenty of the sure ones: the same at every look, and foreseen by nobody.

    They judge every model to come, so none may have been learnt from before it was drawn.  Leaving
    out what people corrected instead would leave out what the model had wrong.
    """
    drawn = [
        (lot, one)
        for one in candidates
        if one.sure and not one.taught and (lot := _lot(secret, f"lot:{one.case_id}")) % ONE_IN == 0
    ]
    return [one for _, one in sorted(drawn, key=lambda pair: pair[0])[:MOST_BY_LOT]]


def closest(candidates: Sequence[Candidate], many: int) -> list[Candidate]:
    """The smallest margins, each language in turn, leaving out what is like one that is in."""
    waiting: dict[str, list[Candidate]] = defaultdict(list)
    for one in sorted(candidates, key=lambda one: one.margin):
        waiting[one.lang].append(one)
    chosen: list[Candidate] = []
    while len(chosen) < many and any(waiting.values()):
        for lang in sorted(waiting):
            while waiting[lang]:
                one = waiting[lang].pop(0)
                if not _like_another(one, chosen):
                    chosen.append(one)
                    break
    return chosen[:many]


def waiting(session: Session, viewer: Viewer) -> int:
    """How many questions the viewer could answer."""
    return session.scalar(_open(viewer).with_only_columns(sa.func.count())) or 0


def next_ask(session: Session, viewer: Viewer, skipped: Collection[uuid.UUID] = ()) -> Ask | None:
    """The oldest question the viewer may answer and has not put aside."""
    found = _open(viewer).where(LabelAsk.id.not_in(skipped))
    row = session.execute(found.order_by(LabelAsk.asked_at, LabelAsk.id).limit(1)).one_or_none()
    return Ask(row[0].id, row[1], row[2] or {}) if row else None


def answer(rt: Runtime, session: Session, viewer: Viewer, ask_id: uuid.UUID, said: Said) -> Ask:
    """Keep an answer; the ask is closed when everybody it waits for has.  Raises NothingAsked."""
    wanted = _open(viewer).where(LabelAsk.id == ask_id).with_for_update(of=LabelAsk)
    row = session.execute(wanted).one_or_none()
    if row is None:
        raise NothingAsked("this question is closed, or not yours: take the next one")
    ask, case, detail = row
    record(session, case.id, viewer.staff_id, rt.now(), said, ask.id)
    session.flush()  # counted below with the others
    answers = sa.select(sa.func.count()).where(Label.ask_id == ask.id)
    if (session.scalar(answers) or 0) >= readers(rt.settings.secret_key, ask.id):
        ask.closed_at = rt.now()
    return Ask(ask.id, case, detail or {})


def readers(secret: str, ask_id: uuid.UUID) -> int:
    """How many people an ask waits for: two for one in five."""
    return 2 if _lot(secret, f"second:{ask_id}") % SECOND_READER == 0 else 1


def _open(viewer: Viewer) -> sa.Select[LabelAsk, Case, dict[str, object]]:
    mine = sa.select(Label.ask_id).where(
        Label.staff_id == viewer.staff_id, Label.ask_id.is_not(None)
    )
    return (
        sa.select(LabelAsk, Case, Suggestion.detail)
        .join(Case, Case.id == LabelAsk.case_id)
        .outerjoin(Suggestion, ASKED_OF)
        .where(LabelAsk.closed_at.is_(None), LabelAsk.id.not_in(mine), Case.text != "")
        .where(may_see(viewer))
    )


def _asked_today(rt: Runtime, session: Session) -> bool:
    midnight = rt.now().astimezone(NAIROBI).replace(hour=0, minute=0, second=0, microsecond=0)
    asked = sa.select(LabelAsk.id).where(
        LabelAsk.asked_at >= midnight, LabelAsk.reason != AskReason.NOISE
    )
    return session.scalar(asked.limit(1)) is not None


def _candidates(rt: Runtime, session: Session) -> list[Candidate]:
    """Open cases of the last days that nobody was asked about, with their newest suggestion."""
    asked = sa.select(LabelAsk.case_id)
    training = last_of(session, ModelStep.STARTED)
    found = (
        sa.select(Case.id, Case.text, Suggestion)
        .join(Suggestion, Suggestion.case_id == Case.id)
        .where(Case.simulated.is_(False), Case.text != "", Case.lane == Lane.OPEN)
        .where(Suggestion.at > rt.now() - LOOK_BACK, Case.id.not_in(asked))
        .order_by(Suggestion.at.desc())
        .limit(_CANDIDATES)
    )
    newest: dict[uuid.UUID, Candidate] = {}
    for case_id, text, said in session.execute(found):
        if case_id not in newest and said.detail.get("chances"):
            newest[case_id] = Candidate(
                case_id, text, said.model_version, str(said.detail.get("lang", "")),
                margin(said.detail["chances"]), not said.abstained,
                training is not None and said.at <= training.at,
            )  # fmt: skip
    return list(newest.values())


def margin(chances: Mapping[str, Mapping[str, float]]) -> float:
    """How far the best answer is before the second: of intent, and of category for a complaint."""
    intent = chances["intent"]
    heads = [intent]
    if max(intent, key=lambda label: intent[label]) == Intent.COMPLAINT:
        heads.append(chances["category"])
    gaps = []
    for head in heads:
        best, second = sorted(head.values(), reverse=True)[:2]
        gaps.append(best - second)
    return min(gaps)


def _like_another(one: Candidate, chosen: Sequence[Candidate]) -> bool:
    text = normalise(one.text)
    return any(fuzz.token_set_ratio(text, normalise(other.text)) >= ALIKE for other in chosen)


def _lot(secret: str, what: str) -> int:
    return int.from_bytes(hmac.digest(secret.encode(), what.encode(), sha256)[:8])
