"""The menu as a message: every step fits its medium, and the same answers do the same things."""

import re

import pytest

from feedback_service.conversations.engine import hear, needed, offered, show
from feedback_service.conversations.flow_message import BY_MESSAGE
from feedback_service.conversations.flows import FLOW, begin
from feedback_service.conversations.steps import Effect, End
from feedback_service.conversations.wording import LANGUAGES, phrase
from feedback_service.conversations.wording.budgets import LONGEST_STEP, PARTS
from feedback_service.domain import gsm7
from feedback_service.intake.talks import BY_SMS, BY_WHATSAPP
from tests.talking import shipped
from tests.transcripts import facts
from tests.unit.test_screens import talks

CATALOGUE = shipped()
MOST_BY_WHATSAPP = 1024
"""Characters that Twilio takes above a list or buttons."""
OF_A_CALL = re.compile(
    r"\b(dial|press|screen|piga tena|bonyeza|bofya|hang up|utapata SMS|you will get an SMS)", re.I
)


def pages(at, medium):
    """Every page of a step, the second time with the longest hint."""
    for hint in ("", "hint-number"):
        seen, number = None, 0
        while True:
            shown = show(BY_MESSAGE, at._replace(page=number), CATALOGUE, hint, medium).text
            if shown == seen:
                break
            yield shown
            seen, number = shown, number + 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_by_sms_has_two_parts_at_most(language):
    long = []
    for at in talks(language):
        if at.step not in BY_MESSAGE:
            continue
        for text in pages(at._replace(path=("main",)), BY_SMS):
            whole = phrase("sms-step", language, text=text)
            if gsm7.septets(text) > LONGEST_STEP or gsm7.parts(whole).count > PARTS["sms-step"]:
                long.append((at.step, gsm7.septets(text), text))
    assert long == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_by_whatsapp_stands_above_its_list_with_the_notice(language):
    notice = phrase("sms-notice", language)
    for at in talks(language):
        for text in pages(at._replace(path=("main",)), BY_WHATSAPP):
            whole = f"{phrase('sms-step', language, text=text)}\n{notice}"
            assert len(whole) <= MOST_BY_WHATSAPP, at.step


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_speaks_of_dialling_or_pressing(language):
    spoken = {
        at.step for at in talks(language) for text in pages(at, BY_SMS) if OF_A_CALL.search(text)
    }
    assert spoken == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_that_a_message_names_is_offered(language):
    for at in talks(language):
        at = at._replace(path=("main",))
        text = show(BY_MESSAGE, at, CATALOGUE, "", BY_SMS).text
        keys = offered(BY_MESSAGE, at, CATALOGUE, BY_SMS)
        if isinstance(BY_MESSAGE[at.step], End):
            assert keys == []
            continue
        for key, label in keys:
            assert f"{key} {label}" in text.split("\n"), at.step


def test_the_steps_are_those_of_the_dialled_menu():
    assert BY_MESSAGE.keys() == FLOW.keys()
    for name, step in FLOW.items():
        other = BY_MESSAGE[name]
        assert type(other) is type(step)
        assert other.needs == step.needs
        assert getattr(other, "records", None) == getattr(step, "records", None)


class Writing:
    """A talk by message without servers; what the service would do is written down."""

    def __init__(self, language, known):
        self.known, self.effects = known, []
        self.at = self._do(begin(language, "", CATALOGUE), ())

    def says(self, *texts):
        for text in texts:
            move = hear(BY_MESSAGE, self.at, text, CATALOGUE, BY_WHATSAPP)
            self.at = self._do(move.conversation, move.effects)
        return show(BY_MESSAGE, self.at, CATALOGUE, "", BY_WHATSAPP)

    def _do(self, at, effects):
        for effect in effects or needed(BY_MESSAGE, at):
            self.effects.append(effect)
            at = at.knowing(self.known.get(effect, {}))
        return at


RATED = [Effect.RATE, *[Effect.CHARTER_ANSWER] * 4]
# (language, what is written, how the last message begins, effects)
TRANSCRIPTS = {
    "rating": ("en", ["1003", "2", "2", "1", "2", "500", "1"], "Asante. Your answers", RATED),
    "rating in Kiswahili": (
        "sw", ["1003", "2", "2", "1", "2", "500", "1"], "Asante. Majibu yako", RATED,
    ),
    "the whole charter at once": (
        "en", ["1", "1003"], "Passport, new or renewal. Official cost: KES 7,550", [],
    ),
    "the whole charter at once, in Kiswahili": (
        "sw", ["1", "1003"], "Pasipoti, mpya au kuihuisha. Malipo rasmi: KES 7,550", [],
    ),
    "report": (
        "en", ["1003", "3", "1", "They keep telling us to come tomorrow"], "Received:",
        [Effect.OPEN_CASE],
    ),
    "report without words": ("sw", ["1003", "3", "1", "1"], "", [Effect.OPEN_CASE]),
    "afraid": (
        "en", ["4", "1", "A guard asked for 500", "1"], "Safe: 4821 9038. The office you named",
        [Effect.OPEN_CONFIDENTIAL, Effect.SET_SECRET],
    ),
    "afraid, in Kiswahili, with a secret": (
        "sw", ["4", "1", "Mlinzi aliomba 500", "4071"], "Tumehifadhi. Andika 4821 9038",
        [Effect.OPEN_CONFIDENTIAL, Effect.SET_SECRET],
    ),
    "the other language": ("en", ["6", "2"], "Huduma Feedback\n1 Kabla", [Effect.LANGUAGE]),
}  # fmt: skip


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_a_talk_by_message_does_what_the_dialled_menu_does(name):
    language, written, last, effects = TRANSCRIPTS[name]
    person = Writing(language, facts(language))
    assert person.says(*written).text.startswith(last)
    assert person.effects == effects


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_charter_needs_no_second_message_by_whatsapp(language):
    for service in CATALOGUE.services.values():
        at = begin(language, "", CATALOGUE)._replace(step="card").answered(service=service.id)
        assert (phrase("more", language)[2:]) not in {
            label for _, label in offered(BY_MESSAGE, at, CATALOGUE, BY_WHATSAPP)
        }
