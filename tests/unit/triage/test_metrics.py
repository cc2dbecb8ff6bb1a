"""The measures against values worked out by hand and by scikit-learn."""

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import f1_score

from analytics.triage import TRAINED, read_manifest
from analytics.triage.calibration import (
    Curve,
    confidence_for,
    fit_logistic,
    fit_temperature,
    logistic,
    softmax,
    threshold_for_recall,
)
from analytics.triage.evaluate import resampling
from analytics.triage.metrics import calibration_error, macro_f1, recall_and_precision
from analytics.triage.report_page import page

DRAW = np.random.default_rng(7)


def test_macro_f1_is_scikit_learns() -> None:
    truth, guess = DRAW.integers(0, 5, 400), DRAW.integers(0, 5, 400)
    assert macro_f1(truth, guess) == pytest.approx(f1_score(truth, guess, average="macro"))


def test_a_sure_and_right_model_has_no_calibration_error() -> None:
    assert calibration_error(np.ones(30), np.ones(30, dtype=bool)) == 0.0


def test_ninety_percent_sure_and_half_right_is_off_by_forty() -> None:
    right = np.array([True, False] * 150)
    assert calibration_error(np.full(300, 0.9), right) == pytest.approx(0.4, abs=0.01)


def test_recall_and_precision_of_nothing_found_are_zero() -> None:
    nothing = np.zeros(4, dtype=bool)
    assert recall_and_precision(nothing, np.array([True, False, True, False])) == (0.0, 0.0)


def test_an_interval_holds_the_value_and_narrows_with_more_messages() -> None:
    truth = DRAW.integers(0, 3, 2_000)
    guess = np.where(DRAW.random(2_000) < 0.8, truth, 0)
    few, many = (
        resampling.messages_again(resampling.tables(truth[:n], guess[:n], np.zeros(n, str), 3), 1)
        for n in (200, 2_000)
    )
    (low, high), (lower, higher) = (
        resampling.between(resampling.macro_f1(drawn)) for drawn in (many, few)
    )
    assert low < macro_f1(truth, guess) < high
    assert high - low < higher - lower


def test_the_temperature_that_made_the_labels_is_found_again() -> None:
    scores = DRAW.normal(size=(6_000, 4))
    chances = softmax(scores, Curve(2.5))
    truth = (chances.cumsum(axis=1) > DRAW.random((6_000, 1))).argmax(axis=1)
    assert fit_temperature(scores, truth).slope == pytest.approx(2.5, rel=0.08)


def test_slope_and_offset_of_a_yes_are_found_again() -> None:
    scores = DRAW.normal(size=6_000)
    truth = DRAW.random(6_000) < logistic(scores, Curve(3.0, -1.0))
    curve = fit_logistic(scores, truth)
    assert (curve.slope, curve.offset) == pytest.approx((3.0, -1.0), rel=0.12)


def test_confidence_is_asked_until_the_accuracy_is_reached() -> None:
    confidence = np.linspace(0, 1, 1_000)
    right = confidence > 0.5
    least = confidence_for(0.9, confidence, right)
    assert right[confidence >= least].mean() >= 0.9
    assert confidence_for(0.9, confidence, np.zeros(1_000, dtype=bool)) == 1.0


def test_the_recall_threshold_finds_that_share() -> None:
    chance, truth = DRAW.random(500), DRAW.random(500) < 0.2
    threshold = threshold_for_recall(0.85, chance, truth)
    assert (chance[truth] >= threshold).mean() >= 0.85


def test_the_report_can_be_read_without_the_code(tmp_path: Path) -> None:
    metrics = read_manifest(TRAINED).metrics
    html = page(json.loads(json.dumps(metrics)))
    for part in ("3120 messages of 7 writers", "Urgent messages found", "What needs no person"):
        assert part in html
    assert "<script" not in html
