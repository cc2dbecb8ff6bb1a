"""Walks a flow: hear one answer, show one screen.  Nothing here knows what the steps are about.

`hear` gives the new conversation and the effects the service must do first; `show` renders it.
`0` goes back, `9` gives more; a wrong key repeats the question with a hint.
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from feedback_service.conversations import wording
from feedback_service.conversations.catalogue import Catalogue
from feedback_service.conversations.pages import (
    fit_options,
    fit_text,
    number_of,
    place_of,
    size,
)
from feedback_service.conversations.steps import (
    SCREEN,
    Ask,
    Choose,
    Conversation,
    Effect,
    End,
    Flow,
    Medium,
    NotUnderstood,
    Option,
    Said,
    Step,
    Tell,
    View,
)
from feedback_service.conversations.wording import phrase, shipped

BACK, MORE = "0", "9"
MENU_HINTS = ("hint-number", "hint-code", "hint-reference")
"""What may stand above a menu after a wrong key; its pages leave room for the longest."""


class Move(NamedTuple):
    """One answer heard: where that leads and what must be done before the screen is shown."""

    conversation: Conversation
    effects: tuple[Effect, ...] = ()
    hint: str = ""


class Screen(NamedTuple):
    text: str
    ends: bool


def hear(
    flow: Flow, conversation: Conversation, text: str, catalogue: Catalogue,
    medium: Medium = SCREEN,
) -> Move:  # fmt: skip
    """Take one answer to the waiting step."""
    step, view = (
        flow[conversation.step],
        _view(flow, conversation, catalogue, medium),
    )
    text = plain(text)[: medium.longest]
    if text == BACK and (conversation.page or _has_way_back(view)):
        return _go_back(flow, conversation)
    if text == MORE and _has_more(step, view):
        return Move(conversation._replace(page=conversation.page + 1))
    try:
        said = _read(step, view, text)
    except NotUnderstood as problem:
        return Move(conversation, (), problem.hint)
    return _go_on(flow, conversation, step, said)


def show(
    flow: Flow, conversation: Conversation, catalogue: Catalogue, hint: str = "",
    medium: Medium = SCREEN,
) -> Screen:  # fmt: skip
    """What the waiting step shows: on a screen 160 GSM-7 characters at most with its prefix."""
    view = _view(flow, conversation, catalogue, medium)
    step = flow[conversation.step]
    match step:
        case Choose():
            menu = _hinted_menu(step, view, hint) if hint else _menu(step, view)
            text = menu.pages[_page(step, view)].text
        case Tell():
            text = _hinted_page(view, _text_pages(step, view)[_page(step, view)], hint)
        case Ask():
            text = "\n".join(filter(None, (_say(view, hint), step.ask(view), _back(view))))
        case End():
            text = step.text(view)
    return Screen(text, isinstance(step, End))


def offered(
    flow: Flow, conversation: Conversation, catalogue: Catalogue, medium: Medium = SCREEN
) -> list[tuple[str, str]]:
    """The keys that `show` names and what each is called, for media that show them as buttons."""
    view, step = (
        _view(flow, conversation, catalogue, medium),
        flow[conversation.step],
    )
    keys: list[tuple[str, str]] = []
    if isinstance(step, Choose):
        shown = _menu(step, view).pages[_page(step, view)].options
        keys = [(str(number), option.label) for number, option in shown]
    if isinstance(step, Ask):  # A question for words may name a key of its own: `1 Send without`.
        keys = [(line[0], line[2:]) for line in step.ask(view).split("\n") if _is_key(line)]
    more = _say(view, "more") if _has_more(step, view) else ""
    back = "" if isinstance(step, End) else _back(view)
    return keys + [(line[0], line[2:]) for line in (more, back) if line]


def needed(flow: Flow, conversation: Conversation) -> tuple[Effect, ...]:
    """The facts a step must have before it can be shown."""
    needs = flow[conversation.step].needs
    return (needs,) if needs else ()


def plain(text: str) -> str:
    """An answer without the spaces around it; a number of another script as the keys it means."""
    text = text.strip()
    if text.isascii() or not text.isdecimal():
        return text
    return "".join(str(int(digit)) for digit in text)


def _view(flow: Flow, conversation: Conversation, catalogue: Catalogue, medium: Medium) -> View:
    """What the waiting step sees; final where what was answered last cannot be taken back."""
    before = flow.get(conversation.path[-1]) if conversation.path else None
    final = isinstance(before, Ask | Choose) and before.final
    return View(conversation, catalogue, medium, final)


def _read(step: Step, view: View, text: str) -> Said:
    match step:
        case Choose():
            return _chosen(step, view, text)
        case Ask():
            return step.read(view, text)
        case _:
            raise NotUnderstood("hint-number")


def _chosen(step: Choose, view: View, text: str) -> Said:
    found = _numbered(_menu(step, view).options, text)
    if found:
        value = found.value
        answered = view.conversation.answered(**{step.name: value})
        chosen = View(answered, view.catalogue, view.medium)
        return Said({step.name: value}, step.then(chosen))
    if step.typed:
        return step.typed(view, text)
    raise NotUnderstood("hint-number")


def _numbered(options: Sequence[Option], text: str) -> Option | None:
    """The option of a number, on whatever page it stands."""
    place = place_of(int(text)) if text.isdecimal() and len(text) < 4 else None
    return options[place] if place is not None and place < len(options) else None


def _go_on(flow: Flow, conversation: Conversation, step: Step, said: Said) -> Move:
    onward = Conversation(
        said.then,
        said.answers.get("language", conversation.language),
        {**conversation.answers, **said.answers},
        (*conversation.path, conversation.step),
        0,
        conversation.facts,
    )
    records = getattr(step, "records", None)
    return Move(onward, ((records,) if records else ()) + needed(flow, onward))


def _go_back(flow: Flow, conversation: Conversation) -> Move:
    if conversation.page:
        return Move(conversation._replace(page=conversation.page - 1))
    *path, step = conversation.path
    earlier = conversation._replace(step=step, path=tuple(path), page=0)
    return Move(earlier, needed(flow, earlier))


def _has_more(step: Step, view: View) -> bool:
    match step:
        case Choose():
            return _page(step, view) + 1 < len(_menu(step, view).pages)
        case Tell():
            return _page(step, view) + 1 < len(_text_pages(step, view))
        case _:
            return False


def _page(step: Choose | Tell, view: View) -> int:
    """The page to show: never past the last, should the catalogue have shrunk meanwhile."""
    if not view.conversation.page:
        return 0
    pages: Sequence[object] = (
        _menu(step, view).pages if isinstance(step, Choose) else _text_pages(step, view)
    )
    return min(view.conversation.page, len(pages) - 1)


class _OptionsPage(NamedTuple):
    """One page: its text, and its options with their numbers."""

    text: str
    options: Sequence[tuple[int, Option]]


class _Menu(NamedTuple):
    """All options of a step, and the pages they are shown on."""

    options: Sequence[Option]
    pages: Sequence[_OptionsPage]


def _menu(step: Choose, view: View) -> _Menu:
    """The step's menu; one that few answers decide is put together once for all who see it."""
    if step.made_of is None:
        return _hinted_menu(step, view, "")
    answers = view.conversation.answers
    seen = (
        step, view.language, view.medium, wording.edition(), _has_way_back(view),
        not view.conversation.path, *[answers.get(name) for name in step.made_of],
    )  # fmt: skip
    drawn: dict[object, _Menu] = view.catalogue.drawn
    menu = drawn.get(seen)
    if menu is None:
        menu = drawn[seen] = _hinted_menu(step, view, "")
    return menu


def _hinted_menu(step: Choose, view: View, hint: str) -> _Menu:
    options = step.options(view)
    labels = [option.label for option in options]
    pages = fit_options(
        step.ask(view),
        labels,
        _say(view, "more"),
        _back(view),
        _say(view, hint),
        _longest_hint(view.language),
        view.medium.room,
    )
    numbered = [(number_of(place), option) for place, option in enumerate(options)]
    return _Menu(options, [_OptionsPage(text, numbered[start:end]) for text, start, end in pages])


@cache
def _longest_hint(language: str) -> int:
    # As shipped: an edited hint is never longer, and this is kept while the wording changes.
    return max(size(shipped(language)[key]) for key in MENU_HINTS)


def _text_pages(step: Tell, view: View) -> list[str]:
    return fit_text(step.text(view), _say(view, "more"), _back(view), view.medium.room)


def _hinted_page(view: View, page: str, hint: str) -> str:
    """The hint above a page where there is room; the page itself names its keys."""
    hinted = f"{_say(view, hint)}\n{page}" if hint else page
    return hinted if size(hinted) <= view.medium.room else page


def _is_key(line: str) -> bool:
    return line[:1].isdecimal() and line[1:2] == " "


def _back(view: View) -> str:
    return _say(view, "back") if _has_way_back(view) else ""


def _has_way_back(view: View) -> bool:
    return bool(view.conversation.path) and not view.final


def _say(view: View, key: str) -> str:
    return phrase(key, view.language) if key else ""
