"""The vendor's samples, one by one: how each language spells, signs and sends a call.

A sample gets a product's fields and makes of them one HTTP request as its libraries would:
target, headers and body. Where the samples of one language differ, there are several.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.support import vendor_bytes as bytes_of

KEY, CUSTOMER, SECRET = "testKey", "testCustomer", "testSecret"
MILLISECONDS, FLOAT_SECONDS = "1576123932000", "1795353076.6432815"
FORM = "application/x-www-form-urlencoded"


def md5_upper(text: str) -> str:
    """``hashlib.md5(…).hexdigest().upper()``, ``strtoupper(md5(…))``, ``md5(…).toUpperCase()``."""
    return hashlib.md5(text.encode()).hexdigest().upper()


@dataclass(frozen=True, slots=True)
class Call:
    """One product's call before it is spelled; ``family`` names the signature (contract §0)."""

    path: str
    param: Any
    family: str = "order"
    method: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """What goes over the socket."""

    target: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Language:
    """A sample's habits; ``where`` is "body", "url" (everything) or "method" (that in the URL)."""

    name: str
    spell: Callable[[Any], str]
    encode: Callable[[bytes_of.Fields], bytes]
    agent: str
    content_type: str = FORM
    t: str = MILLISECONDS
    where: str = "body"
    extra: tuple[tuple[str, str], ...] = ()

    def send(self, call: Call, **changes: str) -> Sent:
        """The request; ``changes`` replace form fields or kd100's headers after signing."""
        param = self.spell(call.param)
        if call.family == "kd100":
            return self._as_json(call, param, changes)
        fields = {**_signed(call, param, self.t), **dict(self.extra), **changes}
        headers = {"Content-Type": self.content_type, "User-Agent": self.agent, "Accept": "*/*"}
        if self.where == "url":
            return Sent(_with_query(call.path, fields), headers, self.encode({"": ""}))
        target = call.path
        if self.where == "method" and "method" in fields:
            target = _with_query(target, {"method": fields.pop("method")})
        return Sent(target, headers, self.encode(fields))

    def _as_json(self, call: Call, body: str, changes: dict[str, str]) -> Sent:
        headers = {
            "Content-Type": "application/json",
            "API-Key": KEY,
            "signature": md5_upper(body + KEY + SECRET),
            "User-Agent": self.agent,
        }
        return Sent(call.path, {**headers, **changes}, body.encode())


def _with_query(path: str, fields: dict[str, str]) -> str:
    return f"{path}?{bytes_of.php_form(fields).decode()}"


def _signed(call: Call, param: str, t: str) -> dict[str, str]:
    if call.family == "none":
        return {"schema": "json", "param": param}
    if call.family == "plain":
        return dict(call.param)
    if call.family == "query":
        sign = md5_upper(param + KEY + CUSTOMER)
        return {"customer": CUSTOMER, "sign": sign, "param": param}
    method = {"method": call.method} if call.method else {}
    sign = md5_upper(param + t + KEY + SECRET)
    return {**method, "key": KEY, "sign": sign, "t": t, "param": param}


REQUESTS = Language(
    "python requests", bytes_of.python_json, bytes_of.python_form, "python-requests/2.31.0"
)
AXIOS = Language("node axios", bytes_of.node_json, bytes_of.axios_form, "axios/1.6.7")
PHP_QUERY = Language(
    "php http_build_query", bytes_of.php_json, bytes_of.php_form, "", where="method"
)
JAVA = Language(
    "java HttpClient", bytes_of.gson_json, bytes_of.java_form, "Apache-HttpClient/4.5.13",
    content_type=f"{FORM}; charset=UTF-8", extra=(("url", ""), ("secret", ""), ("settings", "")),
)  # fmt: skip
GO = Language("go net/http", bytes_of.go_json, bytes_of.go_form, "Go-http-client/1.1")
LANGUAGES = (
    REQUESTS,
    replace(REQUESTS, name="python urllib", agent="Python-urllib/3.11", t=FLOAT_SECONDS),
    AXIOS,
    replace(AXIOS, name="node querystring", encode=bytes_of.querystring_form, agent=""),
    replace(AXIOS, name="node request", encode=bytes_of.request_form, agent=""),
    replace(
        AXIOS, name="node form-data",
        encode=lambda fields: bytes_of.multipart(fields, bytes_of.NODE_BOUNDARY),
        content_type=f"multipart/form-data; boundary={bytes_of.NODE_BOUNDARY}",
    ),
    PHP_QUERY,
    replace(
        PHP_QUERY, name="php curl array", spell=bytes_of.php_json_unescaped, where="body",
        encode=lambda fields: bytes_of.multipart(fields, bytes_of.PHP_BOUNDARY),
        content_type=f"multipart/form-data; boundary={bytes_of.PHP_BOUNDARY}",
    ),
    replace(
        PHP_QUERY, name="php everything in the url", where="url",
        encode=lambda fields: bytes_of.multipart({}, bytes_of.PHP_BOUNDARY),
        content_type=f"multipart/form-data; boundary={bytes_of.PHP_BOUNDARY}",
    ),
    JAVA,
    GO,
)  # fmt: skip
FAMILIES = (REQUESTS, AXIOS, PHP_QUERY, JAVA, GO)
