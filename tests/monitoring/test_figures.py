"""Numbers that stop counting at a cap."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.db.models import Q

from apps.baidiyun.models import InboxRow
from apps.core import clock
from apps.monitoring import figures
from apps.monitoring.figures import (
    Figure,
    count_among,
    count_by_value,
    count_newest_since,
    count_rows,
)
from apps.shipments.models import Shipment
from tests.orders.builders import make_order


@pytest.fixture
def cap(monkeypatch):
    monkeypatch.setattr(figures, "COUNT_CAP", 3)


def test_a_capped_figure_says_at_least():
    assert str(Figure.of(10_001)) == "10,000+"
    assert str(Figure.of(10_000)) == "10,000"


def test_values_are_counted_in_one_statement_however_many_they_are(
    merchant, django_assert_num_queries
):
    for _ in range(2):
        make_order(merchant)
    with django_assert_num_queries(5):
        found = count_by_value(Shipment, "status", ["created", "delivered", "exception"])
    assert found == {"created": Figure(2), "delivered": Figure(0), "exception": Figure(0)}


def test_the_planner_is_free_again_after_counting(merchant):
    count_by_value(Shipment, "status", ["created"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('enable_seqscan')")
        assert cursor.fetchone() == ("on",)


def test_a_value_with_more_rows_than_were_looked_at_has_at_least_as_many(merchant, cap):
    for _ in range(5):
        make_order(merchant)
    found = count_by_value(Shipment, "status", ["created"], only={"mode": "live"})
    assert found == {"created": Figure(0, capped=True)}


def test_a_value_is_counted_no_further_than_the_cap(merchant, cap):
    for _ in range(5):
        make_order(merchant)
    found = count_by_value(Shipment, "status", ["created"])
    assert found == {"created": Figure(3, capped=True)}


def test_other_columns_narrow_the_count(merchant):
    make_order(merchant)
    found = count_by_value(Shipment, "status", ["created"], only={"mode": "live"})
    assert found == {"created": Figure(0)}


def test_counting_among_the_first_rows_stops_at_the_cap(merchant, cap):
    for _ in range(5):
        make_order(merchant)
    found = count_among(Shipment.objects.order_by("-pk"), "status")
    assert found == {"created": Figure(4, capped=True)}


def test_rows_since_a_moment_are_counted_with_their_conditions(callback):
    callback("applied", ago=10)
    callback("pending", ago=10)
    callback("applied", ago=7200)
    since = clock.real_now() - dt.timedelta(minutes=1)
    found = count_newest_since(InboxRow.objects.all(), "received_at", since, Q(state="applied"))
    assert found == (Figure(2), Figure(1))


def test_counting_rows_is_exact_below_the_cap(merchant):
    make_order(merchant)
    assert count_rows(Shipment.objects.all()) == Figure(1)
