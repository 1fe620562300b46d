"""The track on a shipment's page in a real browser: a map where there is one to draw, else none."""

from __future__ import annotations

import datetime as dt
import os

import pytest

from apps.accounts.choices import Role
from apps.core import clock
from apps.shipments.choices import PositionUse
from apps.shipments.models import Position
from apps.shipments.services import plan_route, set_position_use, store_positions
from tests.browser.conftest import PHONE, WIDE
from tests.shipments.builders import make_merchant, make_shipment
from tests.support.people import make_user

pytestmark = pytest.mark.django_db(transaction=True)


def ridden(shipment) -> None:
    """Forty fixes of a ride through Hangzhou; six of them are held back."""
    now = clock.now()
    points = [
        {
            "shipment": shipment.uid,
            "at": (now - dt.timedelta(seconds=20 * (40 - n))).isoformat(),
            "lat": 30.2761 + 0.0004 * n + 0.0006 * (n % 3),
            "lon": 120.1256 + 0.0009 * n,
        }
        for n in range(40)
    ]
    store_positions(merchant_id=shipment.merchant_id, points=points)
    ids = list(Position.objects.order_by("happened_at").values_list("pk", flat=True))
    held = [*ids[18:23], ids[-1]]
    set_position_use(shipment=shipment, position_ids=held, use=PositionUse.HELD)
    latitudes, longitudes = [30.2755, 30.285, 30.293], [120.125, 120.14, 120.162]
    plan_route(shipment=shipment, latitudes=latitudes, longitudes=longitudes)


def test_a_track_is_drawn_and_a_parcel_without_one_has_no_map(log_in):
    merchant = make_merchant()
    shipment, silent = make_shipment(merchant), make_shipment(merchant, number="YT8800000099")
    ridden(shipment)
    user = make_user(Role.OPERATOR)
    page = log_in(user, size=WIDE)
    page.goto(f"/admin/shipments/shipment/{shipment.pk}/change/")
    page.wait_for_selector("#sp-track-map .leaflet-marker-icon")
    assert "暂不采用" in page.inner_text("#sp-track")
    if folder := os.environ.get("SHOTS"):
        page.wait_for_timeout(300)
        page.screenshot(path=f"{folder}/track-wide.png", full_page=True)
        small = log_in(user, size=PHONE, language="en-US")
        small.goto(f"/admin/shipments/shipment/{shipment.pk}/change/")
        small.wait_for_selector("#sp-track-map .leaflet-marker-icon")
        small.screenshot(path=f"{folder}/track-phone.png", full_page=True)
    page.goto(f"/admin/shipments/shipment/{silent.pk}/change/")
    page.wait_for_load_state("networkidle")
    assert not page.is_visible("#sp-track")
    assert page.evaluate("typeof L") == "undefined"
