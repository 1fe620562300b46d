"""Those who play people of the demo: a thread each, which asks the portal by its API."""

from __future__ import annotations

import json
import threading
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

import structlog
from django.db import Error as DatabaseTrouble
from django.db import close_old_connections, connection

from apps.core.http import HttpAnswer, HttpFailure, Outbound
from apps.sandbox.shoppers import Shop

log = structlog.get_logger(__name__)

TIMEOUT_SECONDS = 15.0


class Player(ABC):
    """Takes its turn again and again until stopped; what fails is tried again at the next one.

    ``who`` names it in the log, ``pause_seconds`` lie between two turns.
    """

    who: str
    pause_seconds: float

    def __init__(self, *, shop_url: str, demo_file: Path) -> None:
        self.url = shop_url.rstrip("/") + "/api/v1"
        self.demo_file = demo_file
        self.stopping = threading.Event()
        self.outbound = Outbound(allow_private=True)
        self.told = 0
        self._thread = threading.Thread(target=self._run, name=f"sandbox-{self.who}", daemon=True)

    @abstractmethod
    def take_turn(self) -> int:
        """Do everything that is due and return how much. Raises HttpFailure; nothing is lost."""

    def start(self) -> None:
        """Start playing."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the request under way."""
        self.stopping.set()
        self._thread.join(timeout=3)

    def _run(self) -> None:
        while not self.stopping.wait(self.pause_seconds):
            try:
                close_old_connections()
                self.take_turn()
            except DatabaseTrouble as trouble:
                said = str(trouble).strip()[:200]
                log.warning("waiting for the database", who=self.who, trouble=said)
                connection.close()
            except HttpFailure as failure:
                log.info("portal not reachable", who=self.who, reason=str(failure))
            except Exception:
                log.exception("a turn failed", who=self.who)
        connection.close()

    def _get(self, shop: Shop, path: str) -> HttpAnswer:
        """The portal's answer. Raises HttpFailure where it has none or wants to be asked later."""
        return _taken(
            path,
            self.outbound.get(self.url + path, timeout=TIMEOUT_SECONDS, headers=_headers(shop)),
        )

    def _post(self, shop: Shop, path: str, body: dict[str, Any]) -> HttpAnswer:
        """The portal's answer. Raises HttpFailure where it has none or wants to be asked later."""
        payload = json.dumps(body, ensure_ascii=False).encode()
        return _taken(
            path,
            self.outbound.post_json(
                self.url + path, payload, timeout=TIMEOUT_SECONDS, headers=_headers(shop)
            ),
        )


def _taken(path: str, answer: HttpAnswer) -> HttpAnswer:
    if answer.status == 429 or answer.status >= 500:
        raise HttpFailure(f"{path}: {answer.status}", sent=True)
    return answer


def _headers(shop: Shop) -> dict[str, str]:
    return {"Authorization": f"Bearer {shop.api_key}"}
