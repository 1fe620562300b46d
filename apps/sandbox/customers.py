"""Customers: a thread that lets the demo merchants' customers write and answer, by the API."""

from __future__ import annotations

import heapq
import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import structlog
from django.db import Error as DatabaseTrouble
from django.db import close_old_connections, connection

from apps.core.http import HttpAnswer, HttpFailure, Outbound
from apps.sandbox import world
from apps.sandbox.sayings import CONTACT, Saying
from apps.sandbox.services.sayings import MISSED, due_sayings, upcoming_sayings
from apps.sandbox.shoppers import Shop, read_shops

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 3.0
TIMEOUT_SECONDS = 15.0
MOST_AT_ONCE = 40


class Customers:
    """Says what falls due until stopped; what the portal cannot take now is said next time.

    A saying is told with the key of the shop that knows the parcel, under an id of its own, so
    that saying it twice changes nothing.
    """

    def __init__(self, *, shop_url: str, demo_file: Path) -> None:
        self.url = shop_url.rstrip("/") + "/api/v1"
        self.demo_file = demo_file
        self.stopping = threading.Event()
        self.outbound = Outbound(allow_private=True)
        self.told = 0
        self._seen = 0
        self._waiting: list[tuple[int, int]] = []
        self._thread = threading.Thread(target=self._run, name="sandbox-customers", daemon=True)

    def start(self) -> None:
        """Start speaking."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the request under way."""
        self.stopping.set()
        self._thread.join(timeout=3)

    def _run(self) -> None:
        while not self.stopping.wait(PAUSE_SECONDS):
            try:
                close_old_connections()
                self.speak()
            except DatabaseTrouble as trouble:
                log.warning("customers wait for the database", trouble=str(trouble).strip()[:200])
                connection.close()
            except HttpFailure as failure:
                log.info("portal not reachable for customers", reason=str(failure))
            except Exception:
                log.exception("customers' step failed")
        connection.close()

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
            answer = self._checked(path, self._post(shop, path, body))
            taken += answer.status < 300
        self.told += taken
        return taken

    def _shop_of(self, shops: Sequence[Shop], number: str) -> Shop | None:
        """The shop whose parcel it is, None for a parcel of nobody's."""
        path = f"/shipments?tracking_number={quote(number)}&page_size=1"
        for shop in shops:
            answer = self.outbound.get(
                self.url + path, timeout=TIMEOUT_SECONDS, headers=_headers(shop)
            )
            if self._checked(path, answer).status < 300 and json.loads(answer.text)["results"]:
                return shop
        return None

    def _post(self, shop: Shop, path: str, body: dict[str, Any]) -> HttpAnswer:
        payload = json.dumps(body, ensure_ascii=False).encode()
        return self.outbound.post_json(
            self.url + path, payload, timeout=TIMEOUT_SECONDS, headers=_headers(shop)
        )

    def _checked(self, path: str, answer: HttpAnswer) -> HttpAnswer:
        """The answer. Raises HttpFailure where the portal wants to be asked later."""
        if answer.status == 429 or answer.status >= 500:
            raise HttpFailure(f"{path}: {answer.status}", sent=True)
        return answer


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


def _headers(shop: Shop) -> dict[str, str]:
    return {"Authorization": f"Bearer {shop.api_key}"}
