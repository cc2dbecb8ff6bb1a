"""Sheets of one-time codes: made for a service at a place, and printed."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback_service import registry
from feedback_service.models import CodeSheet, VisitCode
from feedback_service.reports import code_sheet
from feedback_service.visits import codes
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import Choice, catalogue, language, pages, runtime
from feedback_service.web.desk.visits.feed import FEEDERS

MOST_LISTED = 30
_ERRORS = {"service": "codes_service", "place": "codes_place", "codes": "codes_codes"}


@dataclass(frozen=True)
class Line:
    """One sheet: how many of its codes were used, never which or by whom."""

    href: str
    service: str
    place: str | None
    made_at: datetime
    expires_on: date
    codes: int
    used: int


@pages.get("/visits/codes")
@open_to(*FEEDERS)
def visit_codes() -> ResponseReturnValue:
    return _page()


@pages.post("/visits/codes")
@open_to(*FEEDERS)
def make_codes() -> ResponseReturnValue:
    rt, who, form = runtime(), viewer(), request.form
    service, count = form.get("service", ""), form.get("codes", "").strip()
    if service not in {choice.key for choice in _services()}:
        return _page({"service": "choose_one"}), 422
    many = int(count) if count.isascii() and count.isdecimal() and len(count) < 6 else 0
    try:
        with rt.transaction() as db:
            codes.make(rt, db, service, form.get("place") or None, many, who.staff_id,
                       of=who.institution_id, county=_county())  # fmt: skip
    except codes.BadSheet as error:
        return _page({error.key: _ERRORS[error.key]}), 422
    flash("codes_made", "done")
    return redirect(url_for("desk.visit_codes"), 303)


@pages.get("/visits/codes/<uuid:sheet_id>.pdf")
@open_to(*FEEDERS)
def print_codes(sheet_id: UUID) -> ResponseReturnValue:
    """The sheet on paper; of another institution there is none."""
    rt = runtime()
    with rt.transaction() as db:
        sheet = db.get(CodeSheet, sheet_id)
        if sheet is None or sheet.institution_id != viewer().institution_id:
            abort(404)
        printed = codes.codes_of(db, sheet)
    known, settings = catalogue(), rt.settings
    place = known.places.get(sheet.service_point_id or "")
    ways = code_sheet.Ways(settings.at_ussd_code, settings.at_short_code, settings.public_url)
    made = code_sheet.as_pdf(
        printed, ways, known.services[sheet.service_id].short, place.name if place else "",
        sheet.expires_on,
    )  # fmt: skip
    headers = {"Content-Disposition": f'attachment; filename="codes-{sheet.id.hex[:8]}.pdf"'}
    return Response(made, mimetype="application/pdf", headers=headers)


def _page(errors: dict[str, str] | None = None) -> str:
    lang, known = language(), catalogue()
    places = (Choice(place.id, place.name) for place in known.places.values())
    return render_template(
        "desk/visit_codes.html", lines=_lines(lang), services=_services(), errors=errors or {},
        places=sorted(places, key=lambda choice: choice.name), said=request.form,
        most=codes.MOST_CODES, days=codes.LASTS.days,
    )  # fmt: skip


def _services() -> list[Choice]:
    """What the reader's institution owes, county services for a county's government."""
    who, lang, rt = viewer().institution_id, language(), runtime()
    county = _county()
    mine = [
        Choice(card.id, card.name[lang])
        for card in catalogue().given
        if card.institution == who
        or (card.by_county and registry.owner_of(rt, card.id, county) == who)
    ]
    return sorted(mine, key=lambda choice: choice.name)


def _county() -> int | None:
    """The county that the reader's institution governs, if it is one's government."""
    governed = registry.desks(runtime()).governments.items()
    return next((county for county, each in governed if each == viewer().institution_id), None)


def _lines(lang: str) -> list[Line]:
    known = catalogue()
    used = sa.func.count(VisitCode.rating_source)
    found = (
        sa.select(CodeSheet, used)
        .join(VisitCode, VisitCode.sheet_id == CodeSheet.id)
        .where(CodeSheet.institution_id == viewer().institution_id)
        .group_by(CodeSheet.id)
        .order_by(CodeSheet.made_at.desc())
        .limit(MOST_LISTED)
    )
    with runtime().transaction() as db:
        return [
            Line(
                url_for("desk.print_codes", sheet_id=sheet.id),
                known.services[sheet.service_id].name[lang], _name(sheet.service_point_id),
                sheet.made_at, sheet.expires_on, sheet.codes, many,
            )
            for sheet, many in db.execute(found)
        ]  # fmt: skip


def _name(place_id: str | None) -> str | None:
    place = catalogue().places.get(place_id or "")
    return place.name if place else None
