"""Work in lanes: in order, at once, each with a connection of its own."""

from __future__ import annotations

import threading
from contextvars import ContextVar

import pytest
from django.db import connection, connections

from apps.core.lanes import in_lanes

WHO: ContextVar[str] = ContextVar("who", default="nobody")


def test_results_stand_in_the_order_of_the_items():
    assert in_lanes(lambda n: n * n, range(9), lanes=3) == [n * n for n in range(9)]


def test_lanes_work_at_the_same_time():
    met = threading.Barrier(3, timeout=10)
    assert sorted(in_lanes(lambda n: met.wait(), range(3), lanes=3)) == [0, 1, 2]


def test_one_lane_stays_in_the_callers_thread():
    assert (
        in_lanes(lambda n: threading.get_ident(), range(2), lanes=1) == [threading.get_ident()] * 2
    )


def test_a_lane_sees_the_callers_context():
    token = WHO.set("merchant")
    try:
        assert in_lanes(lambda n: WHO.get(), range(2), lanes=2) == ["merchant", "merchant"]
    finally:
        WHO.reset(token)


def test_an_error_in_a_lane_reaches_the_caller_after_the_others_have_ended():
    ended = []

    def work(n: int) -> None:
        if n == 0:
            raise ValueError("no")
        ended.append(n)

    with pytest.raises(ValueError, match="no"):
        in_lanes(work, range(6), lanes=2)
    assert ended == [1, 2, 3, 4, 5]


@pytest.mark.django_db(transaction=True)
def test_every_lane_closes_its_connection():
    used = []

    def work(n: int) -> None:
        connection.ensure_connection()
        used.append(connections["default"].connection)

    in_lanes(work, range(2), lanes=2)
    assert [raw.closed for raw in used] == [True, True]
