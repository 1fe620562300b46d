"""A small threaded HTTP server for loopback: keep-alive, a bounded pool, no middleware."""

from __future__ import annotations

import select
import socketserver
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.core.servers.basehttp import WSGIRequestHandler, WSGIServer
from django.http.response import HttpResponseBase

from apps.sandbox.gateway import door

URLCONF = "apps.sandbox.gateway.urls"
THREADS = 24
IDLE_SECONDS = 15
LOOK_MS = 100


class GatewayHandler(WSGIHandler):
    """Django's WSGI handler with the gateway's routes and nothing around its views."""

    def load_middleware(self, is_async: bool = False) -> None:
        """No middleware: the platform has no sessions, cookies or languages."""
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        self._middleware_chain = convert_exception_to_response(
            self._get_response  # type: ignore[attr-defined]
        )

    def get_response(self, request: WSGIRequest) -> HttpResponseBase:  # type: ignore[override]
        """Resolve against the gateway's routes, whatever the settings' root is."""
        request.urlconf = URLCONF
        return door.answer(request, super().get_response)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        """Answer one request; a call that meets silence gets its connection closed."""
        response = super().__call__(environ, start_response)
        if isinstance(response, door.NoAnswer):
            environ["sandbox.connection"].close_connection = True
            raise ConnectionAbortedError
        return response


class QuietRequestHandler(WSGIRequestHandler):
    """Closes idle connections, so that they do not hold the pool, and logs nothing.

    An answer leaves as one packet, at once: head and body written one by one would wait for
    the client's delayed acknowledgement, 40 ms a call on a kept connection.
    """

    timeout = IDLE_SECONDS
    wbufsize = 64 * 1024
    disable_nagle_algorithm = True
    server: GatewayServer
    connection: Any
    rfile: Any

    def handle(self) -> None:
        """Answer requests until the client goes, is idle for long, or must give way."""
        self.close_connection = False
        while not self.close_connection and self._is_asked():
            self.close_connection = True
            self.handle_one_request()
            self.wfile.flush()

    def handle_expect_100(self) -> bool:
        """curl sends a long body only once it is told to, or a second later."""
        told = super().handle_expect_100()
        self.wfile.flush()
        return told

    def _is_asked(self) -> bool:
        """Wait for the next request; an idle client gives way to one that waits for a thread."""
        if self._has_buffered():
            return True
        poll = select.poll()
        poll.register(self.connection, select.POLLIN)
        deadline = time.monotonic() + IDLE_SECONDS
        while not poll.poll(LOOK_MS):
            if self.server.has_waiting or time.monotonic() > deadline:
                return False
        return True

    def _has_buffered(self) -> bool:
        """Whether the next request came along with the last one."""
        self.connection.setblocking(False)
        try:
            return bool(self.rfile.peek(1))
        finally:
            self.connection.settimeout(self.timeout)

    def get_environ(self) -> dict[str, Any]:
        """What WSGI wants, and the connection itself, which may have to be closed in silence."""
        return {**super().get_environ(), "sandbox.connection": self}

    def log_message(self, format: str, *args: Any) -> None:
        """One line a request would drown what a person reads."""


class GatewayServer(socketserver.ThreadingMixIn, WSGIServer):
    """Answers each connection on a thread of a bounded pool; binds to loopback only.

    It is a ThreadingMixIn because Django keeps connections alive for such servers only.
    """

    request_queue_size = 256
    daemon_threads = True

    def __init__(self, port: int, *, host: str = "127.0.0.1", threads: int = THREADS) -> None:
        super().__init__((host, port), QuietRequestHandler, ipv6=False)
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="gateway")
        self._waiting, self._counting = 0, threading.Lock()
        self.set_app(GatewayHandler())

    @property
    def has_waiting(self) -> bool:
        """Whether a connection waits for a thread."""
        return self._waiting > 0

    def _count(self, change: int) -> None:
        with self._counting:
            self._waiting += change

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        """Hand the connection to the pool."""
        self._count(1)
        self._pool.submit(self._serve, request, client_address)

    def _serve(self, request: Any, client_address: Any) -> None:
        self._count(-1)
        try:
            self.finish_request(request, client_address)
        except (OSError, ValueError):
            self.handle_error(request, client_address)
        finally:
            self.shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""

    def server_close(self) -> None:
        """Stop listening; connections still open are dropped with the process."""
        socketserver.TCPServer.server_close(self)
        self._pool.shutdown(wait=False, cancel_futures=True)
