"""Counters add up; advisory locks are sorted and bound to a transaction."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection, transaction

from apps.core import clock
from apps.core.counters import count, counter_totals
from apps.core.ids import new_token, new_uid
from apps.core.locks import lock_keys, lock_number, try_lock

NOON = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)


def test_counts_of_a_day_add_up_by_label(db):
    with clock.frozen(NOON):
        count("cleaned", "phone")
        count("cleaned", "phone", 4)
        count("cleaned", "address")
    assert counter_totals(name="cleaned") == {"address": 1, "phone": 5}


def test_a_counter_belongs_to_the_business_day_in_china(db):
    with clock.frozen(NOON.replace(hour=17)):
        count("cleaned", "phone")
    assert counter_totals(name="cleaned", since=dt.date(2026, 11, 23)) == {"phone": 1}
    assert counter_totals(name="cleaned", since=dt.date(2026, 11, 24)) == {}


@pytest.mark.django_db(transaction=True)
def test_a_lock_without_a_transaction_is_a_mistake():
    with pytest.raises(RuntimeError, match="transaction"):
        lock_keys("shipment", [1])


@pytest.mark.django_db(transaction=True)
def test_locks_end_with_their_transaction():
    with transaction.atomic():
        lock_keys("shipment", [3, 1, 2, 1])
        assert held() == 3
    assert held() == 0


@pytest.mark.django_db(transaction=True)
def test_a_try_lock_is_given_back():
    with try_lock("sweep") as mine:
        assert mine
        assert held() == 1
    assert held() == 0


def test_different_things_have_different_lock_numbers():
    numbers = {lock_number(kind, key) for kind in ("a", "b") for key in range(1000)}
    assert len(numbers) == 2000


def test_ids_are_random_and_safe_in_an_address():
    assert re.fullmatch(r"ord_[a-z2-7]{20}", new_uid("ord"))
    assert re.fullmatch(r"[a-z2-7]{32}", new_token(20))
    assert len({new_uid("ord") for _ in range(1000)}) == 1000


def held() -> int:
    """Return how many advisory locks this connection holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])
