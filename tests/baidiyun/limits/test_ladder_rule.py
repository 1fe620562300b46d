"""The ladder's rule: down a step at a time, up only when calm, no flapping, pinned is pinned."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.baidiyun.limits.choices import LadderStep, Priority
from apps.baidiyun.limits.ladder import (
    DOWN_SECONDS,
    LONGEST_UP_SECONDS,
    MIN_CALLS,
    UP_SECONDS,
    Readings,
    Standing,
    allows,
    next_move,
    up_seconds,
)

CALM = Readings(calls=200, error_rate=0.0, p95=0.5)
STORM = Readings(calls=200, error_rate=0.30, p95=0.5)
readings = st.builds(
    Readings,
    st.integers(0, 500),
    st.floats(0, 1),
    st.sampled_from([0.1, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 16.0]),
    st.floats(0, 1),
)


def bottom_of(figures: Readings) -> LadderStep:
    """Where the ladder comes to rest under figures that stay the same."""
    step = LadderStep.FULL
    while (move := next_move(Standing(step, DOWN_SECONDS), figures)) is not None:
        step = move.step
    return step


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        (Readings(200, 0.04), LadderStep.FULL),
        (Readings(200, 0.05), LadderStep.WIDENED),
        (Readings(200, 0.15), LadderStep.ONLY_RISKY),
        (Readings(200, 0.30), LadderStep.CACHED),
        (Readings(200, 0.50), LadderStep.INTAKE_ONLY),
        (Readings(MIN_CALLS - 1, 1.0), LadderStep.FULL),
        (Readings(200, 0.0, p95=3.0), LadderStep.WIDENED),
        (Readings(200, 0.0, p95=16.0), LadderStep.ONLY_RISKY),
        (Readings(0, 0.0, budget_left=0.24), LadderStep.WIDENED),
        (Readings(0, 0.0, budget_left=0.09), LadderStep.ONLY_RISKY),
        (Readings(0, 0.0, budget_left=0.0), LadderStep.CACHED),
    ],
)
def test_figures_that_stay_lead_to_their_step(figures, expected):
    assert bottom_of(figures) is expected


def test_it_goes_down_one_step_at_a_time_and_not_twice_within_ten_seconds():
    move = next_move(Standing(LadderStep.FULL, DOWN_SECONDS), Readings(200, 1.0))
    assert move is not None
    assert (move.step, move.reason) == (LadderStep.WIDENED, "errors")
    assert next_move(Standing(LadderStep.WIDENED, DOWN_SECONDS - 1), Readings(200, 1.0)) is None


def test_it_climbs_one_step_after_a_calm_minute():
    assert next_move(Standing(LadderStep.CACHED, UP_SECONDS - 1), CALM) is None
    move = next_move(Standing(LadderStep.CACHED, UP_SECONDS), CALM)
    assert move is not None
    assert (move.step, move.reason) == (LadderStep.ONLY_RISKY, "calm")


def test_figures_just_below_the_threshold_neither_lower_nor_raise_it():
    assert next_move(Standing(LadderStep.WIDENED, 3_600), Readings(200, 0.04)) is None
    assert next_move(Standing(LadderStep.WIDENED, 3_600), Readings(200, 0.02)) is not None


def test_without_any_calls_it_climbs_to_try():
    move = next_move(Standing(LadderStep.INTAKE_ONLY, UP_SECONDS), Readings())
    assert move is not None
    assert move.step is LadderStep.CACHED


def test_a_step_up_taken_back_soon_makes_the_next_wait_longer():
    fallen = next_move(Standing(LadderStep.ONLY_RISKY, 30, climbed=True), STORM)
    assert fallen is not None
    assert fallen.strikes == 1
    standing = Standing(fallen.step, UP_SECONDS, strikes=fallen.strikes)
    assert next_move(standing, CALM) is None
    assert up_seconds(1) == 2 * UP_SECONDS


def test_the_wait_stops_growing():
    assert up_seconds(50) == LONGEST_UP_SECONDS


def test_back_at_full_service_the_relapses_are_forgotten():
    move = next_move(Standing(LadderStep.WIDENED, 3_600, strikes=3), CALM)
    assert move is not None
    assert (move.step, move.strikes) == (LadderStep.FULL, 0)


@given(readings, st.sampled_from(LadderStep), st.floats(0, 7_200))
def test_pinned_it_never_moves(figures, step, seconds):
    assert next_move(Standing(step, seconds, pinned=True), figures) is None


@given(readings, st.sampled_from(LadderStep))
def test_under_constant_figures_it_comes_to_rest(figures, step):
    went_down = False
    for _ in range(12):
        move = next_move(Standing(step, 7_200), figures)
        if move is None:
            return
        up = move.step.rank < step.rank
        assert not (up and went_down)
        went_down = went_down or not up
        assert abs(move.step.rank - step.rank) == 1
        step = move.step
    pytest.fail("it never rests")


@pytest.mark.parametrize(
    ("step", "waiting", "risky", "silent", "booking"),
    [
        (LadderStep.FULL, True, True, True, True),
        (LadderStep.WIDENED, True, True, True, True),
        (LadderStep.ONLY_RISKY, True, True, False, True),
        (LadderStep.CACHED, False, False, False, True),
        (LadderStep.INTAKE_ONLY, False, False, False, False),
    ],
)
def test_what_goes_out_from_each_step(step, waiting, risky, silent, booking):
    assert allows(step, query=True, priority=Priority.WAITING) is waiting
    assert allows(step, query=True, priority=Priority.RISKY) is risky
    assert allows(step, query=True, priority=Priority.SILENT) is silent
    assert allows(step, query=False, priority=Priority.WAITING) is booking
