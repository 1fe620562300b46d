"""Recycled numbers: the leg that was open when it happened."""

from __future__ import annotations

import datetime as dt
import random

from hypothesis import given
from hypothesis import strategies as st

from apps.shipments.numbers import Tenure, attribute

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
REACH = dt.timedelta(days=3)


def day(number: float) -> dt.datetime:
    return START + dt.timedelta(days=number)


def tenures_from(cuts: list[int]) -> list[Tenure]:
    """Consecutive legs: opened, closed, opened, closed… at growing days; the last stays open."""
    ordered = sorted(set(cuts))
    found = []
    for index in range(0, len(ordered), 2):
        closed = day(ordered[index + 1]) if index + 1 < len(ordered) else None
        found.append(Tenure(index // 2 + 1, day(ordered[index]), closed, REACH))
    return found


legs = st.lists(st.integers(0, 400), min_size=1, max_size=8).map(tenures_from)
moments = st.floats(-10, 420, allow_nan=False).map(day)


@given(legs, moments, st.randoms())
def test_the_order_of_the_legs_does_not_matter(
    items: list[Tenure], moment: dt.datetime, rng: random.Random
) -> None:
    shuffled = list(items)
    rng.shuffle(shuffled)
    assert attribute(shuffled, moment) == attribute(items, moment)


@given(legs, moments)
def test_an_event_while_a_leg_was_open_is_that_legs(
    items: list[Tenure], moment: dt.datetime
) -> None:
    for index, leg in enumerate(items):
        until = leg.closed_at or moment
        starts = leg.opened_at if index == 0 else leg.opened_at + dt.timedelta(seconds=1)
        if starts <= moment <= until:
            assert attribute(items, moment) == leg.leg_id


@given(legs, moments, moments)
def test_later_events_never_belong_to_earlier_legs(
    items: list[Tenure], one: dt.datetime, other: dt.datetime
) -> None:
    early, late = sorted([one, other])
    assert (attribute(items, early) or 0) <= (attribute(items, late) or 0)


def test_an_event_before_the_reach_of_the_first_leg_is_nobodys() -> None:
    leg = Tenure(1, day(10), None, REACH)
    assert attribute([leg], day(6.9)) is None
    assert attribute([leg], day(7)) == 1


def test_a_return_after_delivery_still_belongs_to_the_closed_leg() -> None:
    assert attribute([Tenure(1, day(0), day(5), REACH)], day(50)) == 1


def test_between_two_legs_the_reach_of_the_second_decides() -> None:
    items = [Tenure(1, day(0), day(5), REACH), Tenure(2, day(90), None, REACH)]
    assert attribute(items, day(50)) == 1
    assert attribute(items, day(87)) == 1
    assert attribute(items, day(87.1)) == 2


def test_the_signature_at_the_closing_moment_stays_with_its_leg() -> None:
    items = [Tenure(1, day(0), day(5), REACH), Tenure(2, day(6), None, REACH)]
    assert attribute(items, day(5)) == 1
    assert attribute(items, day(5.01)) == 2


def test_without_a_leg_nobody_owns_anything() -> None:
    assert attribute([], day(1)) is None
