"""Customers: a thread that lets the demo merchants' customers write and answer, by the API."""

from __future__ import annotations

import heapq
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from apps.sandbox import world
from apps.sandbox.players import Player
from apps.sandbox.sayings import CONTACT, Saying
from apps.sandbox.services.sayings import MISSED, due_sayings, upcoming_sayings
from apps.sandbox.shoppers import Shop, read_shops

MOST_AT_ONCE = 40


class Customers(Player):
    """Says what falls due until stopped; what the portal cannot take now is said next time.

    A saying is told with the key of the shop that knows the parcel, under an id of its own, so
    that saying it twice changes nothing.
    """

    who, pause_seconds = "customers", 3.0

    def __init__(self, *, shop_url: str, demo_file: Path) -> None:
        super().__init__(shop_url=shop_url, demo_file=demo_file)
        self._seen = 0
        self._waiting: list[tuple[int, int]] = []

    def take_turn(self) -> int:
        """Say what is due."""
        return self.speak()

    def speak(self) -> int:
        """Say everything that is due; return how many sayings the portal took.

        Raises HttpFailure when the portal cannot be reached; nothing is lost by it.
        """
        shops = read_shops(self.demo_file)
        if not shops:
            return 0
        now = world.now()
        for parcel_id, at in upcoming_sayings(after_id=self._seen, now=now):
            self._seen = max(self._seen, parcel_id)
            if at:
                heapq.heappush(self._waiting, (at, parcel_id))
        due = self._due(world.epoch(now))
        found = due_sayings(parcel_ids=[pk for _, pk in due], after=now - MISSED, now=now)
        taken = 0
        try:
            while due:
                number, said, following = found.get(due[-1][1], ("", [], 0))
                taken += self._say(shops, number, said)
                _, parcel_id = due.pop()
                if following:
                    heapq.heappush(self._waiting, (following, parcel_id))
        finally:
            for left in due:
                heapq.heappush(self._waiting, left)
        return taken

    def _due(self, at: int) -> list[tuple[int, int]]:
        due: list[tuple[int, int]] = []
        while self._waiting and self._waiting[0][0] <= at and len(due) < MOST_AT_ONCE:
            due.append(heapq.heappop(self._waiting))
        return due

    def _say(self, shops: Sequence[Shop], number: str, said: Sequence[Saying]) -> int:
        shop = self._shop_of(shops, number) if said else None
        if shop is None:
            return 0
        taken = 0
        for one in said:
            path, body = body_of(number, one)
            taken += self._post(shop, path, body).status < 300
        self.told += taken
        return taken

    def _shop_of(self, shops: Sequence[Shop], number: str) -> Shop | None:
        """The shop whose parcel it is, None for a parcel of nobody's."""
        path = f"/shipments?tracking_number={quote(number)}&page_size=1"
        for shop in shops:
            answer = self._get(shop, path)
            if answer.status < 300 and json.loads(answer.text)["results"]:
                return shop
        return None


def body_of(number: str, said: Saying) -> tuple[str, dict[str, Any]]:
    """Return where a saying is posted and what."""
    common = {
        "parcel": number,
        "at": world.moment(said.at).isoformat(),
        "external_id": f"{number}-{said.key}",
    }
    if said.kind == CONTACT:
        told = {"reason": said.reason, "channel": said.channel, "words": said.words}
        return "/contacts", {"contacts": [{**common, **told}]}
    return "/nps", {"answers": [{**common, "score": said.score}]}
