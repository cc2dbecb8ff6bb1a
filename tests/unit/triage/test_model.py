"""The model in use: what it answers, what it refuses, and what it costs."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analytics.triage import TRAINED, Model, ModelMismatch, Row, load, read_manifest
from analytics.triage.labels import CATEGORY, HEADS, INTENT, LANG, SECTOR
from analytics.triage.storage import ARRAYS, MANIFEST, WORDS, save

BRIBE = "karao wa roadblock anadai soo mbili ndio aachilie gari"


@pytest.mark.parametrize(
    ("text", "field", "label"),
    [
        (BRIBE, "category", "bribery"),
        (BRIBE, "sector", "police_security"),
        ("I have waited for my passport since March, come tomorrow", "category", "delay"),
        ("The nurse shouted at me and called me names", "category", "staff_conduct"),
        ("iTax imelala, nimelipa lakini haionyeshi", "category", "system_failure"),
        ("asante sana kwa huduma nzuri", "intent", "compliment"),
        ("How do I apply for a birth certificate?", "intent", "enquiry"),
        ("Congratulations you have won, click the link to claim", "intent", "spam"),
        ("napendekeza muweke viti vya kungojea", "intent", "suggestion"),
        ("The office was closed when we came this morning", "lang", "en"),
        ("Tumengoja cheti cha kuzaliwa tangu mwezi wa tatu", "lang", "sw"),
        ("manze wasee wa kanjo wanadai chapaa buda", "lang", "sheng"),
    ],
)
def test_a_plain_message_is_understood(model: Model, text: str, field: str, label: str) -> None:
    assert getattr(model.predict([text])[0], field) == label


@pytest.mark.parametrize("text", ["", " ", "?", "\U0001f600", "\u6c34", "x" * 20_000, "\x00"])
def test_any_text_gets_an_answer(model: Model, text: str) -> None:
    suggestion = model.predict([text])[0]
    assert suggestion.intent in INTENT.labels
    assert suggestion.sector in SECTOR.labels
    assert suggestion.lang in LANG.labels
    assert suggestion.category in ("", *CATEGORY.labels)
    assert suggestion.model_version == model.version


def test_a_message_without_words_is_left_to_a_person(model: Model) -> None:
    assert model.predict([""])[0].abstained


def test_a_full_memory_changes_no_answer(model: Model, corpus: list[Row]) -> None:
    texts = [row.text for row in corpus[::60]]
    forgetful = Model(model.weights, model.settings, model.version, remembered=3)
    assert forgetful.predict(texts) == model.predict(texts)


def test_no_texts_give_no_suggestions(model: Model) -> None:
    assert model.predict([]) == []


def test_a_batch_says_what_each_text_alone_says(model: Model, corpus: list[Row]) -> None:
    texts = [row.text for row in corpus[::30]]
    batch, alone = model.predict(texts), [model.predict([text])[0] for text in texts]
    for together, single in zip(batch, alone, strict=True):
        assert (together.intent, together.category, together.sector, together.lang) == (
            single.intent,
            single.category,
            single.sector,
            single.lang,
        )
        assert together.category_confidence == pytest.approx(single.category_confidence, abs=1e-3)


def test_one_reading_answers_both(model: Model, corpus: list[Row]) -> None:
    texts = [row.text for row in corpus[:20]]
    said, chances = model.answers(texts)
    assert said == model.predict(texts)
    for name, table in model.probabilities(texts).items():
        assert (chances[name] == table).all(), name


def test_probabilities_add_up(model: Model, corpus: list[Row]) -> None:
    chances = model.probabilities([row.text for row in corpus[:50]])
    for head in HEADS:
        table = chances[head.name]
        assert table.shape == (50, len(head.labels))
        assert (table >= 0).all()
        if len(head.labels) > 1:
            assert table.sum(axis=1) == pytest.approx(1.0)


def test_the_best_three_categories_fall_and_the_first_is_the_category(model: Model) -> None:
    suggestion = model.predict([BRIBE])[0]
    chances = [chance for _, chance in suggestion.top]
    assert len(chances) == 3
    assert chances == sorted(chances, reverse=True)
    assert suggestion.top[0] == (suggestion.category, suggestion.category_confidence)


def test_the_words_that_moved_the_category_stand_in_the_text(model: Model) -> None:
    words = [word for word, _ in model.predict([BRIBE])[0].words]
    assert {"anadai", "ndio"} & set(words)
    assert all(word in BRIBE for word in words)


def test_a_sure_compliment_has_no_category(model: Model) -> None:
    suggestion = model.predict(["Asante sana, huduma nzuri, mbarikiwe"])[0]
    assert (suggestion.abstained, suggestion.category, suggestion.words) == (False, "", ())


def test_danger_in_the_lexicon_is_urgent_whatever_the_model_says(model: Model) -> None:
    assert model.predict(["live wire fell near the nursery, children are passing"])[0].urgent


def test_prediction_never_imports_the_training_library() -> None:
    program = (
        "import sys; from analytics.triage import TRAINED, load, screen\n"
        "said = load(TRAINED).predict(['karao anadai chai'])\n"
        "assert said[0].confidential and screen('karao anadai chai').confidential\n"
        "print([name for name in ('sklearn', 'scipy', 'pandas', 'joblib') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    for name in (ARRAYS, WORDS, MANIFEST):
        shutil.copy(TRAINED / name, tmp_path / name)
    return tmp_path


def test_a_model_with_another_threshold_is_refused(copied: Path) -> None:
    words = json.loads((copied / WORDS).read_text(encoding="utf-8"))
    (copied / WORDS).write_text(json.dumps(words | {"sure": 0.0}), encoding="utf-8")
    with pytest.raises(ModelMismatch, match="content_hash"):
        load(copied)


def test_a_model_of_another_format_is_refused(copied: Path) -> None:
    manifest = json.loads((copied / MANIFEST).read_text(encoding="utf-8"))
    (copied / MANIFEST).write_text(json.dumps(manifest | {"format": 99}), encoding="utf-8")
    with pytest.raises(ModelMismatch, match="format"):
        load(copied)


def test_a_saved_model_answers_as_before(model: Model, tmp_path: Path) -> None:
    save(model, read_manifest(TRAINED), tmp_path / "again")
    assert load(tmp_path / "again").predict([BRIBE]) == model.predict([BRIBE])


def test_the_committed_model_is_small_enough_to_carry() -> None:
    assert sum((TRAINED / name).stat().st_size for name in (ARRAYS, WORDS, MANIFEST)) < 12_000_000
