"""Answers and pushes whose format changes overnight, the way vendors change it.

A change is drawn per text, node or document from seed and name, so that the same document is
changed in the same way each time it is sent. What identifies a parcel and what carries the
whole list stays: a message without it would say nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from apps.sandbox.rng import chance, stream

KEPT = frozenset(
    {
        "lastResult", "data", "items", "nu", "number", "num", "kuaidinum", "kuaidiNum",
        "tracking_number", "orderId", "taskId", "time", "context", "result", "returnCode",
        "success", "code",
    }
)  # fmt: skip
CODES = ("statusCode", "state", "status", "order_status_code")
PLACES = frozenset({"context", "location", "areaName", "area_name", "name", "address"})
NEW_CODES = ("1999", "77", "5001", "888")
NEW_FIELDS: tuple[tuple[str, Any], ...] = (
    ("ext", {"channel": "v3", "tags": []}), ("estimatedAt", "2099-01-01T00:00:00+08:00"),
    ("signImage", None), ("isVirtual", False), ("sortNo", 7),
)  # fmt: skip
CHARACTERS = (
    "「号楼」", " <b>A&amp;B</b>", "𠮷野家", "🏠", "\u200b", "\u202e", "%E5%8C%97+=&", "\\\"'",
    "\t", "é̂", "\ufeff", "；--",
)  # fmt: skip
SAFE_INTEGER = 2**53
FORMAT_FAULTS = (
    "format_type", "format_missing", "format_new_field", "format_new_code", "format_chars",
)  # fmt: skip

Change = Callable[[Any], Any]


def is_any_on(rates: Mapping[str, float]) -> bool:
    """Whether a document has to be looked at at all."""
    return any(rates.get(name, 0) > 0 for name in FORMAT_FAULTS)


def change_format(value: Any, *, seed: int, name: str, rates: Mapping[str, float]) -> Any:
    """The document with the changes its name draws; the given one is left as it is.

    ``value`` is parsed JSON, ``name`` identifies the document (number and moment).
    """

    def drawn(fault: str) -> bool:
        return chance(seed, rates.get(fault, 0), "fault", fault, name)

    if drawn("format_type"):
        value = _retyped(value, seed, name)
    if drawn("format_missing"):
        value = _without_one(value, seed, name)
    if drawn("format_new_code"):
        value = _recoded(value, seed, name)
    if drawn("format_new_field"):
        value = _extended(value, seed, name)
    share = rates.get("format_chars", 0)
    return _decorated(value, seed, share) if share > 0 else value


def _rebuilt(value: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    """The document with every object passed through ``change``."""
    if isinstance(value, dict):
        return change({key: _rebuilt(part, change) for key, part in value.items()})
    if isinstance(value, list):
        return [_rebuilt(part, change) for part in value]
    return value


def _fields(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield key, part
            yield from _fields(part)
    elif isinstance(value, list):
        for part in value:
            yield from _fields(part)


def _pick(names: set[str], seed: int, *parts: str) -> str:
    found = sorted(names)
    return found[stream(seed, "fault", *parts).randrange(len(found))] if found else ""


def _retyped(value: Any, seed: int, name: str) -> Any:
    """One field changes between number and text everywhere it stands."""
    names = {key for key, part in _fields(value) if _swapped(part) is not None and key not in KEPT}
    chosen = _pick(names, seed, "retype", name)

    def change(row: dict[str, Any]) -> dict[str, Any]:
        if chosen not in row:
            return row
        other = _swapped(row[chosen])
        return {**row, chosen: row[chosen] if other is None else other}

    return _rebuilt(value, change)


def _swapped(part: Any) -> str | int | None:
    """The number as text or the text as number; None where that would lose something."""
    if isinstance(part, int | float) and not isinstance(part, bool):
        return str(part)
    if isinstance(part, str) and part.isascii() and part.isdigit():
        number = int(part)
        return number if str(number) == part and number < SAFE_INTEGER else None
    return None


def _without_one(value: Any, seed: int, name: str) -> Any:
    """One field is gone everywhere it stood."""
    names = {key for key, _ in _fields(value)} - KEPT
    chosen = _pick(names, seed, "missing", name)
    return _rebuilt(value, lambda row: {k: v for k, v in row.items() if k != chosen})


def _recoded(value: Any, seed: int, name: str) -> Any:
    """The newest code is one that no table knows; the envelope's own status stays."""
    code = NEW_CODES[stream(seed, "fault", "recode", name).randrange(len(NEW_CODES))]
    last = value.get("lastResult", value) if isinstance(value, dict) else value
    if not isinstance(last, dict):
        return value
    data = last.get("data", last.get("items"))
    changed = dict(last)
    if isinstance(data, dict) and "status" in data:
        changed["data"] = {**data, "status": int(code)}
    elif isinstance(data, list) and data and isinstance(data[0], dict):
        known = [key for key in CODES if key in data[0]]
        changed["data" if "data" in last else "items"] = [
            {**data[0], **dict.fromkeys(known, code)}, *data[1:]
        ]  # fmt: skip
        if "state" in last:
            changed["state"] = code
    return {**value, "lastResult": changed} if "lastResult" in value else changed


def _extended(value: Any, seed: int, name: str) -> Any:
    """A field nobody announced, on top and in every row of the list."""
    field, content = NEW_FIELDS[stream(seed, "fault", "field", name).randrange(len(NEW_FIELDS))]
    return _rebuilt(value, lambda row: {**row, field: content})


def _decorated(value: Any, seed: int, share: float) -> Any:
    """Texts about places with characters that break careless readers.

    Drawn by the text itself: the same text is always changed in the same way, otherwise one
    node would look like two.
    """

    def change(row: dict[str, Any]) -> dict[str, Any]:
        return {
            key: _with_characters(part, seed, share) if key in PLACES else part
            for key, part in row.items()
        }

    return _rebuilt(value, change)


def _with_characters(part: Any, seed: int, share: float) -> Any:
    if not isinstance(part, str) or not part or not chance(seed, share, "fault", "chars", part):
        return part
    rng = stream(seed, "fault", "chars-which", part)
    at = rng.randrange(len(part) + 1)
    return part[:at] + rng.choice(CHARACTERS) + part[at:]
