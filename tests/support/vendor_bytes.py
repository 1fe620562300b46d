"""What the vendor's samples put on the wire: JSON, forms and multipart, byte for byte.

Each function says whose habit it is. They are pure: values in, text or bytes out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, quote_plus

Fields = Mapping[str, str]
PHP_BOUNDARY = "------------------------8f1f0a2b7c3d4e5f"
NODE_BOUNDARY = "--------------------------404682137501822406513278"
REQUESTS_BOUNDARY = "b1a9f7d3c05e4c1f8e0d6a2b3c4d5e6f"


def python_json(value: Any) -> str:
    """``json.dumps``: ASCII escapes, a space after ``,`` and ``:``."""
    return json.dumps(value)


def node_json(value: Any) -> str:
    """``JSON.stringify``: compact, Chinese as it is, 1.0 is 1."""
    return json.dumps(_whole(value), ensure_ascii=False, separators=(",", ":"))


def php_json(value: Any) -> str:
    r"""``json_encode``: compact, ``\uXXXX`` and ``\/``; an empty array is ``[]``."""
    return json.dumps(value, separators=(",", ":")).replace("/", "\\/")


def php_json_unescaped(value: Any) -> str:
    r"""``json_encode(…, JSON_UNESCAPED_UNICODE)``: Chinese as it is, still ``\/``."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/")


def gson_json(value: Any) -> str:
    """Gson: compact UTF-8, null fields left out, ``<>&='`` escaped for HTML."""
    text = json.dumps(_without(value, (None,)), ensure_ascii=False, separators=(",", ":"))
    for character in "<>&='":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def go_json(value: Any) -> str:
    """``encoding/json`` with ``omitempty``: compact, empty texts left out, ``<>&`` escaped."""
    text = json.dumps(_without(value, (None, "")), ensure_ascii=False, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _whole(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: _whole(item) for name, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list) else value


def _without(value: Any, dropped: tuple[Any, ...]) -> Any:
    if isinstance(value, dict):
        return {n: _without(item, dropped) for n, item in value.items() if item not in dropped}
    return [_without(item, dropped) for item in value] if isinstance(value, list) else value


def python_form(fields: Fields) -> bytes:
    """``requests`` and ``urllib.parse.urlencode``: ``+`` for a space, ``~`` as it is."""
    return _joined(fields, quote_plus)


def axios_form(fields: Fields) -> bytes:
    """``URLSearchParams`` (axios, fetch): ``+`` for a space, ``*`` as it is, ``~`` escaped."""
    return _joined(fields, lambda text: quote_plus(text, safe="*").replace("~", "%7E"))


def querystring_form(fields: Fields) -> bytes:
    """Node's ``querystring.stringify``: ``%20`` for a space, ``!'()*~`` as they are."""
    return _joined(fields, lambda text: quote(text, safe="!'()*~"))


def request_form(fields: Fields) -> bytes:
    """Node's ``request`` with ``form``: ``qs`` plus RFC 3986, so that ``!'()*`` are escaped."""
    return _joined(fields, lambda text: quote(text, safe="~"))


def php_form(fields: Fields) -> bytes:
    """``http_build_query`` and ``urlencode``: ``+`` for a space, ``~`` escaped (RFC 1738)."""
    return _joined(fields, lambda text: quote_plus(text).replace("~", "%7E"))


def java_form(fields: Fields) -> bytes:
    """Apache's ``UrlEncodedFormEntity``: ``+`` for a space, ``*`` as it is, ``~`` escaped."""
    return axios_form(fields)


def go_form(fields: Fields) -> bytes:
    """``url.Values.Encode``: sorted by name, ``+`` for a space."""
    return _joined(dict(sorted(fields.items())), quote_plus)


def _joined(fields: Fields, quoted: Any) -> bytes:
    return "&".join(f"{quoted(name)}={quoted(value)}" for name, value in fields.items()).encode()


def multipart(fields: Fields, boundary: str) -> bytes:
    """One part a field and no content type: curl with an array, ``form-data``, ``requests``."""
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    return "".join([*parts, f"--{boundary}--\r\n"]).encode()
