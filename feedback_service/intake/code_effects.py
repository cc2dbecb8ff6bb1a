"""What a one-time code asks for: looked up before its screen, spent when its rating is stored."""

from collections.abc import Mapping

from feedback_service.conversations import flow_code
from feedback_service.conversations.catalogue import Catalogue
from feedback_service.conversations.steps import Conversation, Effect
from feedback_service.intake.calling import Calls, Done, Facts
from feedback_service.runtime import Runtime
from feedback_service.visits import codes


def spend(rt: Runtime, caller: Calls, talk: Conversation) -> None:
    """After a rating: the code it came by, if it came by one, gives no second."""
    if code := talk.answers.get(flow_code.CODE):
        codes.spend(rt, code, talk.answers["service"], rating_of(caller))


def rating_of(caller: Calls) -> str:
    """The source of the rating that a caller's session gives."""
    return f"{caller.source}:rating"


def _read(rt: Runtime, caller: Calls, talk: Conversation, catalogue: Catalogue) -> Facts:
    code = talk.answers[flow_code.CODE]
    found = codes.look_up(rt, code, caller.lookup.hex(), rating_of(caller))
    return {
        flow_code.STATE: found.state, "code_service": found.service, "code_place": found.place,
        "code_county": found.county,
    }  # fmt: skip


CODE_EFFECTS: Mapping[Effect, Done] = {Effect.READ_CODE: _read}
