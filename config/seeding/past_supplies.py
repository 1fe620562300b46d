"""What shops forgot for customs in the past, and staff supplied some hours later.

Orders abroad of the last two days stay as they are: they are the desk's work of today.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from apps.accounts.models import User
from apps.core import clock
from apps.core.actions import Actor
from apps.customs.api.declaration_serializers import path_of
from apps.customs.choices import Severity
from apps.customs.models import Consignment
from apps.customs.selectors import current_version, findings_of
from apps.customs.services import supply_missing
from apps.orders.models import Order
from apps.orders.services import follow_customs
from apps.sandbox.foreign_shopping import FIRM
from apps.sandbox.rng import stream
from config.seeding.past_bookings import book_past
from config.seeding.past_orders import SEED, STILL_OPEN

SUPPLIED_WITHIN = dt.timedelta(hours=3)
BOOKED_AFTER = dt.timedelta(hours=4)
STAFF = "operator"
SECONDS = (40, 420)
LAMP = "940521"
GIVEN: dict[str, Any] = {
    "payment.firm": FIRM,
    "payment.currency": "USD",
    "hs_code": LAMP,
    "export_code": f"{LAMP}0000",
    "import_code": f"{LAMP}0000",
    "fda.prior_notice": "240123456789",
    "identifiers": [{"kind": "br_cpf", "value": "390.533.447-05", "country": "BR"}],
}
"""What is supplied, by the last words of the path."""


def supply_past(*, now: dt.datetime) -> int:
    """Complete what waited for more than two days, and book it; returns how many parcels."""
    waiting = Consignment.objects.filter(is_complete=False, created_at__lt=now - STILL_OPEN)
    rows = list(waiting.order_by("pk"))
    actor = Actor.user(User.objects.get(username=STAFF))
    for row in rows:
        rng = stream(SEED, "supplied", row.reference)
        at = row.created_at + rng.uniform(0.1, 1.0) * SUPPLIED_WITHIN
        with clock.frozen(at):
            supply_missing(
                consignment=row,
                changes=_values(row),
                actor=actor,
                seconds=rng.randrange(*SECONDS),
            )
    while follow_customs(limit=500):
        pass
    shipments = [row.shipment_id for row in rows]
    orders = Order.objects.filter(parcels__shipment_id__in=shipments)
    book_past(list(orders), now=now, after=BOOKED_AFTER)
    return len(rows)


def _values(row: Consignment) -> dict[str, Any]:
    version = current_version(row)
    paths = [path_of(found) for found in findings_of(version) if found.severity is Severity.BLOCK]
    return {path: _value(path, version.record, row) for path in paths}


def _value(path: str, record: dict[str, Any], row: Consignment) -> Any:
    if path == "payment.number":
        return f"pi_{row.reference.lower()}"
    if path == "payment.amount":
        return record["total"]
    if path == "payment.paid_at":
        return row.created_at.isoformat(timespec="seconds")
    return next(value for end, value in GIVEN.items() if path.endswith(end))
