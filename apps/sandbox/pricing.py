"""What a shipment costs: first weight and following kilograms by distance, in CNY."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

from apps.sandbox.carriers import Carrier
from apps.sandbox.places import Place, distance_m
from apps.sandbox.planner import Destination

CENT = Decimal("0.1")
FAR_M = 2_500_000
FLIGHT_FACTOR_HOURS = 24


@dataclass(frozen=True, slots=True)
class Quote:
    """Price of a shipment and its parts (CNY)."""

    price: Decimal
    first: Decimal
    over: Decimal


def has_line(carrier: Carrier, destination: Destination) -> bool:
    """Whether the carrier has a price for the destination's province."""
    place = destination.place
    return carrier.books and (place is None or place.code[:2] not in carrier.no_line)


def quote(*, carrier: Carrier, origin: Place, destination: Destination, weight_grams: int) -> Quote:
    """First kilogram and each following one started; dearer with the distance."""
    if destination.country is not None:
        factor = 1 + destination.country.flight_hours / FLIGHT_FACTOR_HOURS
    elif destination.place is not None:
        factor = 1 + distance_m(origin, destination.place) / FAR_M
    else:
        factor = 1.0
    first = _round(carrier.base_price * factor)
    over = _round(carrier.per_kg * factor)
    following = max(0, math.ceil((weight_grams - 1000) / 1000))
    return Quote(price=first + over * following, first=first, over=over)


def as_text(amount: Decimal) -> str:
    """Amounts travel as text with one decimal, like "10.0"."""
    return str(amount.quantize(CENT))


def _round(amount: float) -> Decimal:
    return Decimal(str(round(amount * 2) / 2)).quantize(CENT)
