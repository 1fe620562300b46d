"""The month of a shipment: the partition key of its events and positions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator


def month_of(moment: dt.datetime) -> dt.date:
    """Return the first day of the UTC month of an aware moment."""
    utc = moment.astimezone(dt.UTC)
    return dt.date(utc.year, utc.month, 1)


def next_month(month: dt.date) -> dt.date:
    """Return the first day of the month that follows."""
    return add_months(month, 1)


def add_months(month: dt.date, count: int) -> dt.date:
    """Return the first day of the month ``count`` months later (earlier if negative)."""
    index = month.year * 12 + month.month - 1 + count
    return dt.date(index // 12, index % 12 + 1, 1)


def months_between(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Yield the first day of every month from ``first`` to ``last``, both included."""
    month = dt.date(first.year, first.month, 1)
    while month <= last:
        yield month
        month = next_month(month)


def partition_name(month: dt.date, table: str = "shipments_event") -> str:
    """Return the name of the part of a table that belongs to a month's shipments."""
    return f"{table}_p{month.year:04d}{month.month:02d}"
