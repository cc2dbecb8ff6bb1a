"""Training: reproducible, honest about writers, and the same model in plain arrays."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from analytics.triage import TRAINED, Model, Row, read_manifest
from analytics.triage.fitting import Fitted, concerned, fit, truth, weights_of
from analytics.triage.labels import CATEGORY, HEADS, INTENT, LANG, SECTOR, columns
from analytics.triage.model import calibrated
from analytics.triage.rows import BadRow, check, data_hash, read_corpus, without_repeats
from analytics.triage.train import SEED, HeldOut, TooFewWriters, folds, hold_out

pytestmark = pytest.mark.timeout(400)  # 45 s of CPU, more where the cores are shared


@pytest.fixture(scope="module")
def fitted(corpus: list[Row]) -> Fitted:
    with threadpool_limits(limits=1):  # as `build` does, and for its reason
        return fit(corpus, SEED)


@pytest.fixture(scope="module")
def one_writer(corpus: list[Row]) -> HeldOut:
    """The writer with the fewest messages, judged by a model that never read them."""
    shortest = min((r.author for r in corpus if r.judges), key=[r.author for r in corpus].count)
    learnt = [row for row in corpus if row.author != shortest]
    judged = [row for row in corpus if row.author == shortest]
    with threadpool_limits(limits=1):
        scores = fit(learnt, SEED).scores([row.text for row in judged])
    return HeldOut(tuple(judged), scores.astype(np.float32))


def test_the_committed_model_was_trained_on_this_corpus(corpus: list[Row]) -> None:
    assert read_manifest(TRAINED).data_hash == data_hash(without_repeats(corpus))


def test_training_again_gives_the_weights_of_the_committed_model(
    fitted: Fitted, model: Model
) -> None:
    again, kept = weights_of(fitted), model.weights
    assert again.vocabulary == kept.vocabulary
    assert np.abs(again.coefficients - kept.coefficients).max() < 1e-3


def test_judging_again_gives_the_figures_of_the_manifest(one_writer: HeldOut) -> None:
    heads = read_manifest(TRAINED).metrics["heads"]
    for head in (INTENT, CATEGORY, SECTOR, LANG):
        part = one_writer.scores[concerned(head, one_writer.rows)][:, columns()[head.name]]
        guess = [head.labels[at] for at in part.argmax(axis=1)]
        true = [truth(head, r) for r in one_writer.rows if r.category or not head.complaints_only]
        found = np.mean([one == other for one, other in zip(guess, true, strict=True)])
        kept = heads[head.name]["by_writer"][one_writer.rows[0].author]["accuracy"]
        assert found == pytest.approx(kept, abs=0.006), head.name


def test_plain_arrays_give_the_probabilities_of_scikit_learn(
    corpus: list[Row], model: Model, fitted: Fitted
) -> None:
    texts = [row.text for row in corpus[::15]][:200]
    plain = Model(weights_of(fitted), model.settings, "test").probabilities(texts)
    curves = model.settings.curves
    theirs = calibrated(fitted.scores(texts), curves)  # type: ignore[arg-type]
    for head in HEADS:
        assert np.abs(plain[head.name] - theirs[head.name]).max() < 1e-5, head.name


def test_no_writer_is_on_both_sides_of_a_fold(corpus: list[Row]) -> None:
    for learnt, judged in folds(corpus):
        assert not {corpus[at].author for at in learnt} & {corpus[at].author for at in judged}


def test_every_message_of_the_team_is_judged_once_and_no_other(corpus: list[Row]) -> None:
    judged = sorted(at for _, part in folds(corpus) for at in part)
    assert judged == [at for at, row in enumerate(corpus) if row.source == "team"]


def test_what_does_not_judge_is_learnt_from_in_every_fold(corpus: list[Row]) -> None:
    others = {at for at, row in enumerate(corpus) if row.source != "team"}
    assert others
    assert all(others <= set(learnt) for learnt, _ in folds(corpus))


def test_a_synthetic_copy_never_takes_the_place_of_what_judges(corpus: list[Row]) -> None:
    first = corpus[0]
    copy = Row(**{**vars(first), "category": "quality", "author": "a99", "source": "synthetic"})
    assert first in without_repeats([first, copy])
    assert first in without_repeats([copy, first])


def test_one_writer_alone_cannot_be_calibrated(corpus: list[Row]) -> None:
    with pytest.raises(TooFewWriters, match="author"):
        hold_out([row for row in corpus if row.author == "a1"][:20])


@pytest.mark.parametrize(("source", "wins"), [("synthetic", True), ("team", False)])
def test_a_correction_replaces_what_only_trains_and_never_what_judges(
    corpus: list[Row], source: str, wins: bool
) -> None:
    first = next(row for row in corpus if row.source == source)
    corrected = Row(**{**vars(first), "author": "desk:7", "source": "staff"})
    kept = {row.text: row for row in without_repeats([*corpus, corrected])}
    assert len(kept) == len(corpus)
    assert (kept[first.text].author == "desk:7") is wins


@pytest.mark.parametrize(
    ("field", "value"),
    [("intent", "rant"), ("category", "noise"), ("sector", "space"), ("lang", "fr"), ("text", " ")],
)
def test_a_row_outside_the_guide_is_refused_by_name(field: str, value: str) -> None:
    row = Row(**{**vars(read_corpus()[0]), field: value})
    with pytest.raises(BadRow, match=field):
        check(row, "here")
