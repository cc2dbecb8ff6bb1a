"""The public's pages: scorecards, the notice, the state of the service, open data.  For anyone.

A period stands in an address as FY2026-27-Q1 (links are written so); its own spelling with a slash,
FY2026/27-Q1, is read there too.
"""

from flask import Flask

from feedback_service.runtime import Runtime
from feedback_service.web.public import (
    about,
    cards,
    compare,
    country,
    frozen,
    mydata,
    open_data,
    packages,
    papers,
    period_papers,
    sources,
    unanswered,
    ways,
)
from feedback_service.web.public.frame import pages


def furnish(app: Flask, rt: Runtime) -> None:
    app.register_blueprint(pages)


__all__ = [
    "about",
    "cards",
    "compare",
    "country",
    "frozen",
    "furnish",
    "mydata",
    "open_data",
    "packages",
    "papers",
    "period_papers",
    "sources",
    "unanswered",
    "ways",
]
