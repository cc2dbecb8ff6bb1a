"""Two models on the same messages: what is worse beyond chance, and what is not."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.triage import comparing, record
from analytics.triage.labels import LANG
from analytics.triage.recording import unknown_share
from analytics.triage.rows import Row

FLAGS = ("sure", "urgent", "raised", "grave", "held")


@pytest.fixture
def kept():
    """Answers to 1,500 messages, four of five right."""
    draw = np.random.default_rng(3)
    truth = {head.name: draw.integers(0, len(head.labels), 1500) for head in record.HEADS}
    wrong = draw.random(1500) < 0.2
    guess = {head.name: (truth[head.name] + wrong) % len(head.labels) for head in record.HEADS}
    some = draw.random(1500) < 0.1
    return record.Record(
        keys=np.array([f"{number:016d}" for number in range(1500)]),
        langs=draw.integers(0, len(LANG.labels), 1500), truth=truth, guess=guess,
        sure=some, urgent=some, raised=some, grave=some, held=some, unknown=0.1,
    )  # fmt: skip


def worse(old, new):
    return [(one.what, one.group) for one in comparing.differences(old, new) if one.worse]


def spoilt(kept, lang, share):
    """The same with a share of one language's right categories made wrong."""
    draw, guess = np.random.default_rng(5), kept.guess["category"].copy()
    right = (kept.langs == LANG.labels.index(lang)) & (guess == kept.truth["category"])
    guess[right & (draw.random(len(guess)) < share)] += 1
    return replace(kept, guess={**kept.guess, "category": guess % 9})


def test_a_model_is_not_worse_than_itself(kept):
    assert worse(kept, kept) == []


@pytest.mark.parametrize(("share", "found"), [(0.005, []), (0.1, [("category", "sw")])])
def test_a_slip_is_chance_and_a_fall_is_not(kept, share, found):
    assert worse(kept, spoilt(kept, "sw", share)) == found


def test_better_is_never_worse(kept):
    assert worse(spoilt(kept, "sw", 0.1), kept) == []


def test_few_messages_do_not_hide_a_large_fall(kept):
    few = np.arange(40)
    small = replace(
        kept, keys=kept.keys[few], langs=np.zeros(40, dtype=np.int64),
        truth={name: of[few] for name, of in kept.truth.items()},
        guess={name: of[few] for name, of in kept.truth.items()},
        **{name: getattr(kept, name)[few] for name in FLAGS},
    )  # fmt: skip
    guess = small.guess["sector"].copy()
    guess[:3] = (guess[:3] + 1) % 14
    assert ("sector", "en") in worse(small, replace(small, guess={**small.guess, "sector": guess}))


@pytest.mark.parametrize(("what", "found"), [("urgent", "raised"), ("confidential", "held")])
def test_to_miss_more_of_what_must_not_be_missed_is_worse(kept, what, found):
    missing = getattr(kept, found) & (np.arange(1500) % 20 > 0)
    assert worse(kept, replace(kept, **{found: missing})) == [(what, "recall")]
    assert worse(replace(kept, **{found: missing}), kept) == []


def test_an_older_record_says_nothing_of_what_is_confidential(kept, tmp_path):
    record.save(kept, tmp_path)
    with np.load(tmp_path / record.FILE) as arrays:
        older = {name: arrays[name] for name in arrays.files if name not in ("grave", "held")}
    np.savez_compressed(tmp_path / record.FILE, **older)
    told = comparing.differences(record.read(tmp_path), kept)
    assert "confidential" not in {one.what for one in told}
    assert "urgent" in {one.what for one in told}


def test_only_messages_that_both_answered_are_compared(kept):
    other = replace(kept, keys=np.array([f"other{number:011d}" for number in range(1500)]))
    with pytest.raises(comparing.Incomparable):
        comparing.differences(kept, other)


def test_a_record_is_read_as_it_was_saved_without_any_text(kept, tmp_path):
    record.save(kept, tmp_path)
    again = record.read(tmp_path)
    assert worse(kept, again) == []
    assert (again.guess["lang"] == kept.guess["lang"]).all()
    assert (again.raised == kept.raised).all()
    assert again.unknown == pytest.approx(0.1)
    assert record.read(tmp_path / "elsewhere") is None


def test_a_word_is_unknown_that_fewer_than_two_messages_of_others_have():
    def row(author, text):
        return Row(text, text, "", "", "enquiry", False, "other", "", "en", "", author)

    learnt = [row("a", "water here"), row("b", "water there"), row("b", "water soon")]
    assert unknown_share([learnt[0]], learnt) == pytest.approx(0.5)
