"""Campaigns: made with their code, and what came by it, as a page and as CSV."""

import uuid
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback_service.domain.calendar import NAIROBI
from feedback_service.models import Campaign, Role
from feedback_service.recognition import campaigns as room
from feedback_service.recognition.campaigns import NotACampaign, Report, Wanted
from feedback_service.recognition.owner import speaks_for_all
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import (
    Choice,
    catalogue,
    channel_key,
    institution_name,
    language,
    pages,
    runtime,
)
from feedback_service.web.desk.recognition.files import as_csv
from feedback_service.web.texts import say

WRITERS = (Role.PERFORMANCE, Role.ANALYST)
READERS = (*WRITERS, Role.SUPERVISOR, Role.OVERSIGHT)
COLUMNS = ("campaign", "code", "first", "last", "by", "value", "name", "ratings", "cases")


@dataclass(frozen=True)
class Line:
    """A campaign; `standing` is a key of campaign.*; `dial` is what a phone dials for it."""

    href: str
    name: str
    owner: str | None
    code: str
    dial: str
    first: date
    last: date
    standing: str
    simulated: bool


@pages.get("/campaigns")
@open_to(*READERS)
def campaigns() -> ResponseReturnValue:
    return _page()


@pages.post("/campaigns")
@open_to(*WRITERS)
def make_campaign() -> ResponseReturnValue:
    rt, form = runtime(), request.form
    try:
        wanted = Wanted(
            form.get("name_en", "").strip(), form.get("name_sw", "").strip(),
            _day("first_on"), _day("last_on"), form.get("service") or None,
        )  # fmt: skip
        with rt.transaction() as db:
            made = room.make(rt, db, viewer(), wanted).id
    except NotACampaign as error:
        return _page(error.field), 422
    flash("campaign_made", "done")
    return redirect(url_for("desk.campaign", campaign_id=made), 303)


@pages.get("/campaigns/<uuid:campaign_id>")
@open_to(*READERS)
def campaign(campaign_id: uuid.UUID) -> ResponseReturnValue:
    lang, who = language(), viewer()
    with runtime().transaction() as db:
        row = _one(db, campaign_id)
        line = _line(row, lang)
        found = room.report(db, row, _whose(), runs=line.standing == "runs")
        may_end = room.may_end(runtime(), who, row) and line.standing in ("runs", "comes")
    if request.args.get("as") == "csv":
        return _csv(line, found)
    return render_template(
        "desk/campaign.html", campaign=line, found=found, may_end=may_end,
        names={by: _names(by, lang) for by in found.by},
        csv_href=f"{line.href}?as=csv", end_href=url_for("desk.end_campaign", campaign_id=row.id),
        all_href=url_for("desk.campaigns"),
    )  # fmt: skip


@pages.post("/campaigns/<uuid:campaign_id>/end")
@open_to(*WRITERS)
def end_campaign(campaign_id: uuid.UUID) -> ResponseReturnValue:
    rt, who = runtime(), viewer()
    with rt.transaction() as db:
        row = _one(db, campaign_id)
        if not room.may_end(runtime(), who, row):
            abort(404)
        room.end(rt, db, who, row)
    flash("campaign_ended", "done")
    return redirect(url_for("desk.campaign", campaign_id=campaign_id), 303)


def _page(wrong: str = "") -> str:
    lang, who = language(), viewer()
    with runtime().transaction() as db:
        rows = db.scalars(
            sa.select(Campaign)
            .where(room.may_read(who))
            .order_by(Campaign.last_on.desc(), Campaign.code)
        ).all()
        lines = [_line(row, lang) for row in rows]
    return render_template(
        "desk/campaigns.html", lines=lines, wrong=wrong, said=request.form,
        may_make=who.has(*WRITERS), services=_services(),
    )  # fmt: skip


def _one(db: Session, campaign_id: uuid.UUID) -> Campaign:
    found = sa.select(Campaign).where(Campaign.id == campaign_id, room.may_read(viewer()))
    row = db.scalars(found).one_or_none()
    if row is None:
        abort(404)
    return row


def _line(row: Campaign, lang: str) -> Line:
    base = runtime().settings.at_ussd_code.rstrip("#")
    return Line(
        url_for("desk.campaign", campaign_id=row.id),
        row.name_sw if lang == "sw" else row.name_en,
        institution_name(row.institution_id, lang), row.code,
        f"{base}*{row.code}#" if base else "", row.first_on, row.last_on, _standing(row),
        row.simulated,
    )  # fmt: skip


def _standing(row: Campaign) -> str:
    today = runtime().now().astimezone(NAIROBI).date()
    if row.last_on < row.first_on:
        return "never_ran"
    if today < row.first_on:
        return "comes"
    return "runs" if today <= row.last_on else "over"


def _whose() -> str | None:
    """The institution whose records are counted; None, all, for those who watch over all."""
    who = viewer()
    return None if who.has(Role.ANALYST, Role.OVERSIGHT) else who.institution_id or ""


def _services() -> list[Choice]:
    lang, who = language(), viewer()
    of = None if speaks_for_all(runtime(), who) else who.institution_id
    return [
        Choice(card.id, card.name[lang])
        for card in catalogue().given
        if of is None or card.institution == of
    ]


def _names(by: str, lang: str) -> dict[str, str]:
    """The words of a dimension's values; what is missing is said by its key."""
    if by == "county":
        return {str(code): card.name for code, card in catalogue().counties.items()}
    if by == "language":
        return {"en": "English", "sw": "Kiswahili"}
    keys = ("ussd", "sms", "whatsapp")
    return {key: say(lang, f"channel.{key}") for key in keys}


def _csv(line: Line, found: Report) -> Response:
    lang = language()
    tables = {"whole": (found.whole,), **found.by}
    rows = (
        (
            line.name, line.code, line.first, line.last, by, one.value,
            _names(by, lang).get(channel_key(one.value) if by == "channel" else one.value, ""),
            one.ratings, one.cases,
        )
        for by, lines in tables.items()
        for one in lines
    )  # fmt: skip
    return as_csv(f"campaign-{line.code}.csv", COLUMNS, rows)


def _day(field: str) -> date:
    try:
        return date.fromisoformat(request.form.get(field, ""))
    except ValueError:
        raise NotACampaign(field) from None
