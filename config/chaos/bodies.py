"""Tracks for the suite: a parcel's life, and what push and poll say about parts of it."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from apps.baidiyun.salts import current_kid, derive_salt
from apps.baidiyun.signing import compact_json, sign_callback

CITIES = ("苏州", "无锡", "常州", "南京", "滁州", "合肥", "武汉", "长沙", "衡阳", "广州")
BEGAN = dt.datetime(2026, 11, 10, 8, 15, 14)  # noqa: DTZ001 (carriers write local times)
LIFE = ("103", "1002", "1002", "1001", "5", "301")
WORDS = {
    "103": "【{here}】 已揽收，揽收员：李四",
    "1002": "【{here}转运中心】 已发出，下一站 【{there}转运中心】",
    "1001": "【{here}】 已到达目的地",
    "5": "【{here}3号网点】 张三（13800138000）正在为您派送，请保持电话畅通",
    "301": "【{here}】 已签收，签收人：本人签收",
    "202": "【{here}】 包裹滞留，原因：天气",
}
Node = dict[str, Any]


def life(rng: random.Random, codes: Sequence[str] = LIFE) -> list[Node]:
    """Return a parcel's nodes, oldest first, with times, towns and places of its own."""
    moment = BEGAN + dt.timedelta(minutes=rng.randrange(1440))
    route = rng.sample(CITIES, len(CITIES))
    nodes = []
    for index, code in enumerate(codes):
        moment += dt.timedelta(hours=2, seconds=rng.randrange(7200))
        here, there = route[index % len(route)], route[(index + 1) % len(route)]
        nodes.append(_node(moment, WORDS[code].format(here=here, there=there), code, here, rng))
    return nodes


def plain(nodes: Sequence[Node]) -> list[Node]:
    """Return the nodes as a query of the lowest level tells them: moments and words alone."""
    kept = {"time", "ftime", "context"}
    return [{name: node[name] if name in kept else "" for name in node} for node in nodes]


def deeper(nodes: Sequence[Node]) -> list[Node]:
    """Return the nodes with the fuller places a query brings and a push does not."""
    return [
        {**node, "areaName": f"{node['areaName']},北桥", "location": f"{node['areaName']}中心"}
        for node in nodes
    ]


def overseas(nodes: Sequence[Node]) -> list[Node]:
    """Return the nodes as a carrier in California tells them: its own place and time."""
    return [
        {**node, "areaCode": "", "areaName": "", "areaCenter": "", "location": "Los Angeles,US"}
        for node in nodes
    ]


def track(
    number: str, nodes: Sequence[Node], *, carrier: str = "yuantong", state: str = ""
) -> dict[str, Any]:
    """Return a track as push and poll carry it; ``nodes`` oldest first."""
    code = state or (nodes[-1]["statusCode"] if nodes else "0")
    return {
        "message": "ok", "nu": number, "ischeck": "1" if code.startswith("3") else "0",
        "com": carrier, "status": "200", "data": list(reversed(nodes)), "state": code or "0",
        "condition": "F00", "isLoop": False,
        "routeInfo": {"from": {"number": "CN320507004000", "name": "江苏,苏州市"},
                      "cur": None, "to": None},
    }  # fmt: skip


def push(
    number: str,
    nodes: Sequence[Node],
    *,
    status: str = "polling",
    said: str = "",
    message: str = "",
    moved: tuple[str, str] | None = None,
    abroad: dict[str, Any] | None = None,
    **given: str,
) -> str:
    """Return the param of a push; ``moved``: the carrier the platform had and the one it found,
    ``abroad``: the track of the destination."""
    value: dict[str, Any] = {"status": status, "billstatus": said, "message": message}
    if abroad is not None:
        value["destResult"] = abroad
    if moved:
        value |= {"autoCheck": "1", "comOld": moved[0], "comNew": moved[1]}
    return compact_json({**value, "lastResult": track(number, nodes, **given)})


def poll(number: str, nodes: Sequence[Node], **given: str) -> str:
    """Return the answer to a query."""
    return compact_json(track(number, nodes, **given))


def form_of(param: str, *, token: str, keys: dict[str, str], forged: bool = False) -> bytes:
    """Return the body of a callback, signed with the token's salt (or with another's)."""
    salt = derive_salt(keys[current_kid(keys)], f"{token}x" if forged else token)
    return urlencode({"param": param, "sign": sign_callback(param, salt=salt)}).encode()


def _node(moment: dt.datetime, words: str, code: str, here: str, rng: random.Random) -> Node:
    place = rng.randrange(300)
    return {
        "time": str(moment), "ftime": str(moment), "context": words,
        "areaCode": f"CN32{place:04d}000000", "areaName": f"江苏,{here}市", "status": "干线",
        "location": "", "areaCenter": f"120.{place:06d},31.298886", "areaPinYin": "",
        "statusCode": code,
    }  # fmt: skip
