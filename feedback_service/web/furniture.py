"""What every page is given: its language and words, who answers for the figures, the numbers to
dial and write to; and the headers that keep a browser on our side.

`furnish_pages(app, rt)` is called once; the desk's own context adds who is signed in, and its CSRF
protection is where `csrf_token()` comes from.
"""

from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, render_template, request, session
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from feedback_service.runtime import Runtime
from feedback_service.web.access import ANYONE
from feedback_service.web.texts import LANGUAGES, page_words

SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
        "frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
    ),
}


def furnish_pages(app: Flask, rt: Runtime) -> None:
    """Give templates their context and browsers their rules."""
    static: Any = app.view_functions["static"]
    static.open_to = frozenset({ANYONE})
    app.after_request(_safe)
    app.register_error_handler(HTTPException, _refused)

    @app.context_processor
    def furniture() -> dict[str, Any]:
        lang = language()
        return {
            **page_words(lang),
            "language": lang,
            "other_language": other(lang),
            "other_lang_href": here_in(other(lang), request.path),
            "person": None,
            "nav": [],
            "simulated": False,
            "owner": rt.settings.scorecard_owner,
            "ussd_code": rt.settings.at_ussd_code,
            "short_code": rt.settings.at_short_code,
            "call_cost": rt.settings.call_cost,
            "sms_cost": rt.settings.sms_cost,
        }


def language() -> str:
    """The reader's language: asked for in the address and kept, or kept, or the browser's."""
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        session["lang"] = asked
    kept = session.get("lang")
    if kept in LANGUAGES:
        return str(kept)
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def other(lang: str) -> str:
    """The language a reader of `lang` is offered."""
    return next(name for name in LANGUAGES if name != lang)


def here_in(lang: str, path: str) -> str:
    """The page at `path` in another language, all else in the address kept."""
    asked = request.args.to_dict(flat=False) | {"lang": [lang]}
    return f"{path}?{urlencode(asked, doseq=True)}"


def _refused(error: HTTPException) -> ResponseReturnValue:
    """A page for whoever asked for what is not there; rooms that answer otherwise say so."""
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()
    own = language() == "en" and error.description != type(error).description
    own = own and error.code != 429  # whose description is the limit as a setting
    detail = error.description if own else None
    return render_template("error.html", code=error.code, detail=detail), error.code


def _safe(response: Response) -> Response:
    for name, value in SAFE_HEADERS.items():
        response.headers.setdefault(name, value)
    return response
