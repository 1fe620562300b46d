"""POST /api/v1/positions under attack: what it costs, whose rows it touches, what it says."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from apps.accounts.choices import KeyMode
from apps.core import clock
from apps.orders.drafts import ParcelDraft
from apps.shipments.models import Device, Position, Shipment, Track
from apps.shipments.services import positions
from apps.shipments.track_selectors import read_track
from tests.support.orders import make_order
from tests.support.people import client_of

NUMBER = "YT9900000000002"


@pytest.fixture
def shipment(merchant) -> Shipment:
    box = ParcelDraft(weight_grams=500, carrier="yuantong", number=NUMBER)
    make_order(merchant, number="MINE-2", parcels=(box,))
    return Shipment.objects.get()


def point(**changes):
    fix = {"shipment": NUMBER, "at": clock.now().isoformat(), "lat": 30.25, "lon": 120.15}
    return fix | changes


def report(client, *points):
    return client.post("/api/v1/positions", {"positions": list(points)}, format="json")


def codes(answer) -> list[str | None]:
    return [row.get("code") for row in answer.json()["results"]]


def test_a_sandbox_key_cannot_touch_a_live_shipment_by_any_of_its_names(merchant, shipment):
    merchant.is_test = False
    merchant.save()
    Shipment.objects.update(mode="live")
    client = client_of(merchant, mode=KeyMode.SANDBOX)
    names = (NUMBER, NUMBER.lower(), shipment.uid, "MINE-2")
    answer = report(client, *(point(shipment=name) for name in names))
    assert codes(answer) == ["unknown_shipment"] * 4
    assert not Position.objects.exists()
    assert not Device.objects.exists()


def test_a_stranger_learns_nothing_and_leaves_no_device(other, shipment):
    mine, nowhere = report(
        client_of(other), point(device="spy"), point(device="spy", shipment="NO-SUCH")
    ).json()["results"]
    assert {**mine, "index": 1} == nowhere
    assert not Device.objects.exists()
    assert not Track.objects.exists()


def test_made_up_device_names_cannot_fill_the_table(client, shipment, monkeypatch):
    monkeypatch.setattr(positions, "MOST_NEW_DEVICES", 3)
    first = report(client, *(point(device=f"d{n}") for n in range(5)), point())
    assert codes(first) == [None] * 3 + ["too_many_devices"] * 2 + [None]
    assert (first.json()["stored"], first.json()["refused"]) == (4, 2)
    row = first.json()["results"][3]
    assert (row["field"], bool(row["message"])) == ("device", True)
    again = report(client, point(device="d9", lat=30.3), point(device="d0", lat=30.3))
    assert codes(again) == ["too_many_devices", None]
    assert Device.objects.count() == 3
    assert Track.objects.get().fixes == 5


def test_the_next_day_new_devices_are_taken_again(client, shipment, monkeypatch):
    monkeypatch.setattr(positions, "MOST_NEW_DEVICES", 1)
    report(client, point(device="d0"))
    with clock.frozen(clock.now() + dt.timedelta(hours=25)):
        assert codes(report(client, point(device="d1"))) == [None]


def test_devices_of_another_merchant_do_not_count(client, other, shipment, monkeypatch):
    monkeypatch.setattr(positions, "MOST_NEW_DEVICES", 1)
    Device.objects.create(merchant=other, name="theirs")
    assert codes(report(client, point(device="theirs"))) == [None]
    assert Device.objects.filter(name="theirs").count() == 2


@pytest.mark.parametrize(
    "raw",
    [
        '{"positions":' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"positions":[' + '{"shipment":' * 20_000 + "1" + "}" * 20_000 + "]}",
        '{"positions":[{"shipment":"X","lat":' + "9" * 5_000 + "}]}",
        '{"positions":[{"shipment":"X"}]',
        "\x00",
        "",
    ],
    ids=["deep list", "deep object", "endless number", "cut off", "null byte", "empty"],
)
def test_hostile_json_is_answered_not_raised(client, shipment, raw):
    answer = client.post("/api/v1/positions", raw, content_type="application/json")
    assert answer.status_code in {200, 400, 413, 422}
    assert answer.headers["Content-Type"].startswith("application/")
    assert not Position.objects.exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"lat": "1e999"}, "not_a_number"),
        ({"lat": "NaN"}, "not_a_number"),
        ({"lon": True}, "not_a_number"),
        ({"lon": [1]}, "not_a_number"),
        ({"lat": 10**400}, "not_a_number"),
        ({"at": -1e18}, "unreadable_time"),
        ({"at": -5}, "time_out_of_range"),
        ({"at": "9999-12-31T23:59:59-23:59"}, "unreadable_time"),
        ({"at": {"$gt": 0}}, "unreadable_time"),
        ({"shipment": {"x": 1}}, "not_text"),
        ({"shipment": "\x00"}, "missing"),
        ({"device": "x" * 65}, "too_long"),
        ({"device": ["x"]}, "not_text"),
        ({"use": "accepted"}, "unknown_field"),
        ({"merchant": 1}, "unknown_field"),
        ({"system": "wgs84' OR 1=1 --"}, "unknown_system"),
    ],
)
def test_a_poisoned_point_is_refused_and_its_neighbours_are_stored(client, shipment, changes, code):
    raw = json.dumps({"positions": [point(), point(**changes), point(lat=30.26)]})
    answer = client.post("/api/v1/positions", raw, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert codes(answer) == [None, code, None]
    assert Position.objects.count() == 2


def test_a_flood_from_the_future_is_kept_as_evidence_and_shown_to_nobody(client, shipment):
    later = clock.now() + dt.timedelta(days=400)
    flood = [
        point(at=(later + dt.timedelta(seconds=n)).isoformat(), lat=31 + n / 1e4)
        for n in range(300)
    ]
    assert report(client, point(), *flood).json()["stored"] == 301
    shown = read_track(shipment)
    assert [(one.latitude, one.longitude) for one in shown.points] == [(30.25, 120.15)]
    assert Position.objects.filter(use="held").count() == 300


def test_separators_of_our_own_wire_format_stay_part_of_the_name(client, shipment):
    report(client, point(device="a\x1eb\x1d", lat=30.31), point(device="{NULL}", lat=30.32))
    assert Position.objects.count() == 2
    assert not Device.objects.filter(name__regex="[\x1d\x1e]").exists()
