"""The demo's storefronts speak the API as it is documented."""

from __future__ import annotations

import collections
import datetime as dt
import json

from apps.orders.models import Order
from apps.sandbox.shopping import make_order as shop_order

ORDERS = 60


def test_every_order_of_a_simulated_storefront_is_taken(client):
    placed = dt.datetime(2026, 11, 11, 8, tzinfo=dt.UTC)
    answers = [
        client.post(
            "/api/v1/orders",
            json.dumps(
                shop_order(seed=7, shop="demo", run="r", sequence=n, placed_at=placed),
                ensure_ascii=False,
            ).encode(),
            content_type="application/json",
        )
        for n in range(ORDERS)
    ]
    refused = collections.Counter(
        json.dumps(answer.json()["errors"], ensure_ascii=False)
        for answer in answers
        if answer.status_code != 201
    )
    assert refused == {}
    assert Order.objects.count() == ORDERS
