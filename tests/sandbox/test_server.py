"""The gateway's server: kept connections, many of them idle, and clients that wait to be told."""

from __future__ import annotations

import contextlib
import socket
from urllib.parse import urlsplit

import requests

HEALTH = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
WORKERS = 2


def connect(base: str) -> socket.socket:
    parts = urlsplit(base)
    return socket.create_connection((parts.hostname or "", parts.port or 0), timeout=5)


def read_answer(peer: socket.socket) -> bytes:
    """The bytes up to the end of a health answer."""
    told = b""
    while not told.endswith(b'{"ok":true}'):
        part = peer.recv(4096)
        if not part:
            break
        told += part
    return told


def test_a_kept_connection_serves_one_request_after_another(gateway):
    with connect(gateway) as peer:
        for _ in range(3):
            peer.sendall(HEALTH)
            assert read_answer(peer).startswith(b"HTTP/1.1 200")


def test_two_requests_sent_together_are_both_answered(gateway):
    with connect(gateway) as peer:
        peer.sendall(HEALTH + HEALTH)
        told = read_answer(peer)
        while told.count(b'{"ok":true}') < 2:
            told += read_answer(peer)
        assert told.count(b"HTTP/1.1 200") == 2


def test_clients_that_keep_idle_connections_do_not_keep_others_out(gateway):
    with contextlib.ExitStack() as open_ones:
        for used in range(3 * WORKERS):
            peer = open_ones.enter_context(connect(gateway))
            if used % 2:
                peer.sendall(HEALTH)
                assert read_answer(peer).endswith(b'{"ok":true}')
        assert requests.get(f"{gateway}/healthz", timeout=5).json() == {"ok": True}


def test_an_idle_connection_is_kept_while_nobody_waits(gateway):
    with connect(gateway) as first, connect(gateway) as second:
        for peer in (first, second, first, second):
            peer.sendall(HEALTH)
            assert read_answer(peer).endswith(b'{"ok":true}')


def test_curl_is_told_to_go_on_before_it_sends_a_long_body(gateway):
    head = (
        b"POST /poll HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 8\r\n\r\n"
    )
    with connect(gateway) as peer:
        peer.sendall(head)
        assert peer.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"
        peer.sendall(b"param=%7")
        assert b'"returnCode":"700"' in peer.recv(4096)


def test_what_is_no_http_ends_the_connection_and_not_the_server(gateway):
    for nonsense in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n", b"GET\r\n\r\n", b"\r\n"):
        with connect(gateway) as peer:
            peer.sendall(nonsense)
            while peer.recv(4096):
                pass
    assert requests.get(f"{gateway}/healthz", timeout=5).status_code == 200
