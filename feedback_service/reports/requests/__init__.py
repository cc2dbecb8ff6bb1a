"""Single cases as anyone may read them: for GeoReport and the open data package, one rule for both.

Told of a case are service, institution, county, the day or the month it was received, whether it
was open when this month began and in which month it was closed; never its reference, its words or
who handled it.  Told are only cases of the open lane that the model has read, that are not quiet,
accuse nobody and name nobody of the staff (whoever counts their own queue would find that one is
kept from them), where five of one kind, service, institution and month stand together; county and
day only where five share them.  Nothing that a public table keeps back is told, and what is left
over of a service or a county is never one to four (`telling`, `held`).

A month is drawn up once, when it is over, and kept in a table.  After that only `open` and
`updated_on` change, once a month, and only an erasure takes a case out: one that is found to accuse
somebody, or is cleared, neither vanishes nor appears.
"""

from feedback_service.reports.requests.drawing import bring_up, draw_next, released_until
from feedback_service.reports.requests.reading import Place, Request, Wanted, by_names, requests

__all__ = [
    "Place",
    "Request",
    "Wanted",
    "bring_up",
    "by_names",
    "draw_next",
    "released_until",
    "requests",
]
