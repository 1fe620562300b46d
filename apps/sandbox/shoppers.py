"""Shoppers: a thread that plays the demo merchants' storefronts against the portal's API."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from pathlib import Path

import structlog

from apps.core.http import HttpAnswer, HttpFailure, Outbound
from apps.sandbox import world
from apps.sandbox.ride_shopping import perhaps_ride
from apps.sandbox.seasons import volume_factor
from apps.sandbox.shopping import make_order

log = structlog.get_logger(__name__)

WAIT_SECONDS = 2.0
TIMEOUT_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Shop:
    """A storefront: the merchant's slug and its API key."""

    slug: str
    api_key: str


def read_shops(path: Path) -> list[Shop]:
    """The demo merchants of the seed's file; none while it is missing or unfinished."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        return [Shop(row["slug"], row["api_key"]) for row in value["merchants"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


class Shoppers:
    """Places orders until stopped; what the portal refuses or cannot take is passed over.

    ``per_minute`` is the pace of an ordinary day: 双11 brings three times as many, Spring
    Festival next to none.
    """

    def __init__(self, *, shop_url: str, per_minute: float, demo_file: Path) -> None:
        self.url = shop_url.rstrip("/") + "/api/v1/orders"
        self.pause = 60.0 / per_minute
        self.demo_file = demo_file
        self.stopping = threading.Event()
        self.outbound = Outbound(allow_private=True)
        self.placed = 0
        self.refused = 0
        self._thread = threading.Thread(target=self._run, name="sandbox-shoppers", daemon=True)

    def start(self) -> None:
        """Start ordering."""
        self._thread.start()

    def wait_seconds(self) -> float:
        """Real seconds to the next order, by the world's day."""
        return self.pause / volume_factor(world.epoch(world.now()))

    def stop(self) -> None:
        """Stop after the order under way."""
        self.stopping.set()
        self._thread.join(timeout=3)

    def _run(self) -> None:
        run, sequence = f"{world.now():%y%m%d%H%M}", 0
        while not self.stopping.is_set():
            shops = read_shops(self.demo_file)
            if not shops:
                self.stopping.wait(WAIT_SECONDS)
                continue
            shop = shops[sequence % len(shops)]
            answer = self.place(shop, run, sequence)
            if answer is not None and answer.status < 500:
                sequence += 1
            self.stopping.wait(self.wait_seconds())

    def place(self, shop: Shop, run: str, sequence: int) -> HttpAnswer | None:
        """Send one order; None when the portal could not be reached (it is tried again)."""
        body = make_order(
            seed=world.seed(), shop=shop.slug, run=run, sequence=sequence, placed_at=world.now()
        )
        body = perhaps_ride(body, seed=world.seed(), shop=shop.slug, run=run, sequence=sequence)
        headers = {
            "Authorization": f"Bearer {shop.api_key}",
            "Idempotency-Key": f"{shop.slug}-{body['number']}",
        }
        payload = json.dumps(body, ensure_ascii=False).encode()
        try:
            answer = self.outbound.post_json(
                self.url, payload, timeout=TIMEOUT_SECONDS, headers=headers
            )
        except HttpFailure as failure:
            log.info("shop not reachable", reason=str(failure))
            return None
        if answer.status < 300:
            self.placed += 1
        else:
            self.refused += 1
            log.info("order refused", number=body["number"], status=answer.status)
        return answer
