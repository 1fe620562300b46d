"""Prebuilt calls of a client: subscribe, query, book, detail, detect, in a fixed mix, signed."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import urlencode

from apps.sandbox.signing import sign_order, sign_query

MIX = ("query", "poll", "query", "order", "detail", "query", "poll", "order", "auto", "detail")
HEAD = (
    "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: keep-alive\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n"
)


def build_calls(count: int, sample: dict[str, Any], *, first: int = 0) -> list[bytes]:
    """Return so many whole requests, from the ``first`` of an endless row in which no number
    is asked for or subscribed twice before the sample is used up."""
    run = f"{time.time_ns():x}"
    return [_BUILDERS[MIX[n % len(MIX)]](n, sample, run) for n in range(first, first + count)]


def _query(n: int, sample: dict[str, Any], run: str) -> bytes:
    carrier, number = sample["numbers"][n % len(sample["numbers"])]
    param = _json({"com": carrier, "num": number, "resultv2": "4"})
    sign = sign_query(param, sample["key"], sample["customer"])
    form = {"customer": sample["customer"], "sign": sign, "param": param}
    return _request("/poll/query.do", form)


def _poll(n: int, sample: dict[str, Any], run: str) -> bytes:
    number = f"YT6{int(run, 16) % 10**7:07d}{n:05d}"
    parameters = {"callbackurl": sample["url"], "salt": "salt123", "resultv2": "4"}
    value = {
        "company": "yuantong", "number": number, "key": sample["key"], "parameters": parameters
    }  # fmt: skip
    return _request("/poll", {"schema": "json", "param": _json(value)})


def _order(n: int, sample: dict[str, Any], run: str) -> bytes:
    value = {
        "kuaidicom": "yuantong",
        "recManName": "王超",
        "recManMobile": "13800138000",
        "recManPrintAddr": "北京市朝阳区建国路88号",
        "sendManName": "李店",
        "sendManMobile": "13900139000",
        "sendManPrintAddr": "广东省深圳市南山区科技园1号",
        "callBackUrl": sample["url"],
        "cargo": "日用品",
        "weight": "1",
        "salt": "salt123",
        "thirdOrderId": f"{run[-10:]}-{n}",
        "op": "1",
        "pollCallBackUrl": sample["url"],
        "resultv2": "4",
    }
    return _border("bOrder", value, sample)


def _detail(n: int, sample: dict[str, Any], run: str) -> bytes:
    task, order = sample["tasks"][n % len(sample["tasks"])]
    return _border("detail", {"taskId": task, "orderId": order}, sample)


def _auto(n: int, sample: dict[str, Any], run: str) -> bytes:
    _, number = sample["numbers"][n % len(sample["numbers"])]
    return _request("/autonumber/auto", {"num": number, "key": sample["key"]})


def _border(method: str, value: dict[str, Any], sample: dict[str, Any]) -> bytes:
    param, t = _json(value), "1795353076643"
    sign = sign_order(param, t, sample["key"], sample["secret"])
    form = {"method": method, "key": sample["key"], "t": t, "param": param, "sign": sign}
    return _request("/order/borderapi.do", form)


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _request(path: str, form: dict[str, str]) -> bytes:
    body = urlencode(form)
    return (HEAD.format(path=path, length=len(body)) + body).encode()


_BUILDERS = {"query": _query, "poll": _poll, "order": _order, "detail": _detail, "auto": _auto}
