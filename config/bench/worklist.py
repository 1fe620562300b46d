"""The row about the worklist: every view and filter at 100,000 live cases, over HTTP."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from statistics import median
from typing import Any

from config.bench.case_tables import ALL, LATE_MERCHANT, LIVE, RARE_CARRIER, ensure_cases
from config.bench.processes import PORTAL, told_by
from config.bench.rows import Figure, Row
from config.bench.server import web_server

DOOR = "/admin/exceptions/case/"
TOKEN = "c" * 32
PAGES = 3
VIEWS = ("all", "groups", "mine", "unacknowledged", "red", "overdue", "waiting")
FILTERS: tuple[Mapping[str, Any], ...] = (
    {"severity": "notice"}, {"carrier": RARE_CARRIER}, {"merchant": str(LATE_MERCHANT)},
    {"rule": "stalled_domestic"}, {"escalated": "1"}, {"unowned": "1"},
    {"carrier": RARE_CARRIER, "severity": "notice", "merchant": "1"},
)  # fmt: skip


class Worker:
    """Somebody who is logged in and looks at the worklist as the page's script does."""

    def __init__(self, port: int, cookie: str) -> None:
        self.http = HTTPConnection("127.0.0.1", port, timeout=30)
        self.headers = {
            "Cookie": f"sessionid={cookie}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN,
            "Content-Type": "application/json",
        }  # fmt: skip

    def look(self) -> Iterator[tuple[str, float]]:
        """Open the page, then each view and filter and the pages behind; say how long each took
        in milliseconds."""
        yield "page", self._timed("GET", DOOR)[0]
        asked = [{"view": view, "filters": {}} for view in VIEWS]
        asked += [{"view": "all", "filters": dict(one)} for one in FILTERS]
        for values in asked:
            after = None
            for number in range(PAGES):
                given = {**values, "after": after} if after else values
                took, told = self._timed("POST", f"{DOOR}do/rows/", json.dumps(given))
                yield f"{values['view']} {values['filters']} {number}", took
                after = json.loads(told)["after"]
                if not after:
                    break

    def _timed(self, method: str, path: str, body: str = "") -> tuple[float, bytes]:
        began = time.perf_counter()
        self.http.request(method, path, body or None, self.headers)
        answer = self.http.getresponse()
        read = answer.read()
        took = (time.perf_counter() - began) * 1000
        if answer.status != 200:
            raise RuntimeError(f"{method} {path} was answered with {answer.status}")
        return took, read


def measure_worklist() -> Figure:
    """The slowest of all views and filters in its median round; the first person warms up."""
    url = ensure_cases()
    cookies = told_by("config.bench.case_actors", "workers", url=url)
    took: dict[str, list[float]] = {}
    with web_server(database_url=url, extra=PORTAL, application="config.wsgi") as server:
        for number, cookie in enumerate((cookies[0], *cookies)):
            for name, milliseconds in Worker(server.port, cookie).look():
                if number:
                    took.setdefault(name, []).append(milliseconds)
    middles = {name: median(times) for name, times in took.items()}
    slowest = max(middles, key=lambda name: middles[name])
    said = (
        f"{LIVE:,} live of {ALL:,} cases; {len(took)} lists of 50 with their counts, the slowest "
        f"is “{slowest}”, the median of all {median(middles.values()):.0f} ms, the whole page "
        f"{middles['page']:.0f} ms; {len(cookies)} rounds, over HTTP"
    )
    return Figure(middles[slowest], max(max(times) for times in took.values()), said)


ROWS = (
    Row(
        "worklist_ms",
        "any view of the worklist at 100,000 live cases",
        "ms", 200.0, measure_worklist,
    ),
)  # fmt: skip
