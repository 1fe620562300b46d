"""Merchants, people with roles, and a parcel's life, for the pages of shipments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from apps.accounts.choices import Role
from apps.accounts.models import Merchant
from apps.baidiyun import hints
from apps.core import clock
from apps.shipments.models import Shipment
from apps.shipments.services import apply_snapshots
from tests.shipments.builders import at, inbox_row, make_shipment, node, push
from tests.support.people import make_merchant, make_user

COURIER = "【深圳市】快递员：李明（13712345678）正在派件"
PARTS = {
    "areaCode": "CN440305000000",
    "areaName": "广东,深圳市,南山区",
    "areaCenter": "113.93,22.53",
}
TRACK = (
    node(1, "【杭州市】已揽收", "103", areaName="浙江,杭州市,西湖区", areaCenter="120.13,30.26"),
    node(5, "【杭州市】已发出", "1002"),
    node(24, COURIER, "5", **PARTS),
)


@pytest.fixture(autouse=True)
def _no_hints(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody talks to Redis."""
    monkeypatch.setattr(hints.Publisher, "publish", lambda self, channel, message="1": False)


@pytest.fixture(autouse=True)
def midday() -> Iterator[None]:
    """Business time stands still, 30 hours after the start of the parcels' lives."""
    with clock.frozen(at(30)):
        yield


@pytest.fixture
def merchant(db: None) -> Merchant:
    return make_merchant(slug="tea", name="Tea House")


@pytest.fixture
def other(db: None) -> Merchant:
    return make_merchant(slug="silk", name="Silk Shop")


@pytest.fixture
def shipment(merchant: Merchant) -> Shipment:
    """A parcel out for delivery."""
    return travelled(make_shipment(merchant))


@pytest.fixture
def log_in(db: None) -> Callable[..., Client]:
    """Return a client of somebody with a role; the pages come in English."""

    def enter(role: Role = Role.OPERATOR, merchant: Merchant | None = None, **more: Any) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(make_user(role, merchant=merchant, **more))
        return client

    return enter


def travelled(shipment: Shipment, nodes: tuple[dict[str, Any], ...] = TRACK) -> Shipment:
    """Apply a track to a parcel and return it fresh."""
    apply_snapshots([inbox_row(shipment, push(shipment.number, nodes, carrier=shipment.carrier))])
    shipment.refresh_from_db()
    return shipment


def page(client: Client, shipment: Shipment) -> str:
    """Return the shipment page's text."""
    response = client.get(address(shipment))
    assert response.status_code == 200
    return str(response.content.decode())


def address(shipment: Shipment, task: str = "change") -> str:
    """Return an address of a shipment's page."""
    return f"/admin/shipments/shipment/{shipment.pk}/{task}/"
