"""Reading a request's body with a limit, before anything else looks at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from apps.baidiyun.choices import Refusal

LIMIT_BYTES = 1_000_000
POLITE_BYTES = 8_000_000
CHUNK_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Body:
    """What was read; ``size`` is what came or was announced, ``refusal`` why it is no good."""

    content: bytes
    size: int
    refusal: Refusal | None = None


def read_body(request: HttpRequest) -> Body:
    """Return at most 1 MB; more is thrown away unseen (up to 8 MB, so that the answer arrives)."""
    stream = request.META["wsgi.input"]
    announced = request.META.get("CONTENT_LENGTH") or ""
    if announced.isascii() and announced.isdigit():
        return _read_announced(stream, int(announced[:18]))
    if "chunked" not in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
        return Body(b"", 0)
    if not request.META.get("wsgi.input_terminated"):
        return Body(b"", 0, Refusal.NO_LENGTH)
    return _read_chunked(stream)


def _read_announced(stream: Any, length: int) -> Body:
    if length > LIMIT_BYTES:
        if length <= POLITE_BYTES:
            _throw_away(stream, length)
        return Body(b"", length, Refusal.TOO_LARGE)
    content = _read(stream, length)
    if len(content) < length:
        return Body(content, len(content), Refusal.CUT_SHORT)
    return Body(content, length)


def _read_chunked(stream: Any) -> Body:
    content = _read(stream, LIMIT_BYTES + 1)
    if len(content) <= LIMIT_BYTES:
        return Body(content, len(content))
    size = len(content) + _throw_away(stream, POLITE_BYTES)
    return Body(b"", size, Refusal.TOO_LARGE)


def _read(stream: Any, length: int) -> bytes:
    """Read until ``length`` or the end; a server may hand out less at a time."""
    try:
        first: bytes = stream.read(length)
        if len(first) == length or not first:
            return first
        parts, got = [first], len(first)
        while got < length and (more := stream.read(length - got)):
            parts.append(more)
            got += len(more)
    except OSError:
        return b""
    return b"".join(parts)


def _throw_away(stream: Any, length: int) -> int:
    """Read and drop up to ``length`` bytes; returns how many there were."""
    left = length
    try:
        while left > 0 and (chunk := stream.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
    except OSError:
        return length - left
    return length - left
