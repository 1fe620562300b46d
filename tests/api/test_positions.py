"""Devices report, customers see: both addresses from outside."""

from __future__ import annotations

import json

import pytest

from apps.accounts.choices import KeyMode, Scope
from apps.core import clock
from apps.orders.drafts import ParcelDraft
from apps.shipments.models import Position, Shipment
from tests.support.orders import make_order
from tests.support.people import client_of

NUMBER = "YT9900000000001"


@pytest.fixture
def shipment(merchant) -> Shipment:
    box = ParcelDraft(weight_grams=500, carrier="yuantong", number=NUMBER)
    make_order(merchant, number="MINE-1", parcels=(box,))
    return Shipment.objects.get()


def point(**changes):
    fix = {"shipment": NUMBER, "at": clock.now().isoformat(), "lat": 30.25, "lon": 120.15}
    return fix | changes


def report(client, *points):
    return client.post("/api/v1/positions", {"positions": list(points)}, format="json")


def test_a_batch_is_answered_point_by_point(client, shipment):
    answer = report(client, point(), point(lat=200), point(shipment="NONE"))
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert (body["stored"], body["refused"]) == (1, 2)
    assert [row.get("code") for row in body["results"]] == [
        None,
        "out_of_range",
        "unknown_shipment",
    ]
    assert all(row["message"] for row in body["results"][1:])


def test_a_nan_spoils_its_own_point_only(client, shipment):
    raw = json.dumps({"positions": [point(), point(lat=float("nan"))]})
    answer = client.post("/api/v1/positions", raw, content_type="application/json")
    assert [row.get("code") for row in answer.json()["results"]] == [None, "not_a_number"]
    assert Position.objects.count() == 1


def test_another_merchants_shipment_is_unknown_and_nothing_is_stored(other, shipment):
    body = report(client_of(other), point(), point(shipment=shipment.uid)).json()
    assert [row["code"] for row in body["results"]] == ["unknown_shipment"] * 2
    assert not Position.objects.exists()


def test_a_key_without_the_scope_reports_nothing(merchant, shipment):
    client = client_of(merchant, scopes=[Scope.SHIPMENTS_READ])
    assert report(client, point()).status_code == 403
    assert not Position.objects.exists()


def test_a_live_key_cannot_report_on_a_sandbox_shipment(merchant, shipment):
    merchant.is_test = False
    merchant.save()
    Shipment.objects.update(mode="sandbox")
    body = report(client_of(merchant, mode=KeyMode.LIVE), point()).json()
    assert body["results"][0]["code"] == "unknown_shipment"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "invalid"),
        ({"positions": []}, 422, "invalid"),
        ({"positions": "all"}, 422, "invalid"),
        ({"positions": [{}], "more": 1}, 422, "invalid"),
        ([1], 422, "invalid"),
        ({"positions": [1] * 5_001}, 413, "too_many_points"),
        ({"positions": [1] * 600_000}, 413, "body_too_large"),
    ],
)
def test_what_is_no_batch_is_refused_whole(client, shipment, body, status, code):
    answer = client.post("/api/v1/positions", body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Position.objects.exists()


def test_the_track_is_told_in_the_system_asked_for(client, shipment):
    report(client, point())
    plain = client.get(f"/api/v1/shipments/{NUMBER}/track").json()
    shifted = client.get(f"/api/v1/shipments/{NUMBER}/track?system=gcj02").json()
    assert plain["points"][0]["lat"] == 30.25
    assert shifted["points"][0]["lat"] == pytest.approx(30.2475, abs=1e-3)
    assert shifted["system"] == "gcj02"


def test_an_unknown_system_is_named(client, shipment):
    answer = client.get(f"/api/v1/shipments/{NUMBER}/track?system=mars")
    assert answer.status_code == 400
    assert [row["field"] for row in answer.json()["errors"]] == ["system"]


def test_a_planned_route_is_stored_and_shown(client, shipment):
    url = f"/api/v1/shipments/{shipment.uid}"
    answer = client.post(f"{url}/route", {"points": [[30, 120], [31, 121]]}, format="json")
    assert answer.json() == {"shipment": shipment.uid, "points": 2}
    assert client.get(f"{url}/track").json()["planned"] == [[30.0, 120.0], [31.0, 121.0]]


@pytest.mark.parametrize(
    "points", [[], [[1, 2]], [[91, 0], [0, 0]], [[1], [2]], "x", [[0, 0]] * 2001]
)
def test_a_route_that_is_none_is_refused(client, shipment, points):
    url = f"/api/v1/shipments/{shipment.uid}/route"
    assert client.post(url, {"points": points}, format="json").status_code == 422
