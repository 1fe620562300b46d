"""When an alarm begins and ends: what the judge must never do, whatever a series does."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.monitoring.burn import Tally, both, budget_left, burn_rate
from apps.monitoring.choices import Comparison, RuleKind
from apps.monitoring.judging import (
    LONGEST_CALM,
    LONGEST_STEP,
    MOST_IN_A_ROW,
    Move,
    Seen,
    Terms,
    Verdict,
    judge,
    verdict_of,
)

START = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
ABOVE_TEN = Terms(RuleKind.THRESHOLD, limit=10.0, ends_at=5.0, for_seconds=20, calm_seconds=30)
VALUES = st.one_of(st.none(), st.floats(0, 20), st.just(float("nan")))


def play(terms, values, *, every=5.0, begin=START, moments=None):
    """Judge a run of values; return the moves that changed something, with their seconds."""
    standing, moves, at = None, [], begin
    for number, value in enumerate(values):
        at = moments[number] if moments else begin + dt.timedelta(seconds=every * number)
        seen = value if isinstance(value, Seen) else Seen(value, 1)
        standing, move = judge(terms, standing, seen, at=at)
        if move is not Move.NOTHING:
            moves.append((move, every * number))
    return moves, standing


def test_it_begins_after_it_was_wrong_long_enough_and_ends_after_it_was_right():
    moves, _ = play(ABOVE_TEN, [11] * 5 + [4] * 8)
    assert moves == [(Move.BEGINS, 20), (Move.RECOVERS, 55)]


def test_a_short_peak_is_nothing():
    assert play(ABOVE_TEN, [11, 11, 11, 4, 11, 11, 11, 4])[0] == []


def test_between_both_limits_an_open_alarm_stays_open_and_none_begins():
    assert play(ABOVE_TEN, [7] * 50)[0] == []
    assert play(ABOVE_TEN, [11] * 5 + [7] * 50)[0] == [(Move.BEGINS, 20)]


def test_what_is_not_measured_is_neither_zero_nor_wrong():
    below = Terms(RuleKind.THRESHOLD, Comparison.BELOW, limit=10.0)
    assert play(below, [None] * 50)[0] == []
    assert play(ABOVE_TEN, [11] * 5 + [None] * 50)[0] == [(Move.BEGINS, 20)]


def test_an_alarm_that_nothing_measures_for_an_hour_ends_without_being_called_right():
    moves, _ = play(ABOVE_TEN, [11] * 5 + [None] * 725)
    assert [move for move, _ in moves] == [Move.BEGINS, Move.UNMEASURED]


def test_fewer_observations_than_a_judgement_needs_are_unknown():
    terms = Terms(RuleKind.THRESHOLD, limit=0.1, least=10)
    assert verdict_of(terms, Seen(1.0, 9), is_open=False) is Verdict.UNKNOWN
    assert verdict_of(terms, Seen(1.0, 10), is_open=False) is Verdict.WRONG


@pytest.mark.parametrize("jump", [-86_400, -60, 60, 86_400 * 365])
def test_a_clock_that_jumps_opens_and_ends_nothing(jump):
    moments = [START + dt.timedelta(seconds=5 * n + (jump if n >= 3 else 0)) for n in range(6)]
    assert play(ABOVE_TEN, [11, 11, 4, 4, 4, 4], moments=moments)[0] == []
    later = [START + dt.timedelta(seconds=5 * n + (jump if n >= 7 else 0)) for n in range(9)]
    assert play(ABOVE_TEN, [11] * 5 + [4] * 4, moments=later)[0] == [(Move.BEGINS, 20)]


def test_a_jump_counts_as_one_look_and_not_as_the_time_it_skips():
    patient = Terms(RuleKind.THRESHOLD, limit=10.0, for_seconds=LONGEST_STEP * 3)
    moments = [START, START + dt.timedelta(days=1), START + dt.timedelta(days=2)]
    moves, standing = play(patient, [11, 11, 11], moments=moments)
    assert moves == []
    assert standing.wrong_seconds == 2 * LONGEST_STEP


def test_looking_twice_at_the_same_moment_changes_nothing():
    _, once = play(ABOVE_TEN, [11] * 4)
    again, move = judge(ABOVE_TEN, once, Seen(11, 1), at=once.judged_at)
    assert (again, move) == (once, Move.NOTHING)


@given(st.lists(VALUES, min_size=50, max_size=400))
def test_whatever_comes_an_alarm_never_begins_twice_without_ending(values):
    moves = [move for move, _ in play(ABOVE_TEN, values)[0]]
    assert all(move is Move.BEGINS for move in moves[::2])
    assert all(move is not Move.BEGINS for move in moves[1::2])


@pytest.mark.parametrize("period", [60, 120, 300, 900])
def test_a_series_that_flutters_all_day_makes_a_handful_of_alarms(period):
    half = period // 10
    values = ([11] * half + [4] * half) * (86_400 // period)
    begun = [at for move, at in play(ABOVE_TEN, values)[0] if move is Move.BEGINS]
    assert 1 <= len(begun) <= MOST_IN_A_ROW


def test_after_an_hour_of_calm_the_next_alarm_ends_as_quickly_as_the_first():
    flutter = ([11] * 6 + [4] * 8) * 4
    calm = [4] * int(LONGEST_CALM / 5 + 2)
    moves, _ = play(ABOVE_TEN, flutter + calm + [11] * 5 + [4] * 7)
    (_, begun), (_, ended) = moves[-2:]
    assert ended - begun == 35


def test_a_beginning_can_be_held_back_until_its_cause_has_spoken():
    standing = None
    for second in range(0, 60, 5):
        at = START + dt.timedelta(seconds=second)
        standing, move = judge(ABOVE_TEN, standing, Seen(11, 1), at=at, may_begin=False)
        assert move is Move.NOTHING
    _, move = judge(ABOVE_TEN, standing, Seen(11, 1), at=START + dt.timedelta(seconds=60))
    assert move is Move.BEGINS


JUMP = Terms(RuleKind.RELATIVE, factor=4.0, limit=4.0)


def test_a_jump_is_measured_against_what_is_usual():
    assert verdict_of(JUMP, Seen(5, 1, usual=0.0), is_open=False) is Verdict.WRONG
    assert verdict_of(JUMP, Seen(4, 1, usual=0.0), is_open=False) is Verdict.RIGHT
    assert verdict_of(JUMP, Seen(39, 1, usual=10.0), is_open=False) is Verdict.RIGHT
    assert verdict_of(JUMP, Seen(41, 1, usual=10.0), is_open=False) is Verdict.WRONG
    assert verdict_of(JUMP, Seen(500, 1), is_open=False) is Verdict.UNKNOWN


def test_a_long_outage_does_not_come_to_look_usual():
    assert verdict_of(JUMP, Seen(50, 1, usual=50.0), is_open=True, usual=1.0) is Verdict.WRONG


def test_a_drop_says_nothing_where_little_is_usual():
    drop = Terms(RuleKind.RELATIVE, Comparison.BELOW, factor=0.3, least=50)
    assert verdict_of(drop, Seen(0, 0, usual=20.0), is_open=False) is Verdict.UNKNOWN
    assert verdict_of(drop, Seen(10, 10, usual=200.0), is_open=False) is Verdict.WRONG


STOPPED = Terms(RuleKind.ABSENCE, limit=30.0, least=20)


@pytest.mark.parametrize(
    ("seen", "is_open", "found"),
    [
        (Seen(31, 3600, usual=1.0), False, Verdict.WRONG),
        (Seen(29, 3600, usual=1.0), False, Verdict.RIGHT),
        (Seen(600, 12, usual=1 / 300), False, Verdict.RIGHT),
        (Seen(100, 3600, usual=1.0, gap=60.0), False, Verdict.RIGHT),
        (Seen(9000), False, Verdict.UNKNOWN),
        (Seen(9000), True, Verdict.WRONG),
        (Seen(None), True, Verdict.UNKNOWN),
        (Seen(3, 1), True, Verdict.RIGHT),
    ],
)
def test_silence_is_wrong_only_where_something_was_due(seen, is_open, found):
    assert verdict_of(STOPPED, seen, is_open=is_open) is found


def test_burn_rates_are_those_of_the_workbook():
    assert burn_rate(Tally(1000, 1), 0.999) == pytest.approx(1.0)
    assert burn_rate(Tally(1000, 15), 0.999) == pytest.approx(15.0)
    assert burn_rate(Tally(), 0.999) is None
    assert budget_left(Tally(10_000, 5), 0.999) == pytest.approx(0.5)
    assert both(20.0, 3.0) == 3.0
    assert both(20.0, None) is None
