"""What the model suggests of a case, beside what a person chose."""

from feedback_service.models import Suggestion
from feedback_service.redress.desk_reading import CaseFile
from feedback_service.redress.masking import masked_words
from feedback_service.web.desk import case_history
from feedback_service.web.desk.case_shapes import Advice, Guess
from feedback_service.web.desk.frame import NAMELESS
from feedback_service.web.texts import say

_ALSO = ("intent", "sector", "lang")


def advice(file: CaseFile, lang: str) -> Advice:
    """The model's suggestion, empty until it has been made, beside the choice of a person."""
    said = file.suggestion
    detail = said.detail if said else {}
    chosen, by = _choice(file)
    read = masked_words(file.case.text).casefold()  # what moved it may have been a name
    return Advice(
        top=[
            Guess(key, say(lang, f"category.{key}"), float(p)) for key, p in detail.get("top", ())
        ],
        words=[word for word, weight in detail.get("words", ()) if weight > 0 and word in read],
        also=_also(said, lang) if said else [],
        urgent_chance=float(detail.get("urgent_probability", 0.0)),
        version=said.model_version if said else NAMELESS,
        abstained=said.abstained if said else False,
        chosen_key=chosen or file.case.category,
        chosen_name=say(lang, f"category.{chosen}") if chosen else None,
        chosen_by=by,
    )


def _also(said: Suggestion, lang: str) -> list[Guess]:
    """The best answer to each other question, with its chance."""
    chances, found = said.detail.get("chances", {}), []
    for head in _ALSO:
        key = said.detail.get(head)
        if key:
            chance = float(chances.get(head, {}).get(key, 0.0))
            found.append(Guess(head, say(lang, f"{head}.{key}"), chance))
    return found


def _choice(file: CaseFile) -> tuple[str | None, str | None]:
    """The category last chosen at a desk, and by whom."""
    for line in reversed(file.lines):
        if case_history.categorises(line.event):
            return str(line.event.data["category"]), line.staff_name
    return None, None
