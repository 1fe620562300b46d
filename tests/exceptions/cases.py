"""Cases for tests, opened the way the portal opens them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from apps.accounts.models import Merchant
from apps.exceptions.models import Case, CaseTally
from apps.exceptions.services.case_opening import open_cases
from apps.shipments.models import Shipment
from tests.exceptions.watched import DAY, HOUR, NOON, finding
from tests.support.shipments import make_shipment

OPENED = NOON + 49 * HOUR
"""A Thursday, one o'clock in China."""


def make_case(
    merchant: Merchant,
    *,
    at: dt.datetime = OPENED,
    changes: dict[str, Any] | None = None,
    **fields: Any,
) -> Case:
    """Open a case about a parcel that was last heard of on Tuesday noon."""
    shipment: Shipment = make_shipment(
        merchant, created_at=NOON - DAY, last_event_at=NOON, status_at=NOON, **fields
    )
    (pk,) = open_cases(findings=[finding(shipment, "stalled_domestic", now=at)], now=at)
    Case.objects.filter(pk=pk).update(**(changes or {}))
    return Case.objects.get(pk=pk)


def tallied() -> dict[str, int]:
    """Return how many live cases the tallies count, by state."""
    found: dict[str, int] = {}
    for state, count in CaseTally.objects.values_list("state", "count"):
        found[state] = found.get(state, 0) + count
    return {state: count for state, count in found.items() if count}
