"""What the tests of webhooks share: a merchant, an endpoint, a receiver on loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from apps.accounts.models import Merchant
from apps.core.actions import Actor
from apps.webhooks.choices import EndpointMode
from apps.webhooks.models import Endpoint
from apps.webhooks.services import add_endpoint
from tests.shipments.builders import make_merchant


class Receiver:
    """Keeps what it is sent and answers what it is told."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                named = {name.lower(): value for name, value in self.headers.items()}
                receiver.heard.append((named, body))
                self.send_response(receiver.status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks/alice"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver of messages."""
    made = Receiver()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def merchant(db: None) -> Merchant:
    """A merchant."""
    return make_merchant()


@pytest.fixture
def endpoint(merchant: Merchant, receiver: Receiver) -> Endpoint:
    """The merchant's sandbox endpoint at the receiver."""
    return add_endpoint(
        merchant=merchant, mode=EndpointMode.SANDBOX, url=receiver.url, actor=Actor.system("test")
    )[0]
