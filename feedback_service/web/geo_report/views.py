"""The five questions of GeoReport v2 that only read.  Fields and limits as the standard has them
(wiki.open311.org/GeoReport_v2); paging by `page` and `page_size`, its commonest extension, and by
the `Link` header, which goes on from the last request however many there are."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Response, current_app, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback_service.models import County, Institution, RegistryState, Service
from feedback_service.reports import requests as public
from feedback_service.reports.requests import Request, Wanted
from feedback_service.runtime import Runtime
from feedback_service.web.access import open_to
from feedback_service.web.geo_report.asked import page_of, place, statuses, window
from feedback_service.web.geo_report.written import Wrong, formatted

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
MOST_IDS = 50
_MONTH_ONLY = "The month alone is told: too few share the day."


@open_to("anyone")
def discovery(ending: str = "xml") -> ResponseReturnValue:
    """Where the standard's addresses are, and whom to ask."""
    rt = _runtime()
    with rt.transaction() as session:
        loaded = session.scalar(sa.select(RegistryState.loaded_at))
    changed = (loaded or rt.now()).strftime("%Y-%m-%d %H:%M")
    endpoint = {
        "specification": SPECIFICATION, "url": f"{rt.settings.public_url}/open311/v2",
        "changeset": changed, "type": "production", "formats": ["text/xml", "application/json"],
    }  # fmt: skip
    told = {
        "changeset": changed,
        "contact": f"{rt.settings.scorecard_owner}, {rt.settings.public_url}/open-data/",
        "key_service": "No key is needed to read; requests are made by phone, not here.",
        "endpoints": [endpoint],
    }
    return formatted("discovery", told)


@open_to("anyone")
def services(ending: str = "xml") -> ResponseReturnValue:
    """Every service of the registry; `lang=sw` names them in Kiswahili."""
    with _runtime().transaction() as session:
        found = session.scalars(sa.select(Service).order_by(Service.id))
        told = [_service(row) for row in found if row.ended_on is None]
    return formatted("services", told)


@open_to("anyone")
def service(service_code: str, ending: str = "xml") -> ResponseReturnValue:
    """One of them: no more is asked of whoever reports than what happened."""
    with _runtime().transaction() as session:
        if session.get(Service, service_code) is None:
            raise Wrong(404, f"service_code {service_code!r} is none: services.json lists them")
    return formatted("service_definition", {"service_code": service_code, "attributes": []})


@open_to("anyone")
def requests(ending: str = "xml") -> ResponseReturnValue:
    """A page of requests: by id, or by service, time and status."""
    rt, asked = _runtime(), request.args
    wanted, size = _wanted(asked, rt)
    ids = _words(asked.get("service_request_id", ""))
    if len(ids) > MOST_IDS:
        raise Wrong(400, f"service_request_id names {len(ids)}: ask for {MOST_IDS} at once")
    with rt.transaction() as session:
        names = _names(session)
        found = public.by_names(session, ids) if ids else list(public.requests(session, wanted))
    shown = found[:size]
    answer = formatted("service_requests", [_request(one, names) for one in shown])
    return _with_next(answer, shown[-1]) if not ids and len(found) > size else answer


@open_to("anyone")
def one_request(service_request_id: str, ending: str = "xml") -> ResponseReturnValue:
    """One of them, in a list of one."""
    with _runtime().transaction() as session:
        found = public.by_names(session, [service_request_id])
        if not found:
            raise Wrong(404, f"service_request_id {service_request_id!r} is none that is told")
        return formatted("service_requests", [_request(found[0], _names(session))])


def _wanted(asked: Mapping[str, str], rt: Runtime) -> tuple[Wanted, int]:
    """What is asked for, one more than the page holds, and how many it holds.  Raises Wrong."""
    page, size = page_of(asked)
    states, given, after = statuses(asked), window(asked, rt.now()), place(asked)
    wanted = Wanted(
        given.first, given.last, _words(asked.get("service_code", "")),
        None if len(states) > 1 else "open" in states,
        after, 0 if after else (page - 1) * size, size + 1,
    )  # fmt: skip
    return wanted, size


def _service(row: Service) -> dict[str, Any]:
    swahili = request.args.get("lang") == "sw"
    return {
        "service_code": row.id,
        "service_name": row.name_sw if swahili else row.name_en,
        "description": row.where_sw if swahili else row.where_en,
        "metadata": False,
        "type": "blackbox",  # Nobody reports here, so that no id ever comes back.
        "keywords": ", ".join(row.aliases),
        "group": row.sector,
    }


def _request(one: Request, names: Mapping[str, Mapping[Any, str]]) -> dict[str, Any]:
    """Every field of the standard; those that nobody may read are null."""
    county = names["counties"].get(one.county)
    invented = "Simulated record. " if one.simulated else ""
    return {
        "service_request_id": one.id,
        "status": "open" if one.open else "closed",
        "status_notes": None,
        "service_name": names["services"].get(one.service, one.service),
        "service_code": one.service,
        "description": f"{invented}{'' if one.by_day else _MONTH_ONLY}".strip() or None,
        "agency_responsible": names["institutions"].get(one.institution, one.institution),
        "service_notice": None,
        "requested_datetime": f"{one.received_on.isoformat()}T00:00:00+03:00",
        "updated_datetime": f"{one.updated_on.isoformat()}T00:00:00+03:00",
        "expected_datetime": None,
        "address": f"{county} County, Kenya" if county else "Kenya",
        "address_id": str(one.county) if county else None,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }


def _names(session: Session) -> dict[str, dict[Any, str]]:
    named = {
        "services": sa.select(Service.id, Service.name_en),
        "institutions": sa.select(Institution.id, Institution.name),
        "counties": sa.select(County.code, County.name),
    }
    return {key: {row[0]: row[1] for row in session.execute(of)} for key, of in named.items()}


def _with_next(answer: Response, last: Request) -> Response:
    kept = {key: many for key, many in request.args.to_dict(flat=False).items() if key != "page"}
    asked = kept | {"after": [f"{last.received_on}.{last.id}"]}
    where = f"{request.path}?{urlencode(asked, doseq=True)}"
    answer.headers["Link"] = f'<{where}>; rel="next"'
    return answer


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _runtime() -> Runtime:
    found: Runtime = current_app.extensions["runtime"]
    return found
