"""Staff: accounts and roles, sign-in, second factors, deputies; and the keys of other systems.

Every change of an account writes a line of the audit in the transaction that makes it.
"""

from feedback_service.staff.accounts import (
    Change,
    account_of,
    add,
    change,
    change_password,
    choose_language,
    disable,
    end_deputy,
    invite,
    name_deputy,
    open_again,
    reset,
)
from feedback_service.staff.api_keys import (
    BadKey,
    KeyHolder,
    Scope,
    add_key,
    disable_key,
    key_holder,
)
from feedback_service.staff.faults import BadAccount
from feedback_service.staff.passwords import HASHER, SHORTEST_PASSWORD, is_code
from feedback_service.staff.signing import (
    choose_password,
    link_is_good,
    link_mark,
    note_brake,
    open_browser,
    recognise,
    sign_in,
    sign_out,
)
from feedback_service.staff.viewers import (
    UNIVERSAL_ROLES,
    Viewer,
    manages,
    may_change,
    stands_for,
    viewer_for,
    viewer_of,
)

__all__ = [
    "HASHER", "SHORTEST_PASSWORD", "UNIVERSAL_ROLES", "BadAccount", "BadKey", "Change", "KeyHolder",
    "Scope", "Viewer", "account_of", "add", "add_key", "change", "change_password",
    "choose_language", "choose_password", "disable", "disable_key", "end_deputy", "invite",
    "is_code", "key_holder", "link_is_good", "link_mark", "manages", "may_change", "name_deputy",
    "note_brake", "open_again", "open_browser", "recognise", "reset", "sign_in",
    "sign_out", "stands_for", "viewer_for", "viewer_of",
]  # fmt: skip
