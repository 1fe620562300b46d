"""A receiver that says true to every push, cheaply: an asyncio protocol with kept connections."""

from __future__ import annotations

import asyncio
import sys

BODY = '{"result":true,"returnCode":"200","message":"成功"}'.encode()
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    + f"Content-Length: {len(BODY)}\r\n\r\n".encode()
    + BODY
)
HEAD_END = b"\r\n\r\n"


class Sink(asyncio.Protocol):
    """Reads whole requests by their length and answers each."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to answer."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        self._buffer += data
        while (end := self._buffer.find(HEAD_END)) >= 0:
            length = _length(bytes(self._buffer[:end]))
            whole = end + len(HEAD_END) + length
            if len(self._buffer) < whole:
                return
            del self._buffer[:whole]
            if isinstance(self._transport, asyncio.WriteTransport):
                self._transport.write(ANSWER)


def _length(head: bytes) -> int:
    value = head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0]
    return int(value or 0)


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
