"""The only way out: time limits on everything, no redirects, no private addresses by default."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.poolmanager import PoolManager

from apps.core.errors import PortalError

MAX_ANSWER_BYTES = 5_000_000


class HttpFailure(PortalError):
    """No usable answer. ``sent`` tells whether the request may have reached the other side."""

    code = "http_failure"

    def __init__(self, message: str, *, sent: bool, permanent: bool = False) -> None:
        super().__init__(message, permanent=permanent)
        self.sent = sent


class AddressRefused(HttpFailure):
    """The target resolves to an address that outbound calls must not reach."""

    code = "address_refused"

    def __init__(self, host: str) -> None:
        super().__init__(f"{host} is not a public address.", sent=False, permanent=True)


@dataclass(frozen=True)
class HttpAnswer:
    """Status, decoded body, how long it took (milliseconds), headers by lower-case name."""

    status: int
    text: str
    elapsed_ms: int
    headers: Mapping[str, str] = field(default_factory=dict)


def is_public(address: str) -> bool:
    """Tell whether an IP address is one the public internet routes."""
    ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    return (mapped or ip).is_global and not ip.is_multicast


def checked_address(host: str, port: int | None) -> str:
    """Resolve once and return an address; raises AddressRefused if any is not public."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(is_public(address) for address in addresses):
        raise AddressRefused(host)
    return addresses[0]


class _Guard:
    """Connects to the address that was checked, so that a second look-up cannot change it."""

    _dns_host: str
    port: int | None

    def _new_conn(self) -> socket.socket:
        asked = self._dns_host
        try:
            self._dns_host = checked_address(asked, self.port)
            return super()._new_conn()  # type: ignore[misc]
        finally:
            self._dns_host = asked


class _GuardedHttp(_Guard, HTTPConnection):  # type: ignore[misc]
    pass


class _GuardedHttps(_Guard, HTTPSConnection):  # type: ignore[misc]
    pass


class _GuardedHttpPool(HTTPConnectionPool):
    ConnectionCls = _GuardedHttp  # type: ignore[assignment]


class _GuardedHttpsPool(HTTPSConnectionPool):
    ConnectionCls = _GuardedHttps  # type: ignore[assignment]


class _GuardedAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        self.poolmanager = PoolManager(num_pools=args[0], maxsize=args[1], block=False)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _GuardedHttpPool,
            "https": _GuardedHttpsPool,
        }


class Outbound:
    """A thread-safe client. ``allow_private`` is for configured providers, never for user input."""

    def __init__(self, *, allow_private: bool = False) -> None:
        self.allow_private = allow_private
        self._local = threading.local()

    def post_form(
        self,
        url: str,
        fields: Mapping[str, str],
        *,
        timeout: float,
        headers: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        """POST ``application/x-www-form-urlencoded``; raises HttpFailure."""
        return self._send("POST", url, timeout=timeout, data=dict(fields), headers=headers)

    def post_json(
        self, url: str, body: bytes, *, timeout: float, headers: Mapping[str, str] | None = None
    ) -> HttpAnswer:
        """POST bytes that are JSON already; raises HttpFailure."""
        sent = {"Content-Type": "application/json", **(headers or {})}
        return self._send("POST", url, timeout=timeout, data=body, headers=sent)

    def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        *,
        timeout: float,
        headers: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        """GET with a query string; raises HttpFailure."""
        return self._send("GET", url, timeout=timeout, params=dict(params or {}), headers=headers)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.trust_env = False
            if not self.allow_private:
                session.mount("http://", _GuardedAdapter())
                session.mount("https://", _GuardedAdapter())
            self._local.session = session
        return session

    def _send(self, method: str, url: str, *, timeout: float, **kwargs: Any) -> HttpAnswer:
        if urlsplit(url).scheme not in {"http", "https"}:
            raise HttpFailure("Only http and https are spoken.", sent=False, permanent=True)
        started = time.monotonic()
        try:
            with self._session().request(
                method, url, timeout=timeout, allow_redirects=False, stream=True, **kwargs
            ) as response:
                text = _read_text(response)
                status = response.status_code
                received = {name.lower(): value for name, value in response.headers.items()}
        except requests.RequestException as error:
            raise HttpFailure(_reason(error), sent=_may_have_arrived(error)) from error
        return HttpAnswer(status, text, round((time.monotonic() - started) * 1000), received)


def _read_text(response: requests.Response) -> str:
    body = bytearray()
    for chunk in response.iter_content(65_536):
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise HttpFailure("The answer is larger than 5 MB.", sent=True)
    return bytes(body).decode("utf-8", errors="replace")


def _may_have_arrived(error: requests.RequestException) -> bool:
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    return not isinstance(reason, NewConnectionError | ConnectTimeoutError)


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return "No answer within the time limit."
    if isinstance(error, requests.ConnectionError):
        return "The connection failed."
    return f"The request failed: {type(error).__name__}."
