"""The platform's signature families (contract §0): MD5, 32 hex digits, upper case.

MD5 is the vendor's choice; design.md §9 says what stands beside it. ``param`` is always the
exact text on the wire: never serialise again before signing or verifying.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any


def compact_json(value: Any) -> str:
    """Return the JSON we send: compact, UTF-8, keys in the order given."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def md5_upper(text: str | bytes) -> str:
    """Return MD5 as upper-case hex; text counts as UTF-8."""
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return hashlib.md5(raw, usedforsecurity=False).hexdigest().upper()


def sign_query(param: str, *, key: str, customer: str) -> str:
    """QUERY: ``MD5(param + key + customer)``; the key itself is not sent."""
    return md5_upper(param + key + customer)


def sign_order(param: str, *, t: str, key: str, secret: str) -> str:
    """ORDER: ``MD5(param + t + key + secret)``; ``t`` is epoch milliseconds as text."""
    return md5_upper(param + t + key + secret)


def sign_import(param: str, *, key: str, secret: str) -> str:
    """IMPORT: ``MD5(param + key + secret)``, no time."""
    return md5_upper(param + key + secret)


def sign_sms(*, key: str, userid: str) -> str:
    """SMS: ``MD5(key + userid)``; the content is not covered."""
    return md5_upper(key + userid)


def sign_callback(param: str | bytes, *, salt: str) -> str:
    """CALLBACK: ``MD5(param + salt)``; an empty salt signs too."""
    raw = param.encode("utf-8", "surrogatepass") if isinstance(param, str) else param
    return md5_upper(raw + salt.encode())


def sign_kd100(body: str, *, api_key: str, secret: str) -> str:
    """kd100.com: ``MD5(raw body + API-Key + Secret)`` in the header ``signature``."""
    return md5_upper(body + api_key + secret)


def form_none(param: str) -> dict[str, str]:
    """NONE: the key sits inside ``param`` and nothing is signed."""
    return {"schema": "json", "param": param}


def form_keyonly(*, key: str, **fields: str) -> dict[str, str]:
    """KEYONLY: the key goes in clear beside the fields."""
    return {"key": key, **fields}


def matches(given: str, expected: str) -> bool:
    """Compare two signatures in constant time, whatever ``given`` holds."""
    return hmac.compare_digest(
        given.strip().upper().encode("utf-8", "surrogatepass"), expected.encode()
    )


def verify_callback(param: str | bytes, *, sign: str, salt: str) -> bool:
    """Whether ``sign`` is the platform's over these exact bytes."""
    return matches(sign, sign_callback(param, salt=salt))
