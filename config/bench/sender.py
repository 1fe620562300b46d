"""The sender of the soak: signed callbacks at a fixed rate, three tries each, with bad habits."""

from __future__ import annotations

import http.client
import random
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import quote_plus

from apps.baidiyun.salts import derive_salt
from apps.baidiyun.signing import sign_callback
from config.bench.callbacks import DOOR, KID
from config.bench.parcels import EVENTS, push_of, token_of
from config.bench.web.keys import SALT_KEYS

THREADS = 8
TRIES = 8
PAUSE = 0.5
SEED = 20261122
DOUBLED, FORGED, HUNG_UP = 0.10, 0.01, 0.01
HEADERS = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


@dataclass
class Sent:
    """What was sent and answered; ``distinct`` callbacks make ``events`` events."""

    accepted: int = 0
    distinct: int = 0
    events: int = 0
    forged: int = 0
    forged_accepted: int = 0
    again: int = 0
    given_up: int = 0
    delays: list[float] = field(default_factory=list)

    @property
    def p99(self) -> float:
        """Seconds within which 99 of 100 first tries were answered."""
        ordered = sorted(self.delays)
        return ordered[int(len(ordered) * 0.99)] if ordered else 0.0


class Sender:
    """Sends push after push of the parcels, each time with a node more, over kept connections."""

    def __init__(self, port: int, *, parcels: int, per_second: int) -> None:
        self._port, self._parcels, self._rate = port, parcels, per_second
        self._sent, self._next, self._lock = Sent(), 0, threading.Lock()
        self._reached: dict[int, int] = {}
        self._stop = threading.Event()
        self._began = 0.0
        self._threads = [
            threading.Thread(target=self._work, args=(n,), daemon=True) for n in range(THREADS)
        ]

    def start(self) -> None:
        """Begin to send."""
        self._began = time.monotonic()
        for each in self._threads:
            each.start()

    def finish(self) -> Sent:
        """Stop sending, wait for what is under way and return the count."""
        self._stop.set()
        for each in self._threads:
            each.join()
        self._sent.events = sum(self._reached.values())
        return self._sent

    def _work(self, thread: int) -> None:
        rng = random.Random(SEED + thread)  # noqa: S311
        line = _Line(self._port)
        while not self._stop.is_set():
            with self._lock:
                number, self._next = self._next, self._next + 1
            time.sleep(max(0.0, self._began + number / self._rate - time.monotonic()))
            if self._stop.is_set():
                break
            self._one(line, number, rng)
        line.close()

    def _one(self, line: _Line, number: int, rng: random.Random) -> None:
        turn, parcel = divmod(number, self._parcels)
        turn ^= parcel % 2  # every second parcel's newer push comes before the older one
        events = min(turn + 1, EVENTS)
        path, body = _callback(parcel + 1, events, said=f"{turn}")
        if rng.random() < FORGED:
            self._forge(line, path, body)
        if rng.random() < HUNG_UP:
            line.hang_up(path, body)
        began = time.monotonic()
        accepted = self._insist(line, path, body)
        took = time.monotonic() - began
        if accepted and rng.random() < DOUBLED:
            self._insist(line, path, body)
        with self._lock:
            self._sent.delays.append(took)
            self._sent.distinct += 1
            self._sent.given_up += not accepted
            self._reached[parcel] = max(events, self._reached.get(parcel, 0))

    def _insist(self, line: _Line, path: str, body: str) -> bool:
        for n in range(TRIES):
            if line.post(path, body):
                with self._lock:
                    self._sent.accepted += 1
                    self._sent.again += n
                return True
            time.sleep(PAUSE)
        return False

    def _forge(self, line: _Line, path: str, body: str) -> None:
        accepted = line.post(path, body.rpartition("=")[0] + "=" + "0" * 32)
        with self._lock:
            self._sent.forged += 1
            self._sent.forged_accepted += accepted


class _Line:
    """One kept connection, made again when it broke."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._http = self._made()

    def post(self, path: str, body: str) -> bool:
        """Send a callback; whether it was accepted."""
        try:
            self._http.request("POST", path, body, HEADERS)
            answer = self._http.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self._http.close()
            return False
        return answer.status == http.client.OK

    def hang_up(self, path: str, body: str) -> None:
        """Send a callback and go before the answer."""
        gone = self._made()
        try:
            gone.request("POST", path, body, HEADERS)
        except OSError:
            return
        finally:
            gone.close()

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def _made(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)


def _callback(number: int, events: int, *, said: str) -> tuple[str, str]:
    """Return path and signed body of a push about a parcel."""
    token, param = token_of(number), push_of(number, events=events, said=said)
    sign = sign_callback(param, salt=derive_salt(SALT_KEYS[KID], token))
    return f"{DOOR}/{KID}/{token}", f"param={quote_plus(param)}&sign={sign}"
