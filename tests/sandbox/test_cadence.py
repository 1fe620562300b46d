"""When the platform pushes, as arithmetic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.sandbox.cadence import NextLook, next_look, retry_at
from apps.sandbox.hours import DAY, HOUR
from apps.sandbox.plan import Courier, Node, Plan

NUMBER = "YT1234567890123"
SUBSCRIBED = 1_795_000_000


def plan_with(*nodes: tuple[int, str]) -> Plan:
    """A plan whose nodes happen so many seconds after subscribing."""
    return Plan(
        carrier="yuantong", number=NUMBER, origin="", destination="", country="CN", outcome="self",
        nodes=tuple(Node(SUBSCRIBED + at, code, "x") for at, code in nodes), orders=(),
        pickup=Courier("", ""), delivery=Courier("", ""),
    )  # fmt: skip


def look(plan: Plan | None, *, seed: int = 7, at: int | None = None, nodes: int = 0) -> NextLook:
    return next_look(
        plan=plan, seed=seed, number=NUMBER, subscribed_at=SUBSCRIBED, pushed_at=at,
        pushed_nodes=nodes,
    )  # fmt: skip


@given(st.integers(0, 10**6))
def test_the_first_push_comes_15_minutes_to_4_hours_after_subscribing(seed):
    found = look(plan_with((-HOUR, "103")), seed=seed)
    assert 15 * 60 <= found.at - SUBSCRIBED <= 4 * HOUR
    assert not found.abort


@given(st.integers(0, 10**6), st.integers(1, 40 * HOUR))
def test_news_is_pushed_within_about_four_hours_and_never_before_it_happens(seed, later):
    plan = plan_with((0, "103"), (later, "1002"))
    found = look(plan, seed=seed, at=SUBSCRIBED, nodes=1)
    assert 0 <= found.at - (SUBSCRIBED + later) <= 4 * HOUR * 1.15
    assert found.at > SUBSCRIBED
    assert not found.abort


@given(st.integers(0, 10**6), st.integers(HOUR, 40 * HOUR))
def test_the_last_mile_is_watched_more_closely(seed, later):
    plan = plan_with((0, "103"), (later, "5"))
    found = look(plan, seed=seed, at=SUBSCRIBED, nodes=1)
    assert 0 <= found.at - (SUBSCRIBED + later) <= HOUR


def test_three_days_without_a_record_end_in_an_abort():
    assert look(None) == NextLook(SUBSCRIBED + 3 * DAY, abort=True)
    assert look(plan_with((10 * DAY, "103"))) == NextLook(SUBSCRIBED + 3 * DAY, abort=True)


def test_sixty_days_without_change_end_in_an_abort():
    found = look(plan_with((HOUR, "103")), at=SUBSCRIBED + 2 * HOUR, nodes=1)
    assert found == NextLook(SUBSCRIBED + HOUR + 60 * DAY, abort=True)


@pytest.mark.parametrize(("attempts", "again"), [(1, True), (2, True), (3, True), (4, False)])
def test_at_high_speed_two_attempts_keep_a_distance_that_a_restart_can_use(attempts, again):
    assert retry_at(1000, attempts, floor=9000) == (1000 + 9000 if again else None)


@pytest.mark.parametrize(("attempts", "again"), [(1, True), (2, True), (3, True), (4, False)])
def test_a_push_is_repeated_three_times_after_half_an_hour(attempts, again):
    assert retry_at(1000, attempts) == (1000 + 1800 if again else None)
