"""Carriers within a city and what they take: first kilometres, further ones, weight, nights.

Money CNY, distances metres.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

from apps.sandbox.hours import hour_of

FIRST_M, PER_M = 3_000, 1_000
FIRST_GRAMS = 5_000
NIGHT_FROM, NIGHT_TO = 22.0, 7.0
NIGHT_FEE = Decimal("4.00")
PER_KG = Decimal("2.00")
CENT = Decimal("0.01")
PREPARING_S = 900
DISCOUNT = Decimal("0.90")


@dataclass(frozen=True, slots=True)
class RideCarrier:
    """A carrier of riders: base price, price of each further kilometre, pace, and its reach."""

    code: str
    name: str
    base: Decimal
    per_km: Decimal
    metres_a_second: float = 4.5
    farthest_m: int = 20_000


CARRIERS: dict[str, RideCarrier] = {
    carrier.code: carrier
    for carrier in (
        RideCarrier("shunfengtongcheng", "顺丰同城", Decimal(10), Decimal("2.5"), 4.8, 40_000),
        RideCarrier("dadatongcheng", "达达", Decimal(8), Decimal("2.0")),
        RideCarrier("fengniaotongcheng", "蜂鸟即配", Decimal("8.5"), Decimal("2.2"), 4.7, 15_000),
        RideCarrier("shansongtongcheng", "闪送", Decimal(16), Decimal("3.5"), 5.5, 60_000),
        RideCarrier("meituantongcheng", "美团配送", Decimal(9), Decimal("2.2"), 4.7, 15_000),
        RideCarrier("uupaotui", "UU跑腿", Decimal(10), Decimal("2.8"), 4.4, 40_000),
        RideCarrier("gxdtongcheng", "裹小递", Decimal(7), Decimal("1.8"), 4.0, 12_000),
    )
}


@dataclass(frozen=True, slots=True)
class RideQuote:
    """Whole price, price after the discount, seconds to the door, and surcharges by code."""

    fee: Decimal
    discounted: Decimal
    seconds: int
    surcharges: tuple[tuple[str, str, Decimal], ...]


def reaches(carrier: RideCarrier, distance_m: int) -> bool:
    """Whether the carrier rides that far."""
    return distance_m <= carrier.farthest_m


def quote_ride(carrier: RideCarrier, *, distance_m: int, weight_grams: int, at: int) -> RideQuote:
    """What a ride costs that starts at an epoch second."""
    further = max(0, math.ceil((distance_m - FIRST_M) / PER_M))
    heavy = max(0, math.ceil((weight_grams - FIRST_GRAMS) / 1000))
    surcharges: list[tuple[str, str, Decimal]] = []
    if heavy:
        surcharges.append(("WEIGHT", "重量附加费", PER_KG * heavy))
    hour = hour_of(at)
    if hour >= NIGHT_FROM or hour < NIGHT_TO:
        surcharges.append(("NIGHT", "夜间费", NIGHT_FEE))
    fee = carrier.base + carrier.per_km * further
    fee = (fee + sum((amount for *_, amount in surcharges), Decimal(0))).quantize(CENT)
    seconds = PREPARING_S + int(distance_m / carrier.metres_a_second)
    return RideQuote(fee, (fee * DISCOUNT).quantize(CENT), seconds, tuple(surcharges))
