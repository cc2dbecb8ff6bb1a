"""What is taken away whole: a quarter's package as a zip file, each table of it by itself, and the
scorecards as a workbook."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from threading import Lock
from typing import IO

from flask import Response, abort, request, send_file, url_for
from flask.typing import ResponseReturnValue

from feedback_service import reports, scoring
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import NotAPeriod, Period
from feedback_service.reports import open_data
from feedback_service.reports.open_data import Resource
from feedback_service.reports.words import on_day
from feedback_service.reports.workbook import Shown, as_workbook
from feedback_service.scoring import Dimension, NoSuchInstitution
from feedback_service.web.access import open_to
from feedback_service.web.furniture import language
from feedback_service.web.periods import in_address, read_period
from feedback_service.web.public.frame import pages, plain, runtime

KEPT_FOR = 300
"""Seconds for which anybody may keep a table or a workbook."""
_A_PIECE = 64 * 1024
_IN_MEMORY = 4_000_000
"""Bytes of a table beyond which it is put on disk."""
_ONE_AT_A_TIME = Lock()
"""A year's figures are seconds of work: whoever asks for many of them holds one thread."""
_MOMENT = 15
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMS: dict[str, tuple[str, Callable[[Resource, Iterable[open_data.Row]], Iterator[str]]]] = {
    "csv": ("text/csv", lambda table, rows: (text for text, _ in open_data.csv_lines(table, rows))),
    "ndjson": ("application/x-ndjson", open_data.json_lines),
}


@pages.get("/open-data/packages/<name>")
@open_to("anyone")
def package(name: str) -> ResponseReturnValue:
    """One of the zip files that the open data page lists."""
    found = open_data.find(runtime(), name)
    if found is None:
        abort(404)
    mark = f"{found.name}-{found.bytes}"
    if request.if_none_match.contains(mark):  # asked before the file is opened
        return Response(status=304, headers={"ETag": f'"{mark}"'})
    return send_file(
        found.path.absolute(), "application/zip", as_attachment=True, download_name=found.name,
        conditional=True, etag=mark, max_age=3600,
    )  # fmt: skip


@pages.get("/open-data/tables/<name>.<any(csv, ndjson):form>")
@open_to("anyone")
def table(name: str, form: str) -> ResponseReturnValue:
    """A table of the package, as it stands; `period` for those that have one."""
    resource = next((one for one in open_data.RESOURCES if one.name == name), None)
    if resource is None:
        abort(404)
    try:
        asked = open_data.Asked(runtime(), _periods())
    except NotAPeriod as error:
        return plain(400, str(error))
    if not _ONE_AT_A_TIME.acquire(blocking=False):
        busy = plain(503, "Another table is being drawn up: ask again in a moment")
        busy.headers["Retry-After"] = str(_MOMENT)
        return busy
    try:
        file, mark = _spooled(resource, asked, form)
    finally:
        _ONE_AT_A_TIME.release()
    if request.if_none_match.contains(mark):
        file.close()
        return Response(status=304, headers={"ETag": f'"{mark}"'})
    response = Response(_in_pieces(file), mimetype=_FORMS[form][0])
    response.call_on_close(file.close)
    response.set_etag(mark)
    response.headers["Cache-Control"] = f"public, max-age={KEPT_FOR}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _in_pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        yield from iter(lambda: file.read(_A_PIECE), b"")


def _spooled(resource: Resource, asked: open_data.Asked, form: str) -> tuple[IO[bytes], str]:
    """The whole table before the first byte of it goes out: a slow reader holds no connection to
    the database."""
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed with the answer
    digest = sha256()
    for piece in _FORMS[form][1](resource, resource.rows(asked)):
        content = piece.encode()
        file.write(content)
        digest.update(content)
    file.seek(0)
    return file, digest.hexdigest()


@pages.get("/open-data/scorecards.xlsx")
@open_to("anyone")
def scorecards_xlsx() -> ResponseReturnValue:
    """A workbook of a period, or of one institution with its tables."""
    only = request.args.get("institution") or None
    try:
        return workbook(_period(), only)
    except NotAPeriod as error:
        return plain(400, str(error))
    except NoSuchInstitution as error:
        return plain(404, str(error))


def workbook(period: Period, only: str | None) -> Response:
    """The file, as anybody may read it.  Raises NoSuchInstitution."""
    rt, lang = runtime(), language()
    found = scoring.edition(rt, period, Dimension if only else (), only=only)
    cards = [found.cards[only]] if only else [found.whole, *found.cards.values()]
    tables = found.tables.get(only, {}) if only else {}
    made_on = on_day(rt.now().astimezone(NAIROBI).date(), lang)
    shown = Shown(period.label, made_on, rt.settings.scorecard_owner, cards, tables)
    response = Response(as_workbook(shown, reports.names(rt), lang), mimetype=XLSX)
    response.headers["Cache-Control"] = f"public, max-age={KEPT_FOR}"
    whose = f"-{only}" if only else ""
    name = f"scorecards{whose}-{in_address(period)}-{lang}.xlsx"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def listed() -> list[tuple[str, str, str]]:
    """Of each package: its address, its version, its size in words."""
    return [
        (url_for("public.package", name=one.name), one.path.stem, _size(one.bytes))
        for one in open_data.kept(runtime())
    ]


def _periods() -> list[Period]:
    """The quarter or year asked for, a year with its quarters; else the newest."""
    period = _period()
    if period.quarter:
        return [period]
    return [*(Period(period.year, number) for number in (1, 2, 3, 4)), period]


def _period() -> Period:
    given = request.args.get("period")
    return read_period(given) if given else scoring.newest_period(runtime())


def _size(many: int) -> str:
    return f"{many / 1_000_000:.1f} MB" if many >= 1_000_000 else f"{max(1, many // 1000)} kB"
