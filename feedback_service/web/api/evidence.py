"""Frozen quarters for other systems: what was signed, packs to check it by, proofs of inclusion."""

from typing import Any

from flask import Response

from analytics.evidence.making import Edition
from analytics.evidence.plain import said
from analytics.evidence.signing import key_id
from feedback_service.domain.periods import NotAPeriod, Period
from feedback_service.models import FrozenPeriod
from feedback_service.runtime import Runtime
from feedback_service.scoring.frozen import counted, keeping
from feedback_service.scoring.frozen.apart import stands_apart
from feedback_service.scoring.frozen.packs import NoSuchPack, pack
from feedback_service.web.api.keys import holder
from feedback_service.web.api.problems import Problem
from feedback_service.web.periods import in_address, read_period


def evidence(rt: Runtime, institution: str, period: str) -> Response:
    """The full edition of an institution's signed pack; not for the institution itself."""
    when, key = _period(period), holder()
    with rt.transaction() as session:
        if key is not None and not stands_apart(session, institution, key.institution_id):
            raise Problem(
                403, "Not for the body itself, nor for one near it", "institution", institution,
                "its records could be people at its counter: take the public edition",
            )  # fmt: skip
        try:
            content = pack(session, institution, when, Edition.FULL)
        except NoSuchPack as error:
            raise Problem.told(404, "No such pack", "period", period, error) from None
    return zipped(content, institution, when)


def frozen(rt: Runtime) -> dict[str, Any]:
    """Every closed quarter with what identifies it: root, key and signature."""
    with rt.transaction() as session:
        return {"periods": [_head(row) for row in keeping.periods(session)]}


def statement(rt: Runtime, period: str) -> dict[str, Any]:
    """What was signed of one quarter: a hash and a root for every institution."""
    with rt.transaction() as session:
        row = session.get(FrozenPeriod, _period(period).label)
        if row is None:
            raise _not_frozen(period)
        return _head(row) | {"statement": row.statement}


def proof(rt: Runtime, period: str, receipt: str) -> dict[str, Any]:
    """That the answer of this receipt is among those counted; never which it is."""
    with rt.transaction() as session:
        found = counted.prove(session, _period(period), receipt)
    if found is None:
        raise Problem(
            404, "No such receipt", "receipt", receipt[:40],
            "send COUNTED and the reference by SMS: the answer has the receipt",
        )  # fmt: skip
    told: dict[str, Any] = said(found)
    return told


def zipped(content: bytes, institution: str, period: Period) -> Response:
    """The pack as a file to keep."""
    response = Response(content, mimetype="application/zip")
    name = f"evidence-{institution}-{in_address(period)}.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _head(row: FrozenPeriod) -> dict[str, Any]:
    key = str(row.statement["key"])
    return {
        "period": row.period,
        "frozen_at": row.frozen_at.isoformat(),
        "early": row.early,
        "reason": row.reason,
        "root": row.root,
        "key": key,
        "key_id": key_id(key),
        "signature": row.signature,
        "simulated": bool(row.statement["simulated"]),
    }


def _period(text: str) -> Period:
    try:
        return read_period(text)
    except NotAPeriod as error:
        raise Problem.told(400, "No such period", "period", text, error) from None


def _not_frozen(period: str) -> Problem:
    return Problem(
        404, "Not frozen", "period", period, "GET /api/v1/frozen lists the quarters that are"
    )
