"""A merchant's system on loopback, in a process of its own: it writes down what it is told."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NoReturn

from config.services import children


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where it listens and what it wrote."""

    url: str
    book: Path

    def told(self, *, after: int = 0) -> list[tuple[str, str]]:
        """Return id and SHA-256 of the body of what came in, in order, behind ``after`` bytes."""
        with self.book.open("rb") as book:
            book.seek(after)
            lines = book.read().decode().splitlines()
        return [(line.split()[0], line.split()[1]) for line in lines]

    def mark(self) -> int:
        """Return how many bytes are written, for ``after``."""
        return self.book.stat().st_size


@contextmanager
def recording() -> Iterator[Receiver]:
    """Run the receiver for the length of a block; its line is written before it answers."""
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder, "book")
        book.touch()
        descriptor = os.open(book, os.O_WRONLY | os.O_APPEND)
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(descriptor))
        parent, child = os.getpid(), os.fork()
        if not child:
            children.die_with_parent(parent)
            _serve(server)
        port = server.server_address[1]
        server.server_close()
        try:
            yield Receiver(f"http://127.0.0.1:{port}/hook", book)
        finally:
            os.close(descriptor)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _serve(server: ThreadingHTTPServer) -> NoReturn:
    try:
        server.serve_forever()
    finally:
        os._exit(0)


def _handler(descriptor: int) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            line = f"{self.headers.get('webhook-id', '-')} {sha256(body).hexdigest()}\n"
            os.write(descriptor, line.encode())
            self.send_response(204)
            self.end_headers()

        def log_message(self, *given: object) -> None:
            """Say nothing on the terminal."""

    return Handler
