"""Apps of riders whose device reports by itself: what is ready goes to the shop it belongs to."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from typing import Any

from apps.core.http import HttpAnswer
from apps.sandbox.services.rider_feed import take_batches
from apps.sandbox.shoppers import Shop

Post = Callable[[Shop, str, dict[str, Any]], HttpAnswer]
MOST_KNOWN = 5_000


class RiderApps:
    """Reports riders' fixes, all that are ready of a ride in one request.

    What the portal cannot take now stays and is sent again; what no shop knows is dropped.
    """

    def __init__(self, post: Post) -> None:
        self._post = post
        self._ready: dict[str, list[Any]] = {}
        self._shops: dict[str, Shop] = {}

    def report(self, shops: Sequence[Shop], *, now: dt.datetime) -> int:
        """Send what is ready by ``now``; return how many fixes. Raises HttpFailure."""
        for batch in take_batches(now=now):
            for row in batch.body["positions"]:
                self._ready.setdefault(row["shipment"], []).append(row)
        told = 0
        for shipment in list(self._ready):
            told += self._tell(shops, shipment)
            del self._ready[shipment]
        return told

    def _tell(self, shops: Sequence[Shop], shipment: str) -> int:
        rows = self._ready[shipment]
        known = self._shops.get(shipment)
        for shop in [known] if known else shops:
            answer = self._post(shop, "/positions", {"positions": rows})
            if answer.status < 300 and json.loads(answer.text)["refused"] < len(rows):
                self._remember(shipment, shop)
                return len(rows)
        return 0

    def _remember(self, shipment: str, shop: Shop) -> None:
        if len(self._shops) >= MOST_KNOWN:
            self._shops.clear()
        self._shops[shipment] = shop
