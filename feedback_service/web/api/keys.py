"""Keys of other systems: read from `X-Api-Key` or `Authorization: Bearer`, checked by scope."""

from flask import current_app, g, request

from feedback_service import staff
from feedback_service.runtime import Runtime
from feedback_service.staff import KeyHolder, Scope
from feedback_service.web.api.problems import Problem
from feedback_service.web.limits import asked_too_often

HEADER = "X-Api-Key"


def brake() -> None:
    """Count the request of the caller's key, if it brings one.

    Raises Problem, 429 with Retry-After, when it asked as often in this minute as it may.
    """
    key, rt = holder(), _runtime()
    if key is None:
        return
    many = key.per_minute or rt.settings.api_key_per_minute
    seconds = asked_too_often(f"key:{key.id}", many)
    if seconds:
        raise Problem(
            429, "The key has asked too often", HEADER, f"{many} a minute",
            f"wait {seconds} seconds, as Retry-After says", retry_after=seconds,
        )  # fmt: skip


def known() -> bool:
    """Whether the request is one of the API's with a key that we know, so that it is counted with
    its key and not with its address: a wrong key is no way past the brake of the address."""
    if not request.path.startswith("/api/"):
        return False
    try:
        return holder() is not None
    except Problem:
        return False  # said once more, as an answer, unless the address has asked too often


def opens(scope: Scope) -> bool:
    """Whether the caller's key opens `scope`; False for a caller without a key.

    A key that does not open it is an error rather than a lesser answer: its owner expects more.
    Raises Problem, 401 for a key we do not know and 403 for one made for something else.
    """
    key = holder()
    if key is None:
        return False
    if scope not in key.scopes:
        held = ", ".join(sorted(key.scopes)) or "nothing"
        raise Problem(
            403, "The key does not open this", HEADER, f"a key for {held}",
            f"ask for a key of scope {scope}, or leave the key out where a public view exists",
        )  # fmt: skip
    return True


def require(scope: Scope) -> None:
    """Raises Problem unless the caller's key opens `scope`."""
    if not opens(scope):
        raise Problem(
            401, "A key is needed", HEADER, "", f"send a key of scope {scope} in {HEADER}"
        )


def holder() -> KeyHolder | None:
    """Whose key the request brings; None when it brings none.  Asked once a request."""
    if "key_holder" not in g:
        g.key_holder = _look_up(_given())
    found: KeyHolder | None = g.key_holder
    return found


def _given() -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    bearer = token.strip() if kind.lower() == "bearer" else ""
    return request.headers.get(HEADER, "").strip() or bearer


def _look_up(key: str) -> KeyHolder | None:
    if not key:
        return None
    rt = _runtime()
    with rt.transaction() as session:
        found = staff.key_holder(session, key, rt.now())
    if found is None:
        # The key itself is not repeated: an answer may be logged where a key must not be.
        raise Problem(
            401, "The key is not known", HEADER, f"{key[:5]}…",
            "send a key made with `feedback key add`, whole, neither disabled nor expired",
        )  # fmt: skip
    return found


def _runtime() -> Runtime:
    found: Runtime = current_app.extensions["runtime"]
    return found
