"""An appraisal's steps: the whole table with its complement, and no way to a signature unseen."""

from __future__ import annotations

import pytest

from feedback_service.domain.appraisals import (
    NEEDS_WORDS,
    OFFICERS,
    SHOWN,
    STEPS,
    OutOfTurn,
    Stage,
    Step,
    after,
    possible,
)


@pytest.mark.parametrize("stage", Stage)
def test_what_is_not_in_the_table_is_refused_with_what_can_be_done(stage: Stage) -> None:
    for step in Step:
        if (stage, step) in STEPS:
            assert after(stage, step) is STEPS[stage, step]
            continue
        with pytest.raises(OutOfTurn, match="what can be done is"):
            after(stage, step)


def reached_without(left_out: Step) -> set[Stage]:
    """Every stage that can be reached if nobody ever takes this step."""
    found, open_ends = {Stage.EMPTY}, [Stage.EMPTY]
    while open_ends:
        here = open_ends.pop()
        for step in possible(here):
            there = STEPS[here, step]
            if step is not left_out and there not in found:
                found.add(there)
                open_ends.append(there)
    return found


@pytest.mark.parametrize("step", [Step.SET, Step.AGREE, Step.PROPOSE, Step.SEE])
def test_nobody_signs_what_the_officer_has_not_agreed_to_seen_and_answered(step: Step) -> None:
    assert Stage.SIGNED not in reached_without(step)
    assert Stage.SIGNED in reached_without(Step.REVIEW)


def test_an_answer_is_needed_and_the_signature_is_the_end() -> None:
    before = {stage for stage, step in STEPS if step is Step.SIGN}
    assert before == {Stage.ACCEPTED, Stage.CONTESTED}
    assert possible(Stage.SIGNED) == ()
    assert Step.SIGN in NEEDS_WORDS - OFFICERS


def test_others_see_a_proposal_only_after_the_officer() -> None:
    assert Stage.PROPOSED not in SHOWN
    assert {STEPS[stage, step] for stage, step in STEPS if step is Step.SEE} == {Stage.SEEN}
