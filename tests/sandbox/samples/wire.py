"""One HTTP exchange of a sample, and the envelopes of contract §0 as shapes."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from tests.support.vendor_languages import Call, Language, Sent

CONTENT_TYPE = "application/json;charset=UTF-8"


def exchange(base: str, sent: Sent, verb: str = "POST") -> Any:
    """The answer's JSON; the status is 200 and the type JSON whatever is answered."""
    parts = urlsplit(base)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        connection.request(verb, sent.target, sent.body, sent.headers)
        answer = connection.getresponse()
        raw = answer.read()
    finally:
        connection.close()
    assert (answer.status, answer.headers["Content-Type"]) == (200, CONTENT_TYPE)
    return json.loads(raw.decode("utf-8"))


def tell(base: str, language: Language, call: Call, **changes: str) -> Any:
    """What the gateway answers a sample's call."""
    return exchange(base, language.send(call, **changes))


def flavour_a(message: str, data: Any = None) -> dict[str, Any]:
    """``returnCode`` is text; ``data`` only where there is any."""
    told = {"result": True, "returnCode": "200", "message": message}
    return told if data is None else {**told, "data": data}


def flavour_b(data: Any) -> dict[str, Any]:
    """``code`` and ``time`` are numbers."""
    return {"success": True, "code": 200, "message": "success", "time": int, "data": data}


def code_of(answer: Any) -> str:
    """The code of a refusal in its own envelope and type: "503", "30002" or "104"."""
    if "result" in answer:
        assert set(answer) == {"result", "returnCode", "message"}
        assert answer["result"] is False
        assert type(answer["returnCode"]) is str
        return answer["returnCode"]
    if "success" in answer:
        assert list(answer) == ["success", "code", "message", "time", "data"]
        assert (answer["success"], answer["data"]) == (False, None)
    else:
        assert set(answer) == {"code", "message"}
    assert type(answer["code"]) is int
    return str(answer["code"])
