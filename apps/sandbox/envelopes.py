"""The vendor's answer envelopes with their exact types (contract §0, flavours A, B, D, F)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

JsonValue = dict[str, Any] | list[Any]


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    """A documented refusal: code as text and the vendor's Chinese message."""

    code: str
    message: str


def dump(value: JsonValue) -> str:
    """Compact JSON with Chinese as it is, as the gateway sends it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def success(message: str, data: JsonValue | None = None) -> dict[str, Any]:
    """Flavour A, accepted: ``returnCode`` is the *string* 200."""
    answer: dict[str, Any] = {"result": True, "returnCode": "200", "message": message}
    if data is not None:
        answer["data"] = data
    return answer


def refusal(code: str, message: str) -> dict[str, Any]:
    """Flavour A, refused."""
    return {"result": False, "returnCode": code, "message": message}


def success_b(data: JsonValue | None, *, spent_ms: int) -> dict[str, Any]:
    """Flavour B, accepted: ``code`` is the *number* 200, ``time`` the milliseconds spent."""
    return {"success": True, "code": 200, "message": "success", "time": spent_ms, "data": data}


def refusal_b(code: str, message: str, *, spent_ms: int) -> dict[str, Any]:
    """Flavour B, refused."""
    return {
        "success": False,
        "code": int(code),
        "message": message,
        "time": spent_ms,
        "data": None,
    }


def answered_true(text: str) -> bool:
    """Whether a receiver's answer to a push says it was taken (contract §2.2)."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    if not isinstance(value, dict):
        return False
    code, result = str(value.get("returnCode", "200")), value.get("result")
    return (result is True or result == "true") and code == "200"
