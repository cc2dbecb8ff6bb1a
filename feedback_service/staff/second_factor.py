"""A second factor: six figures from a telephone (RFC 6238), or a recovery code that works once.

The secret lies sealed with the key ring.  A code is taken within one step of 30 seconds before and
after, and never twice: the step last taken is kept, and only later ones count.
"""

import hashlib
import hmac
import secrets
import uuid
from datetime import datetime
from enum import StrEnum

import pyotp
from sqlalchemy.orm import Session

from feedback_service import audit
from feedback_service.identity import KeyRing
from feedback_service.models import Staff
from feedback_service.runtime import Runtime
from feedback_service.staff.accounts import account_of
from feedback_service.staff.faults import BadAccount
from feedback_service.staff.signing import sign_out_everywhere
from feedback_service.staff.viewers import viewer_for

ISSUER = "Huduma Feedback"
STEP = 30
DRIFT = 1
"""Steps by which a telephone's clock may be wrong either way."""
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class Asked(StrEnum):
    """What the door asks after the password."""

    NOTHING = "nothing"
    CODE = "code"
    ENROL = "enrol"


def asked_of(rt: Runtime, staff_id: uuid.UUID) -> Asked:
    """A code from who has a second factor; to set one up from roles that must have one.

    Whoever stands in for a role today is asked as that role is.
    """
    with rt.transaction() as session:
        account = session.get_one(Staff, staff_id)
        if account.totp_since:
            return Asked.CODE
        roles = viewer_for(session, account, rt.now()).roles
    return Asked.NOTHING if roles.isdisjoint(rt.settings.second_factor_roles) else Asked.ENROL


def must_have(rt: Runtime, staff_id: uuid.UUID) -> bool:
    """Whether a setting demands it of the roles the person has today."""
    with rt.transaction() as session:
        roles = viewer_for(session, session.get_one(Staff, staff_id), rt.now()).roles
    return not roles.isdisjoint(rt.settings.second_factor_roles)


def begin(rt: Runtime, staff_id: uuid.UUID) -> str:
    """A new secret, sealed, for the browser that sets it up; it counts once it is confirmed.

    Only that browser keeps it: whoever found a password and began elsewhere knows another one.
    """
    secret = pyotp.random_base32().encode()
    return KeyRing(rt.settings.phone_keys).seal_bytes(secret, staff_id.bytes).hex()


def address(rt: Runtime, account: Staff, begun: str) -> str:
    """What a telephone reads as a QR code (`otpauth://`)."""
    totp = _totp(KeyRing(rt.settings.phone_keys), account.id, bytes.fromhex(begun))
    return totp.provisioning_uri(name=account.email, issuer_name=ISSUER)


def confirm(rt: Runtime, staff_id: uuid.UUID, begun: str, code: str) -> list[str]:
    """Turn it on with a first code; the recovery codes, shown once.  Raises BadAccount."""
    with rt.transaction() as session:
        account = session.get_one(Staff, staff_id, with_for_update=True)
        if account.totp_since or not begun:
            raise BadAccount("code", "nothing waits to be confirmed. Begin again")
        account.totp_sealed = bytes.fromhex(begun)
        if not _take_step(rt, account, code):
            raise BadAccount("code", "is not the one shown now. Read it again")
        account.totp_since = rt.now()
        codes = _new_codes(account)
        audit.note(session, "staff.totp-on", str(account.id), rt.now(), account.id)
        return codes


def check(rt: Runtime, staff_id: uuid.UUID, code: str) -> bool:
    """Whether the code is right, now and for the first time; a recovery code is used up."""
    with rt.transaction() as session:
        account = session.get_one(Staff, staff_id, with_for_update=True)
        if not account.totp_since:
            return False
        if _take_step(rt, account, code):
            return True
        used = _hashed(code)
        if used not in account.recovery:
            return False
        account.recovery = [kept for kept in account.recovery if kept != used]
        left = {"left": len(account.recovery)}
        audit.note(session, "staff.recovery", str(account.id), rt.now(), account.id, left)
        return True


def renew_codes(rt: Runtime, staff_id: uuid.UUID, code: str) -> list[str]:
    """Ten new recovery codes in place of all others; raises BadAccount for a wrong code."""
    _must_fit(rt, staff_id, code)
    with rt.transaction() as session:
        account = session.get_one(Staff, staff_id, with_for_update=True)
        audit.note(session, "staff.recovery-renew", str(account.id), rt.now(), account.id)
        return _new_codes(account)


def turn_off(rt: Runtime, staff_id: uuid.UUID, code: str) -> None:
    """The person's own choice, where no setting demands it; raises BadAccount for a wrong code."""
    if must_have(rt, staff_id):
        raise BadAccount("code", "your role must have a second factor")
    _must_fit(rt, staff_id, code)
    with rt.transaction() as session:
        account = session.get_one(Staff, staff_id, with_for_update=True)
        _forget(account)
        audit.note(session, "staff.totp-off", str(account.id), rt.now(), account.id)


def reset(session: Session, email: str, now: datetime, by_id: uuid.UUID | None = None) -> Staff:
    """Take it away from who lost the telephone and the codes; it is set up anew at sign-in.

    Signed out everywhere: who found the telephone may have the browser too.
    """
    account = account_of(session, email)
    _forget(account)
    sign_out_everywhere(session, account.id)
    audit.note(session, "staff.totp-reset", str(account.id), now, by_id, {"email": account.email})
    return account


def ask_anew(rt: Runtime, session: Session, staff_id: uuid.UUID) -> None:
    """Sign out who has to show a second factor from now on and has none: a deputy, newly named."""
    account = session.get_one(Staff, staff_id)
    roles = viewer_for(session, account, rt.now()).roles
    if account.totp_since is None and not roles.isdisjoint(rt.settings.second_factor_roles):
        sign_out_everywhere(session, staff_id)


def _must_fit(rt: Runtime, staff_id: uuid.UUID, code: str) -> None:
    if not check(rt, staff_id, code):
        raise BadAccount("code", "is not the one shown now. Read it again")


def _take_step(rt: Runtime, account: Staff, code: str) -> bool:
    """Take the code's step if it fits one near now that is later than the last; row is locked."""
    typed = "".join(code.split())
    sealed, here = account.totp_sealed or b"", int(rt.now().timestamp()) // STEP
    totp = _totp(KeyRing(rt.settings.phone_keys), account.id, sealed)
    for step in range(here - DRIFT, here + DRIFT + 1):
        if step > account.totp_last and hmac.compare_digest(
            totp.generate_otp(step).encode(), typed.encode()
        ):
            account.totp_last = step
            return True
    return False


def _totp(ring: KeyRing, staff_id: uuid.UUID, sealed: bytes) -> pyotp.TOTP:
    return pyotp.TOTP(ring.unseal_bytes(sealed, staff_id.bytes).decode(), interval=STEP)


def _new_codes(account: Staff) -> list[str]:
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    account.recovery = [_hashed(code) for code in codes]
    return codes


def _new_code() -> str:
    letters = [secrets.choice(_LETTERS) for _ in range(12)]
    return "-".join("".join(letters[start : start + 4]) for start in (0, 4, 8))


def _hashed(code: str) -> str:
    """Codes have 59 bits: a plain hash cannot be tried through."""
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(b"recovery" + plain.encode()).hexdigest()


def _forget(account: Staff) -> None:
    account.totp_sealed = account.totp_since = None
    account.recovery, account.totp_last = [], 0
