"""Prebuilt HTTP requests: signed callbacks of ten events, each with a token and salt of its own."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote_plus

from apps.baidiyun.salts import derive_salt
from apps.baidiyun.signing import sign_callback
from config.bench.web.keys import SALT_KEYS

EVENTS = 10
KID = "k1"
DOOR = "/callbacks/baidiyun/tracking"
STRICT = "/yardstick/strict/tracking"
PLAIN = "/yardstick/plain/tracking"
NUMBER = "YT000000000000"
CITIES = ("苏州", "无锡", "常州", "南京", "滁州", "合肥", "武汉", "长沙", "衡阳", "广州")
HEAD = (
    "POST {path}/{kid}/{token} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Apache-HttpClient/4.5\r\n"
    "Accept: */*\r\nConnection: keep-alive\r\n"
    "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n"
    "Content-Length: {length}\r\n\r\n"
)


def build_callbacks(path: str, first: int, count: int, *, events: int = EVENTS) -> list[bytes]:
    """Return whole requests number ``first`` onwards; the same numbers give the same bytes."""
    param = push_param(events)
    escaped = quote_plus(param)
    return [_request(path, param, escaped, number) for number in range(first, first + count)]


def push_param(events: int) -> str:
    """Return a push about `NUMBER` with so many events, the newest first."""
    nodes = [_node(n) for n in reversed(range(events))]
    result = {
        "message": "ok", "nu": NUMBER, "ischeck": "0", "com": "yuantong", "status": "200",
        "data": nodes, "state": "0", "condition": "F00", "isLoop": False,
        "routeInfo": {"from": {"number": "CN320507004000", "name": "江苏,苏州市,相城区,北桥"},
                      "cur": {"number": "CN440100000000", "name": "广东,广州市"}, "to": None},
    }  # fmt: skip
    push = {"status": "polling", "billstatus": "got", "message": "", "lastResult": result}
    return json.dumps(push, ensure_ascii=False, separators=(",", ":"))


def token_of(number: int) -> str:
    """Return the token of a numbered request."""
    return f"benchtoken{number:022d}"


def _request(path: str, param: str, escaped: str, number: int) -> bytes:
    token, mine = token_of(number), f"YT{number:012d}"
    salt = derive_salt(SALT_KEYS[KID], token)
    sign = sign_callback(param.replace(NUMBER, mine), salt=salt)
    body = f"param={escaped.replace(NUMBER, mine)}&sign={sign}"
    head = HEAD.format(path=path, kid=KID, token=token, length=len(body))
    return (head + body).encode()


def _node(n: int) -> dict[str, Any]:
    city = CITIES[n % len(CITIES)]
    time = f"2026-11-{10 + n // 24:02d} {n % 24:02d}:15:14"
    return {
        "time": time,
        "ftime": time,
        "context": f"【{city}转运中心】 已发出，下一站 【{CITIES[(n + 1) % len(CITIES)]}转运中心】",
        "areaCode": f"CN3205{n:02d}000000",
        "areaName": f"江苏,{city}市",
        "status": "干线",
        "location": "",
        "areaCenter": "120.585315,31.298886",
        "areaPinYin": "su zhou shi",
        "statusCode": "1002",
    }
