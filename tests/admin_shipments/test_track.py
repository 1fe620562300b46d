"""The track on the shipment's page: what a customer sees, asked for by its own small address."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.choices import Role
from apps.core import clock
from apps.shipments.choices import PositionUse
from apps.shipments.models import Position
from apps.shipments.services import set_position_use, store_positions
from tests.admin_shipments.conftest import address, page, travelled


@pytest.fixture
def tracked(shipment):
    moment = clock.now()
    points = [
        {
            "shipment": shipment.uid,
            "at": (moment - dt.timedelta(minutes=9 - n)).isoformat(),
            "lat": 30.25 + n / 1000,
            "lon": 120.15,
        }
        for n in range(6)
    ]
    store_positions(merchant_id=shipment.merchant_id, points=points)
    return shipment


def hold(shipment, *places: int) -> None:
    ids = list(Position.objects.order_by("happened_at").values_list("pk", flat=True))
    chosen = [ids[place] for place in places]
    set_position_use(shipment=shipment, position_ids=chosen, use=PositionUse.HELD)


def test_what_is_held_back_is_not_told_and_leaves_a_gap(log_in, tracked):
    hold(tracked, 2, 3)
    track = log_in().get(address(tracked, "track")).json()
    assert [point["place"][0] for point in track["points"]] == [30.25, 30.251, 30.254, 30.255]
    assert [point["gap"] for point in track["points"]] == [False, False, True, False]
    assert track["said"][0].startswith("4 fixes from ")


def test_newest_fixes_under_review_are_said_in_words_only(log_in, tracked):
    hold(tracked, 4, 5)
    track = log_in().get(address(tracked, "track")).json()
    assert len(track["points"]) == 4
    assert any("held back until somebody decides" in words for words in track["said"])


def test_scans_are_words_and_never_points(log_in, shipment):
    track = log_in().get(address(travelled(shipment), "track")).json()
    assert track["points"] == track["planned"] == track["said"] == []
    assert all(isinstance(scan, str) for scan in track["scans"])


def test_flags_are_linked_for_who_may_see_them(log_in, tracked):
    track = log_in().get(address(tracked, "track")).json()
    assert track["flags_url"] == f"/admin/exceptions/flag/?q={tracked.uid}"


def test_the_page_itself_reads_no_fix(log_in, tracked):
    client = log_in()
    with CaptureQueriesContext(connection) as asked:
        page(client, tracked)
    assert not [row for row in asked.captured_queries if "shipments_position" in row["sql"]]


def test_another_merchants_track_is_not_there(log_in, tracked, other):
    client = log_in(Role.MERCHANT, merchant=other)
    assert client.get(address(tracked, "track")).status_code == 404
