"""Outbound calls go nowhere private, follow nothing, wait for nobody for ever."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Iterator

import pytest

from apps.core.http import AddressRefused, HttpFailure, Outbound, is_public

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0", "::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "224.0.0.1",
]  # fmt: skip


class Handler(http.server.BaseHTTPRequestHandler):
    """Echoes a form; redirects /away; sends too much on /huge."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/latest")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        chunk = b"x" * 1_000_000
        for _ in range(6):
            self.wfile.write(chunk)

    def log_message(self, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_not_public(address):
    assert not is_public(address)


def test_a_public_address_is_public():
    assert is_public("93.184.216.34")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]"])
def test_a_guarded_call_to_this_machine_is_refused_before_anything_is_sent(host):
    with pytest.raises(HttpFailure) as caught:
        Outbound().get(f"http://{host}:9/", timeout=1)
    assert isinstance(caught.value, AddressRefused)
    assert not caught.value.sent
    assert caught.value.permanent


def test_a_configured_provider_on_loopback_is_reached(server):
    answer = Outbound(allow_private=True).post_form(f"{server}/x", {"a": "中"}, timeout=5)
    assert (answer.status, answer.text) == (200, "a=%E4%B8%AD")


def test_a_redirect_is_not_followed(server):
    assert Outbound(allow_private=True).get(f"{server}/away", timeout=5).status == 302


def test_an_answer_beyond_five_megabytes_is_refused(server):
    with pytest.raises(HttpFailure, match="5 MB") as caught:
        Outbound(allow_private=True).get(f"{server}/huge", timeout=5)
    assert caught.value.sent


def test_a_refused_connection_is_known_not_to_have_been_sent():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(HttpFailure) as caught:
        Outbound(allow_private=True).get(f"http://127.0.0.1:{port}/", timeout=2)
    assert not caught.value.sent


def test_silence_after_sending_may_have_arrived():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(HttpFailure) as caught:
            Outbound(allow_private=True).get(
                f"http://127.0.0.1:{silent.getsockname()[1]}/", timeout=0.2
            )
    assert caught.value.sent


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org/", "gopher://x/"])
def test_other_schemes_are_refused(url):
    with pytest.raises(HttpFailure, match="Only http"):
        Outbound().get(url, timeout=1)
