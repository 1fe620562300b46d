"""The two clocks."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from apps.core import clock
from apps.core.services import WorldClockRefused, set_world_clock

REAL = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)
WORLD = dt.datetime(2026, 12, 1, 0, 0, tzinfo=dt.UTC)


def test_without_a_world_business_time_is_real_time(db):
    with time_machine.travel(REAL, tick=False):
        assert clock.now() == REAL
        assert clock.real_now() == REAL


def test_business_time_follows_the_world_at_its_speed(db):
    with time_machine.travel(REAL, tick=False) as traveller:
        set_world_clock(world_at=WORLD, speed=1800)
        traveller.shift(2)
        assert clock.now() == WORLD + dt.timedelta(hours=1)
        assert clock.real_now() == REAL + dt.timedelta(seconds=2)


def test_the_world_stands_still_when_its_process_does(db):
    with time_machine.travel(REAL, tick=False) as traveller:
        set_world_clock(world_at=WORLD, speed=1800)
        traveller.shift(3600)
        assert clock.now() == WORLD + dt.timedelta(seconds=clock.LEAD_SECONDS * 1800)


def test_a_stopped_world_shows_its_last_moment(db):
    with time_machine.travel(REAL, tick=False) as traveller:
        set_world_clock(world_at=WORLD, speed=1800, running=False)
        traveller.shift(4)
        assert clock.now() == WORLD


def test_a_world_clock_is_refused_where_it_is_not_allowed(db, settings):
    set_world_clock(world_at=WORLD, speed=10)
    settings.WORLD_CLOCK_ALLOWED = False
    with pytest.raises(WorldClockRefused):
        set_world_clock(world_at=WORLD, speed=10)


def test_a_left_over_world_row_is_ignored_in_production(db, settings):
    with time_machine.travel(REAL, tick=False):
        set_world_clock(world_at=WORLD, speed=10)
        settings.WORLD_CLOCK_ALLOWED = False
        assert clock.now() == REAL


def test_frozen_business_time_leaves_real_time_alone(db):
    with clock.frozen(WORLD):
        assert clock.now() == WORLD
        assert clock.real_now() != WORLD
    assert clock.now() != WORLD
