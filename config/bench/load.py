"""A load generator of one thread: prebuilt requests over kept connections, as fast as answered."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

CONNECTIONS = 32


@dataclass(slots=True)
class Volley:
    """What became of a list of requests; seconds, and seconds of this process's own CPU."""

    seconds: float = 0.0
    accepted: int = 0
    refused: int = 0
    own_cpu: float = 0.0
    delays: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Accepted requests per second."""
        return self.accepted / self.seconds

    def delay(self, share: float) -> float:
        """Return a quantile of the delays in milliseconds."""
        ordered = sorted(self.delays)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000


class Gun:
    """Keeps connections to one server and fires lists of requests at it."""

    def __init__(self, port: int, connections: int = CONNECTIONS) -> None:
        self._sockets = [_connect(port) for _ in range(connections)]
        self._poll = select.epoll()
        for each in self._sockets:
            self._poll.register(each.fileno(), select.EPOLLIN)
        self._by_number = {each.fileno(): each for each in self._sockets}

    def fire(self, requests: Sequence[bytes], *, seconds: float) -> Volley:
        """Send requests, the next one on a connection when it is answered.

        Ends when time is up or the list is. Raises ConnectionError when the server hangs up.
        """
        volley = Volley()
        waiting = iter(requests)
        sent: dict[int, float] = {}
        cpu, began = time.process_time(), time.perf_counter()
        for each in self._sockets:
            self._send(each.fileno(), next(waiting, b""), sent)
        until = began + seconds
        while sent:
            for number, _ in self._poll.poll(5.0):
                now = time.perf_counter()
                volley.delays.append(now - sent.pop(number))
                if self._read(number):
                    volley.accepted += 1
                else:
                    volley.refused += 1
                if now < until:
                    self._send(number, next(waiting, b""), sent)
        volley.seconds = time.perf_counter() - began
        volley.own_cpu = time.process_time() - cpu
        return volley

    def close(self) -> None:
        """Close every connection."""
        self._poll.close()
        for each in self._sockets:
            each.close()

    def _send(self, number: int, request: bytes, sent: dict[int, float]) -> None:
        if not request:
            return
        sent[number] = time.perf_counter()
        self._by_number[number].sendall(request)

    def _read(self, number: int) -> bool:
        """Read one whole answer; whether it was 200."""
        each = self._by_number[number]
        answer = each.recv(65_536)
        while not _is_whole(answer):
            more = each.recv(65_536)
            if not more:
                raise ConnectionError(f"the server hung up: {answer[:200]!r}")
            answer += more
        return answer.startswith(b"HTTP/1.1 200")


def _connect(port: int) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), timeout=30)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def _is_whole(answer: bytes) -> bool:
    head, found, body = answer.partition(b"\r\n\r\n")
    if not found:
        return False
    length = head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0]
    return len(body) >= int(length) if length else body.endswith(b"\r\n0\r\n\r\n")
