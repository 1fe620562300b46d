"""Posting pushes: a kept connection for each thread and receiver, and nothing else.

A world in a hurry sends a thousand pushes a second, which the portal's general client cannot.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Mapping
from urllib.parse import SplitResult, quote_from_bytes, urlsplit

from apps.sandbox.services.pushing import Answer, Send

TIMEOUT_SECONDS = 20.0
LONGEST_ANSWER = 65_536
FORM, JSON = "application/x-www-form-urlencoded; charset=utf-8", "application/json"
TROUBLE = (OSError, http.client.HTTPException, ValueError)
_QUOTED = tuple(
    "+" if byte == 0x20 else quote_from_bytes(bytes([byte]), safe="") for byte in range(256)
)


class Poster:
    """Posts forms and JSON; thread-safe, follows no redirects."""

    def __init__(self) -> None:
        self._local = threading.local()

    def post(self, url: str, fields: Mapping[str, str] | str) -> Answer:
        """The receiver's answer; without one status 0 and the reason."""
        body, kind = (fields.encode(), JSON) if isinstance(fields, str) else (encode(fields), FORM)
        try:
            target = urlsplit(url)
            return self._exchange(target, body, {"Content-Type": kind, "Accept": "*/*"})
        except TROUBLE as error:
            return Answer(0, f"HTTP_CLIENT_ERROR:{type(error).__name__}: {error}")

    def _exchange(self, target: SplitResult, body: bytes, headers: dict[str, str]) -> Answer:
        """One request; a kept connection that turns out closed is replaced once."""
        kept, is_fresh = self._connection(target)
        path = f"{target.path or '/'}?{target.query}" if target.query else target.path or "/"
        try:
            try:
                kept.request("POST", path, body, headers)
                response = kept.getresponse()
            except (ConnectionError, http.client.BadStatusLine):
                kept.close()
                if is_fresh:
                    raise
                kept.request("POST", path, body, headers)
                response = kept.getresponse()
            text = response.read(LONGEST_ANSWER).decode("utf-8", "replace")
            if not response.isclosed():
                kept.close()
            return Answer(response.status, text)
        except TROUBLE:
            kept.close()
            raise

    def _connection(self, target: SplitResult) -> tuple[http.client.HTTPConnection, bool]:
        kept: dict[tuple[str, str], http.client.HTTPConnection] = self._local.__dict__.setdefault(
            "kept", {}
        )
        origin = (target.scheme, target.netloc)
        if origin not in kept:
            kept[origin] = _connect(target)
        return kept[origin], kept[origin].sock is None


def _connect(target: SplitResult) -> http.client.HTTPConnection:
    if target.scheme not in {"http", "https"} or not target.hostname:
        raise ValueError("only http and https are spoken")
    kind = http.client.HTTPSConnection if target.scheme == "https" else http.client.HTTPConnection
    return kind(target.hostname, target.port, timeout=TIMEOUT_SECONDS)


def encode(fields: Mapping[str, str]) -> bytes:
    """``application/x-www-form-urlencoded``, as ``urlencode`` writes it."""
    return "&".join(f"{_quote(name)}={_quote(value)}" for name, value in fields.items()).encode()


def _quote(text: str) -> str:
    return "".join(map(_QUOTED.__getitem__, text.encode("utf-8", "replace")))


def outbound_send() -> Send:
    """Send over HTTP; no answer is status 0 with the reason."""
    return Poster().post
