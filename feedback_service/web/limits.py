"""How much one address may ask for and send: brakes for machines, wide enough for a whole office.

Citizens' messages come by the hooks, which stand in front of Flask and have no such brake: many
share the one address of their network.  Counts lie in Redis for all web processes; without it each
process counts for itself.  Who is braked reads when to come back, in words and as `Retry-After`.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask, Response, abort, current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import RateLimitItemPerMinute
from redis.exceptions import RedisError

from feedback_service.runtime import Runtime

PAGES = "600 per minute"
"""Pages and calls of the API without a key for one address: a network may put a whole town behind
one."""
LARGEST_BODY = 1024 * 1024
"""Bytes of a request: the largest that is taken is the sheet of all wording."""
MOST_FIELDS = 200

FREE = ("/static/", "/health/", "/metrics", "/phone")
"""Files that browsers keep, what monitors ask, the practice phone that asks for news by itself."""


def _pages() -> str:
    return str(current_app.config["REQUESTS_OF_ONE_ADDRESS"])


def _is_free() -> bool:
    """What has no brake of its address: files, and keys of the API, which have one of their own."""
    has_key: Callable[[], bool] = current_app.config["HAS_A_KEY"]
    return request.path.startswith(FREE) or has_key()


limiter = Limiter(
    get_remote_address,
    application_limits=[_pages],
    application_limits_exempt_when=_is_free,
    in_memory_fallback_enabled=True,
)


def furnish(app: Flask, rt: Runtime, has_key: Callable[[], bool]) -> None:
    """Set the sizes, the store in which requests are counted, and what tells a known key's."""
    app.config.update(
        HAS_A_KEY=has_key,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_PARTS=MOST_FIELDS,
        REQUESTS_OF_ONE_ADDRESS=PAGES,
        RATELIMIT_STORAGE_URI="redis://",
        RATELIMIT_STORAGE_OPTIONS={"connection_pool": rt.redis.connection_pool},
    )
    limiter.init_app(app)
    app.before_request(_no_nul)
    app.after_request(_say_when)


def asked_too_often(who: str, per_minute: int) -> int:
    """Count one request of `who`; the seconds to wait when it is one too many this minute, or 0."""
    limit, counts = RateLimitItemPerMinute(per_minute), limiter.limiter
    try:
        if counts.hit(limit, who):
            return 0
        left = counts.get_window_stats(limit, who).reset_time - datetime.now(UTC).timestamp()
    except RedisError:
        return 0  # Whoever holds a key is known; better served than turned away.
    return max(1, round(left))


def reset_at() -> datetime:
    """When the limit that was just reached is over."""
    reached = limiter.current_limit
    now = datetime.now(UTC)
    return datetime.fromtimestamp(reached.reset_at if reached else now.timestamp() + 60, UTC)


def _no_nul() -> None:
    """The database knows no NUL: an address that has one names nothing, and is no error of ours."""
    if "\0" in request.path or b"%00" in request.query_string:
        abort(400)


def _say_when(response: Response) -> Response:
    if response.status_code == 429 and "Retry-After" not in response.headers:
        left = reset_at() - datetime.now(UTC)
        response.headers["Retry-After"] = str(max(1, int(left.total_seconds())))
    return response
