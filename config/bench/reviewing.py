"""The row about reviews: how fast the next flag is on the screen, over HTTP as the page asks."""

from __future__ import annotations

import json
import time
from http.client import HTTPConnection
from statistics import median
from typing import Any

from config.bench.flag_tables import FIXES_EACH, FLAGS, SHIPMENTS, ensure_queue
from config.bench.processes import PORTAL, told_by
from config.bench.rows import Figure, Row
from config.bench.server import web_server

AHEAD, OPENED, WARM_UP, UNDONE = 3, 60, 10, 25
DOOR = "/admin/exceptions/flag/review/"
TOKEN = "b" * 32


class Reviewer:
    """Somebody who is logged in and works through the queue as the page's script does."""

    def __init__(self, port: int, *, cookie: str, kind: str) -> None:
        self.http = HTTPConnection("127.0.0.1", port, timeout=30)
        self.headers = {
            "Cookie": f"sessionid={cookie}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN,
            "Content-Type": "application/json",
        }  # fmt: skip
        self.kind = kind
        self.held: list[int] = []
        self.verdicts: list[int] = []
        self.times: list[float] = []
        self.begin: float = 0.0

    def work(self, count: int) -> None:
        """Open the page, then decide flag after flag while the next ones are loaded."""
        began = time.perf_counter()
        self._ask("GET", f"{DOOR}?kind={self.kind}" if self.kind else DOOR)
        self._load(AHEAD)
        self.begin = (time.perf_counter() - began) * 1000
        for _ in range(count):
            state = "dismissed" if len(self.verdicts) % 3 == 0 else "confirmed"
            told = self._post("decide", {"flag": self.held[0], "state": state, "took_ms": 9000})
            self.verdicts.append(told["verdict"])
            self.held.pop(0)
            self._load(1)

    def leave(self) -> None:
        """Take everything back, so that the queue is as long as it was."""
        newest_first = self.verdicts[::-1]
        for first in range(0, len(newest_first), UNDONE):
            told = self._post("undo_many", {"verdicts": newest_first[first : first + UNDONE]})
            if told["refused"]:
                raise RuntimeError(f"{told['refused']} verdicts could not be undone")
        self._post("release", {"flags": self.held})
        self.http.close()

    def _load(self, count: int) -> None:
        """Load flags and keep how long the server took; each brings the fixes of its map."""
        asked = {"count": count, "exclude": self.held, "kind": self.kind}
        began = time.perf_counter()
        flags = self._post("next", asked)["flags"]
        self.times.append((time.perf_counter() - began) * 1000)
        if len(flags) != count or not all(flag["points"] for flag in flags):
            raise RuntimeError("a flag without its fixes measures nothing")
        self.held += [flag["id"] for flag in flags]

    def _post(self, name: str, values: dict[str, Any]) -> Any:
        return json.loads(self._ask("POST", f"{DOOR}{name}/", json.dumps(values)))

    def _ask(self, method: str, path: str, body: str = "") -> bytes:
        self.http.request(method, path, body or None, self.headers)
        answer = self.http.getresponse()
        read = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path} was answered with {answer.status}")
        return read


def measure_opening() -> Figure:
    """p95 of loading the next flag with its evidence, the connection's own time included.

    Every round another person; in turns they want all flags, those of one kind, and those of one
    merchant, which stand behind all others. The queue is whole again afterwards.
    """
    url = ensure_queue()
    people = told_by("config.bench.flag_actors", "reviewers", url=url)
    p95s, middles, begins = [], [], []
    with web_server(database_url=url, extra=PORTAL, application="config.wsgi") as server:
        for number, person in enumerate((people[0], *people)):
            one = Reviewer(server.port, **person)
            try:
                one.work(OPENED if number else WARM_UP)
            finally:
                one.leave()
            if number:
                ordered = sorted(one.times)
                p95s.append(ordered[int(len(ordered) * 0.95)])
                middles.append(median(ordered))
                begins.append(one.begin)
    said = (
        f"p50 {median(middles):.1f} ms, the page with its first three {max(begins):.0f} ms at most;"
        f" {len(p95s)} rounds of {OPENED + 1}, {FLAGS:,} open flags,"
        f" {SHIPMENTS * FIXES_EACH:,} positions"
    )
    return Figure(median(p95s), max(p95s), said)


ROWS = (
    Row(
        "review_open_p95_ms",
        "the next review with its evidence at 100,000 open flags and 10 million positions, p95",
        "ms", 150.0, measure_opening,
    ),
)  # fmt: skip
