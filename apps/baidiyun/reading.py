"""Lenient reading of the platform's JSON: missing equals empty, numbers may be strings.

Everything here either answers or raises :class:`MalformedPayload`; no input does anything else.
Text is made fit for PostgreSQL: NUL is dropped, lone surrogates become U+FFFD.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from apps.baidiyun.errors import MalformedPayload

TRUE_WORDS = frozenset({"1", "true", "y", "yes"})
LONGEST_NUMBER = 40


def load_json(raw: str | bytes) -> Any:
    """Return the JSON value in ``raw``; the standard parser takes what orjson is too strict for."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(raw, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise MalformedPayload(f"not JSON: {str(error)[:120]}") from None


def load_object(raw: str | bytes) -> dict[str, Any]:
    """Return the JSON object in ``raw``."""
    value = load_json(raw)
    if not isinstance(value, dict):
        raise MalformedPayload(f"expected an object, got {type(value).__name__}")
    return value


def text(source: Mapping[str, Any], *names: str) -> str:
    """Return the first non-empty scalar under one of ``names`` as clean text, else ""."""
    for name in names:
        value = source.get(name)
        if value is None or value == "":
            continue
        if isinstance(value, str):
            return clean(value)
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            return _digits(value)
        if isinstance(value, float):
            return _digits(int(value)) if value.is_integer() else repr(value)
        raise MalformedPayload(f"{name}: expected text, got {type(value).__name__}")
    return ""


def flag(source: Mapping[str, Any], name: str) -> bool:
    """Return a truth value given as bool, number or word; missing is False."""
    return text(source, name).strip().lower() in TRUE_WORDS


def amount(source: Mapping[str, Any], *names: str) -> Decimal | None:
    """Return a decimal number given as text or number, None if empty or unreadable."""
    raw = text(source, *names).strip()
    if not raw or len(raw) > LONGEST_NUMBER:
        return None
    try:
        value = Decimal(raw)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def member(source: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the object under ``name``, {} if missing, null or an empty string."""
    value = source.get(name)
    if value is None or value == "":
        return {}
    if not isinstance(value, dict):
        raise MalformedPayload(f"{name}: expected an object, got {type(value).__name__}")
    return value


def members(source: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the list of objects under ``name``, [] if missing, null or an empty string."""
    value = source.get(name)
    if value is None or value == "":
        return []
    if not isinstance(value, list):
        raise MalformedPayload(f"{name}: expected a list, got {type(value).__name__}")
    for item in value:
        if not isinstance(item, dict):
            raise MalformedPayload(f"{name}: expected objects, got {type(item).__name__}")
    return value


def clean(value: str) -> str:
    """Return text PostgreSQL can store."""
    if value.isascii() and "\x00" not in value:
        return value
    value = value.replace("\x00", "")
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


def _digits(value: int) -> str:
    try:
        return str(value)
    except ValueError:
        raise MalformedPayload("a number is too long") from None


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
