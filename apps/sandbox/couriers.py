"""Couriers: a thread that plays the apps of couriers who report to the demo merchants' portal.

A round begins with a first fix, told with each shop's key until one knows the parcel, and the
planned way; then its fixes follow as their time comes, all that are due in one request a shop.
"""

from __future__ import annotations

import heapq
import json
from collections import defaultdict, deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from apps.core.http import HttpFailure
from apps.sandbox import world
from apps.sandbox.courier_app import Batch, plan_batches
from apps.sandbox.courier_round import Round
from apps.sandbox.players import Player
from apps.sandbox.rider_apps import RiderApps
from apps.sandbox.services.rounds import begun_rounds, upcoming_rounds
from apps.sandbox.shoppers import Shop, read_shops

log = structlog.get_logger(__name__)

MOST_POINTS = 2_000


@dataclass(slots=True)
class _Reporting:
    """A round under way: whose parcel it is, and the batches still to be sent."""

    shop: Shop
    left: deque[Batch]


class Couriers(Player):
    """Reports rounds until stopped; what the portal cannot take now is sent again next time.

    ``told`` counts fixes the portal answered for. A round that no shop knows is not reported.
    """

    who, pause_seconds = "couriers", 1.0

    def __init__(self, *, shop_url: str, demo_file: Path) -> None:
        super().__init__(shop_url=shop_url, demo_file=demo_file)
        self._seen = 0
        self._waiting: list[tuple[int, int]] = []
        self._reporting: dict[int, _Reporting] = {}
        self._riders = RiderApps(self._post)

    def take_turn(self) -> int:
        """Report what is due."""
        return self.report()

    def report(self) -> int:
        """Begin the rounds whose time has come and send every fix that is due; return how many.

        Raises HttpFailure when the portal cannot be reached; nothing is lost by it.
        """
        shops = read_shops(self.demo_file)
        if not shops:
            return 0
        now = world.now()
        for parcel_id, starts_at in upcoming_rounds(after_id=self._seen, now=now):
            heapq.heappush(self._waiting, (starts_at, parcel_id))
            self._seen = max(self._seen, parcel_id)
        self._begin(shops, world.epoch(now))
        sent = sum(self._send(shop, world.epoch(now)) for shop in shops)
        return sent + self._riders.report(shops, now=now)

    def _begin(self, shops: list[Shop], at: int) -> None:
        due = []
        while self._waiting and self._waiting[0][0] <= at:
            due.append(heapq.heappop(self._waiting)[1])
        rounds = begun_rounds(parcel_ids=due)
        for parcel_id in due:
            made = rounds.pop(parcel_id, None)
            if made is None:
                continue
            if made.starts_at > at:
                heapq.heappush(self._waiting, (made.starts_at, parcel_id))
                continue
            batches = plan_batches(
                made.fixes, seed=world.seed(), shipment=made.number, device=made.device
            )
            try:
                shop = self._shop_of(shops, made, batches[0])
            except HttpFailure:
                for again in (parcel_id, *rounds):
                    heapq.heappush(self._waiting, (at, again))
                raise
            if shop is not None:
                self._reporting[parcel_id] = _Reporting(shop, deque(batches))

    def _shop_of(self, shops: list[Shop], made: Round, first: Batch) -> Shop | None:
        """The shop whose parcel it is: the one that takes a fix of it, and then its planned way.

        None for a parcel of nobody's; that is an answer of the portal, no error.
        """
        probe = {"positions": first.body["positions"][:1]}
        points = [[round(lat, 6), round(lng, 6)] for lng, lat in made.route]
        for shop in shops:
            answer = self._post(shop, "/positions", probe)
            if answer.status < 300 and json.loads(answer.text)["refused"] == 0:
                self._post(shop, f"/shipments/{made.number}/route", {"points": points})
                return shop
        return None

    def _send(self, shop: Shop, at: int) -> int:
        """Send what is due for a shop's parcels; a batch counts as sent once it was answered."""
        counts: dict[int, int] = defaultdict(int)
        points: list[Any] = []
        for parcel_id, one in self._reporting.items():
            if one.shop != shop:
                continue
            for batch in one.left:
                rows = batch.body["positions"]
                if batch.sent_at > at or len(points) + len(rows) > MOST_POINTS:
                    break
                points += rows
                counts[parcel_id] += 1
        if not points:
            return 0
        answer = self._post(shop, "/positions", {"positions": points})
        if answer.status >= 300:
            log.info("positions refused", status=answer.status, points=len(points))
        self._forget(counts)
        self.told += len(points)
        return len(points)

    def _forget(self, counts: dict[int, int]) -> None:
        for parcel_id, count in counts.items():
            one = self._reporting[parcel_id]
            for _ in range(count):
                one.left.popleft()
            if not one.left:
                del self._reporting[parcel_id]
