"""The whole of government at the desk: each line signs its aggregate off and sends it up; the owner
sees what has gone up, and who is missing.  No page here reads a case."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback_service import government
from feedback_service.domain.periods import NotAPeriod, Period
from feedback_service.government import NotTaken, Returning, Signatory, Signing, State, Status
from feedback_service.government.standing import drawn, open_returns
from feedback_service.models import Institution, LineReturn, Role, Staff
from feedback_service.reports.history import begun
from feedback_service.staff import Viewer
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk import government_shapes as shapes
from feedback_service.web.desk.frame import Choice, language, pages, read_id, runs_all, runtime
from feedback_service.web.desk.government_contracts import of_members
from feedback_service.web.periods import in_address, read_period
from feedback_service.web.public.frame import periods

READERS = (Role.PERFORMANCE, Role.OVERSIGHT, Role.ANALYST)
SIGNERS = (Role.PERFORMANCE, Role.OVERSIGHT)
ABOVE = (Role.OVERSIGHT, Role.ANALYST)


@dataclass(frozen=True)
class Sight:
    """What a reader may do with one aggregate: their own to sign, or one that came up to them."""

    status: Status
    own: bool
    above: bool


@pages.get("/government")
@open_to(*READERS)
def government_page() -> ResponseReturnValue:
    rt, lang, who, period = runtime(), language(), viewer(), _period()
    with rt.transaction() as db:
        given = government.signatories(db, period)
        own = [one for one in given if _holds(who, one)]
        below = _below(who, given)
        stood = government.standing(db, period, rt.now(), [*own, *below])
        names, people = _names(db, lang), _people(db, stood)
        backs = [row for row in open_returns(db, period) if _answers(who, row, given)]
    mine, theirs = stood[: len(own)], stood[len(own) :]
    return render_template(
        "desk/government.html",
        mine=shapes.groups(mine, period, people, names, lang),
        theirs=shapes.groups(theirs, period, people, names, lang, (State.GONE_UP,)),
        up=sum(one.state is State.GONE_UP for one in theirs),
        missing=[
            (shapes.called(one, names, lang), one.days_late)
            for one in theirs
            if one.days_late and one.state is not State.GONE_UP
        ],
        owner=_is_owner(who),
        backs=backs, typed=request.form,
        **_of_period(period),
    )  # fmt: skip


@pages.get("/government/<line>/<holder>")
@open_to(*READERS)
def line_sheet(line: str, holder: str) -> ResponseReturnValue:
    return _page(line, holder, {})


@pages.post("/government/<line>/<holder>/sign")
@open_to(*SIGNERS)
def sign_sheet(line: str, holder: str) -> ResponseReturnValue:
    """Sign the figures of the page off, with words."""
    rt, who, form, period = runtime(), viewer(), request.form, _period()
    one = _sight(period, line, holder)
    if not one.own:
        abort(404)
    what = Signing(
        period, one.status.signatory, form.get("words", ""), form.get("digest", ""), who.staff_id
    )
    said = of_members(rt, period, one.status.signatory)
    return _done(line, holder, "government_signed", lambda: government.sign(rt, what, said))


@pages.post("/government/<line>/<holder>/send")
@open_to(*SIGNERS)
def send_sheet(line: str, holder: str) -> ResponseReturnValue:
    """Let what is signed go up."""
    rt, who, period = runtime(), viewer(), _period()
    one = _sight(period, line, holder)
    if not one.own:
        abort(404)
    signatory = one.status.signatory
    return _done(
        line, holder, "government_sent",
        lambda: government.send_up(rt, period, signatory, who.staff_id),
    )  # fmt: skip


@pages.post("/government/<line>/<holder>/return")
@open_to(*ABOVE)
def return_figures(line: str, holder: str) -> ResponseReturnValue:
    """Give back what came up, or the figures of a body of the own line."""
    rt, who, form, period = runtime(), viewer(), request.form, _period()
    one = _sight(period, line, holder)
    body = form.get("institution", "")
    if body not in _may_give_back(period, one):
        abort(404)
    what = Returning(period, line, body, form.get("reason", ""), who.staff_id)
    done = "government_given_back"
    return _done(line, holder, done, lambda: government.give_back(rt, what, gone_up=one.above))


@pages.post("/government/returns/<return_id>")
@open_to(Role.PERFORMANCE)
def answer_return(return_id: str) -> ResponseReturnValue:
    """Answer for a body whose line signs for it."""
    rt, who, found = runtime(), viewer(), read_id(return_id)
    if found is None or not who.institution_id:
        abort(404)
    words = request.form.get("words", "")
    try:
        government.answer(rt, found, who.institution_id, words, who.staff_id)
    except NotTaken as error:
        flash(_REFUSED[error.why], "problem")
    else:
        flash("government_answered", "done")
    return redirect(url_for("desk.government_page", period=request.form.get("period")), 303)


_REFUSED: Mapping[str, str] = {
    "not-over": "government_not_over",
    "figures-moved": "government_moved",
    "gone-up": "government_gone_up",
    "not-signed": "government_not_signed",
    "words-missing": "government_words_missing",
    "returned-already": "government_returned_already",
    "nothing-to-answer": "government_nothing_to_answer",
    "sign-again": "government_sign_again",
}
"""What the page says, by why it was not taken."""


def _done(line: str, holder: str, key: str, do: Callable[[], object]) -> ResponseReturnValue:
    try:
        do()
    except NotTaken as error:
        flash(_REFUSED[error.why], "problem")
        return _page(line, holder, request.form), 409
    flash(key, "done")
    here = in_address(_period())
    if key == "government_given_back":
        return redirect(url_for("desk.government_page", period=here), 303)
    return redirect(url_for("desk.line_sheet", line=line, holder=holder, period=here), 303)


def _page(line: str, holder: str, typed: Mapping[str, str]) -> str:
    rt, lang, period = runtime(), language(), _period()
    one = _sight(period, line, holder)
    status, signatory = one.status, one.status.signatory
    now = None
    if one.own and government.is_over(period, rt.now()):
        now = drawn(rt, period, signatory, of_members(rt, period, signatory))
    signed = status.signed if one.own else status.up
    anew = now is not None and (
        signed is None or status.state is State.RETURNED or request.values.get("now") == "1"
    )
    with rt.transaction() as db:
        names, people = _names(db, lang), _people(db, [status])
        back = [(row.reason, row.at, people.get(row.by_id, "")) for row in status.back]
    figures = now if anew else signed
    (group,) = shapes.groups([status], period, people, names, lang)
    return render_template(
        "desk/government_sheet.html",
        line=signatory.line.name[lang], key=line, holder=holder,
        whole=signatory.whole, name=shapes.called(status, names, lang),
        signs=shapes.signs(signatory.line, lang, whole=signatory.whole),
        to=names.get(signatory.to or rt.settings.scorecard_owner, rt.settings.scorecard_owner),
        status=group.rows[0], sheet=status.sheet if not anew or one.own else None,
        anew=anew, moved=bool(now and signed and now.digest != signed.digest),
        figures=shapes.shown(figures, names, lang) if figures else None,
        may_sign=anew, may_send=one.own and status.state is State.SIGNED and not anew,
        may_give_back=[
            Choice(body, names.get(body, body)) for body in _may_give_back(period, one)
        ],
        back=back, typed=typed,
        **_of_period(period),
    )  # fmt: skip


def _sight(period: Period, line: str, holder: str) -> Sight:
    """The aggregate for this reader; 404 where it is neither theirs nor came up to them."""
    rt, who = runtime(), viewer()
    with rt.transaction() as db:
        given = government.signatories(db, period)
        found = government.of_holder(given, line, holder)
        if found is None:
            abort(404)
        (status,) = government.standing(db, period, rt.now(), [found])
    own, above = _holds(who, found), found in _below(who, given)
    if not own and not (above and status.state is State.GONE_UP):
        abort(404)
    return Sight(status, own, above)


def _holds(who: Viewer, one: Signatory) -> bool:
    """Whether the reader signs it: a line is its oversight's, a body its performance officer's."""
    role = Role.OVERSIGHT if one.whole else Role.PERFORMANCE
    return who.has(role) and bool(who.institution_id) and who.institution_id == one.holder


def _below(who: Viewer, given: list[Signatory]) -> list[Signatory]:
    """The aggregates that come up to the reader."""
    found = government.above(given, "", "") if _is_owner(who) else []
    if who.has(Role.OVERSIGHT) and who.institution_id:
        for line in government.signed_by(who.institution_id):
            found += government.above(given, line, who.institution_id)
    return found


def _is_owner(who: Viewer) -> bool:
    return who.has(Role.ANALYST) and runs_all(who)


def _answers(who: Viewer, row: LineReturn, given: list[Signatory]) -> bool:
    """Whether the reader answers it in words: whoever signs for themselves signs again instead."""
    theirs = who.has(Role.PERFORMANCE) and row.institution_id == who.institution_id
    return theirs and government.of_holder(given, row.line, row.institution_id) is None


def _may_give_back(period: Period, one: Sight) -> list[str]:
    """Whose figures the reader may give back from this aggregate's page."""
    who, signatory = viewer(), one.status.signatory
    if one.above and one.status.state is State.GONE_UP:
        return [signatory.holder]
    if not (one.own and signatory.whole and who.has(Role.OVERSIGHT)):
        return []
    with runtime().transaction() as db:
        given = government.signatories(db, period)
        waiting = {row.institution_id for row in open_returns(db, period)}
    key = signatory.line.key
    return [
        body
        for body in signatory.members
        if body not in waiting and government.of_holder(given, key, body) is None
    ]


def _period() -> Period:
    """The period asked for; without one, the last quarter that is over.  404 for one that was over
    before anything was counted."""
    asked = request.values.get("period", "")
    rt = runtime()
    last = Period.containing(rt.now()).previous()
    if not asked:
        return last
    try:
        period = read_period(asked)
    except NotAPeriod:
        abort(404)
    if period.end < last.start:
        with rt.transaction() as db:
            first = begun(db)
        if first is None or period.end < first:
            abort(404)
    return period


def _of_period(period: Period) -> dict[str, Any]:
    return {
        "period_label": period.label, "period_key": in_address(period), "periods": periods(period),
    }  # fmt: skip


def _names(db: Session, lang: str) -> dict[str, str]:
    name = Institution.short_sw if lang == "sw" else Institution.short_en
    return {row[0]: row[1] for row in db.execute(sa.select(Institution.id, name))}


def _people(db: Session, stood: list[Status]) -> dict[object, str]:
    wanted = {one.sheet.signed_by_id for one in stood if one.sheet}
    wanted |= {row.by_id for one in stood for row in one.back}
    found = db.execute(sa.select(Staff.id, Staff.name).where(Staff.id.in_(wanted)))
    return {row[0]: row[1] for row in found}
