"""A gathered period put into the database for good: cards, packs, leaves and tallies."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from analytics.evidence import signing
from analytics.evidence.archive import parsed
from analytics.evidence.making import Body, Edition, Statement, seal_of, signed
from analytics.evidence.plain import canonical, said
from analytics.scorecards import Scorecard
from feedback_service.domain.periods import Period
from feedback_service.models import FrozenCard, FrozenLeaves, FrozenPack, FrozenTallies
from feedback_service.runtime import Runtime
from feedback_service.scoring.reading import Divisions
from feedback_service.scoring.reading import Edition as Cards

NOBODYS = ""
"""Answers that are of no institution we know."""
WHOLE = "national"


class CannotFreeze(Exception):
    """The period cannot be closed now; the message says why and what to do."""


@dataclass(frozen=True)
class Part:
    """One institution's files and leaves; `full` gives its files when they are to be written, since
    those of all together would fill a machine's memory."""

    full: Callable[[Session], Mapping[str, bytes]]
    public: Mapping[str, bytes]
    leaves: bytes
    body: Body
    readings: object
    tallies: Iterable[FrozenTallies] = ()


@dataclass(frozen=True)
class Drawn:
    """The cards of a period as of one moment: with every figure, and as published."""

    whole: Cards
    public: Cards

    def published(self, name: str) -> dict[str, object]:
        """What an institution's public pack says."""
        if name == NOBODYS:
            return {}
        return {"card": self.public.cards[name], "by": self.public.tables.get(name, {})}


def compare(figures: bytes, card: Scorecard, divisions: Divisions) -> None:
    """The figures made from the records are those that stand on the scorecard, whole and divided.
    Raises CannotFreeze at the first that is not."""
    made = parsed(figures)
    _compare(card, made["classes"], "")
    for dimension, table in divisions.items():
        for value, below in table.items():
            _compare(below, made["by"][dimension].get(value, {}), f"{dimension} {value!r}, ")


def store(
    rt: Runtime, session: Session, statement: Statement, drawn: Drawn, parts: Mapping[str, Part]
) -> None:
    """All that belongs to a period whose own row is there."""
    seal = seal_of(statement, rt.settings.signing_key)
    for name, part in parts.items():
        _keep(session, statement.period, name, part)
        if name == NOBODYS:
            continue
        for edition, files in (
            (Edition.FULL, part.full(session)),
            (Edition.PUBLIC, part.public),
        ):
            row = FrozenPack(
                period=statement.period, institution_id=name, edition=edition.value,
                content=signed(seal, name, edition, files),
            )  # fmt: skip
            session.add(row)
        session.flush()  # one institution's packs at a time stay in memory
        session.expunge_all()
    _keep_cards(session, Period.parse(statement.period), drawn, parts)


def signature(rt: Runtime, statement: Statement) -> str:
    return signing.signature(rt.settings.signing_key, canonical(statement))


def _compare(card: Scorecard, made: Mapping[str, Mapping[str, object]], where: str) -> None:
    if not any(figure.n for figure in card.figures.values()):
        return  # Of a body without records nothing is known, in whatever words.
    again = made.get(card.sample.value, {})
    for name, figure in card.figures.items():
        if canonical(again.get(name)) != canonical(figure):
            raise CannotFreeze(
                f"{card.institution}, {where}{name}: the records do not give the figure that is "
                f"published ({figure.value}, n {figure.n}). Run `feedback rollup verify`, then "
                "freeze again"
            )


def _keep(session: Session, period: str, name: str, part: Part) -> None:
    if part.leaves:
        session.add(FrozenLeaves(period=period, institution_id=name, leaves=part.leaves))
    session.add_all(part.tallies)


def _keep_cards(session: Session, period: Period, drawn: Drawn, parts: Mapping[str, Part]) -> None:
    whole, public = drawn.whole, drawn.public
    for name, card in {WHOLE: whole.whole, **whole.cards}.items():
        shown = public.whole if name == WHOLE else public.cards[name]
        session.add(
            FrozenCard(
                period=period.label,
                institution_id=name,
                full=said({"card": card, "by": whole.tables.get(name, {})}),
                public=said({"card": shown, "by": public.tables.get(name, {})}),
                readings=said(parts[name].readings) if name in parts else {},
            )
        )
