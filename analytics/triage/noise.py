"""Labels that are probably wrong: those that a model which never read them finds least likely.

Each message is scored by a model of the others (parts by lot), and the label it carries is set
against the best other one.  A list for people to look at again, never a reason to change a label.
The model here is plain support vectors, a tenth of the work of the one in use.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from analytics.triage.calibration import Floats
from analytics.triage.fitting import concerned, truth
from analytics.triage.labels import CATEGORY, INTENT, SECTOR, Head
from analytics.triage.normalise import normalise
from analytics.triage.rows import Row
from analytics.triage.train import SEED

HEADS = (INTENT, CATEGORY, SECTOR)
_FEWEST_LABELS = 3


@dataclass(frozen=True)
class Suspect:
    """A row with a label that another one beats; `gap` between their scores, largest first."""

    row: Row
    head: str
    label: str
    likelier: str
    gap: float


def suspects(
    asked: Sequence[Row], others: Sequence[Row] = (), parts: int = 5, seed: int = SEED
) -> list[Suspect]:
    """The asked rows whose label another beats, the least believable first.

    Every model learns from the other parts of `asked` and from all `others` but copies.
    """
    found = [one for head in HEADS for one in _of(head, asked, others, parts, seed)]
    return sorted(found, key=lambda one: -one.gap)


def _of(
    head: Head, asked: Sequence[Row], others: Sequence[Row], parts: int, seed: int
) -> list[Suspect]:
    rows, more = _concerned(head, asked), _concerned(head, others)
    if len(rows) < parts:
        return []
    found = []
    for learnt, judged in KFold(parts, shuffle=True, random_state=seed).split(rows):
        texts = {normalise(rows[at].text) for at in judged}
        taught = [row for row in more if normalise(row.text) not in texts]
        taught += [rows[at] for at in learnt]
        found += _doubted(head, taught, [rows[at] for at in judged], seed)
    return found


def _concerned(head: Head, rows: Sequence[Row]) -> list[Row]:
    return [row for row, keep in zip(rows, concerned(head, rows), strict=True) if keep]


def _doubted(head: Head, taught: Sequence[Row], judged: Sequence[Row], seed: int) -> list[Suspect]:
    labels = [truth(head, row) for row in taught]
    if len(set(labels)) < _FEWEST_LABELS:
        return []
    shared = {"lowercase": False, "sublinear_tf": True, "min_df": 2}
    model = make_pipeline(
        make_union(
            TfidfVectorizer(ngram_range=(1, 2), **shared),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), **shared),
        ),
        LinearSVC(C=0.3, class_weight="balanced", random_state=seed),
    )
    model.fit([normalise(row.text) for row in taught], labels)
    scores: Floats = model.decision_function([normalise(row.text) for row in judged])
    known = model.classes_.tolist()
    return [
        one
        for row, mine in zip(judged, scores, strict=True)
        if (one := _suspect(head, row, known, mine)) is not None
    ]


def _suspect(head: Head, row: Row, known: Sequence[str], scores: Floats) -> Suspect | None:
    """None where the row's own label is the best, or was never learnt."""
    label, best = truth(head, row), int(scores.argmax())
    if label not in known or known[best] == label:
        return None
    gap = float(scores[best] - scores[known.index(label)])
    return Suspect(row, head.name, label, known[best], gap)
