"""Rows about reading at size: one shipment's timeline, and searching by number."""

from __future__ import annotations

from statistics import median
from typing import cast

from config.bench.big_tables import MERCHANTS, PARCELS, ensure_full
from config.bench.load import Gun
from config.bench.processes import PORTAL, told_by
from config.bench.rows import Figure, Row
from config.bench.server import web_server

ROUNDS = 5
SECONDS = 2.0
WARM_UP = 1.0
CALLERS = 4
MOST_PER_SECOND = 1_500
MERCHANT = 1
GET = (
    "GET /api/v1/shipments/{uid} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
    "Authorization: Bearer {key}\r\nConnection: keep-alive\r\n\r\n"
)
READERS = "config.bench.readers"


def timeline_query() -> Figure:
    """p50 of what the API reads a timeline with, ratio to a raw prepared read of the same key."""
    rounds = cast("list[dict[str, float]]", told_by(READERS, "timeline", url=ensure_full()))
    ratios = [each["layer"] / each["raw"] for each in rounds]
    layer, raw = (median(each[name] for each in rounds) for name in ("layer", "raw"))
    said = f"{layer:.0f} µs against {raw:.0f} µs, {len(rounds)} rounds of 300 keys each"
    return Figure(median(ratios), max(ratios), said)


def timeline_request() -> Figure:
    """CPU milliseconds of the web workers for a whole answer of the API about one shipment."""
    url = ensure_full()
    key = str(told_by(READERS, "key", url=url))
    extra = {**PORTAL, "API_RATE_PER_MINUTE": "1000000000"}
    requests = [_request(key, number) for number in range(int(MOST_PER_SECOND * SECONDS))]
    with web_server(database_url=url, extra=extra, application="config.wsgi") as server:
        gun = Gun(server.port, CALLERS)
        gun.fire(requests, seconds=WARM_UP)
        millis, rates = [], []
        for _ in range(ROUNDS):
            before = server.cpu()
            volley = gun.fire(requests, seconds=SECONDS)
            if volley.refused or not volley.accepted:
                raise RuntimeError(f"{volley.refused} requests were not answered with 200")
            millis.append((server.cpu() - before) / volley.accepted * 1000)
            rates.append(volley.rate)
        gun.close()
    said = f"{median(rates):.0f} answers/s, {ROUNDS} rounds of {SECONDS:g} s, {CALLERS} connections"
    return Figure(median(millis), max(millis), said)


def _request(key: str, number: int) -> bytes:
    """Return the request for a shipment of the key's merchant, another one every time."""
    shipment = (number * 7919 * MERCHANTS) % PARCELS or PARCELS
    return GET.format(uid=f"shp_{shipment:a>20}", key=key).encode()


def number_search() -> Figure:
    """p99 of a search by number, ratio to a sequential scan; the worst kind of search counts."""
    rounds = cast(
        "list[dict[str, dict[str, float]]]", told_by(READERS, "search", url=ensure_full())
    )
    kinds = {
        kind: [each[kind]["p99"] / each[kind]["scan"] for each in rounds] for kind in rounds[0]
    }
    value = max(median(ratios) for ratios in kinds.values())
    said = ", ".join(
        f"{kind} {median(each[kind]['p50'] for each in rounds):.1f}"
        f" (p99 {median(each[kind]['p99'] for each in rounds):.1f})"
        f" of {median(each[kind]['scan'] for each in rounds):.0f} ms"
        for kind in kinds
    )
    return Figure(value, max(map(max, kinds.values())), f"{said}; {len(rounds)} rounds of 150 each")


ROWS = (
    Row(
        "timeline_query",
        "a shipment's timeline as the API reads it at 10 million events ÷ raw prepared read, p50",
        "×", 6.0, timeline_query,
    ),
    Row(
        "timeline_request_cpu_ms",
        "CPU of the web workers for one shipment by the API: key, scope, rate and JSON included",
        "ms", 2.0, timeline_request,
    ),
    Row(
        "number_search",
        "p99 of a search by exact number, beginning or last six, 1 million shipments ÷ seq. scan",
        "×", 0.05, number_search,
    ),
)  # fmt: skip
