"""Reading a request the way the vendor's gateway reads it (contract §0, §7).

Parameters may come in the URL, in the body or in both, form-encoded or multipart; ``param``
is kept exactly as it was sent, because the signature covers its bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
DISPOSITION_NAME = re.compile(rb'name="([^"]*)"')
_NAMES = ("method", "key", "sign", "t", "param", "customer", "schema", "signType", "num")
FORM_NAMES = {name.lower(): name for name in _NAMES}
DEEPEST, FEW_BRACKETS = 40, 40


class BadParam(ValueError):
    """``param`` is missing or is no JSON object."""


def merge_fields(query: str, body: bytes, content_type: str) -> dict[str, str]:
    """Fields of URL and body together; a non-empty body value wins over the URL's.

    Bytes that are no UTF-8 survive as surrogates, so that a signature over them can still
    be checked. A JSON body (not a form) yields no fields. ``Param`` or ``SIGN`` count where the
    name itself is missing; names nobody knows are kept and ignored by whoever reads.
    """
    fields = _decode_pairs(query.encode("utf-8", "surrogateescape"))
    for name, value in _body_fields(body, content_type).items():
        if value or name not in fields:
            fields[name] = value
    for name in list(fields):
        known = FORM_NAMES.get(name.lower(), name)
        if not fields.get(known):
            fields[known] = fields[name]
    return fields


def _body_fields(body: bytes, content_type: str) -> dict[str, str]:
    lowered = content_type.lower()
    if lowered.startswith("multipart/form-data"):
        return _multipart(body, content_type)
    if lowered.startswith("application/x-www-form-urlencoded") or not lowered:
        return _decode_pairs(body)
    return {}


def _decode_pairs(raw: bytes) -> dict[str, str]:
    text = raw.decode("utf-8", "surrogateescape")
    pairs = parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="surrogateescape")
    fields: dict[str, str] = {}
    for name, value in pairs:
        fields.setdefault(name, value)
    return fields


def _multipart(body: bytes, content_type: str) -> dict[str, str]:
    found = BOUNDARY.search(content_type)
    if found is None:
        return {}
    fields: dict[str, str] = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + found.group(1).encode()):
        head, _, value = part.partition(b"\r\n\r\n")
        name = DISPOSITION_NAME.search(head)
        if name is not None and b"filename=" not in head:
            key = name.group(1).decode("utf-8", "surrogateescape")
            fields[key] = value.decode("utf-8", "surrogateescape")
    return fields


def read_param(raw: str, *, unwrap: bool = False) -> dict[str, Any]:
    """The JSON object inside ``param``.

    ``unwrap`` opens the double wrapping of some Node demos (``{"key":…,"param":"{…}"}``);
    otherwise such an outer object is taken as it is and lacks what is required.
    Raises ``BadParam``.
    """
    value = _json_object(raw)
    inner = value.get("param")
    if unwrap and isinstance(inner, str):
        return _json_object(inner)
    return value


def _json_object(raw: str) -> dict[str, Any]:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BadParam("param is not JSON") from error
    if not isinstance(value, dict):
        raise BadParam("param is not an object")
    if raw.count("[") + raw.count("{") > FEW_BRACKETS and _depth(value) > DEEPEST:
        raise BadParam("param is nested too deeply")
    return value


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level and depth <= DEEPEST:
        depth += 1
        inner = [item.values() if isinstance(item, dict) else item for item in level]
        level = [part for items in inner for part in items if isinstance(part, dict | list)]
    return depth


def text_of(param: dict[str, Any], *names: str) -> str:
    """The first of the spellings that is present and not empty, as stripped text.

    Missing, null and empty are the same (contract §7.9); numbers are taken as their text;
    objects and lists count as absent. Other cases of the letters count after all spellings.
    """
    for value in _values_of(param, names):
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str | int | float):
            text = str(value).strip()
            if text:
                return clean(text)
    return ""


def clean(text: str) -> str:
    """A text a database takes: no NUL, no half characters."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "")


def object_of(param: dict[str, Any], *names: str) -> dict[str, Any]:
    """The first of the spellings that holds an object; {} when none does."""
    return next((v for v in _values_of(param, names) if isinstance(v, dict)), {})


def objects_of(param: dict[str, Any], *names: str) -> list[dict[str, Any]]:
    """The objects in the first of the spellings that holds a list; [] when none does."""
    found = next((v for v in _values_of(param, names) if isinstance(v, list)), [])
    return [item for item in found if isinstance(item, dict)]


def _values_of(param: dict[str, Any], names: tuple[str, ...]) -> Iterator[Any]:
    yield from (param[name] for name in names if name in param)
    lowered = {name.lower() for name in names}
    yield from (v for k, v in param.items() if k not in names and k.lower() in lowered)


def is_true(text: str) -> bool:
    """Booleans of the wire: true, 1, Y."""
    return text.strip().lower() in {"true", "1", "y"}


def is_epoch(text: str) -> bool:
    """``t`` is any number: milliseconds, or float seconds as one Python sample sends."""
    return re.fullmatch(r"\d{1,17}(\.\d{1,9})?", text.strip()) is not None
