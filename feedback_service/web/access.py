"""Who may call a page: every view says so with `open_to`, and a guard test reads the mark.

A page of the desk does not exist for those it is not open to: they get 404, and whoever is not
signed in is sent to the door first.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from feedback_service import staff
from feedback_service.models import Role
from feedback_service.runtime import Runtime
from feedback_service.staff import Viewer

ANYONE = "anyone"
TOKEN = "desk"
"""The key of the signed session cookie under which a browser keeps its sign-in."""

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]


def open_to(*who: str) -> Callable[[View[P]], View[P]]:
    """Mark a view as open to `anyone`, or to the roles named and to nobody else."""
    roles = tuple(Role(name) for name in who if name != ANYONE)
    if not who or (roles and ANYONE in who):
        raise ValueError(f"open_to{who}: name roles, or `{ANYONE}` alone")

    def mark(view: View[P]) -> View[P]:
        guarded = view if ANYONE in who else _only_for(roles, view)
        guarded.open_to = frozenset(who)  # type: ignore[attr-defined]
        return guarded

    return mark


def viewer_here() -> Viewer | None:
    """Who is signed in with this request's browser; asked once a request."""
    if "viewer" not in g:
        g.viewer = _viewer()
    found: Viewer | None = g.viewer
    return found


def viewer() -> Viewer:
    """The same on a page that is open to staff only."""
    found = viewer_here()
    if found is None:
        abort(404)
    return found


def _only_for(roles: tuple[Role, ...], view: View[P]) -> View[P]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        who = viewer_here()
        if who is None:
            asked = request.full_path.removesuffix("?") if request.method == "GET" else None
            return redirect(url_for("desk.sign_in", next=asked), 303)
        if not who.has(*roles):
            abort(404)
        return view(*args, **kwargs)

    return guarded


def _viewer() -> Viewer | None:
    token = session.get(TOKEN)
    if not isinstance(token, str):
        return None
    rt: Runtime = current_app.extensions["runtime"]
    with rt.transaction() as db:
        return staff.viewer_of(db, token, rt.now())
