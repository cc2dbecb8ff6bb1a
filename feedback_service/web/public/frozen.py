"""Frozen quarters for everybody: root, key, packs without records, contests with their answers, and
the proof that an answer was counted."""

from dataclasses import dataclass

import sqlalchemy as sa
from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from analytics.evidence.making import Edition
from analytics.evidence.plain import canonical
from feedback_service.domain.periods import NotAPeriod, Period
from feedback_service.models import FrozenCard, FrozenPack, FrozenPeriod, Institution
from feedback_service.scoring.frozen import contests, counted, keeping
from feedback_service.scoring.frozen.packs import NoSuchPack, pack
from feedback_service.web import frozen_views as views
from feedback_service.web.access import open_to
from feedback_service.web.api.evidence import zipped
from feedback_service.web.furniture import language
from feedback_service.web.periods import read_period
from feedback_service.web.public.frame import pages, plain, runtime


@dataclass(frozen=True)
class Packed:
    """An institution's pack to take away."""

    name: str
    href: str


@dataclass(frozen=True)
class Beside:
    """A moderated score of one body."""

    institution: str
    name: str
    score: views.Score


@pages.get("/scorecards/frozen/")
@open_to("anyone")
def frozen() -> ResponseReturnValue:
    with runtime().transaction() as session:
        found = [views.quarter(row) for row in keeping.periods(session)]
    simulated = any(one.simulated for one in found)
    return render_template("public/frozen.html", quarters=found, simulated=simulated)


@pages.get("/scorecards/frozen/proof")
@open_to("anyone")
def frozen_proof() -> ResponseReturnValue:
    """The proof for a receipt, as a file that `feedback verify` checks."""
    period, receipt = _label(request.args.get("period", "")), request.args.get("receipt", "")
    with runtime().transaction() as session:
        found = counted.prove(session, Period.parse(period), receipt)
    if found is None:
        lang = language()
        return plain(404, _NO_RECEIPT[lang])
    answer = zipped(canonical(found), "proof", Period.parse(period))
    answer.mimetype = "application/json"
    answer.headers["Content-Disposition"] = f'attachment; filename="proof-{receipt[:19]}.json"'
    return answer


@pages.get("/scorecards/frozen/<path:period>")
@open_to("anyone")
def frozen_period(period: str) -> ResponseReturnValue:
    rt, lang, label = runtime(), language(), _label(period)
    with rt.transaction() as session:
        row = session.get(FrozenPeriod, label)
        if row is None:
            abort(404)
        names = dict(session.execute(sa.select(Institution.id, Institution.name)).all())
        quarter = views.quarter(row)
        return render_template(
            "public/frozen_period.html",
            quarter=quarter,
            open_until=contests.open_until(rt, row),
            contests=[
                views.said(one, names[one.row.institution_id], lang)
                for one in contests.contests(session, label)
            ],
            moderated=[
                _beside(one, names, lang)
                for one in contests.moderated(session, label)
                if _is_shown(session, one)
            ],
            packs=_packs(session, row, names, quarter.key),
            simulated=quarter.simulated,
            cards_href=url_for("public.scorecards", period=quarter.key),
        )


@pages.get("/scorecards/frozen/<period>/<institution>.zip")
@open_to("anyone")
def frozen_pack(period: str, institution: str) -> ResponseReturnValue:
    """The public edition: the figures as they are published, signed, without records."""
    when = Period.parse(_label(period))
    with runtime().transaction() as session:
        try:
            return zipped(pack(session, institution, when, Edition.PUBLIC), institution, when)
        except NoSuchPack as error:
            return plain(404, str(error))


@pages.get("/scorecards/frozen")
@open_to("anyone")
def frozen_bare() -> ResponseReturnValue:
    return redirect(url_for("public.frozen"), 308)


_NO_RECEIPT = {
    "en": "No answer of that quarter has this receipt. COUNTED by SMS gives it.",
    "sw": "Hakuna jibu la robo hiyo lenye risiti hii. IMEHESABIWA kwa SMS huitoa.",
}


def _label(text: str) -> str:
    try:
        return read_period(text).label
    except NotAPeriod as error:
        abort(404, str(error))


def _beside(one: contests.Moderated, names: dict[str, str], lang: str) -> Beside:
    row = one.row
    return Beside(
        names[row.institution_id], views.name_of(row.indicator, lang), views.score(one, lang)
    )


def _is_shown(session: Session, one: contests.Moderated) -> bool:
    """Whether everybody may read the figure that it stands beside: what small numbers hide, a
    moderated score would tell."""
    row = one.row
    card = session.get_one(FrozenCard, (row.period, row.institution_id)).public["card"]
    figure = card["figures"].get(row.indicator, {})
    return bool(figure.get("shown")) and figure.get("value") is not None


def _packs(session: Session, row: FrozenPeriod, names: dict[str, str], key: str) -> list[Packed]:
    held = sa.select(FrozenPack.institution_id).where(
        FrozenPack.period == row.period, FrozenPack.edition == Edition.PUBLIC.value
    )
    found = [
        Packed(names[name], url_for("public.frozen_pack", period=key, institution=name))
        for name in session.scalars(held)
    ]
    return sorted(found, key=lambda one: one.name)
