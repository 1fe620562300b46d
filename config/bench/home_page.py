"""The row about the home page: the page, its refresh and its charts at size, over HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from http.client import HTTPConnection
from statistics import median
from urllib.parse import urlsplit

from config.bench.big_tables import PARCELS
from config.bench.database import FULL, connect
from config.bench.home_tables import HOURS, ensure_home
from config.bench.processes import PORTAL, told_by
from config.bench.rows import Figure, Row
from config.bench.server import web_server

PAGE, NOW, CHART = "/admin/?mode=", "/admin/home/now/?mode=live", "/admin/home/chart/?mode=live"
ROUNDS = 20
WARM_UP = 2
LATE = b"hm-late"
"""Marks what the page gave up waiting for."""
LOOKED = "UPDATE monitoring_objectivereading SET looked_at = now()"
"""The watch looks every few seconds; here it has no other work."""
KINDS = (
    ("response", ("", "product", "carrier", "merchant")),
    ("errors", ("", "product", "carrier", "merchant")),
    ("calls", ("merchant",)),
    ("delay", ("", "carrier")),
    ("told", ("",)),
    ("own", ("", "endpoint", "merchant")),
)
"""What the page's script may ask for: every chart under every dimension it has."""


def addresses() -> Iterator[tuple[str, str]]:
    """Yield a name and the address of everything the page or its script asks for."""
    yield "page", PAGE
    yield "refresh", NOW
    for of, dims in KINDS:
        for by in dims:
            for reach in ("hour", "day", "week"):
                yield f"{of} {by or 'together'} {reach}", f"{CHART}&of={of}&by={by}&reach={reach}"
    yield "one merchant's errors week", f"{CHART}&of=errors&by=merchant&reach=week&key=7"
    yield "calls behind a point", _click()


def _click() -> str:
    """Return the address a click leads to: one carrier's calls of four hours, three days ago."""
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 3 * 86_400))
    stretch = f"at_from_0={day}&at_from_1=08:00:00&at_to_0={day}&at_to_1=11:59:59"
    return f"/admin/baidiyun/apicall/?carrier=yuantong&mode__exact=live&{stretch}"


def measure_home_page() -> Figure:
    """The slowest of all, at the 95th percentile of its rounds."""
    url = ensure_home()
    cookie = str(told_by("config.bench.home_actors", "watcher", url=url))
    took: dict[str, list[float]] = {}
    extra = {**PORTAL, "LOG_LEVEL": "ERROR"}
    with (
        connect(FULL) as watch,
        web_server(database_url=url, extra=extra, application="config.wsgi") as server,
    ):
        http = HTTPConnection("127.0.0.1", server.port, timeout=60)
        for number in range(WARM_UP + ROUNDS):
            watch.execute(LOOKED)
            for name, address in addresses():
                milliseconds = _timed(http, address, cookie)
                if number >= WARM_UP:
                    took.setdefault(name, []).append(milliseconds)
    high = {name: p95(times) for name, times in took.items()}
    slowest = max(high, key=lambda name: high[name])
    said = (
        f"{PARCELS:,} shipments, orders and calls, {HOURS.days} days of measurements;"
        f" {len(took)} addresses, {ROUNDS} rounds over HTTP; the slowest is “{slowest}”,"
        f" the page {high['page']:.0f} ms (median {median(took['page']):.0f}),"
        f" its refresh {high['refresh']:.0f} ms"
    )
    return Figure(high[slowest], max(max(times) for times in took.values()), said)


def p95(times: list[float]) -> float:
    """Return the time that 95 of 100 stay within."""
    ranked = sorted(times)
    return ranked[min(len(ranked) - 1, -(-95 * len(ranked) // 100) - 1)]


def _timed(http: HTTPConnection, address: str, cookie: str) -> float:
    began = time.perf_counter()
    http.request("GET", address, headers={"Cookie": f"sessionid={cookie}", "Accept-Language": "zh"})
    answer = http.getresponse()
    body = answer.read()
    took = (time.perf_counter() - began) * 1000
    if answer.status != 200 or LATE in body:
        raise RuntimeError(f"{urlsplit(address).path} was answered with {answer.status}")
    return took


ROWS = (
    Row(
        "home_page_p95_ms",
        "the home page, its refresh, any of its charts or the calls behind a point, p95",
        "ms", 300.0, measure_home_page,
    ),
)  # fmt: skip
