"""Tracks and flags for tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

from apps.accounts.models import Merchant, User
from apps.exceptions.models import Flag
from apps.shipments.choices import PositionUse
from apps.shipments.models import Position, Shipment
from apps.shipments.services import set_position_use, store_positions
from tests.shipments.builders import at

STEP_SECONDS = 5
DEGREE = 1 / 111_195.0


def make_user(name: str, merchant: Merchant | None = None) -> User:
    """Somebody who may be anybody: staff of the operator, or a merchant's."""
    return User.objects.create(username=name, merchant=merchant, is_staff=True)


def drive(count: int, *, first: int = 0, **faults: Any) -> list[dict[str, Any]]:
    """A van going north at 8 m/s, a fix every 5 s; ``faults`` maps ``row_7`` to changes."""
    points = []
    for n in range(first, first + count):
        moment = at(29) + dt.timedelta(seconds=STEP_SECONDS * n)
        place = {"lat": 30.25 + 40 * n * DEGREE, "lon": 120.15}
        points.append({"at": moment.isoformat(), **place, **faults.get(f"row_{n}", {})})
    return points


def send(shipment: Shipment, points: list[dict[str, Any]], device: str = "van-7") -> None:
    """Let the points arrive; each of them is stored."""
    batch = [{"shipment": shipment.uid, "device": device, **point} for point in points]
    answers = store_positions(merchant_id=shipment.merchant_id, points=batch)
    assert {answer.outcome for answer in answers} <= {"stored", "duplicate"}


def rows_of(shipment: Shipment) -> list[Position]:
    """The fixes of a shipment in order of arrival."""
    return list(Position.objects.filter(shipment=shipment).order_by("id"))


def uses_of(shipment: Shipment) -> list[str]:
    """What the fixes are used for, in order of arrival."""
    return [row.use for row in rows_of(shipment)]


def flag_rows(shipment: Shipment, first: int, last: int, **more: Any) -> Flag:
    """An open flag over rows of the shipment (counted from 0), its fixes held."""
    rows = rows_of(shipment)[first : last + 1]
    set_position_use(shipment=shipment, position_ids=[row.pk for row in rows], use=PositionUse.HELD)
    values: dict[str, Any] = {
        "merchant_id": shipment.merchant_id,
        "shipment": shipment,
        "device_id": rows[0].device_id,
        "kind": "drift",
        "first_row": rows[0].pk,
        "last_row": rows[-1].pk,
        "rows": len(rows),
        "started_at": rows[0].happened_at,
        "ended_at": rows[-1].happened_at,
        "score": 12.0,
        "numbers": {"metres": 480.0, "row": first},
        **more,
    }
    return Flag.objects.create(**values)
