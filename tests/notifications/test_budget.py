"""How much may be said now, and quiet hours. No database."""

from __future__ import annotations

import datetime as dt

import pytest

from apps.notifications.budget import MOST, SETTLES, WINDOW, Queue, Turn, next_turn, within_window
from apps.notifications.quiet import quiet_until

NOW = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)
OLD = NOW - SETTLES
SINGLE, DIGEST, NOTHING = Turn(single=True), Turn(digest=True), Turn()


@pytest.mark.parametrize(
    ("red", "other", "used", "turn"),
    [
        (0, 0, 0, NOTHING),
        (1, 0, 0, SINGLE),
        (1000, 0, MOST - 2, SINGLE),
        (1000, 0, MOST - 1, DIGEST),
        (1, 0, MOST - 1, SINGLE),
        (0, 1000, MOST - 6, SINGLE),
        (0, 1000, MOST - 5, DIGEST),
        (1, 1000, MOST - 5, SINGLE),
        (1000, 1000, MOST, NOTHING),
    ],
)
def test_what_goes_next(red, other, used, turn):
    queue = Queue(red=red, other=other, oldest=OLD)
    assert next_turn(queue, used=used, digested_at=None, now=NOW) == turn


def test_a_digest_waits_until_the_storm_has_settled_and_comes_once_in_a_window():
    fresh = Queue(red=9, other=0, oldest=NOW - SETTLES / 2)
    old = Queue(red=9, other=0, oldest=OLD)
    assert next_turn(fresh, used=MOST - 1, digested_at=None, now=NOW) == NOTHING
    assert next_turn(old, used=MOST - 1, digested_at=NOW - WINDOW / 2, now=NOW) == NOTHING
    assert next_turn(old, used=MOST - 1, digested_at=NOW - WINDOW, now=NOW) == DIGEST


def test_a_clock_that_jumped_back_does_not_silence_a_channel():
    ahead = NOW + dt.timedelta(hours=1)
    assert within_window([ahead, NOW], now=NOW) == [NOW]
    late = Queue(red=9, other=0, oldest=ahead)
    assert next_turn(late, used=MOST - 1, digested_at=ahead, now=NOW) == DIGEST


NINE, SEVEN = dt.time(22), dt.time(7)


@pytest.mark.parametrize(
    ("utc_hour", "ends"),
    [
        (13, None),
        (14, dt.datetime(2026, 11, 23, 23, tzinfo=dt.UTC)),
        (17, dt.datetime(2026, 11, 23, 23, tzinfo=dt.UTC)),
        (22, dt.datetime(2026, 11, 23, 23, tzinfo=dt.UTC)),
        (23, None),
    ],
)
def test_quiet_hours_lie_around_midnight_of_their_own_zone(utc_hour, ends):
    now = dt.datetime(2026, 11, 23, utc_hour, tzinfo=dt.UTC)
    assert quiet_until(now, begins=NINE, ends=SEVEN, zone="Asia/Shanghai") == ends


def test_quiet_hours_follow_a_change_of_clocks():
    now = dt.datetime(2026, 3, 29, 0, 30, tzinfo=dt.UTC)
    assert quiet_until(now, begins=NINE, ends=SEVEN, zone="Europe/Berlin") == dt.datetime(
        2026, 3, 29, 5, tzinfo=dt.UTC
    )


def test_no_quiet_hours_without_two_times():
    for begins, ends in ((None, SEVEN), (NINE, None), (NINE, NINE)):
        assert quiet_until(NOW, begins=begins, ends=ends, zone="UTC") is None
