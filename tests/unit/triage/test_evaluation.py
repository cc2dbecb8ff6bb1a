"""Evaluation: who may judge, what is drawn again, what noise does, and the page of it all."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analytics.triage import TRAINED, Row, read_manifest
from analytics.triage.evaluate import (
    MayNotJudge,
    evaluate,
    experiments,
    figures,
    judge,
    plans,
    resampling,
    write,
)
from analytics.triage.evaluate.fits import Answers
from analytics.triage.evaluate.noise import KINDS, WHOLE, noisy, variants
from analytics.triage.grave import is_grave
from analytics.triage.labels import columns
from analytics.triage.metrics import macro_f1
from analytics.triage.model import calibrated
from analytics.triage.recording import record_of
from analytics.triage.rows import Source, without_repeats
from analytics.triage.train import HeldOut, folds, hold_out, settle

pytestmark = [pytest.mark.timeout(200), pytest.mark.xdist_group("training")]

SHARES = (0.5,)
DRAW = np.random.default_rng(5)


@pytest.fixture(scope="module")
def few(corpus: list[Row]) -> list[Row]:
    """Some messages of two of the team and of two others: enough to walk the whole way."""
    kept = without_repeats(corpus)
    others = sorted({row.author for row in kept if not row.judges})[:2]
    return [
        row
        for author, step in (("a2", 5), ("a3", 5), *((other, 12) for other in others))
        for row in [row for row in kept if row.author == author][::step]
    ]


@pytest.fixture(scope="module")
def report(few: list[Row], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict, list]:
    folder, told = tmp_path_factory.mktemp("report"), []
    return folder, evaluate(folder, few, shares=SHARES, processes=1, told=told.append), told


def scored(rows: list[Row]) -> HeldOut:
    scores = DRAW.normal(size=(len(rows), max(span.stop for span in columns().values())))
    return HeldOut(tuple(rows), scores.astype(np.float32))


def team(corpus: list[Row]) -> list[Row]:
    return [row for row in without_repeats(corpus) if row.judges]


@pytest.mark.parametrize("source", [Source.SYNTHETIC, Source.PUBLIC, Source.STAFF])
def test_a_row_that_only_trains_cannot_stand_in_a_figure(corpus: list[Row], source: str) -> None:
    rows = team(corpus)[::10]
    rows[3] = replace(rows[3], source=source)
    for decide in (settle, judge, figures):  # a promotion compares what was judged
        with pytest.raises(MayNotJudge, match="source"):
            decide(scored(rows))


def test_what_is_held_out_for_figures_temperatures_and_thresholds_is_the_teams(
    few: list[Row],
) -> None:
    assert {row.source for row in few} == {Source.TEAM, Source.SYNTHETIC}
    assert {row.source for row in hold_out(few[::2]).rows} == {Source.TEAM}


def test_no_plan_learns_from_a_writer_it_judges_but_the_random_one(few: list[Row]) -> None:
    honest = [
        *plans.headline(few, 1, noise=False), *plans.curve(few, 0.4, 1), *plans.team_alone(few),
        *plans.others(few),
    ]  # fmt: skip
    for one in honest:
        assert not {row.author for row in one.learnt} & {few[at].author for at in one.judged}
    for one in plans.at_random(few, 1):
        assert {row.author for row in one.learnt} >= {few[at].author for at in one.judged}


def test_a_judged_writers_rows_of_another_source_are_not_learnt_from(few: list[Row]) -> None:
    rows = [*few, replace(few[0], text="Another one", source=Source.STAFF)]
    for learnt, judged in folds(rows):
        assert (len(few) in learnt) == (rows[judged[0]].author != few[0].author)


def test_only_the_team_is_judged_but_for_the_other_writers_own_section(few: list[Row]) -> None:
    judging = [*plans.headline(few, 1, False), *plans.curve(few, 0.1, 1), *plans.team_alone(few),
               *plans.at_random(few, 1), *plans.dealt_labels(few, 1)]  # fmt: skip
    assert all(few[at].judges for one in judging for at in one.judged)
    assert not any(few[at].judges for one in plans.others(few) for at in one.judged)


def test_a_smaller_share_is_part_of_a_larger_one(few: list[Row]) -> None:
    small, large = plans.curve(few, 0.2, 1), plans.curve(few, 0.4, 1)
    for less, more in zip(small, large, strict=True):
        assert set(less.learnt) < set(more.learnt)
        assert len(less.learnt) == pytest.approx(len(more.learnt) / 2, abs=1)


def test_temperatures_and_thresholds_of_a_writer_come_from_the_others(corpus: list[Row]) -> None:
    held_out = scored(team(corpus)[::6])
    mine = np.array([row.author == "a3" for row in held_out.rows])
    settings = settle(held_out.part(~mine))
    theirs = calibrated(held_out.scores[mine], settings.curves)
    assert np.array_equal(judge(held_out).chances["category"][mine], theirs["category"])


def test_what_is_kept_of_a_model_says_whom_words_or_model_held(corpus: list[Row]) -> None:
    judged = judge(scored(team(corpus)[::10]))
    kept = record_of(judged, judged.rows)
    assert (kept.held >= (judged.held | judged.alarming)).all()
    assert kept.held.sum() > judged.held.sum()  # the words hold some by themselves
    assert kept.grave.tolist() == [is_grave(row) for row in judged.rows]


def test_no_officer_has_a_figure_of_their_own_nor_needs_a_complaint(corpus: list[Row]) -> None:
    plain = scored(team(corpus)[::10])
    enquiry = next(row for row in plain.rows if row.intent == "enquiry")
    said = [replace(enquiry, author=f"desk:{at}", source=Source.STAFF) for at in range(2)]
    found = experiments.others(Answers((0, 1), (scored(said).scores,)), plain, said)
    assert set(found) == {"all", "desks"}
    assert (found["desks"]["messages"], found["desks"]["category"]) == (2, 0.0)


def test_a_table_drawn_again_holds_as_many_and_its_measures_are_those_of_the_messages() -> None:
    truth, guess = DRAW.integers(0, 4, 600), DRAW.integers(0, 4, 600)
    writers = np.array([f"a{at % 3}" for at in range(600)])
    each = resampling.tables(truth, guess, writers, 4)
    assert resampling.macro_f1(each.sum(axis=0)) == pytest.approx(macro_f1(truth, guess))
    assert (resampling.messages_again(each, 1, 50).sum(axis=(1, 2)) == 600).all()
    assert resampling.writers_again(each, 1, 50).sum(axis=(1, 2)) == pytest.approx(600, abs=1)


def test_writers_that_differ_widen_the_interval_of_writers_alone() -> None:
    truth = DRAW.integers(0, 2, 1_000)
    right = np.arange(1_000) < 500  # one writer is always understood, the other never
    guess = np.where(right, truth, 1 - truth)
    each = resampling.tables(truth, guess, np.where(right, "a", "b"), 2)
    narrow = resampling.between(resampling.accuracy(resampling.messages_again(each, 1)))
    wide = resampling.between(resampling.accuracy(resampling.writers_again(each, 1)))
    assert narrow[1] - narrow[0] < 0.1
    assert wide == (0.0, 1.0)


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        ("drop", "watoto", r"w[ato]{4}|watot"),
        ("swap", "watoto", r"[wato]{6}"),
        ("vowels", "watoto hawana", r"wtt hwn"),
        ("keyboard", "watoto", r"(?!watoto)\w{6}"),
        ("sms", "you before tumepata", r"u b4 2mepata"),
        ("capitals", "Maji, hakuna", r"MAJI, HAKUNA"),
        ("no punctuation", "Maji, hakuna!", r"Maji hakuna"),
    ],
)
def test_a_kind_of_noise_does_what_it_says(kind: str, text: str, told: str) -> None:
    assert re.fullmatch(told, noisy([text], kind, 1.0, seed=1)[0])


def test_noise_is_the_same_twice_and_changes_its_share_of_words(corpus: list[Row]) -> None:
    texts = [row.text for row in corpus[:300]]
    once, again = noisy(texts, "mixed", 0.3, 1), noisy(texts, "mixed", 0.3, 1)
    pairs = [
        pair
        for plain, changed in zip(texts, once, strict=True)
        for pair in zip(plain.split(" "), changed.split(" "), strict=True)
        if len(pair[0]) > 2 and pair[0].isalpha()
    ]
    assert once == again
    assert 0.24 < np.mean([plain != told for plain, told in pairs]) < 0.31


def test_every_kind_of_noise_is_measured_at_every_share() -> None:
    assert len(variants()) == (len(KINDS) + 1) * 3 + len(WHOLE)


def test_the_whole_evaluation_says_how_far_it_is(report: tuple[Path, dict, list]) -> None:
    told = report[2]
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)


def test_the_whole_evaluation_is_in_its_file(report: tuple[Path, dict, list]) -> None:
    folder, found, _ = report
    kept = json.loads((folder / "report.json").read_text())
    assert kept == json.loads(json.dumps(found))
    assert found["rows_by_source"].keys() == {"synthetic", "team"}
    assert found["writers"] == ["a2", "a3"]
    assert [point["share"] for point in found["learning"]["points"]] == [*SHARES, 1.0]
    assert found["noise"][0]["category"] == found["heads"]["category"]["macro_f1"]
    assert len(found["noise"]) == 1 + len(variants())
    assert sum(band["messages"] for band in found["likeness"].values()) == found["messages"]
    assert {gate["gate"] for gate in found["gates"]} >= {
        "unique after masking", "nearly copied", "random minus unread writers",
        "dealt labels learnt", "gain over keyword rules",
    }  # fmt: skip
    assert len(found["others"]) == 3
    assert not {"a2", "a3"} & set(found["others"])


def test_more_messages_are_worth_something_here(report: tuple[Path, dict, list]) -> None:
    points = report[1]["learning"]["points"]
    assert points[0]["sector"] < points[-1]["sector"]
    assert report[1]["learning"]["gain_per_doubling"]["sector"] > 0


def test_the_page_has_every_section_and_no_script(report: tuple[Path, dict, list]) -> None:
    html = (report[0] / "report.html").read_text()
    titles = (
        "Promised and measured", "Urgent messages", "Kept from the accused", "Noise",
        "When the model does not know", "Against simpler ways", "Learning curve",
        "How like the nearest message learnt", "Gates against self-deception",
        "Writers outside the team", "intent", "category", "sector", "lang",
    )  # fmt: skip
    for title in titles:
        assert f">{title}</h2>" in html or f"<caption>{title}</caption>" in html, title
    assert "<script" not in html
    assert html.count("<svg") >= 14
    assert 'lang="sw"' in html


def test_the_figures_of_a_manifest_make_a_page_without_any_fit(tmp_path: Path) -> None:
    write(read_manifest(TRAINED).metrics, tmp_path)
    assert "Promised and measured" in (tmp_path / "report.html").read_text()


def test_every_fold_leaves_other_writers_to_training(few: list[Row]) -> None:
    for learnt, judged in folds(few):
        assert {few[at].source for at in judged} == {Source.TEAM}
        assert {few[at].source for at in learnt} >= {Source.SYNTHETIC}
