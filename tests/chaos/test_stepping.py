"""Counting statements in a fork: the points are all there, and one of them is the last."""

from __future__ import annotations

import random

import pytest
from django.db import connection, transaction

from config.chaos.outcome import Outcome, Plan, Scenario
from config.chaos.shuffles import order_of, world
from config.chaos.stepping import points_of, run_apart, was_killed
from config.management.commands.chaos import SCENARIOS


def work():
    """One transaction of two statements."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.execute("SELECT 2")


@pytest.fixture
def points(db):
    """What lies on the way."""
    return points_of(work)


def test_every_statement_and_the_commit_have_their_points(points):
    assert points[-7:] == [
        "before SELECT 1", "after SELECT 1", "before SELECT 2", "after SELECT 2",
        "before COMMIT", "COMMIT on its way", "after COMMIT",
    ]  # fmt: skip


def test_the_process_dies_at_every_point_and_ends_behind_the_last(points):
    ends = [was_killed(run_apart(work, target=n)) for n in range(len(points) + 1)]
    assert ends == [True] * len(points) + [False]


def test_work_that_fails_by_itself_is_not_taken_for_a_kill(db):
    with pytest.raises(RuntimeError, match="failed by itself"):
        was_killed(run_apart(lambda: 1 / 0, target=5))


def test_the_parents_connection_survives_its_children(points):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 3")
        assert cursor.fetchone() == (3,)


def test_the_same_seed_makes_the_same_world_and_the_same_orders():
    one, other = random.Random(7), random.Random(7)
    said = world(one)
    assert said == world(other)
    assert [order_of(one, said) for _ in range(9)] == [order_of(other, said) for _ in range(9)]


def test_every_order_has_every_saying_and_says_only_known_pushes_again():
    rng = random.Random(3)
    said = world(rng)
    for _ in range(50):
        order = order_of(rng, said)
        once = [step.saying for step in order if not step.again]
        assert sorted(once) == list(range(len(said)))
        assert all(not said[step.saying].polled for step in order if step.again)


def test_a_scenario_holds_when_it_was_tried_often_enough_and_nothing_was_missed():
    scenario = Scenario("x", "y", 3, lambda plan: Outcome(plan.seed))
    assert scenario.holds(scenario.run(Plan(3)))
    assert not scenario.holds(Outcome(2))
    assert not scenario.holds(Outcome(3, misses=("lost",)))


def test_the_promised_numbers_are_the_floors():
    floors = {each.name: each.floor for each in SCENARIOS}
    assert floors["statements"] >= 1_000
    assert floors["shuffles"] >= 10_000
    assert floors["living"] >= 20
