"""Calls spelled the way the vendor's own samples spell them, signed here independently."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import requests

KEY, CUSTOMER, SECRET = "testKey", "testCustomer", "testSecret"
T = "1576123932000"


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest().upper()


def compact(param: dict[str, Any]) -> str:
    """Node's JSON.stringify and Gson."""
    return json.dumps(param, ensure_ascii=False, separators=(",", ":"))


def python_json(param: dict[str, Any]) -> str:
    """The Python samples: escaped, with spaces after separators."""
    return json.dumps(param)


def php_json(param: dict[str, Any]) -> str:
    """PHP's json_encode: escaped Unicode and escaped slashes."""
    return json.dumps(param, separators=(",", ":")).replace("/", "\\/")


def order_form(method: str, param: str, *, t: str = T, **changes: str) -> dict[str, str]:
    form = {
        "method": method,
        "key": KEY,
        "t": t,
        "param": param,
        "sign": md5(param + t + KEY + SECRET),
    }
    return {**form, **changes}


def border(base: str, method: str, param: dict[str, Any], **changes: str) -> dict[str, Any]:
    form = order_form(method, compact(param), **changes)
    return requests.post(f"{base}/order/borderapi.do", data=form, timeout=10).json()


def query_form(param: str) -> dict[str, str]:
    return {"customer": CUSTOMER, "param": param, "sign": md5(param + KEY + CUSTOMER)}


def query(base: str, param: dict[str, Any]) -> dict[str, Any]:
    form = query_form(compact(param))
    return requests.post(f"{base}/poll/query.do", data=form, timeout=10).json()


def subscription(number: str, url: str, *, company: str = "yuantong", **parameters: str) -> dict:
    return {
        "company": company,
        "number": number,
        "from": "",
        "to": "",
        "key": KEY,
        "parameters": {"callbackurl": url, "salt": "salt123", "resultv2": "4", **parameters},
    }


def poll(base: str, param: dict[str, Any]) -> dict[str, Any]:
    form = {"schema": "json", "param": compact(param)}
    return requests.post(f"{base}/poll", data=form, timeout=10).json()


def booking(**changes: str) -> dict[str, str]:
    """A complete bOrder of yuantong from Shenzhen to Beijing."""
    param = {
        "kuaidicom": "yuantong",
        "recManName": "王超",
        "recManMobile": "13800138000",
        "recManPrintAddr": "北京市朝阳区建国路88号",
        "sendManName": "李店",
        "sendManMobile": "13900139000",
        "sendManPrintAddr": "广东省深圳市南山区科技园1号",
        "callBackUrl": "http://127.0.0.1:1/cb",
        "cargo": "日用品",
        "weight": "1",
        "salt": "salt123",
        "thirdOrderId": "shp_1-1",
    }
    return {**param, **changes}
