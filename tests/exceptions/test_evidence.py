"""A look goes by the planned route, its ends, and what else the device reported."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from apps.core.geo.coordinates import wgs84_to_gcj02_arrays
from apps.exceptions.models import Flag
from apps.exceptions.services import look_at_wanted
from apps.exceptions.windows import FENCE_METRES, load_windows
from apps.shipments.models import Shipment
from apps.shipments.services import plan_route
from tests.exceptions.flags import DEGREE, drive, send, uses_of
from tests.shipments.builders import at, make_shipment

ROWS = 60
ASIDE = {f"row_{n}": {"lat": 30.25 + 40 * n * DEGREE, "lon": 120.156} for n in range(20, 30)}


@pytest.fixture
def parcel(merchant, midday) -> Shipment:
    return make_shipment(merchant, number="YT1000000099", created_at=at(0))


@pytest.fixture
def other(merchant, midday) -> Shipment:
    return make_shipment(merchant, number="YT1000000098", reference="O-2", created_at=at(0))


def misdeclared() -> list[dict[str, Any]]:
    """The drive in GCJ-02, said to be WGS-84."""
    points = drive(ROWS)
    lat, lon = wgs84_to_gcj02_arrays(*_places(points))
    places = zip(lat.tolist(), lon.tolist(), strict=True)
    return [{**p, "lat": a, "lon": b} for p, (a, b) in zip(points, places, strict=True)]


def between(**faults: Any) -> list[dict[str, Any]]:
    """The drive as another receiver of the device sees it, at other moments."""
    points = drive(ROWS, **faults)
    return [{**p, "at": p["at"].replace("+00:00", ".500000+00:00")} for p in points]


def found(shipment: Shipment) -> list[tuple[str, int]]:
    return list(Flag.objects.filter(shipment=shipment).values_list("kind", "rows"))


def _places(points: list[dict[str, Any]]) -> Any:
    return np.array([[p["lat"], p["lon"]] for p in points]).T


def test_a_whole_track_in_other_coordinates_goes_unseen_without_evidence(parcel) -> None:
    send(parcel, misdeclared())
    look_at_wanted()
    assert found(parcel) == []


def test_the_route_shows_that_a_whole_track_is_in_other_coordinates(parcel) -> None:
    send(parcel, misdeclared())
    latitudes, longitudes = _places(drive(ROWS)).tolist()
    plan_route(shipment=parcel, latitudes=latitudes[::5], longitudes=longitudes[::5])
    look_at_wanted()
    assert found(parcel) == [("gcj", ROWS)]
    assert set(uses_of(parcel)) == {"held"}


def test_another_track_of_the_device_shows_it_and_stays_clean(parcel, other) -> None:
    send(other, between())
    look_at_wanted()
    send(parcel, misdeclared())
    look_at_wanted()
    assert found(parcel) == [("gcj", ROWS)]
    assert found(other) == []


def test_the_track_of_another_device_shows_nothing(parcel, other) -> None:
    send(other, between(), device="van-8")
    send(parcel, misdeclared())
    look_at_wanted()
    assert found(parcel) == []


def test_one_fix_sent_for_two_parcels_clears_neither(parcel, other) -> None:
    for shipment in (parcel, other):
        send(shipment, drive(ROWS, **ASIDE))
    look_at_wanted()
    assert found(parcel)
    assert found(other) == found(parcel)
    assert load_windows([parcel.pk], rows=400)[0].others == []


def test_a_receiver_that_led_both_astray_clears_neither(parcel, other) -> None:
    send(other, between(**ASIDE))
    send(parcel, drive(ROWS, **ASIDE))
    look_at_wanted()
    assert found(parcel)
    assert found(other)


def test_the_ends_of_the_route_are_where_the_vehicle_stops(parcel) -> None:
    send(parcel, drive(10))
    plan_route(shipment=parcel, latitudes=[30.0, 30.1, 30.2], longitudes=[120.0, 120.1, 120.2])
    fences = load_windows([parcel.pk], rows=400)[0].track.fences
    assert [(fence.lat, fence.lon) for fence in fences] == [(30.0, 120.0), (30.2, 120.2)]
    assert {fence.radius for fence in fences} == {FENCE_METRES}


def test_doubted_fixes_of_another_track_prove_nothing(parcel, other) -> None:
    send(other, between())
    other.positions.update(use="excluded")
    send(parcel, misdeclared())
    look_at_wanted()
    assert found(parcel) == []
