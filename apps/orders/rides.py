"""Rides within a city: what an order of one must be like, and what the rider's states mean. Pure.

A ride is asked for with the places of both ends, because riders are sent to a point (contract
§5.4 takes no order without longitude and latitude). Names of at most 20 and addresses of at most
100 characters are the platform's limits. Places are (longitude, latitude) in degrees.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from apps.core.geo import Centre, centre_of, gcj02_to_wgs84
from apps.core.geo.coordinates import bd09_to_wgs84_arrays, is_in_china
from apps.core.geo.divisions import MUNICIPALITIES
from apps.orders.booking_states import Effect, PlatformState
from apps.orders.choices import ProblemCode
from apps.orders.drafts import PlaceDraft, RideDraft
from apps.orders.places import HOME
from apps.orders.validation import Destination, FieldProblem

NAME_LENGTH, ADDRESS_LENGTH = 20, 100
MOST_METRES = 50_000
FROM_CENTRE_METRES = 60_000
METRES_A_DEGREE = 111_195.0
WGS84, GCJ02, BD09 = "wgs84", "gcj02", "bd09"

STATES: dict[str, PlatformState] = {
    state.code: state
    for state in (
        PlatformState("0", "下单成功，等待骑手接单", 10, Effect.CONFIRMED),
        PlatformState("515", "骑手改派中", 15, Effect.CONFIRMED),
        PlatformState("100", "骑手已接单", 20, Effect.CONFIRMED),
        PlatformState("210", "骑手正赶往商家", 30, Effect.CONFIRMED),
        PlatformState("230", "骑手已到店", 40, Effect.CONFIRMED),
        PlatformState("310", "骑手已取货", 50, Effect.PICKED_UP),
        PlatformState("510", "配送异常", 60, Effect.PICKED_UP, attention=True),
        PlatformState("720", "订单已取消", 70, Effect.CANCELLED),
        PlatformState("520", "配送完成", 80, Effect.PICKED_UP),
    )
}
"""The platform's states; among those of one second the higher rank is the later."""
ON_THE_ROAD = frozenset({"100", "210", "230", "310", "510"})
"""States in which there is a rider to be asked for."""
SHIPMENT_STATUS = {
    "0": "awaiting_pickup",
    "100": "awaiting_pickup",
    "210": "awaiting_pickup",
    "230": "awaiting_pickup",
    "515": "awaiting_pickup",
    "310": "out_for_delivery",
    "510": "exception",
    "520": "delivered",
}
"""What a state says of the shipment. A cancelled ride says nothing: the parcel may ride again."""


@dataclass(frozen=True, slots=True)
class Ends:
    """Both ends of a ride, (longitude, latitude) in WGS-84."""

    pickup: tuple[float, float]
    dropoff: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Sender:
    """Where the shop says it sends from; ``code`` is its 12-digit division."""

    name: str
    phone: str
    code: str
    province: str
    city: str
    district: str
    street: str


def ends_of(ride: RideDraft) -> Ends:
    """Return both ends in WGS-84, each converted from the declared system."""
    return Ends(_in_wgs84(ride.pickup, ride.system), _in_wgs84(ride.dropoff, ride.system))


def city_of(code: str) -> str:
    """Return what two division codes share exactly if they lie in one city, "" if unknown.

    A municipality is one city; counties that a province governs directly (xx90) are each their own.
    """
    if len(code) < 6:
        return ""
    if code[:2] in MUNICIPALITIES:
        return code[:2]
    return code[:6] if code[2:4] == "90" else code[:4]


def metres_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance of two near places in metres, to a percent."""
    north = (other[1] - one[1]) * METRES_A_DEGREE
    east = (other[0] - one[0]) * METRES_A_DEGREE * math.cos(math.radians(one[1]))
    return math.hypot(north, east)


def check_ride(
    ride: RideDraft | None, *, name: str, place: Destination, contradictory: bool, sender: Sender
) -> Iterator[FieldProblem]:
    """What makes a ride impossible: ends that are no places, too far, or of two cities.

    ``name`` is the recipient's. Fields are those of the request.
    """
    if ride is None:
        yield FieldProblem("ride", ProblemCode.REQUIRED)
        return
    yield from _check_recipient(name, place, contradictory=contradictory)
    yield from _check_sender(sender)
    if ride.system not in {WGS84, GCJ02, BD09}:
        yield FieldProblem("ride.system", ProblemCode.UNKNOWN_CHOICE)
        return
    away = [
        FieldProblem(f"ride.{end}", ProblemCode.NOT_IN_CHINA)
        for end, given in (("pickup", ride.pickup), ("dropoff", ride.dropoff))
        if not (
            math.isfinite(given.longitude)
            and math.isfinite(given.latitude)
            and is_in_china(given.longitude, given.latitude)
        )
    ]
    yield from away
    if place.country != HOME:
        return
    if sender.code and place.code and city_of(sender.code) != city_of(place.code):
        yield FieldProblem("recipient.city", ProblemCode.OTHER_CITY, sender.city or sender.province)
    elif not away:
        yield from _check_ends(ends_of(ride), place, sender)


def _check_ends(ends: Ends, place: Destination, sender: Sender) -> Iterator[FieldProblem]:
    for end, point, code in (
        ("pickup", ends.pickup, sender.code),
        ("dropoff", ends.dropoff, place.code),
    ):
        centre = centre_of(code) if code else None
        if centre is not None and _from_centre(point, centre) > FROM_CENTRE_METRES:
            yield FieldProblem(f"ride.{end}", ProblemCode.FAR_FROM_ADDRESS)
    if metres_between(ends.pickup, ends.dropoff) > MOST_METRES:
        yield FieldProblem("ride.dropoff", ProblemCode.TOO_FAR, f"≤ {MOST_METRES // 1000} km")


def _check_recipient(
    name: str, place: Destination, *, contradictory: bool
) -> Iterator[FieldProblem]:
    if len(name) > NAME_LENGTH:
        yield FieldProblem("recipient.name", ProblemCode.TOO_LONG, f"≤ {NAME_LENGTH}")
    if place.country != HOME:
        yield FieldProblem("recipient.country", ProblemCode.NOT_IN_CHINA)
        return
    if contradictory:
        yield FieldProblem("recipient.address", ProblemCode.CONTRADICTORY)
    elif not (place.city or place.province) or not place.district:
        yield FieldProblem("recipient.district", ProblemCode.REQUIRED)
    if len(place.street) > ADDRESS_LENGTH:
        yield FieldProblem("recipient.street", ProblemCode.TOO_LONG, f"≤ {ADDRESS_LENGTH}")


def _check_sender(sender: Sender) -> Iterator[FieldProblem]:
    """The shop's own address is kept with the merchant; an order cannot make up for it."""
    whole = (sender.name, sender.phone, sender.district, sender.street, sender.code)
    if not all(whole) or len(sender.name) > NAME_LENGTH or len(sender.street) > ADDRESS_LENGTH:
        yield FieldProblem("service", ProblemCode.SENDER_INCOMPLETE)


def _from_centre(point: tuple[float, float], centre: Centre) -> float:
    return metres_between(point, (centre.longitude, centre.latitude))


def _in_wgs84(place: PlaceDraft, system: str) -> tuple[float, float]:
    if system == GCJ02:
        return gcj02_to_wgs84(place.longitude, place.latitude)
    if system == BD09:
        north, east = bd09_to_wgs84_arrays(np.array([place.latitude]), np.array([place.longitude]))
        return float(east[0]), float(north[0])
    return place.longitude, place.latitude
