"""Training: reproducible, honest about writers, and the same model in plain arrays."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from analytics.triage import TRAINED, Manifest, Model, Row, read_manifest
from analytics.triage.build import build
from analytics.triage.fitting import Fitted, fit, weights_of
from analytics.triage.labels import HEADS
from analytics.triage.model import calibrated
from analytics.triage.rows import BadRow, check, data_hash, read_corpus, without_repeats
from analytics.triage.train import SEED, TooFewWriters, folds, hold_out

pytestmark = pytest.mark.timeout(400)  # 45 s of CPU, more where the cores are shared

# What the first model reaches on unseen writers must not be lost: mean over writers.
FLOORS = {
    ("intent", "macro_f1"): 0.74,
    ("category", "macro_f1"): 0.75,
    ("sector", "macro_f1"): 0.835,
    ("lang", "accuracy"): 0.90,
}


@pytest.fixture(scope="module")
def fitted(corpus: list[Row]) -> Fitted:
    with threadpool_limits(limits=1):  # as `build` does, and for its reason
        return fit(corpus, SEED)


@pytest.fixture(scope="module")
def built(corpus: list[Row]) -> tuple[Model, Manifest]:
    """A model trained anew, as a maintainer trains it: most of a minute."""
    return build(corpus, "2026-11-22")


def test_the_committed_model_was_trained_on_this_corpus(corpus: list[Row]) -> None:
    assert read_manifest(TRAINED).data_hash == data_hash(without_repeats(corpus))


def test_training_again_gives_the_figures_of_the_manifest(built: tuple[Model, Manifest]) -> None:
    kept, again = read_manifest(TRAINED), built[1]
    assert (again.data_hash, again.seed, again.rows) == (kept.data_hash, kept.seed, kept.rows)
    for head in ("intent", "category", "sector", "lang"):
        ours, theirs = again.metrics["heads"][head], kept.metrics["heads"][head]
        assert ours["macro_f1"] == pytest.approx(theirs["macro_f1"], abs=0.004)
        assert ours["calibration_error"] == pytest.approx(theirs["calibration_error"], abs=0.01)
    assert again.metrics["abstention"]["coverage"] == pytest.approx(
        kept.metrics["abstention"]["coverage"], abs=0.02
    )


@pytest.mark.parametrize(("head", "measure"), FLOORS)
def test_unseen_writers_are_understood_at_least_so_well(head: str, measure: str) -> None:
    mean = read_manifest(TRAINED).metrics["heads"][head]["mean_over_writers"]
    assert mean[measure] >= FLOORS[head, measure]


def test_the_category_says_how_sure_it_is() -> None:
    assert read_manifest(TRAINED).metrics["heads"]["category"]["calibration_error"] <= 0.05


def test_what_needs_no_person_is_right_nine_times_of_ten() -> None:
    metrics = read_manifest(TRAINED).metrics["abstention"]
    assert metrics["accuracy"] >= 0.90
    assert metrics["coverage"] >= 0.35


def test_plain_arrays_give_the_probabilities_of_scikit_learn(
    corpus: list[Row], model: Model, fitted: Fitted
) -> None:
    texts = [row.text for row in corpus[::15]][:200]
    plain = Model(weights_of(fitted), model.settings, "test").probabilities(texts)
    curves = model.settings.curves
    theirs = calibrated(fitted.scores(texts), curves)  # type: ignore[arg-type]
    for head in HEADS:
        assert np.abs(plain[head.name] - theirs[head.name]).max() < 1e-6, head.name


def test_the_same_rows_and_seed_give_the_same_weights(
    fitted: Fitted, built: tuple[Model, Manifest]
) -> None:
    one, other = weights_of(fitted), built[0].weights
    assert one.vocabulary == other.vocabulary
    assert np.array_equal(one.coefficients, other.coefficients)


def test_no_writer_is_on_both_sides_of_a_fold(corpus: list[Row]) -> None:
    for learnt, judged in folds(corpus):
        assert not {corpus[at].author for at in learnt} & {corpus[at].author for at in judged}


def test_every_message_is_judged_once(corpus: list[Row]) -> None:
    judged = sorted(at for _, part in folds(corpus) for at in part)
    assert judged == list(range(len(corpus)))


def test_one_writer_alone_cannot_be_calibrated(corpus: list[Row]) -> None:
    with pytest.raises(TooFewWriters, match="author"):
        hold_out([row for row in corpus if row.author == "a1"][:20])


def test_a_correction_replaces_the_corpus_row_of_the_same_text(corpus: list[Row]) -> None:
    first = corpus[0]
    corrected = Row(**{**vars(first), "category": "quality", "author": "desk:7"})
    kept = {row.text: row for row in without_repeats([*corpus, corrected])}
    assert len(kept) == len(corpus)
    assert kept[first.text].author == "desk:7"


@pytest.mark.parametrize(
    ("field", "value"),
    [("intent", "rant"), ("category", "noise"), ("sector", "space"), ("lang", "fr"), ("text", " ")],
)
def test_a_row_outside_the_guide_is_refused_by_name(field: str, value: str) -> None:
    row = Row(**{**vars(read_corpus()[0]), field: value})
    with pytest.raises(BadRow, match=field):
        check(row, "here")
