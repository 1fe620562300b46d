"""The platform under faults: it sends, gives up on nothing, and writes down what was answered."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections.abc import Iterator

from django.conf import settings

from config.bench.parcels import number_of, token_of
from config.chaos import bodies
from config.chaos.ledger import Acked

PARCELS_AT_ONCE = 20
SECONDS = 5.0
PAUSE = 0.02
GONE_EVERY, FORGED_EVERY, TWICE_EVERY = 11, 17, 13


class Sender(threading.Thread):
    """Sends growing tracks of ``first`` to ``last`` until stopped.

    Now and then it hangs up without reading the answer, sends twice, or somebody forges.
    """

    def __init__(self, port: int, first: int, last: int, seed: int) -> None:
        super().__init__(daemon=True)
        self.port, self.first, self.last = port, first, last
        self.rng = random.Random(f"{seed} {first}")  # noqa: S311
        self.acked: list[Acked] = []
        self.refused = self.broken = self.gone = 0
        self.wrong: list[str] = []
        self.stopping = threading.Event()

    def run(self) -> None:
        """Send one push after the other; what has begun is sent until it is acknowledged."""
        for count, (parcel, param) in enumerate(self._pushes(), start=1):
            if self.stopping.is_set():
                return
            self._send(count, parcel, param)
            time.sleep(PAUSE)

    def _pushes(self) -> Iterator[tuple[int, str]]:
        for start in range(self.first, self.last + 1, PARCELS_AT_ONCE):
            lives = {
                parcel: bodies.life(self.rng)
                for parcel in range(start, min(start + PARCELS_AT_ONCE, self.last + 1))
            }
            for size in range(1, len(bodies.LIFE) + 1):
                for parcel, nodes in lives.items():
                    yield parcel, bodies.push(number_of(parcel), nodes[:size])

    def _send(self, count: int, parcel: int, param: str) -> None:
        token = token_of(parcel)
        body = bodies.form_of(param, token=token, keys=settings.BAIDIYUN_SALT_KEYS)
        if not count % GONE_EVERY:
            self._hang_up(token, body)
        if not count % FORGED_EVERY:
            forged = bodies.form_of(
                param.replace("ok", "no"), token=token, keys=settings.BAIDIYUN_SALT_KEYS,
                forged=True,
            )  # fmt: skip
            if self._post(token, forged) == 200:
                self.wrong.append(f"a forged push was taken: {token}")
            else:
                self.refused += 1
        while self._post(token, body) != 200:
            self.broken += 1
            if self.stopping.wait(0.1):
                return
        self.acked.append(Acked(token, param))
        if not count % TWICE_EVERY:
            self._post(token, body)

    def _post(self, token: str, body: bytes) -> int:
        """Return the status of the answer, 0 where none came."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            link.request("POST", _path(token), body, _HEADERS)
            return link.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            link.close()

    def _hang_up(self, token: str, body: bytes) -> None:
        """Send all of it and leave before the answer."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            link.request("POST", _path(token), body, _HEADERS)
            self.gone += 1
        except OSError:
            self.broken += 1
        finally:
            link.close()


_HEADERS = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


def _path(token: str) -> str:
    return f"/callbacks/baidiyun/tracking/{next(iter(settings.BAIDIYUN_SALT_KEYS))}/{token}"
