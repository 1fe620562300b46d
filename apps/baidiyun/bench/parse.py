"""How long a snapshot takes from bytes to typed, cleaned, keyed and watched."""

from __future__ import annotations

import time
from collections.abc import Callable
from hashlib import blake2b
from typing import NamedTuple

import orjson

from apps.baidiyun.drift import observe
from apps.baidiyun.products.snapshot import Snapshot, read_push
from apps.baidiyun.reading import load_object

EventKey = Callable[[int, str, str], bytes]


class ParseFigures(NamedTuple):
    """Microseconds of the best round each, and their ratio."""

    size_bytes: int
    loads_us: float
    parse_us: float
    ratio: float


def plain_key(leg_id: int, original_time: str, original_text: str) -> bytes:
    """Return 16 bytes over the identity of an event, as the shipments' own key does."""
    identity = f"{leg_id}\x1f{original_time}\x1f{original_text}"
    return blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def sample_push(nodes: int = 30) -> bytes:
    """Return a push of ``nodes`` different nodes at level 4, as the platform writes it."""
    towns = ("北桥", "黄桥", "太平", "元和", "渭塘", "阳澄湖")
    data = [
        {
            "time": f"2026-11-{22 - n % 20:02d} {n % 24:02d}:{n * 7 % 60:02d}:14",
            "context": f"【苏州转运中心】 已发出 下一站 【无锡转运中心公司】，运单第{n}次中转，"
            "如有疑问请联系网点客服电话：0512-65001234",
            "ftime": f"2026-11-{22 - n % 20:02d} {n % 24:02d}:{n * 7 % 60:02d}:14",
            "areaCode": f"CN32050700{n % 6}000",
            "areaName": f"江苏,苏州市,相城区,{towns[n % 6]}",
            "status": "干线",
            "location": "",
            "areaCenter": f"120.58531{n % 6},31.298886",
            "areaPinYin": "xiang cheng qu",
            "statusCode": "1002",
        }
        for n in range(nodes)
    ]
    place = {"number": "CN320507004000", "name": "江苏,苏州市,相城区,北桥"}
    result = {
        "message": "ok", "nu": "YT6186594166532", "ischeck": "0", "com": "yuantong",
        "status": "200", "data": data, "state": "0", "condition": "F00",
        "routeInfo": {"from": place, "cur": place, "to": None}, "isLoop": False,
    }  # fmt: skip
    return orjson.dumps(
        {"status": "polling", "billstatus": "got", "message": "", "autoCheck": "0",
         "comOld": "", "comNew": "", "lastResult": result}
    )  # fmt: skip


def parse_whole(raw: bytes, event_key: EventKey = plain_key) -> tuple[Snapshot, list[bytes], int]:
    """Return snapshot, event keys and the count of deviations and cleaned texts."""
    value = load_object(raw)
    findings = observe("tracking.push", value)
    snapshot = read_push(value)
    keys = [event_key(1, node.time, node.context) for node in snapshot.nodes]
    return snapshot, keys, len(findings) + snapshot.cleaned


def measure_parse(
    *, nodes: int = 30, rounds: int = 30, loops: int = 40, event_key: EventKey = plain_key
) -> ParseFigures:
    """Measure both in turns in one run and compare the best rounds."""
    raw = sample_push(nodes)
    parse_whole(raw, event_key)
    best_loads = best_parse = float("inf")
    for _ in range(rounds):
        started = time.perf_counter()
        for _ in range(loops):
            orjson.loads(raw)
        middle = time.perf_counter()
        for _ in range(loops):
            parse_whole(raw, event_key)
        best_loads = min(best_loads, middle - started)
        best_parse = min(best_parse, time.perf_counter() - middle)
    return ParseFigures(
        len(raw), best_loads / loops * 1e6, best_parse / loops * 1e6, best_parse / best_loads
    )
