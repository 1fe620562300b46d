"""Asking for a rider over the API: accepted, refused with its fields, and seen by nobody else."""

from __future__ import annotations

import json

import pytest

from apps.orders.models import Order, Ride
from tests.support.orders import body
from tests.support.people import client_of

URL = "/api/v1/orders"
RIDE = {
    "pickup": {"lat": 30.2845, "lon": 120.1137},
    "dropoff": {"lat": 30.2761, "lon": 120.1256},
    "system": "gcj02",
}


def ride_body(**changes):
    given = body(recipient__address="浙江省杭州市西湖区文三路100号6栋301")
    return given | {"service": "same_city", "ride": RIDE} | changes


def place(client, data):
    raw = json.dumps(data)
    return client.post(URL, raw, content_type="application/json")


def codes_of(answer) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.content
    return [(row["field"], row["code"]) for row in answer.json()["errors"]]


def test_a_ride_is_taken_and_shown_with_its_parcel(client):
    answer = place(client, ride_body())
    assert answer.status_code == 201, answer.content
    shown = answer.json()
    assert shown["service"] == "same_city"
    assert shown["parcels"][0]["ride"] == {
        "state": "", "state_text": "", "state_at": None, "number": "", "distance_m": None,
        "cancel_fee": None,
    }  # fmt: skip
    assert shown["parcels"][0]["booking"]["carrier"] == "dadatongcheng"


def test_an_order_that_names_no_service_has_no_ride(client):
    shown = place(client, body()).json()
    assert (shown["service"], shown["parcels"][0]["ride"]) == ("parcel", None)
    assert not Ride.objects.exists()


@pytest.mark.parametrize(
    ("place_given", "field"),
    [
        ({"lat": "30.28", "lon": 120.1}, "ride.dropoff.lat"),
        ({"lat": True, "lon": 120.1}, "ride.dropoff.lat"),
        ({"lat": float("nan"), "lon": 120.1}, "ride.dropoff.lat"),
        ({"lat": 91, "lon": 120.1}, "ride.dropoff.lat"),
        ({"lat": 30.28}, "ride.dropoff.lon"),
        ({"lat": 30.28, "lon": 10**400}, "ride.dropoff.lon"),
        ({"lat": 30.28, "lon": 120.1, "alt": 3}, "ride.dropoff.alt"),
        ([30.28, 120.1], "ride.dropoff"),
    ],
)
def test_what_is_no_place_is_refused_by_name(client, place_given, field):
    answer = place(client, ride_body(ride=RIDE | {"dropoff": place_given}))
    assert answer.status_code in {400, 422}, answer.content
    if answer.status_code == 422:
        assert field in [name for name, _code in codes_of(answer)]
    assert not Order.objects.exists()


def test_every_reason_is_told_at_once(client):
    data = ride_body(carrier="yuantong", parcels=[{"weight_grams": 500}, {"weight_grams": 500}])
    data["recipient"]["address"] = "浙江省宁波市海曙区中山西路1号"
    found = set(codes_of(place(client, data)))
    assert ("carrier", "no_rides") in found
    assert ("parcels", "one_parcel") in found
    assert ("recipient.city", "other_city") in found
    assert not Order.objects.exists()


def test_a_ride_is_another_merchants_nothing(client, other):
    uid = place(client, ride_body()).json()["id"]
    stranger = client_of(other)
    shipment = Order.objects.get().parcels.get().shipment
    for address in (f"{URL}/{uid}", f"/api/v1/shipments/{shipment.uid}/track"):
        assert stranger.get(address).status_code == 404
    assert stranger.post(f"{URL}/{uid}/cancel", {}, format="json").status_code == 404
    assert Order.objects.get().cancelled_at is None
