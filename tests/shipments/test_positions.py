"""Fixes are stored once, answered one by one, and what is shown hangs on their use alone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from apps.accounts.models import Merchant
from apps.core import clock
from apps.shipments.choices import PositionUse
from apps.shipments.models import Device, Position, Shipment, Track
from apps.shipments.services import (
    claim_tracks,
    correct_positions,
    finish_track,
    plan_route,
    set_position_use,
    store_positions,
)
from apps.shipments.services.looking import Correction
from apps.shipments.track_selectors import read_track, shipments_by_reference
from tests.shipments.builders import at, make_merchant, make_shipment

NUMBER = "YT8800000001"


@pytest.fixture
def shipment(merchant: Merchant, midday: None) -> Shipment:
    return make_shipment(merchant, number=NUMBER, reference="A-1", created_at=at(0))


def point(minutes: float, lat: float = 30.25, lon: float = 120.15, **more: Any) -> dict[str, Any]:
    moment = at(29) + dt.timedelta(minutes=minutes)
    return {"shipment": NUMBER, "at": moment.isoformat(), "lat": lat, "lon": lon, **more}


def send(merchant: Merchant, *points: Any) -> list[str]:
    found = store_positions(merchant_id=merchant.pk, points=points)
    return [answer.code or answer.outcome for answer in found]


def line(merchant: Merchant, count: int) -> list[Position]:
    send(merchant, *(point(n, 30.25 + n / 1000) for n in range(count)))
    return list(Position.objects.order_by("happened_at"))


def test_every_point_of_a_mixed_batch_gets_its_answer(merchant, shipment) -> None:
    answers = send(
        merchant,
        point(0, device="van-7"),
        point(1, lat=float("nan")),
        point(2) | {"shipment": "SOMEBODY-ELSES"},
        point(0, device="van-7"),
        "rubbish",
    )
    assert answers == ["stored", "not_a_number", "unknown_shipment", "duplicate", "not_an_object"]
    assert Position.objects.count() == 1
    assert Track.objects.get().fixes == 1


def test_a_repeated_batch_changes_nothing(merchant, shipment) -> None:
    batch = [point(n) for n in range(5)]
    first, version = send(merchant, *batch), Track.objects.get().version
    assert first == ["stored"] * 5
    assert send(merchant, *batch) == ["duplicate"] * 5
    assert Position.objects.count() == 5
    assert Track.objects.get().version == version


def test_another_merchants_shipment_is_not_there(merchant, shipment) -> None:
    stranger = make_merchant("bob")
    assert send(stranger, point(0)) == ["unknown_shipment"]
    assert not Position.objects.exists()
    assert not Device.objects.exists()


def test_a_reference_means_the_newest_shipment_of_the_merchant(merchant, shipment) -> None:
    later = make_shipment(merchant, number="YT8800000002", reference="A-1", created_at=at(2))
    found = shipments_by_reference(
        merchant_id=merchant.pk, references=["A-1", shipment.uid, NUMBER.lower()]
    )
    assert {name: pk for name, (pk, _at) in found.items()} == {
        "A-1": later.pk,
        shipment.uid: shipment.pk,
        NUMBER.lower(): shipment.pk,
    }


def test_positions_live_in_the_month_of_their_shipment(merchant, shipment) -> None:
    send(merchant, point(0))
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass FROM shipments_position")
        assert str(cursor.fetchone()[0]) == "shipments_position_p202611"


def test_only_usable_fixes_are_shown_and_the_gap_is_marked(merchant, shipment) -> None:
    rows = line(merchant, 5)
    set_position_use(shipment=shipment, position_ids=[rows[2].pk], use=PositionUse.HELD)
    set_position_use(shipment=shipment, position_ids=[rows[3].pk], use=PositionUse.EXCLUDED)
    track = read_track(shipment)
    assert [point.latitude for point in track.points] == pytest.approx([30.25, 30.251, 30.254])
    assert [point.after_gap for point in track.points] == [False, False, True]
    assert track.uncertain_since is None


def test_a_held_end_leaves_the_place_uncertain(merchant, shipment) -> None:
    rows = line(merchant, 3)
    set_position_use(shipment=shipment, position_ids=[rows[2].pk], use=PositionUse.HELD)
    assert read_track(shipment).uncertain_since == rows[2].heard_at


def test_a_corrected_fix_is_shown_where_it_really_was(merchant, shipment) -> None:
    row = line(merchant, 1)[0]
    there = Correction(row.happened_at, 31.0, 121.0)
    assert correct_positions(shipment=shipment, corrections={row.pk: there}) == 1
    [shown] = read_track(shipment).points
    assert (shown.latitude, shown.longitude, shown.corrected) == (31.0, 121.0, True)
    set_position_use(shipment=shipment, position_ids=[row.pk], use=PositionUse.ACCEPTED)
    [shown] = read_track(shipment).points
    assert (shown.latitude, shown.corrected) == (30.25, False)


def test_what_is_not_on_earth_is_never_accepted(merchant, shipment) -> None:
    send(merchant, point(0, lat=120.15, lon=30.25))
    [row] = Position.objects.all()
    set_position_use(shipment=shipment, position_ids=[row.pk], use=PositionUse.ACCEPTED)
    row.refresh_from_db()
    assert row.use == "excluded"
    assert read_track(shipment).points == ()


def test_a_track_is_claimed_by_one_and_wanted_again_when_fixes_come(merchant, shipment) -> None:
    send(merchant, point(0))
    [claimed] = claim_tracks(limit=10)
    assert claim_tracks(limit=10) == []
    send(merchant, point(1))
    assert finish_track(shipment_id=shipment.pk, version=claimed.version) is False
    [again] = claim_tracks(limit=10)
    assert again.version == claimed.version + 1
    assert finish_track(shipment_id=shipment.pk, version=again.version) is True
    assert claim_tracks(limit=10) == []


def test_the_claim_of_a_dead_worker_runs_out(merchant, shipment) -> None:
    send(merchant, point(0))
    assert len(claim_tracks(limit=10)) == 1
    Track.objects.update(claimed_until=clock.real_now() - dt.timedelta(seconds=1))
    assert len(claim_tracks(limit=10)) == 1


def test_a_planned_route_asks_for_another_look(merchant, shipment) -> None:
    send(merchant, point(0))
    [claimed] = claim_tracks(limit=1)
    finish_track(shipment_id=shipment.pk, version=claimed.version)
    plan_route(shipment=shipment, latitudes=[30.2, 30.3], longitudes=[120.1, 120.2])
    assert len(claim_tracks(limit=1)) == 1
    assert read_track(shipment).planned == ((30.2, 120.1), (30.3, 120.2))
